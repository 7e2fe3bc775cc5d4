#include "vault/walk_folder.h"

#include "base/i18n.h"
#include "git/dir.h"
#include "note/note.h"
#include "vault/excludes.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char rule_folder[] = "folder-unreadable", rule_ignore[] = "ignore-unreadable",
                  rule_depth[] = "folder-deep";

/* One reading. */
struct reading {
    const struct vault *vault;
    struct walk_folder *folder;
    struct arena *arena;
    int fd;
    struct buf path; /* scratch for a child's path */
};

/* The first problem of a folder is kept; there is rarely a second. */
static void problem_set(struct reading *reading, const char *rule, struct sv message)
{
    if (reading->folder->problem.len == 0) {
        reading->folder->rule = rule;
        reading->folder->problem = arena_copy(reading->arena, message);
    }
}

/* --- the rules that hold here --- */

/* A nested repository has nothing of its parent's rules. */
static status repository_enter(struct reading *reading, struct err *err)
{
    struct walk_folder *folder = reading->folder;
    struct buf root = {0}, git_dir = {0};
    struct err ignored = {0};
    struct stat info;
    status rc;

    if (fstatat(reading->fd, ".git", &info, AT_SYMLINK_NOFOLLOW) != 0)
        return DONE;
    path_join(&root, sv_of(reading->vault->root), folder->path);
    rc = buf_check(&root, err);
    if (rc == DONE)
        rc = git_dir_find(root.ptr, &git_dir, &ignored);
    if (rc == NO_MEMORY) {
        rc = err_no_memory(err);
    } else if (rc == DONE) {
        folder->is_met = true;
        folder->transit = false;
        folder->repository_at = folder->path.len + 1;
        rc = excludes_load(buf_view(&git_dir), reading->arena, &folder->ignore, err);
    } else {
        rc = DONE;
    }
    buf_release(&git_dir);
    buf_release(&root);
    return rc;
}

static status own_rules_parse(struct reading *reading, struct sv text, struct err *err)
{
    struct walk_folder *folder = reading->folder;
    struct ignore *own = arena_alloc(reading->arena, sizeof(*own));
    struct sv copy = arena_copy(reading->arena, text);
    status rc;

    if (own == NULL || copy.ptr == NULL)
        return err_no_memory(err);
    rc = ignore_parse(copy, sv_from(folder->path, folder->repository_at), folder->ignore, reading->arena, own, err);
    if (rc == DONE)
        folder->ignore = own;
    return rc;
}

/* The folder's .gitignore in front of the chain. git follows no link here either. */
static status own_rules_read(struct reading *reading, struct err *err)
{
    struct buf text = {0};
    struct err unreadable = {0};
    struct stat info;
    status rc;

    if (fstatat(reading->fd, ".gitignore", &info, AT_SYMLINK_NOFOLLOW) != 0)
        return DONE;
    file_stamp_of(&info, &reading->folder->rules);
    rc = file_read_beneath(reading->fd, SV(".gitignore"), IGNORE_BYTES_MAX, &text, &unreadable);
    if (rc == DONE)
        rc = own_rules_parse(reading, buf_view(&text), err);
    else if (rc == NO_MEMORY)
        rc = err_no_memory(err);
    else if (rc < 0)
        problem_set(reading, rule_ignore, sv_of(unreadable.text));
    buf_release(&text);
    return rc == NO_MEMORY ? rc : DONE;
}

/* --- its entries --- */

