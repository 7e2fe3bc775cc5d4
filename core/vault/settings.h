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
    const char *key; /* "vault.lang"; "plugin.*.trust" stands for any subsection */
    enum setting_kind kind;
    const char *fallback;
    enum setting_scope scope;
    const char *summary; /* marked with N_() */
};

/* Ends with a NULL key. */
extern const struct setting settings[];
const struct setting *setting_find(struct sv key);

/* The value in force: user's, then the vault's where the scope allows, then the fallback. */
struct sv vault_setting(const struct vault *vault, const char *key);
bool vault_setting_bool(const struct vault *vault, const char *key);
int64_t vault_setting_int(const struct vault *vault, const char *key);
/* Environment first (e.g. VISUAL, EDITOR, PAGER), then the user's configuration; never the vault's. */
struct sv vault_user_program(const struct vault *vault, const char *const *env_names, const char *key,
                             const char *fallback);

#endif
