#include "note/type.h"

#include "base/file.h"
#include "base/i18n.h"
#include "note/kind.h"
#include "note/type_read.h"
#include "text/yaml.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A vault's folder of templates comes from anybody who can push, and every command reads it: more than this nobody
 * means. */
enum { VAULT_TYPES_MAX = 64, VAULT_FILE_MAX = 64 * 1024, FILE_MAX = 1024 * 1024 };

struct types {
    struct arena arena;
    struct note_type *items; /* by name */
    size_t count, capacity;
    const struct note_type *note; /* the one that holds the common fields */
};

struct loader {
    struct types *types;
    struct buf *warnings;
    struct sv where; /* the folder, for messages */
    bool from_vault;
    struct buf bytes;
};

static int compare_names(const void *a, const void *b)
{
    return sv_cmp(*(const struct sv *)a, *(const struct sv *)b);
}

static status read_names(DIR *dir, struct arena *arena, struct sv **names_out, size_t *count_out, struct err *err)
{
    struct sv *names = NULL;
    size_t count = 0, capacity = 0;
    const struct dirent *entry;
    for (errno = 0; (entry = readdir(dir)) != NULL; errno = 0) {
        if (!type_name_is_valid(sv_of(entry->d_name)))
            continue;
        names = arena_grow(arena, names, &capacity, count, sizeof(*names));
        struct sv name = names == NULL ? (struct sv){0} : arena_copy(arena, sv_of(entry->d_name));
        if (name.ptr == NULL)
            return err_no_memory(err);
        names[count++] = name;
    }
    if (errno != 0)
        return err_errno(err, errno, _("unable to read the folder"));
    *names_out = names;
    *count_out = count;
    return DONE;
}

/* The names in a folder, in an order that does not depend on the file system. */
static status list_folder(int folder, struct arena *arena, struct sv **names_out, size_t *count_out, struct err *err)
{
    *names_out = NULL;
    *count_out = 0;
    int fd = fcntl(folder, F_DUPFD_CLOEXEC, 0);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (dir == NULL) {
        int saved = errno;
        if (fd >= 0)
            close(fd);
        return err_errno(err, saved, _("unable to read the folder"));
    }
    status s = read_names(dir, arena, names_out, count_out, err);
    closedir(dir);
    if (s == DONE && *count_out > 0)
        qsort(*names_out, *count_out, sizeof(**names_out), compare_names);
    return s;
}

