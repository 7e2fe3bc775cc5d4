#include "vault/spaces.h"

#include "base/file.h"
#include "base/i18n.h"
#include "git/dir.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SPACE_FILE_MAX = 64 * 1024, LIST_FILE_MAX = 1024 * 1024 };

static const char seen_name[] = "spaces-seen";

static void warn(struct buf *warning, struct err *err)
{
    char text[ERR_TEXT_MAX + ERR_PATH_MAX];

    err_format(err, text, sizeof(text));
    buf_put_c(warning, text);
    buf_char(warning, '\n');
    err_clear(err);
}

static status members_read(struct vault *vault, const struct config *config, struct space *space, struct err *err)
{
    space->members = arena_array(&vault->arena, config->count, sizeof(*space->members));
    if (space->members == NULL)
        return err_no_memory(err);
    for (size_t i = 0; i < config->count; i++)
        if (sv_eq(config->entries[i].key, SV("space.member")))
            space->members[space->member_count++] = config->entries[i].value;
    return DONE;
}

/* A peer may write this file: it can take readers away, never add any. */
static status visibility_narrow(const struct config *config, struct sv file, struct space *space, struct err *err)
{
    const struct config_entry *entry = config_get(config, SV("space.visibility"));
    enum visibility said;

    if (entry == NULL)
        return DONE;
    if (!visibility_parse(entry->value, &said))
        return err_at(err, MALFORMED, file, entry->line, entry->column,
                      _("'%.*s' is no visibility: private, pair or group"), SV_ARG(entry->value));
    if (said < space->visibility)
        space->visibility = said;
    return DONE;
}

static status space_file_parse(struct vault *vault, struct sv file, struct sv text, struct space *space,
                               struct err *err)
{
    struct config config = {0};
    status rc = config_parse(&config, &vault->arena, file, text, err);

    if (rc == DONE)
        rc = visibility_narrow(&config, file, space, err);
    if (rc == DONE)
        rc = members_read(vault, &config, space, err);
    return rc;
}

static status space_file_apply(struct vault *vault, struct sv file, struct space *space, struct err *err)
{
    struct buf text = {0};
    status rc = file_read_beneath(vault->root_fd, file, SPACE_FILE_MAX, &text, err);

    if (rc == DONE)
        rc = space_file_parse(vault, file, buf_view(&text), space, err);
    buf_release(&text);
    return rc;
}

/* <space>/.chiron/space. Where it cannot be understood, the space is private: a mistake must not show anything. */
static status space_file_read(struct vault *vault, struct space *space, struct buf *warning, struct err *err)
{
    struct buf file = {0};
    struct err failure = {0};
    status rc;

    path_join(&file, space->path, SV(".chiron/space"));
    rc = buf_check(&file, &failure);
    if (rc == DONE)
        rc = space_file_apply(vault, buf_view(&file), space, &failure);
    err_place(&failure, buf_view(&file), 0, 0);
    buf_release(&file);
    if (rc >= 0)
        return DONE;
    space->visibility = VISIBILITY_PRIVATE;
    if (rc != NO_MEMORY && warning != NULL) {
        warn(warning, &failure);
        return DONE;
    }
    if (err != NULL)
        *err = failure;
    return rc;
}

static struct space *space_by_path(const struct vault *vault, struct sv path)
{
    for (size_t i = 0; i < vault->space_count; i++)
        if (sv_eq(vault->spaces[i].path, path))
            return &vault->spaces[i];
    return NULL;
}

/* Whether the folder stands there itself, with no link on the way to it. */
static bool is_folder(const struct vault *vault, struct sv path)
{
    struct err ignored = {0};
    int fd;

    if (file_open_beneath(vault->root_fd, path, O_PATH | O_DIRECTORY, 0, &fd, &ignored) != DONE)
        return false;
    close(fd);
    return true;
}

