#include "vault/settings.h"

#include "base/i18n.h"

#include <stdlib.h>
#include <string.h>

const struct setting settings[] = {
    {"vault.lang", SETTING_TEXT, "en", SETTING_ANYWHERE, NULL,
     N_("language of new notes, and of words in notes that name none")},
    {"vault.title", SETTING_TEXT, "", SETTING_ANYWHERE, NULL, N_("what the vault is called in exports")},
    {"me.handle", SETTING_TEXT, "", SETTING_USER_ONLY, NULL, N_("handle of the note about yourself")},
    {"core.editor", SETTING_TEXT, "", SETTING_USER_ONLY, NULL, N_("editor, after VISUAL and EDITOR")},
    {"core.pager", SETTING_TEXT, "less -FRX", SETTING_USER_ONLY, NULL, N_("pager, after PAGER")},
    {"color.ui", SETTING_ENUM, "auto", SETTING_USER_ONLY, "auto|always|never", N_("when output is coloured")},
    {"search.limit", SETTING_INT, "20", SETTING_ANYWHERE, NULL, N_("how many hits a search shows")},
    {"commit.auto", SETTING_BOOL, "true", SETTING_ANYWHERE, NULL, N_("commit what a command writes")},
    {"folder.*", SETTING_TEXT, "", SETTING_ANYWHERE, NULL, N_("where new notes of a type go")},
    {"check.*", SETTING_ENUM, "", SETTING_ANYWHERE, "error|warning|style|off", N_("how much a rule of check weighs")},
    {"query.*.q", SETTING_TEXT, "", SETTING_ANYWHERE, NULL,
     N_("a saved query, called as @name; a quote in it is \\\"")},
    {"query.*.description", SETTING_TEXT, "", SETTING_ANYWHERE, NULL, N_("what a saved query is for")},
    {"query.*.sort", SETTING_TEXT, "", SETTING_ANYWHERE, NULL, N_("--sort of a list that begins with it")},
    {"query.*.limit", SETTING_INT, "", SETTING_ANYWHERE, NULL, N_("its --limit")},
    {"query.*.group", SETTING_TEXT, "", SETTING_ANYWHERE, NULL, N_("its --group")},
    {"query.*.sum", SETTING_TEXT, "", SETTING_ANYWHERE, NULL, N_("its --sum")},
    {"query.*.mean", SETTING_TEXT, "", SETTING_ANYWHERE, NULL, N_("its --mean")},
    {"query.*.median", SETTING_TEXT, "", SETTING_ANYWHERE, NULL, N_("its --median")},
    {"query.*.min", SETTING_TEXT, "", SETTING_ANYWHERE, NULL, N_("its --min")},
    {"query.*.max", SETTING_TEXT, "", SETTING_ANYWHERE, NULL, N_("its --max")},
    {"plugin.path", SETTING_TEXT, "", SETTING_USER_ONLY, NULL,
     N_("another folder with plugins; may be given more than once")},
    {"plugin.searcher", SETTING_TEXT, "", SETTING_USER_ONLY, NULL,
     N_("plugin that searches, unless --using names one")},
    {"plugin.matcher", SETTING_TEXT, "", SETTING_USER_ONLY, NULL, N_("plugin that matches, unless --using names one")},
    {"plugin.kpi", SETTING_TEXT, "", SETTING_USER_ONLY, NULL, N_("plugin of the figures, unless --using names one")},
    {"plugin.timeout", SETTING_INT, "60", SETTING_USER_ONLY, NULL,
     N_("seconds a plugin may be silent before it is ended")},
    {"plugin.memory", SETTING_INT, "512", SETTING_USER_ONLY, NULL, N_("MiB of memory a plugin may use")},
    {"plugin.*.trust", SETTING_BOOL, "false", SETTING_USER_ONLY, NULL, N_("run this plugin without a sandbox")},
    {"plugin.*.grant", SETTING_TEXT, "", SETTING_USER_ONLY, NULL,
     N_("a permission this plugin may use; may be given more than once")},
    {"plugin.*.*", SETTING_TEXT, "", SETTING_ANYWHERE, NULL, N_("what a plugin lets you set; see its own description")},
    {NULL, SETTING_TEXT, NULL, SETTING_ANYWHERE, NULL, NULL},
};

/* Longer than any key that means something; keeps the look-up of a hostile one short. */
enum { KEY_MAX = 1024 };

