#include "base/i18n.h"

#include "base/file.h"

#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef CHIRON_PREFIX_FROM_BIN
#define CHIRON_PREFIX_FROM_BIN ".."
#endif
#ifndef CHIRON_LOCALE_DIR
#define CHIRON_LOCALE_DIR "share/locale"
#endif

#define DOMAIN   "chiron"
#define SOURCE   "en"
#define LANG_MAX 4

/* gettext's own state is the process's, and so is what we remember of it. Set before threads start. */
static char current[LANG_MAX] = SOURCE;

/* "pl_PL.UTF-8" -> "pl"; false where it is no language's name. */
static bool language_of(struct sv name, char into[LANG_MAX])
{
    size_t len = 0;

    while (len < name.len && name.ptr[len] >= 'a' && name.ptr[len] <= 'z')
        len++;
    if (len < 2 || len >= LANG_MAX || (len < name.len && !strchr("_.@", name.ptr[len])))
        return false;
    memcpy(into, name.ptr, len);
    into[len] = '\0';
    return true;
}

static bool speaks(const char *locale_dir, const char *lang)
{
    char path[PATH_MAX];
    int len;

    if (strcmp(lang, SOURCE) == 0)
        return true;
    len = snprintf(path, sizeof(path), "%s/%s/LC_MESSAGES/" DOMAIN ".mo", locale_dir, lang);
    return len > 0 && (size_t)len < sizeof(path) && access(path, R_OK) == 0;
}

static const char *env(const char *name)
{
    const char *value = getenv(name);

    return value && value[0] ? value : NULL;
}

/* gettext's order: the locale by LC_ALL, LC_MESSAGES, LANG; unless that is the C locale by name, the list in LANGUAGE
 * comes before it. Scripts that ask for LC_ALL=C thus get English. */
static const char *wish(void)
{
    const char *locale = env("LC_ALL");
    const char *list = env("LANGUAGE");

    if (!locale)
        locale = env("LC_MESSAGES");
    if (!locale)
        locale = env("LANG");
    if (locale && (strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0))
        return SOURCE;
    return list ? list : locale;
}

static void choose(const char *locale_dir, const char *wished)
{
    struct sv rest = sv_of(wished), name;
    char lang[LANG_MAX];

    snprintf(current, sizeof(current), "%s", SOURCE);
    while (sv_next(&rest, ':', &name)) {
        if (!language_of(name, lang) || !speaks(locale_dir, lang))
            continue;
        memcpy(current, lang, sizeof(current));
        return;
    }
}

void i18n_init_at(const char *locale_dir, const char *lang)
{
    choose(locale_dir, lang ? lang : wish());
    /* The C locale translates nothing, whatever LANGUAGE says; C.UTF-8 is part of libc and does. Numbers, dates and
     * order stay as they are in C, since files are written and read by them. */
    if (!setlocale(LC_MESSAGES, "C.UTF-8"))
        setlocale(LC_MESSAGES, "");
    if (!setlocale(LC_CTYPE, "C.UTF-8"))
        setlocale(LC_CTYPE, "");
    /* Without memory for it the messages stay English. */
    if (setenv("LANGUAGE", current, 1) != 0)
        snprintf(current, sizeof(current), "%s", SOURCE);
    bindtextdomain(DOMAIN, locale_dir);
    bind_textdomain_codeset(DOMAIN, "UTF-8");
    textdomain(DOMAIN);
}

void i18n_init(const char *lang)
{
    const char *dir = program_dir();
    char path[PATH_MAX] = "";
    int len = dir ? snprintf(path, sizeof(path), "%s/%s/%s", dir, CHIRON_PREFIX_FROM_BIN, CHIRON_LOCALE_DIR) : -1;

    if (len < 0 || (size_t)len >= sizeof(path))
        path[0] = '\0';
    i18n_init_at(path, lang);
}

const char *i18n_lang(void)
{
    return current;
}
