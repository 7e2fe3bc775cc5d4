/* Files: reading within bounds, atomic writing, opening beneath a root only. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/buf.h"
#include "base/err.h"

#include <sys/types.h>

/* What tells two versions of a file apart without reading it. Times in nanoseconds since 1970. */
struct file_stamp {
    int64_t size, mtime_ns, ctime_ns;
    uint64_t inode, device;
    uint32_t mode;
};

struct stat;
void file_stamp_of(const struct stat *info, struct file_stamp *stamp_out);
bool file_stamp_same(const struct file_stamp *a, const struct file_stamp *b);

/* Opens `path` (relative, "/"-separated) beneath the directory `root_fd`: no "..", no absolute path, no
 * symbolic link anywhere in it (openat2 RESOLVE_BENEATH and NO_SYMLINKS, or a walk by hand with
 * O_NOFOLLOW where the kernel has none). A link gives REFUSED, absence NOT_FOUND (without words). */
status file_open_beneath(int root_fd, struct sv path, int flags, mode_t mode, int *fd_out, struct err *err);
status file_stamp_beneath(int root_fd, struct sv path, struct file_stamp *stamp_out, struct err *err);

/* Appends the whole file; `into` is as before when it fails. More than `max` bytes: FAILED, and nothing is read. Not a
 * regular file: REFUSED. */
status file_read_fd(int fd, struct sv name, size_t max, struct buf *into, struct err *err);
status file_read_beneath(int root_fd, struct sv path, size_t max, struct buf *into, struct err *err);
status file_read(const char *path, size_t max, struct buf *into, struct err *err);

/* A temporary file beside `path`, written, fsynced, renamed over it, the folder fsynced. The old bytes or the
 * new ones are there at every instant. `mode` for a new file; an old one keeps its own, and
 * its owner where we may give files away. A missing folder is FAILED; a link, a folder or a pipe at `path` is REFUSED.
 * file_write follows a link at its end, since the path is the user's own, and writes its target. */
status file_write_beneath(int root_fd, struct sv path, struct sv bytes, mode_t mode, struct err *err);
status file_write(const char *path, struct sv bytes, mode_t mode, struct err *err);
/* mkdir -p beneath the root; existing folders are fine, a link on the way is REFUSED. */
status dir_make_beneath(int root_fd, struct sv path, mode_t mode, struct err *err);
status dir_make(const char *path, mode_t mode, struct err *err);
status dir_open(const char *path, int *fd_out, struct err *err);

/* write() until done; EINTR and short writes handled. */
status fd_write_all(int fd, struct sv bytes, struct err *err);
/* An exclusive advisory lock on an open file (flock): it goes with its process, so a dead one never blocks.
 * Waits up to `wait_ms`; then CONFLICTED. */
status fd_lock(int fd, bool exclusive, int wait_ms, struct err *err);

/* "a" + "b" -> "a/b" into `into`; an absolute `b` wins. */
void path_join(struct buf *into, struct sv a, struct sv b);
/* Makes "a/./b/../c" into "a/c" in an arena copy. False when it leads out of the root or is absolute. */
struct arena;
bool path_normalise(struct arena *arena, struct sv path, struct sv *path_out);
/* The directory of the running program (by /proc/self/exe), found once. NULL when unknown. */
const char *program_dir(void);
/* Checks that nobody but root and this user can have written it: owner root or us, not writable by group (unless
 * the group is the owner's own) or others. On false, `why_out` says which rule failed (a static string).
 * Links are followed. The folders on the way are the caller's to check. */
bool file_is_trusted(const char *path, const char **why_out);

#endif