/* One "*" takes as little as it can, the last one the rest; none takes nothing at all. */
static bool key_fits(struct sv pattern, struct sv key)
{
    size_t star = sv_chr(pattern, '*');
    struct sv before = sv_sub(pattern, 0, star), after;

    if (star == SIZE_MAX)
        return sv_eq(pattern, key);
    if (!sv_starts(key, before))
        return false;
    after = sv_from(pattern, star + 1);
    for (size_t taken = before.len + 1; taken <= key.len; taken++)
        if (key_fits(after, sv_from(key, taken)))
            return true;
    return false;
}

const struct setting *setting_find(struct sv key)
{
    for (const struct setting *setting = settings; key.len <= KEY_MAX && setting->key != NULL; setting++)
        if (key_fits(sv_of(setting->key), key))
            return setting;
    return NULL;
}

static bool is_one_of(const char *values, struct sv value)
{
    struct sv rest = sv_of(values), piece;

    while (sv_next(&rest, '|', &piece))
        if (sv_eq(piece, value))
            return true;
    return false;
}

/* Whether base reads the value as what it should be: then it needs no fallback. */
static bool value_fits(const struct setting *setting, const struct config_entry *entry)
{
    struct config_entry copy = *entry;
    const struct config alone = {.entries = &copy, .count = 1};

    switch (setting->kind) {
    case SETTING_TEXT:
        return true;
    case SETTING_BOOL:
        return config_bool(&alone, entry->key, true) == config_bool(&alone, entry->key, false);
    case SETTING_INT:
        return config_int(&alone, entry->key, 0) == config_int(&alone, entry->key, 1);
    case SETTING_ENUM:
        return is_one_of(setting->values, entry->value);
    }
    return false;
}

/* Empty when nothing is wrong. */
static void problem_describe(const struct config_entry *entry, bool is_vault, struct buf *message)
{
    const struct setting *setting = setting_find(entry->key);

    if (setting == NULL)
        buf_printf(message, _("unknown setting '%.*s'"), SV_ARG(entry->key));
    else if (is_vault && setting->scope == SETTING_USER_ONLY)
        buf_printf(message, _("'%.*s' counts in your own configuration only"), SV_ARG(entry->key));
    else if (!value_fits(setting, entry) && setting->kind == SETTING_ENUM)
        buf_printf(message, _("'%.*s' is none of %s, as '%.*s' wants"), SV_ARG(entry->value), setting->values,
                   SV_ARG(entry->key));
    else if (!value_fits(setting, entry))
        buf_printf(message,
                   setting->kind == SETTING_INT ? _("'%.*s' is no number, as '%.*s' wants")
                                                : _("'%.*s' is neither true nor false, as '%.*s' wants"),
                   SV_ARG(entry->value), SV_ARG(entry->key));
}

status settings_check(const struct config *config, bool is_vault, setting_problem_fn fn, void *payload, struct err *err)
{
    struct buf message = {0};
    status rc = DONE;

    for (size_t i = 0; rc == DONE && i < config->count; i++) {
        buf_clear(&message);
        problem_describe(&config->entries[i], is_vault, &message);
        rc = buf_check(&message, err);
        if (rc == DONE && message.len > 0)
            rc = fn(payload, &config->entries[i], buf_view(&message), err);
    }
    buf_release(&message);
    return rc;
}

static struct config_entry fallback_entry(struct sv key)
{
    const struct setting *setting = setting_find(key);

    return (struct config_entry){.key = key, .value = setting != NULL ? sv_of(setting->fallback) : (struct sv){0}};
}

struct sv vault_setting(const struct vault *vault, const char *key)
{
    const struct config_entry *entry = config_get(&vault->config, sv_of(key));
    const struct setting *setting = setting_find(sv_of(key));

    if (entry == NULL || (setting != NULL && !value_fits(setting, entry)))
        return fallback_entry(sv_of(key)).value;
    return entry->value;
}

bool vault_setting_bool(const struct vault *vault, const char *key)
{
    struct config_entry entry = fallback_entry(sv_of(key));
    const struct config alone = {.entries = &entry, .count = 1};

    return config_bool(&vault->config, sv_of(key), config_bool(&alone, entry.key, false));
}

int64_t vault_setting_int(const struct vault *vault, const char *key)
{
    struct config_entry entry = fallback_entry(sv_of(key));
    const struct config alone = {.entries = &entry, .count = 1};

    return config_int(&vault->config, sv_of(key), config_int(&alone, entry.key, 0));
}

struct sv vault_user_program(const struct vault *vault, const char *const *env_names, const char *key,
                             const char *fallback_program)
{
    for (; env_names != NULL && *env_names != NULL; env_names++) {
        const char *value = getenv(*env_names);

        if (value != NULL && value[0] != '\0')
            return sv_of(value);
    }
    return config_text(&vault->user, sv_of(key), sv_of(fallback_program));
}