static status git_dir_of(struct vault *vault, struct sv path, struct sv *dir_out, struct err *err)
{
    struct buf root = {0}, dir = {0};
    status rc;

    path_join(&root, sv_of(vault->root), path);
    rc = buf_check(&root, err);
    if (rc == DONE)
        rc = git_dir_find(root.ptr, &dir, err);
    if (rc == DONE) {
        *dir_out = arena_copy(&vault->arena, buf_view(&dir));
        rc = dir_out->ptr != NULL ? DONE : err_no_memory(err);
    }
    buf_release(&dir);
    buf_release(&root);
    return rc;
}

static status space_append(struct vault *vault, const struct space *space, struct buf *warning, struct err *err)
{
    struct space *spaces =
        arena_grow(&vault->arena, vault->spaces, &vault->space_capacity, vault->space_count, sizeof(*spaces));

    if (spaces == NULL)
        return err_no_memory(err);
    vault->spaces = spaces;
    spaces[vault->space_count] = *space;
    return space_file_read(vault, &spaces[vault->space_count++], warning, err);
}

/* NOT_FOUND: no repository there. */
static status nested_add(struct vault *vault, struct sv path, enum visibility visibility, bool declared,
                         struct buf *warning, struct err *err)
{
    struct space space = {.visibility = visibility, .is_git = true, .declared = declared};
    status rc;

    if (space_by_path(vault, path) != NULL)
        return DONE;
    if (!is_folder(vault, path))
        return NOT_FOUND;
    rc = git_dir_of(vault, path, &space.git_dir, err);
    if (rc != DONE)
        return rc;
    space.path = space.name = arena_copy(&vault->arena, path);
    if (space.path.ptr == NULL)
        return err_no_memory(err);
    return space_append(vault, &space, warning, err);
}

static int name_cmp(const void *a, const void *b)
{
    return sv_cmp(*(const struct sv *)a, *(const struct sv *)b);
}

