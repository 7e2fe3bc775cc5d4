#include "catalogue/sweep.h"

#include "base/i18n.h"
#include "base/thread.h"
#include "vault/walk.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* So many files of a folder are one worker's; a folder of a hundred thousand is for all of them. */
enum { FILES_MAX = 512 };

/* Files [begin, end) of a folder's members. The first piece of a folder looks at the folder, too. */
struct piece {
    uint32_t folder, begin, end;
};

struct sweep {
    struct rows rows; /* a copy: the struct may move, what it points at does not */
    int root_fd;
    dev_t device;
    struct piece *pieces;
    size_t piece_count;
    struct sweep_found *found; /* one a worker */
    unsigned worker_count;
    struct thread_team *team; /* NULL: finished */
};

int64_t sweep_clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* A file can change twice within one tick of the clock, with us reading in between, and look unchanged ever after. So,
 * as git does, stat data are believed only where the last change is older than the look. Some file systems count in
 * seconds, or in two. */
static bool is_too_young(int64_t changed_ns, int64_t looked_ns)
{
    const int64_t second = 1000000000;
    return changed_ns + (changed_ns % second == 0 ? 2 * second : 0) >= looked_ns;
}

/* A file dated into the future by hand is told by its ctime, which no hand can set, or it would be read again for
 * years.
 */
bool facts_are_racy(const struct facts *facts, int64_t read_ns)
{
    bool by_hand = facts->mtime_ns > read_ns + 3 * (int64_t)1000000000;
    return is_too_young(facts->mtime_ns > facts->ctime_ns && !by_hand ? facts->mtime_ns : facts->ctime_ns, read_ns);
}

/* --- what is found --- */

static status add_change(struct sweep_found *found, struct sweep_change change, struct err *err)
{
    struct sweep_change *changes = array_grow(found->changes, &found->capacity, found->count, sizeof *changes);
    if (!changes)
        return err_no_memory(err);
    found->changes = changes;
    changes[found->count++] = change;
    return DONE;
}

static status add_folder(struct sweep_found *found, uint32_t folder, struct err *err)
{
    uint32_t *folders = array_grow(found->folders, &found->folder_capacity, found->folder_count, sizeof *folders);
    if (!folders)
        return err_no_memory(err);
    found->folders = folders;
    folders[found->folder_count++] = folder;
    return DONE;
}

/* --- looking --- */

static bool is_same_folder(const struct sweep *sweep, int fd, const struct folder_row *folder)
{
    struct stat info;
    struct file_stamp stamp;
    if (fstat(fd, &info) != 0 || info.st_dev != sweep->device)
        return false;
    file_stamp_of(&info, &stamp);
    int64_t changed_ns = stamp.mtime_ns > stamp.ctime_ns ? stamp.mtime_ns : stamp.ctime_ns;
    return stamp.mtime_ns == folder->mtime_ns && stamp.ctime_ns == folder->ctime_ns && stamp.inode == folder->inode &&
           !is_too_young(changed_ns, sweep->rows.swept_ns);
}

/* Where there was none, the folder's own times tell of a new one. */
static bool are_same_rules(const struct sweep *sweep, int fd, const struct folder_row *folder)
{
    struct stat info;
    struct facts facts = {
        .size = folder->rules_size, .mtime_ns = folder->rules_mtime_ns, .ctime_ns = folder->rules_ctime_ns};
    if (folder->rules_size < 0)
        return true;
    if (fstatat(fd, ".gitignore", &info, AT_SYMLINK_NOFOLLOW) != 0)
        return false;
    struct file_stamp stamp;
    file_stamp_of(&info, &stamp);
    return stamp.size == folder->rules_size && stamp.mtime_ns == folder->rules_mtime_ns &&
           stamp.ctime_ns == folder->rules_ctime_ns && stamp.inode == folder->rules_inode &&
           !facts_are_racy(&facts, sweep->rows.swept_ns);
}

static const char *unreadable_as(mode_t mode)
{
    if (S_ISREG(mode))
        return NULL;
    return S_ISLNK(mode) ? walk_words_link : walk_words_special;
}

/* STOP: it is gone, and so its folder is not what it was. */
static status look_at_file(const struct sweep *sweep, struct sweep_found *found, int fd, size_t name_at, uint32_t at,
                           struct err *err)
{
    const struct row *row = &sweep->rows.items[at];
    struct sweep_change change = {.row = at};
    struct stat info;
    if (fstatat(fd, row_path(row).ptr + name_at, &info, AT_SYMLINK_NOFOLLOW) != 0)
        return STOP;
    file_stamp_of(&info, &change.stamp);
    change.unreadable = unreadable_as(info.st_mode);
    bool hidden = change.unreadable != NULL;
    bool same = hidden == !row_is_note(row) && facts_same_stamp(&row->facts, &change.stamp);
    bool sure = hidden || !(facts_are_racy(&row->facts, sweep->rows.swept_ns) || (row->facts.flags & FACTS_RETRY));
    return same && sure ? DONE : add_change(found, change, err);
}

