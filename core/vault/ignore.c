#include "vault/ignore.h"

#include "vault/wildmatch.h"

#include <string.h>

/* One line of a .gitignore. */
struct ignore_rule {
    struct sv pattern; /* without "!", the slash at its front and the one at its end */
    size_t plain;      /* bytes before the first special one */
    bool negated, folders_only;
    bool anchored; /* has a slash: matches the path from the file's folder on, else the name alone */
    bool suffix;   /* "*.log": one star, then plain text */
};

static size_t plain_length(struct sv s)
{
    size_t i = 0;

    while (i < s.len && s.ptr[i] != '\0' && strchr("*?[\\", s.ptr[i]) == NULL)
        i++;
    return i;
}

/* Spaces at the end do not count, unless a backslash stands before the first of them. */
static struct sv trim_spaces(struct sv line)
{
    size_t end = 0;

    for (size_t i = 0; i < line.len; i++) {
        if (line.ptr[i] == '\\') {
            i++;
            end = i + 1;
        } else if (line.ptr[i] != ' ') {
            end = i + 1;
        }
    }
    return sv_sub(line, 0, end);
}

/* False for a line that says nothing. */
static bool rule_parse(struct sv line, struct ignore_rule *rule)
{
    *rule = (struct ignore_rule){0};
    line = trim_spaces(sv_sub(line, 0, sv_chr(line, '\0')));
    if (line.len == 0 || line.ptr[0] == '#')
        return false;
    if (line.ptr[0] == '!') {
        rule->negated = true;
        line = sv_from(line, 1);
    }
    if (sv_ends(line, SV("/"))) {
        rule->folders_only = true;
        line.len--;
    }
    rule->anchored = sv_chr(line, '/') != SIZE_MAX;
    if (sv_starts(line, SV("/")))
        line = sv_from(line, 1);
    rule->pattern = line;
    rule->plain = plain_length(line);
    rule->suffix = sv_starts(line, SV("*")) && plain_length(sv_from(line, 1)) == line.len - 1;
    return line.len > 0;
}

static size_t line_count(struct sv text)
{
    size_t count = 1;

    for (size_t i = 0; i < text.len; i++)
        count += text.ptr[i] == '\n';
    return count;
}

status ignore_parse(struct sv text, struct sv folder, const struct ignore *parent, struct arena *arena,
                    struct ignore *ignore_out, struct err *err)
{
    struct sv line;

    *ignore_out = (struct ignore){.parent = parent, .text = text, .folder = folder};
    if (sv_starts(text, SV("\xef\xbb\xbf")))
        text = sv_from(text, 3);
    ignore_out->rules = arena_array(arena, line_count(text), sizeof(*ignore_out->rules));
    if (ignore_out->rules == NULL)
        return err_no_memory(err);
    /* git ends the last line when it reads the file: a CR there is one of a CRLF. */
    if (sv_ends(text, SV("\r")))
        text.len--;
    while (sv_next_line(&text, &line))
        if (rule_parse(line, &ignore_out->rules[ignore_out->count]))
            ignore_out->count++;
    return DONE;
}

static bool name_matches(const struct ignore_rule *rule, struct sv name)
{
    if (rule->plain == rule->pattern.len)
        return sv_eq(rule->pattern, name);
    if (rule->suffix)
        return sv_ends(name, sv_from(rule->pattern, 1));
    return wildmatch(rule->pattern, name);
}

/* The plain beginning is compared and cut off first, as git does: so "a**" followed by "/b" begins, behind "a", with
 * stars that cross folders. */
static bool path_matches(const struct ignore_rule *rule, struct sv path)
{
    struct sv plain = sv_sub(rule->pattern, 0, rule->plain);

    if (!sv_starts(path, plain))
        return false;
    return wildmatch(sv_from(rule->pattern, rule->plain), sv_from(path, rule->plain));
}

/* `path` from the folder of the rules; false when it does not lie there. */
static bool beneath(struct sv folder, struct sv path, struct sv *rest_out)
{
    *rest_out = path;
    if (folder.len == 0)
        return true;
    if (!sv_starts(path, folder) || path.len <= folder.len || path.ptr[folder.len] != '/')
        return false;
    *rest_out = sv_from(path, folder.len + 1);
    return true;
}

static const struct ignore_rule *last_match(const struct ignore *ignore, struct sv path, struct sv name, bool is_folder)
{
    for (size_t i = ignore->count; i > 0; i--) {
        const struct ignore_rule *rule = &ignore->rules[i - 1];

        if (rule->folders_only && !is_folder)
            continue;
        if (rule->anchored ? path_matches(rule, path) : name_matches(rule, name))
            return rule;
    }
    return NULL;
}

bool ignore_matches(const struct ignore *ignore, struct sv path, bool is_folder)
{
    struct sv name = sv_basename(path), rest;

    for (; ignore != NULL; ignore = ignore->parent) {
        const struct ignore_rule *rule;

        if (ignore->count == 0 || !beneath(ignore->folder, path, &rest))
            continue;
        rule = last_match(ignore, rest, name, is_folder);
        if (rule != NULL)
            return !rule->negated;
    }
    return false;
}