/* Where `name` stands, or would. */
static size_t find_slot(const struct types *types, struct sv name, bool *found_out)
{
    size_t low = 0, high = types->count;
    *found_out = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = sv_cmp(types->items[middle].name, name);
        if (order == 0) {
            *found_out = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static status put_type(struct types *types, const struct note_type *type, struct err *err)
{
    bool found;
    size_t slot = find_slot(types, type->name, &found);
    if (!found) {
        struct note_type *items =
            arena_grow(&types->arena, types->items, &types->capacity, types->count, sizeof(*items));
        if (items == NULL)
            return err_no_memory(err);
        types->items = items;
        memmove(&items[slot + 1], &items[slot], (types->count - slot) * sizeof(*items));
        types->count++;
    }
    types->items[slot] = *type;
    return DONE;
}

/* Hands on what was found out apart. */
static status hand_on(struct err *err, const struct err *why)
{
    if (err != NULL)
        *err = *why;
    return why->code;
}

static void warn(struct loader *loader, const struct err *err)
{
    char text[ERR_PATH_MAX + ERR_TEXT_MAX + 32];
    if (loader->warnings == NULL)
        return;
    err_format(err, text, sizeof(text));
    buf_put_c(loader->warnings, text);
    buf_char(loader->warnings, '\n');
}

/* What may be read stays as narrow as the installed type has it: a file that peers can push must not widen it. */
static void settle_visibility(struct loader *loader, struct note_type *type, bool has_visibility)
{
    const struct note_type *old = types_get(loader->types, type->name);
    if (old == NULL)
        return;
    if (has_visibility && type->visibility > old->visibility && loader->warnings != NULL) {
        const struct value *value = value_get(type->raw, SV("visibility"));
        buf_printf(loader->warnings, "%.*s:%u:%u: ", SV_ARG(type->path), value->line, value->column);
        buf_printf(loader->warnings, _("a vault cannot widen the visibility of '%.*s' from %s to %s; it stays %s"),
                   SV_ARG(type->name), visibility_name(old->visibility), visibility_name(type->visibility),
                   visibility_name(old->visibility));
        buf_char(loader->warnings, '\n');
    }
    if (!has_visibility || type->visibility > old->visibility)
        type->visibility = old->visibility;
}

/* Reads "<name>/type.yaml" beneath `fd`; a folder without one is none of a type. */
static status load_one(struct loader *loader, int fd, struct sv name, struct err *err)
{
    struct arena *arena = &loader->types->arena;
    struct sv file = arena_printf(arena, "%.*s/type.yaml", SV_ARG(name));
    struct sv path = arena_printf(arena, "%.*s/%.*s", SV_ARG(loader->where), SV_ARG(file));
    if (file.ptr == NULL || path.ptr == NULL)
        return err_no_memory(err);
    buf_clear(&loader->bytes);
    status s = file_read_beneath(fd, file, loader->from_vault ? VAULT_FILE_MAX : FILE_MAX, &loader->bytes, err);
    if (s != DONE) {
        err_place(err, path, 0, 0);
        return s;
    }
    struct value *root;
    struct sv bytes = arena_copy(arena, buf_view(&loader->bytes));
    if (bytes.ptr == NULL)
        return err_no_memory(err);
    s = yaml_parse(bytes, &yaml_limits_file, 1, arena, &root, err);
    if (s != DONE) {
        err_place(err, path, 0, 0);
        return s;
    }
    struct note_type type;
    bool has_visibility;
    struct type_reader reader = {.arena = arena, .path = path, .warnings = loader->warnings, .err = err};
    s = type_read(&reader, name, root, &type, &has_visibility);
    if (s != DONE)
        return s;
    type.from_vault = loader->from_vault;
    if (loader->from_vault)
        settle_visibility(loader, &type, has_visibility);
    return put_type(loader->types, &type, err);
}

/* Whatever is wrong with a vault's types, its notes can be read: there, each mistake is a warning. */
static status load_each(struct loader *loader, int fd, struct err *err)
{
    struct sv *names;
    size_t count;
    status s = list_folder(fd, &loader->types->arena, &names, &count, err);
    if (s != DONE)
        err_place(err, loader->where, 0, 0);
    for (size_t i = 0; s == DONE && i < count; i++) {
        struct err why = {0};
        if (loader->from_vault && i == VAULT_TYPES_MAX) {
            err_at(&why, REFUSED, loader->where, 0, 0, _("more than %d types; the rest is ignored"), VAULT_TYPES_MAX);
            warn(loader, &why);
            break;
        }
        status loaded = load_one(loader, fd, names[i], &why);
        if (loaded == DONE || loaded == NOT_FOUND)
            continue;
        if (loader->from_vault && loaded != NO_MEMORY)
            warn(loader, &why);
        else
            s = hand_on(err, &why);
    }
    return s;
}

static status load_installed(struct loader *loader, const char *dir, struct err *err)
{
    int fd;
    status s = dir_open(dir, &fd, err);
    if (s == NOT_FOUND)
        return err_set(err, FAILED, _("the folder of note types '%s' does not exist"), dir);
    if (s != DONE)
        return s;
    s = load_each(loader, fd, err);
    close(fd);
    return s;
}

static status load_vault(struct loader *loader, int root_fd, struct err *err)
{
    int fd;
    struct err why = {0};
    status s = file_open_beneath(root_fd, loader->where, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0, &fd, &why);
    if (s == NOT_FOUND)
        return DONE;
    if (s == DONE) {
        s = load_each(loader, fd, &why);
        close(fd);
    }
    if (s == NO_MEMORY)
        return err_no_memory(err);
    if (s != DONE)
        warn(loader, &why);
    return DONE;
}

static status check_targets(struct loader *loader, const struct note_type *type, const struct field *fields,
                            size_t count, struct err *err)
{
    status s = DONE;
    for (size_t i = 0; s == DONE && i < count; i++) {
        const struct field *field = &fields[i];
        for (size_t j = 0; s == DONE && j < field->to_count; j++)
            if (types_get(loader->types, field->to[j]) == NULL)
                s = err_at(err, MALFORMED, type->path, 0, 0, _("field '%.*s' refers to '%.*s', which is not a type"),
                           SV_ARG(field->name), SV_ARG(field->to[j]));
        if (s == DONE)
            s = check_targets(loader, type, field->fields, field->field_count, err);
    }
    return s;
}

/* Asked at the end, for types refer to each other in any order. */
static status finish(struct loader *loader, const char *dir, struct err *err)
{
    struct types *types = loader->types;
    types->note = types_get(types, SV("note"));
    if (types->note == NULL)
        return err_set(err, FAILED, _("the note types in '%s' are incomplete: 'note' is missing"), dir);
    for (size_t i = 0; i < types->count; i++) {
        const struct note_type *type = &types->items[i];
        struct err why = {0};
        if (check_targets(loader, type, type->fields, type->field_count, &why) == DONE)
            continue;
        if (!type->from_vault)
            return hand_on(err, &why);
        warn(loader, &why);
    }
    return DONE;
}

status types_load(const char *dir, int vault_root_fd, struct types **types_out, struct buf *warnings, struct err *err)
{
    *types_out = NULL;
    struct types *types = memory_zero(1, sizeof(*types));
    if (types == NULL)
        return err_no_memory(err);
    arena_init(&types->arena);
    struct loader loader = {.types = types, .warnings = warnings, .where = sv_of(dir)};
    status s = load_installed(&loader, dir, err);
    if (s == DONE && vault_root_fd >= 0) {
        loader.where = SV(".chiron/templates");
        loader.from_vault = true;
        s = load_vault(&loader, vault_root_fd, err);
    }
    if (s == DONE)
        s = finish(&loader, dir, err);
    buf_release(&loader.bytes);
    if (s != DONE) {
        types_free(types);
        return s;
    }
    *types_out = types;
    return DONE;
}

void types_free(struct types *types)
{
    if (types == NULL)
        return;
    arena_release(&types->arena);
    free(types);
}

size_t types_count(const struct types *types)
{
    return types->count;
}

const struct note_type *types_nth(const struct types *types, size_t n)
{
    return n < types->count ? &types->items[n] : NULL;
}

const struct note_type *types_get(const struct types *types, struct sv name)
{
    bool found;
    size_t slot = find_slot(types, name, &found);
    return found ? &types->items[slot] : NULL;
}

const struct note_type *types_for(const struct types *types, struct sv name)
{
    const struct note_type *type = types_get(types, name);
    return type != NULL ? type : types->note;
}

const struct field *type_field(const struct types *types, const struct note_type *type, struct sv name)
{
    const struct field *field = field_find(type->fields, type->field_count, name);
    return field != NULL ? field : field_find(types->note->fields, types->note->field_count, name);
}
