/* A new plugin's folder: the tutorial of its kind under the plugin's name. */
#include "base/arena.h"
#include "base/file.h"
#include "base/i18n.h"
#include "host/export_place.h"
#include "host/kind.h"
#include "host/manifest.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TEMPLATE_BYTES_MAX = 1024 * 1024 };

/* What the tutorials are called; as a word of its own it becomes the plugin's name. */
#define PLACEHOLDER "tutorial"

static bool is_word(struct sv text, size_t at)
{
    unsigned char c;
    if (at >= text.len)
        return false;
    c = (unsigned char)text.ptr[at];
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static void put_renamed(struct sv text, struct sv id, struct buf *out)
{
    const struct sv placeholder = SV(PLACEHOLDER);
    size_t at = 0;
    while (at < text.len) {
        size_t next = sv_find(sv_from(text, at), placeholder);
        if (next == SIZE_MAX)
            break;
        next += at;
        buf_put(out, sv_sub(text, at, next - at));
        at = next + placeholder.len;
        bool whole = (next == 0 || !is_word(text, next - 1)) && !is_word(text, at);
        buf_put(out, whole ? id : placeholder);
    }
    buf_put(out, sv_from(text, at));
}

static status read_template(const char *name, struct buf *into, struct err *err)
{
    struct buf path = {0};
    const char *bin = program_dir();
    status got;
    if (bin == NULL)
        return err_set(err, FAILED, _("unable to tell where this program is installed"));
    buf_printf(&path, "%s/%s/%s/%s", bin, CHIRON_PREFIX_FROM_BIN, CHIRON_PLUGIN_TEMPLATE_DIR, name);
    got = buf_check(&path, err);
    if (got == DONE)
        got = file_read(path.ptr, TEMPLATE_BYTES_MAX, into, err);
    if (got == NOT_FOUND)
        got = err_set(err, FAILED, _("the installation is incomplete: '%s' is missing"), path.ptr);
    buf_release(&path);
    return got;
}

/* One file of the new plugin: the texts of one or two templates, one behind the other. */
struct copied {
    const char *first, *second; /* `second` may be NULL */
    const char *name;
    mode_t mode;
};

static status copy(const struct copied *file, const char *dir, struct sv id, struct err *err)
{
    struct buf text = {0}, own = {0}, path = {0};
    status got = read_template(file->first, &text, err);
    if (got == DONE && file->second != NULL)
        got = read_template(file->second, &text, err);
    if (got == DONE) {
        put_renamed(buf_view(&text), id, &own);
        buf_printf(&path, "%s/%s", dir, file->name);
        got = buf_check(&own, err);
    }
    if (got == DONE)
        got = buf_check(&path, err);
    if (got == DONE)
        got = file_write(path.ptr, buf_view(&own), file->mode, err);
    buf_release(&text);
    buf_release(&own);
    buf_release(&path);
    return got;
}

static status copy_all(const char *dir, struct sv id, const char *kind, struct err *err)
{
    struct arena arena = {0};
    const char *source = arena_printf(&arena, "%s.c", kind).ptr;
    const char *manifest = arena_printf(&arena, "%s.conf", kind).ptr;
    const char *test = arena_printf(&arena, "%s.test", kind).ptr;
    const char *object = arena_printf(&arena, "%.*s.c", SV_ARG(id)).ptr;
    const struct copied files[] = {
        {source, NULL, object, 0644},         {manifest, NULL, "plugin.conf", 0644},
        {"Makefile", NULL, "Makefile", 0644}, {"plugin.md", NULL, "README.md", 0644},
        {"test", test, "test", 0755},
    };
    status got = DONE;
    if (source == NULL || manifest == NULL || test == NULL || object == NULL)
        got = err_no_memory(err);
    for (size_t i = 0; got == DONE && i < sizeof(files) / sizeof(files[0]); i++)
        got = copy(&files[i], dir, id, err);
    arena_release(&arena);
    return got;
}

status plugin_new(const char *dir, struct sv id, enum plugin_kind kind, struct err *err)
{
    status got;
    if (!manifest_is_name(id))
        return err_set(err, USAGE, _("'%.*s' is no name for a plugin: it is made of a-z, 0-9 and '-'"), SV_ARG(id));
    if (!sv_eq(sv_basename(sv_of(dir)), id))
        return err_set(err, USAGE, _("the folder '%s' must be named like the plugin, '%.*s'"), dir, SV_ARG(id));
    if (mkdir(dir, 0777) != 0)
        return errno == EEXIST ? err_set(err, REFUSED, _("'%s' exists already"), dir)
                               : err_errno(err, errno, _("unable to make the folder '%s'"), dir);
    got = copy_all(dir, id, kinds[kind_index(kind)].name, err);
    if (got == DONE)
        return DONE;
    /* It was made just now, so all in it is ours. */
    export_place_remove(dir);
    err_context(err, _("making the plugin '%.*s'"), SV_ARG(id));
    return got;
}
