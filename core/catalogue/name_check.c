#include "catalogue/name_check.h"

#include "base/i18n.h"
#include "base/utf8.h"
#include "text/fold.h"

/* Windows keeps these for devices, whatever suffix follows. */
static bool is_device(struct sv part)
{
    static const char *const names[] = {"con", "prn", "aux", "nul"};
    size_t dot = sv_chr(part, '.');
    struct sv name = dot == SIZE_MAX ? part : sv_sub(part, 0, dot);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (sv_eq_nocase(name, sv_of(names[i])))
            return true;
    bool numbered = name.len == 4 && name.ptr[3] >= '1' && name.ptr[3] <= '9';
    return numbered && (sv_eq_nocase(sv_sub(name, 0, 3), SV("com")) || sv_eq_nocase(sv_sub(name, 0, 3), SV("lpt")));
}

/* The first character that Windows refuses, or NUL. */
static char forbidden_in(struct sv part)
{
    for (size_t i = 0; i < part.len; i++) {
        char c = part.ptr[i];
        if ((unsigned char)c < 0x20 || sv_chr(SV("<>:\"|?*\\"), c) != SIZE_MAX)
            return c;
    }
    return '\0';
}

static bool is_composed(struct sv path)
{
    struct buf nfc = {0};
    fold_nfc(path, &nfc);
    bool same = nfc.failed || sv_eq(buf_view(&nfc), path);
    buf_release(&nfc);
    return same;
}

static void check_part(struct sv part, struct findings *findings)
{
    char forbidden = forbidden_in(part);
    if (is_device(part))
        finding_add(findings, "name-unsafe", FINDING_WARNING, 0, 0, _("Windows cannot hold a file named '%.*s'"),
                    SV_ARG(part));
    else if ((unsigned char)forbidden >= 0x20)
        finding_add(findings, "name-unsafe", FINDING_WARNING, 0, 0, _("Windows cannot hold '%c' in a file's name"),
                    forbidden);
    else if (forbidden != '\0')
        finding_add(findings, "name-unsafe", FINDING_WARNING, 0, 0, "%s",
                    _("there is a control character in the file's name"));
    else if (sv_ends(part, SV(".")) || sv_ends(part, SV(" ")))
        finding_add(findings, "name-unsafe", FINDING_WARNING, 0, 0,
                    _("Windows cannot hold '%.*s': it ends with a dot or a space"), SV_ARG(part));
}

void name_check(struct sv path, struct findings *findings)
{
    struct sv rest = path, part;
    while (sv_next(&rest, '/', &part))
        check_part(part, findings);
    if (!utf8_is_valid(path))
        finding_add(findings, "name-unsafe", FINDING_WARNING, 0, 0, "%s", _("the file's name is not UTF-8"));
    else if (!is_composed(path))
        finding_add(findings, "name-unsafe", FINDING_WARNING, 0, 0, "%s",
                    _("the file's name has decomposed letters, which macOS and Linux write differently"));
}