/* The names in pairs/, in order. */
static status pairs_list(struct vault *vault, struct sv **names_out, size_t *count_out, struct err *err)
{
    size_t capacity = 0;
    struct dirent *entry;
    struct sv *names = NULL;
    status rc;
    DIR *dir;
    int fd;

    *count_out = 0;
    rc = file_open_beneath(vault->root_fd, SV("pairs"), O_RDONLY | O_DIRECTORY, 0, &fd, err);
    if (rc != DONE)
        return rc;
    dir = fdopendir(fd);
    if (dir == NULL) {
        close(fd);
        return err_no_memory(err);
    }
    while (rc == DONE && (entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.' || (entry->d_type != DT_DIR && entry->d_type != DT_UNKNOWN))
            continue;
        names = arena_grow(&vault->arena, names, &capacity, *count_out, sizeof(*names));
        if (names == NULL) {
            rc = err_no_memory(err);
            break;
        }
        names[*count_out] = arena_printf(&vault->arena, "pairs/%s", entry->d_name);
        if (names[(*count_out)++].ptr == NULL)
            rc = err_no_memory(err);
    }
    closedir(dir);
    *names_out = names;
    return rc;
}

static status pairs_add(struct vault *vault, struct buf *warning, struct err *err)
{
    struct sv *names = NULL;
    struct err unreadable = {0};
    size_t count = 0;
    status rc = pairs_list(vault, &names, &count, &unreadable);

    /* pairs/ that is a link or closed to us holds no spaces of this vault; the walk reports such a folder. */
    if (rc == NO_MEMORY)
        return err_no_memory(err);
    if (rc != DONE || count == 0)
        return DONE;
    qsort(names, count, sizeof(*names), name_cmp);
    for (size_t i = 0; i < count && rc >= 0; i++)
        rc = nested_add(vault, names[i], VISIBILITY_PAIR, true, warning, err);
    return rc < 0 ? rc : DONE;
}

static status listed_add(struct vault *vault, struct sv line, struct sv file, unsigned number, struct buf *warning,
                         struct err *err)
{
    struct sv path = {0};
    status rc = NOT_FOUND;

    if (path_normalise(&vault->arena, line, &path) && path.len > 0)
        rc = nested_add(vault, path, VISIBILITY_PAIR, true, warning, err);
    if (rc == NOT_FOUND && warning != NULL) {
        struct err absent = {0};

        err_at(&absent, NOT_FOUND, file, number, 1, _("no repository at '%.*s'"), SV_ARG(line));
        warn(warning, &absent);
    }
    return rc < 0 ? rc : DONE;
}

/* <git dir>/chiron/spaces: the user's own list of spaces that stand elsewhere in the vault. */
static status list_add(struct vault *vault, struct buf *warning, struct err *err)
{
    struct buf file = {0}, text = {0};
    struct sv rest, line;
    unsigned number = 0;
    status rc;

    if (!vault->is_git)
        return DONE;
    path_join(&file, vault->git_dir, SV("chiron/spaces"));
    rc = buf_check(&file, err);
    if (rc == DONE)
        rc = file_read(file.ptr, LIST_FILE_MAX, &text, err);
    rest = buf_view(&text);
    while (rc == DONE && sv_next_line(&rest, &line)) {
        number++;
        if (line.len > 0)
            rc = listed_add(vault, line, buf_view(&file), number, warning, err);
    }
    buf_release(&text);
    buf_release(&file);
    return rc < 0 ? rc : DONE;
}

/* Appends what the last walk wrote: paths that end in NUL. Absent or unreadable: empty. */
static void seen_read(const struct vault *vault, struct buf *text)
{
    struct buf file = {0};
    struct err ignored = {0};

    if (vault->data_dir != NULL) {
        path_join(&file, sv_of(vault->data_dir), sv_of(seen_name));
        if (!file.failed)
            file_read(file.ptr, LIST_FILE_MAX, text, &ignored);
    }
    buf_release(&file);
}

static status seen_add(struct vault *vault, struct buf *warning, struct err *err)
{
    struct buf text = {0};
    struct sv rest, line, path;
    status rc = DONE;

    seen_read(vault, &text);
    rest = buf_view(&text);
    while (rc >= 0 && rest.len > 0 && sv_next(&rest, '\0', &line))
        if (line.len > 0 && path_normalise(&vault->arena, line, &path) && path.len > 0)
            rc = nested_add(vault, path, VISIBILITY_PAIR, false, warning, err);
    buf_release(&text);
    return rc < 0 ? rc : DONE;
}

status spaces_read(struct vault *vault, struct buf *warning, struct err *err)
{
    const struct space root = {.name = SV("."),
                               .path = SV(""),
                               .visibility = VISIBILITY_GROUP,
                               .is_git = vault->is_git,
                               .declared = true,
                               .git_dir = vault->git_dir};
    status rc = space_append(vault, &root, warning, err);

    if (rc == DONE)
        rc = nested_add(vault, SV("private"), VISIBILITY_PRIVATE, true, warning, err);
    if (rc >= 0)
        rc = pairs_add(vault, warning, err);
    if (rc == DONE)
        rc = list_add(vault, warning, err);
    if (rc == DONE)
        rc = seen_add(vault, warning, err);
    return rc;
}

status spaces_meet(struct vault *vault, struct sv path, uint32_t *index_out, struct err *err)
{
    struct buf ignored = {0};
    status rc = nested_add(vault, path, VISIBILITY_PAIR, false, &ignored, err);
    struct space *space = space_by_path(vault, path);

    buf_release(&ignored);
    *index_out = space != NULL ? (uint32_t)(space - vault->spaces) : 0;
    return rc;
}

void spaces_remember(struct vault *vault, const bool *met)
{
    struct buf now = {0}, before = {0}, file = {0};
    struct err ignored = {0};
    const char *dir;

    for (size_t i = 0; i < vault->space_count; i++) {
        if (met[i] && !vault->spaces[i].declared) {
            buf_put(&now, vault->spaces[i].path);
            buf_char(&now, '\0');
        }
    }
    seen_read(vault, &before);
    if (!now.failed && !sv_eq(buf_view(&now), buf_view(&before)) && vault_data_dir(vault, &dir, &ignored) == DONE) {
        path_join(&file, sv_of(dir), sv_of(seen_name));
        if (!file.failed)
            file_write(file.ptr, buf_view(&now), 0600, &ignored);
    }
    buf_release(&file);
    buf_release(&before);
    buf_release(&now);
}
