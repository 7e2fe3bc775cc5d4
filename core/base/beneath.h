/* The two ways to open beneath a root, behind file_open_beneath; apart so that tests can take the second one on a
 * kernel that has the first. */
#ifndef BASE_BENEATH_H
#define BASE_BENEATH_H

#include "base/sv.h"

#include <sys/types.h>

/* Open `path` (NUL-terminated, relative, without "..") beneath `root_fd`; always O_CLOEXEC. A descriptor, or -errno:
 * -ELOOP or -EXDEV where a symbolic link is in the way. */
int beneath_by_kernel(int root_fd, const char *path, int flags, mode_t mode); /* -ENOSYS or -EPERM: not to be had */
int beneath_by_walk(int root_fd, const char *path, int flags, mode_t mode);

/* Whether `path` may be opened beneath a root at all: not absolute, no "..", no NUL. */
bool beneath_is_safe(struct sv path);

#endif