static status look_at_files(const struct sweep *sweep, struct sweep_found *found, const struct piece *piece, int fd,
                            struct err *err)
{
    const struct folder_row *folder = &sweep->rows.folders[piece->folder];
    size_t name_at = folder->path_length > 0 ? folder->path_length + 1 : 0;
    status s = DONE;
    for (uint32_t i = piece->begin; s == DONE && i < piece->end; i++)
        s = look_at_file(sweep, found, fd, name_at, sweep->rows.members[folder->first + i], err);
    return s;
}

static status look(const struct sweep *sweep, struct sweep_found *found, const struct piece *piece, struct err *err)
{
    const struct folder_row *folder = &sweep->rows.folders[piece->folder];
    struct err ignored = {0};
    int fd;
    if (file_open_beneath(sweep->root_fd, folder_row_path(folder), O_PATH | O_DIRECTORY, 0, &fd, &ignored) != DONE)
        return add_folder(found, piece->folder, err);
    bool same = piece->begin > 0 || (is_same_folder(sweep, fd, folder) && are_same_rules(sweep, fd, folder));
    size_t count = found->count;
    status s = same ? look_at_files(sweep, found, piece, fd, err) : STOP;
    close(fd);
    if (s != STOP)
        return s;
    found->count = count; /* they are met again when the folder is */
    return add_folder(found, piece->folder, err);
}

static status look_at_pieces(void *payload, unsigned worker, size_t begin, size_t end, struct err *err)
{
    struct sweep *sweep = payload;
    status s = DONE;
    for (size_t i = begin; s == DONE && i < end; i++)
        s = look(sweep, &sweep->found[worker], &sweep->pieces[i], err);
    return s;
}

/* --- the whole --- */

static bool cut(struct sweep *sweep)
{
    const struct rows *rows = &sweep->rows;
    sweep->pieces = memory_alloc((rows->folder_count + rows->count / FILES_MAX) * sizeof *sweep->pieces);
    if (!sweep->pieces)
        return false;
    for (uint32_t i = 0; i < rows->folder_count; i++) {
        uint32_t begin = 0, left = rows->folders[i].count;
        do {
            uint32_t count = left < FILES_MAX ? left : FILES_MAX;
            sweep->pieces[sweep->piece_count++] = (struct piece){i, begin, begin + count};
            begin += count;
            left -= count;
        } while (left > 0);
    }
    return true;
}

static bool prepare(struct sweep *sweep)
{
    struct stat info;
    if (fstat(sweep->root_fd, &info) != 0)
        return false;
    sweep->device = info.st_dev;
    sweep->found = memory_zero(sweep->worker_count, sizeof *sweep->found);
    return sweep->found && cut(sweep);
}

struct sweep *sweep_begin(const struct vault *vault, const struct rows *rows)
{
    if (rows->folder_count == 0 || rows->rules == 0)
        return NULL;
    struct sweep *sweep = memory_zero(1, sizeof *sweep);
    if (!sweep)
        return NULL;
    *sweep = (struct sweep){.rows = *rows, .root_fd = vault->root_fd, .worker_count = thread_count()};
    if (prepare(sweep))
        sweep->team = thread_begin(sweep->piece_count, 1, sweep->worker_count, look_at_pieces, sweep);
    if (sweep->team)
        return sweep;
    sweep_end(sweep);
    return NULL;
}

static status move(struct sweep_found *from, struct sweep_found *into, struct err *err)
{
    status s = DONE;
    for (size_t i = 0; s == DONE && i < from->count; i++)
        s = add_change(into, from->changes[i], err);
    for (size_t i = 0; s == DONE && i < from->folder_count; i++)
        s = add_folder(into, from->folders[i], err);
    return s;
}

status sweep_finish(struct sweep *sweep, struct sweep_found *found_out, struct err *err)
{
    *found_out = (struct sweep_found){0};
    if (!sweep || !sweep->team)
        return STOP;
    status s = thread_finish(sweep->team, err);
    sweep->team = NULL;
    for (unsigned i = 0; s == DONE && i < sweep->worker_count; i++)
        s = move(&sweep->found[i], found_out, err);
    if (s != DONE) {
        free(found_out->changes);
        free(found_out->folders);
    }
    return s;
}

void sweep_end(struct sweep *sweep)
{
    if (!sweep)
        return;
    thread_stop(sweep->team);
    for (unsigned i = 0; sweep->found && i < sweep->worker_count; i++) {
        free(sweep->found[i].changes);
        free(sweep->found[i].folders);
    }
    free(sweep->found);
    free(sweep->pieces);
    free(sweep);
}
