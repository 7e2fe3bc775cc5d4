/* Configuration keys: one table of what there is, of which type, and who may set it. The manual prints it. */
#ifndef VAULT_SETTINGS_H
#define VAULT_SETTINGS_H

#include "vault/vault.h"

enum setting_kind { SETTING_TEXT, SETTING_BOOL, SETTING_INT, SETTING_ENUM };
enum setting_scope {
    SETTING_ANYWHERE, /* .chiron/config or the user's; the user's wins */
    SETTING_USER_ONLY /* would run code or concerns this machine: ignored (and reported by check) in a vault */
};

struct setting {
    const char *key; /* "vault.lang"; "*" in "plugin.*.trust" stands for anything, dots included */
    enum setting_kind kind;
    const char *fallback; /* "" where there is none */
    enum setting_scope scope;
    const char *values;  /* ENUM: "auto|always|never"; else NULL */
    const char *summary; /* marked with N_() */
};

/* Ends with a NULL key; where two fit a key, the first is meant. */
extern const struct setting settings[];
/* NULL: no such key. */
const struct setting *setting_find(struct sv key);

/* What is wrong with one entry of a configuration. `message` is one line in the user's language and lives until the
 * callback returns. */
typedef status (*setting_problem_fn)(void *payload, const struct config_entry *entry, struct sv message,
                                     struct err *err);
/* Calls `fn` for every entry that is unknown, of a wrong value, or (`is_vault`) for the user alone to say. */
status settings_check(const struct config *config, bool is_vault, setting_problem_fn fn, void *payload,
                      struct err *err);

/* The value in force: user's, then the vault's where the scope allows, then the fallback. */
struct sv vault_setting(const struct vault *vault, const char *key);
bool vault_setting_bool(const struct vault *vault, const char *key);
int64_t vault_setting_int(const struct vault *vault, const char *key);
/* Environment first (e.g. VISUAL, EDITOR, PAGER), then the user's configuration; never the vault's. */
struct sv vault_user_program(const struct vault *vault, const char *const *env_names, const char *key,
                             const char *fallback_program);

#endif