static bool is_skipped_name(const char *name)
{
    static const char *const names[] = {".git", ".obsidian", ".zk", ".foam", ".trash", ".chiron", "node_modules"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

/* A view into the scratch, good until the next call. */
static struct sv scratch_path(struct reading *reading, const char *name)
{
    buf_clear(&reading->path);
    buf_put(&reading->path, reading->folder->path);
    if (reading->folder->path.len > 0)
        buf_char(&reading->path, '/');
    buf_put_c(&reading->path, name);
    return buf_view(&reading->path);
}

static bool is_ignored(const struct reading *reading, struct sv path, bool is_folder)
{
    return ignore_matches(reading->folder->ignore, sv_from(path, reading->folder->repository_at), is_folder);
}

enum entrance { STAY_OUT, PASS_THROUGH, ENTER };

/* A declared space is found wherever it is. */
static enum entrance declared_at(const struct vault *vault, struct sv path)
{
    enum entrance entrance = STAY_OUT;

    for (size_t i = 1; i < vault->space_count; i++) {
        struct sv space = vault->spaces[i].path;

        if (!vault->spaces[i].declared || !sv_starts(space, path))
            continue;
        if (space.len == path.len)
            return ENTER;
        if (space.ptr[path.len] == '/')
            entrance = PASS_THROUGH;
    }
    return entrance;
}

static enum entrance entrance_of(const struct reading *reading, struct sv path, const char *name)
{
    if (strcmp(name, ".git") == 0)
        return STAY_OUT;
    if (!reading->folder->transit && !is_skipped_name(name) && !is_ignored(reading, path, true))
        return ENTER;
    return declared_at(reading->vault, path);
}

static struct walk_child *child_add(struct reading *reading, struct sv path, struct err *err)
{
    struct walk_folder *folder = reading->folder;
    struct walk_child *children =
        arena_grow(reading->arena, folder->children, &folder->capacity, folder->count, sizeof(*children));

    path = arena_copy(reading->arena, path);
    if (children == NULL || path.ptr == NULL) {
        err_no_memory(err);
        return NULL;
    }
    folder->children = children;
    children += folder->count++;
    *children = (struct walk_child){.name = sv_from(path, folder->path.len > 0 ? folder->path.len + 1 : 0)};
    return children;
}

static status folder_add(struct reading *reading, const char *name, struct err *err)
{
    struct walk_folder *folder = reading->folder;
    struct sv path = scratch_path(reading, name);
    enum entrance entrance;
    struct walk_child *child;

    if (reading->path.failed)
        return err_no_memory(err);
    entrance = entrance_of(reading, path, name);
    if (entrance == STAY_OUT)
        return DONE;
    if (folder->depth >= WALK_DEPTH_MAX) {
        problem_set(reading, rule_depth, sv_of(_("folders further down are too deep to be looked into")));
        return DONE;
    }
    child = child_add(reading, path, err);
    if (child == NULL)
        return NO_MEMORY;
    child->folder = arena_alloc(reading->arena, sizeof(*child->folder));
    if (child->folder == NULL)
        return err_no_memory(err);
    *child->folder = (struct walk_folder){.path = walk_child_path(folder, child),
                                          .ignore = folder->ignore,
                                          .repository_at = folder->repository_at,
                                          .depth = folder->depth + 1,
                                          .transit = entrance == PASS_THROUGH};
    return DONE;
}

static status note_add(struct reading *reading, const char *name, const char *unreadable, struct err *err)
{
    struct sv path;
    struct walk_child *child;

    if (reading->folder->transit || !note_is_note_name(sv_of(name)))
        return DONE;
    path = scratch_path(reading, name);
    if (reading->path.failed)
        return err_no_memory(err);
    if (is_ignored(reading, path, false))
        return DONE;
    child = child_add(reading, path, err);
    if (child == NULL)
        return NO_MEMORY;
    child->unreadable = unreadable;
    return DONE;
}

const char *const walk_words_link = N_("a symbolic link, which is not followed");
const char *const walk_words_special = N_("not a regular file");

static unsigned char type_of(int fd, const struct dirent *entry)
{
    struct stat info;

    if (entry->d_type != DT_UNKNOWN)
        return entry->d_type;
    return fstatat(fd, entry->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 ? (unsigned char)IFTODT(info.st_mode)
                                                                       : DT_UNKNOWN;
}

static status entry_add(struct reading *reading, const struct dirent *entry, struct err *err)
{
    switch (type_of(reading->fd, entry)) {
    case DT_DIR:
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            return DONE;
        return folder_add(reading, entry->d_name, err);
    case DT_REG:
        return note_add(reading, entry->d_name, NULL, err);
    case DT_LNK:
        return note_add(reading, entry->d_name, walk_words_link, err);
    case DT_UNKNOWN: /* vanished */
        return DONE;
    default:
        return note_add(reading, entry->d_name, walk_words_special, err);
    }
}

/* The order of whole paths: a folder's name counts with its "/". */
static int child_cmp(const void *left, const void *right)
{
    const struct walk_child *a = left, *b = right;
    size_t common = a->name.len < b->name.len ? a->name.len : b->name.len;
    int order = memcmp(a->name.ptr, b->name.ptr, common);
    int end_a = 0, end_b = 0;

    if (order != 0)
        return order;
    if (a->name.len > common)
        end_a = (unsigned char)a->name.ptr[common];
    else if (a->folder != NULL)
        end_a = '/';
    if (b->name.len > common)
        end_b = (unsigned char)b->name.ptr[common];
    else if (b->folder != NULL)
        end_b = '/';
    return end_a - end_b;
}

/* --- stat data --- */

static void child_stat(int fd, struct walk_child *child)
{
    struct stat info;

    if (child->folder != NULL)
        return;
    /* The name is a copy that ends in NUL. */
    if (fstatat(fd, child->name.ptr, &info, AT_SYMLINK_NOFOLLOW) != 0) {
        child->gone = true;
        return;
    }
    file_stamp_of(&info, &child->stamp);
    if (child->unreadable == NULL && !S_ISREG(info.st_mode))
        child->unreadable = S_ISLNK(info.st_mode) ? walk_words_link : walk_words_special;
}

void walk_folder_stat(const struct vault *vault, struct walk_folder *folder, size_t begin, size_t end)
{
    struct err ignored = {0};
    int fd = -1;
    status rc = file_open_beneath(vault->root_fd, folder->path, O_PATH | O_DIRECTORY, 0, &fd, &ignored);

    for (size_t i = begin; i < end; i++)
        if (rc == DONE)
            child_stat(fd, &folder->children[i]);
        else
            folder->children[i].gone = true;
    if (rc == DONE)
        close(fd);
}

/* --- the folder --- */

/* `reading->fd` goes to the stream and is closed with it. */
static status entries_read(struct reading *reading, struct err *err)
{
    DIR *stream = fdopendir(reading->fd);
    struct walk_folder *folder = reading->folder;
    const struct dirent *entry;
    status rc = DONE;

    if (stream == NULL) {
        close(reading->fd);
        return err_no_memory(err);
    }
    while (rc == DONE && (errno = 0, entry = readdir(stream)) != NULL)
        rc = entry_add(reading, entry, err);
    if (rc == DONE && errno != 0)
        problem_set(reading, rule_folder, sv_of(strerror(errno)));
    if (rc == DONE && folder->count > 0)
        qsort(folder->children, folder->count, sizeof(*folder->children), child_cmp);
    folder->stat_later = folder->count > WALK_STAT_CHUNK;
    for (size_t i = 0; rc == DONE && !folder->stat_later && i < folder->count; i++)
        child_stat(reading->fd, &folder->children[i]);
    closedir(stream);
    return rc;
}

/* Opens the folder and learns the rules that hold in it. STOP: it cannot be looked into. */
static status rules_read(struct reading *reading, struct err *err)
{
    struct walk_folder *folder = reading->folder;
    struct err unreadable = {0};
    struct stat info;
    status rc =
        file_open_beneath(reading->vault->root_fd, folder->path, O_RDONLY | O_DIRECTORY, 0, &reading->fd, &unreadable);

    folder->rules.size = -1;
    if (rc == NOT_FOUND)
        return STOP;
    if (rc != DONE) {
        problem_set(reading, rule_folder, sv_of(unreadable.text));
        return STOP;
    }
    /* Before anything of it is read: what changes from now on makes the next look differ. */
    if (fstat(reading->fd, &info) == 0)
        file_stamp_of(&info, &folder->stamp);
    rc = folder->depth > 0 ? repository_enter(reading, err) : DONE;
    if (rc == DONE && !folder->transit)
        rc = own_rules_read(reading, err);
    if (rc != DONE)
        close(reading->fd);
    return rc;
}

status walk_folder_read(const struct vault *vault, struct walk_folder *folder, struct arena *arena, struct err *err)
{
    struct reading reading = {.vault = vault, .folder = folder, .arena = arena};
    status rc = rules_read(&reading, err);

    if (rc == DONE)
        rc = entries_read(&reading, err);
    buf_release(&reading.path);
    return rc == STOP ? DONE : rc;
}

status walk_folder_enter(const struct vault *vault, struct walk_folder *folder, struct arena *arena, struct err *err)
{
    struct reading reading = {.vault = vault, .folder = folder, .arena = arena};
    status rc = rules_read(&reading, err);

    if (rc == DONE)
        close(reading.fd);
    buf_release(&reading.path);
    return rc == STOP ? DONE : rc;
}

struct sv walk_child_path(const struct walk_folder *folder, const struct walk_child *child)
{
    size_t before = folder->path.len > 0 ? folder->path.len + 1 : 0;

    return sv_make(child->name.ptr - before, before + child->name.len);
}

static uint32_t folder_count(const struct walk_folder *folder)
{
    uint32_t count = 0;

    for (size_t i = 0; i < folder->count; i++)
        count += folder->children[i].folder != NULL;
    return count;
}

struct walk_listing walk_folder_listing(const struct walk_folder *folder)
{
    return (struct walk_listing){.path = folder->path,
                                 .folder = folder->stamp,
                                 .rules = folder->rules,
                                 .folders = folder_count(folder),
                                 .transit = folder->transit,
                                 .is_repository = folder->is_met};
}
