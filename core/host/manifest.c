#include "host/manifest.h"

#include "base/config.h"
#include "base/i18n.h"
#include "base/utf8.h"
#include "chiron/plugin.h"
#include "host/kind.h"

enum { NAME_MAX_BYTES = 64 };

bool manifest_is_name(struct sv name)
{
    if (name.len == 0 || name.len > NAME_MAX_BYTES || name.ptr[0] < 'a' || name.ptr[0] > 'z')
        return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
            return false;
    }
    return true;
}

unsigned manifest_grant(struct sv permission)
{
    if (sv_eq_c(permission, CHIRON_PERMISSION_NOTES))
        return GRANT_NOTES;
    if (sv_eq_c(permission, CHIRON_PERMISSION_DATA))
        return GRANT_DATA;
    if (sv_eq_c(permission, CHIRON_PERMISSION_NETWORK))
        return GRANT_NETWORK;
    return 0;
}

/* Shown on terminals and in listings, so it is one line of plain text. */
static bool is_plain(struct sv text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < 0x20 || text.ptr[i] == 0x7f)
            return false;
    return utf8_is_valid(text);
}

static status add_kind(struct manifest *manifest, struct sv name, struct err *err)
{
    enum plugin_kind kind;
    if (!plugin_kind_parse(name, &kind))
        return err_set(err, REFUSED, _("its manifest names a kind that this version does not know: '%.*s'"),
                       SV_ARG(name));
    manifest->kinds |= kind;
    return DONE;
}

static status add_permission(struct manifest *manifest, struct arena *arena, struct sv name, struct err *err)
{
    unsigned grant = manifest_grant(name);
    struct sv *grown;
    if (grant == 0)
        return err_set(err, REFUSED, _("its manifest asks for a permission that this version does not know: '%.*s'"),
                       SV_ARG(name));
    grown = arena_grow(arena, manifest->permissions, &manifest->permission_capacity, manifest->permission_count,
                       sizeof(*grown));
    if (grown == NULL)
        return err_no_memory(err);
    manifest->permissions = grown;
    grown[manifest->permission_count++] = name;
    manifest->wants |= grant;
    return DONE;
}

static status set_abi(struct sv text, struct err *err)
{
    int64_t abi;
    if (!sv_to_i64(text, &abi) || abi != (int64_t)CHIRON_ABI_MAJOR)
        return err_set(err, REFUSED, _("it was built for plugin ABI '%.*s', and this version has %u"), SV_ARG(text),
                       CHIRON_ABI_MAJOR);
    return DONE;
}

/* The keys with one text each. A key that is not known here belongs to a newer version and does no harm. */
static struct sv *text_of(struct manifest *manifest, struct sv key)
{
    const struct {
        const char *key;
        struct sv *text;
    } texts[] = {
        {"plugin.id", &manifest->id},           {"plugin.version", &manifest->version},
        {"plugin.summary", &manifest->summary}, {"plugin.license", &manifest->license},
        {"plugin.command", &manifest->command}, {"plugin.format", &manifest->format},
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (sv_eq_c(key, texts[i].key))
            return texts[i].text;
    return NULL;
}

static status take(struct manifest *manifest, const struct config_entry *entry, struct arena *arena, bool *abi_seen,
                   struct err *err)
{
    struct sv *text = text_of(manifest, entry->key);
    if (!is_plain(entry->value))
        return err_set(err, REFUSED, _("line %u of its manifest holds control characters or invalid UTF-8"),
                       entry->line);
    if (text != NULL)
        *text = entry->value;
    else if (sv_eq_c(entry->key, "plugin.kind"))
        return add_kind(manifest, entry->value, err);
    else if (sv_eq_c(entry->key, "plugin.permission"))
        return add_permission(manifest, arena, entry->value, err);
    else if (sv_eq_c(entry->key, "plugin.threads"))
        manifest->any_thread = sv_eq_c(entry->value, "any");
    else if (sv_eq_c(entry->key, "plugin.abi")) {
        *abi_seen = true;
        return set_abi(entry->value, err);
    }
    return DONE;
}

static status check_id(const struct manifest *manifest, struct sv folder, struct err *err)
{
    if (manifest->id.len == 0)
        return err_set(err, REFUSED, _("its manifest has no id"));
    if (!manifest_is_name(manifest->id))
        return err_set(err, REFUSED, _("its id '%.*s' is not made of the letters a-z, digits and '-'"),
                       SV_ARG(manifest->id));
    if (!sv_eq(manifest->id, folder))
        return err_set(err, REFUSED, _("its id '%.*s' is not the name of its folder, '%.*s'"), SV_ARG(manifest->id),
                       SV_ARG(folder));
    return DONE;
}

static status check_rest(const struct manifest *manifest, bool abi_seen, struct err *err)
{
    if (manifest->version.len == 0)
        return err_set(err, REFUSED, _("its manifest has no version"));
    if (!abi_seen)
        return err_set(err, REFUSED, _("its manifest does not say which plugin ABI it was built for"));
    if (manifest->kinds == 0)
        return err_set(err, REFUSED, _("its manifest names no kind"));
    if ((manifest->kinds & PLUGIN_COMMAND) != 0 && !manifest_is_name(manifest->command))
        return err_set(err, REFUSED, _("its manifest names no valid command: '%.*s'"), SV_ARG(manifest->command));
    if ((manifest->kinds & PLUGIN_EXPORTER) != 0 && !manifest_is_name(manifest->format))
        return err_set(err, REFUSED, _("its manifest names no valid format: '%.*s'"), SV_ARG(manifest->format));
    return DONE;
}

status manifest_parse(struct sv text, struct sv folder, struct arena *arena, struct manifest *manifest_out,
                      struct err *err)
{
    struct config config = {0};
    bool abi_seen = false;
    struct err first = {0};
    status got;

    *manifest_out = (struct manifest){0};
    got = config_parse(&config, arena, SV("plugin.conf"), text, &first);
    /* The id is wanted for the listing even where another line is wrong, so all lines are looked at. */
    for (size_t i = 0; i < config.count; i++) {
        status line = take(manifest_out, &config.entries[i], arena, &abi_seen, &first);
        if (got == DONE)
            got = line;
    }
    if (got == DONE)
        got = check_id(manifest_out, folder, &first);
    if (got == DONE)
        got = check_rest(manifest_out, abi_seen, &first);
    if (got != DONE && err != NULL && err->code == DONE)
        *err = first;
    return got;
}
