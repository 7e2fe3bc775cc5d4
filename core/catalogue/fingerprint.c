#include "catalogue/fingerprint.h"

#include "base/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TYPE_FILE_MAX = 1024 * 1024 };

/* How one type file is told from another version of itself. */
typedef status (*add_fn)(int folder_fd, struct sv path, struct buf *all, struct err *err);

static status add_bytes(int folder_fd, struct sv path, struct buf *all, struct err *err)
{
    struct err ignored = {0};
    status s = file_read_beneath(folder_fd, path, TYPE_FILE_MAX, all, &ignored);
    return s == NO_MEMORY ? err_no_memory(err) : DONE;
}

/* Those that are installed change when they are installed again: to ask for their stat data at each start is enough. */
static status add_stamp(int folder_fd, struct sv path, struct buf *all, struct err *err)
{
    struct stat info;
    struct file_stamp stamp;
    (void)err;
    if (fstatat(folder_fd, path.ptr, &info, 0) != 0)
        return DONE;
    file_stamp_of(&info, &stamp);
    buf_printf(all, "%" PRId64 " %" PRId64 " %" PRId64 " %" PRIu64, stamp.size, stamp.mtime_ns, stamp.ctime_ns,
               stamp.inode);
    return DONE;
}

/* <folder>/<name>/type.yaml for every name, in order. */
static status add_names(int folder_fd, struct dirent **names, int count, add_fn add, struct buf *all, struct err *err)
{
    struct buf path = {0};
    status s = DONE;
    for (int i = 0; i < count && s == DONE; i++) {
        buf_clear(&path);
        path_join(&path, sv_of(names[i]->d_name), SV("type.yaml"));
        buf_put(all, buf_view(&path));
        s = buf_check(&path, err);
        if (s == DONE)
            s = add(folder_fd, buf_view(&path), all, err);
        buf_char(all, '\0');
    }
    buf_release(&path);
    return s;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return sv_cmp(sv_of((*a)->d_name), sv_of((*b)->d_name));
}

/* Closes `fd`. */
static status add_folder(int fd, add_fn add, struct buf *all, struct err *err)
{
    struct dirent **names = NULL;
    int count = scandirat(fd, ".", &names, is_visible, by_bytes);
    status s = count > 0 ? add_names(fd, names, count, add, all, err) : DONE;
    for (int i = 0; i < count; i++)
        free(names[i]);
    free(names);
    close(fd);
    return s;
}

status fingerprint(const struct vault *vault, struct buf *out, struct err *err)
{
    struct buf all = {0};
    buf_put_c(&all, CHIRON_VERSION);
    const char *dir = vault_template_dir();
    int fd = dir ? open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    status s = fd >= 0 ? add_folder(fd, add_stamp, &all, err) : DONE;
    buf_char(&all, '\0');
    struct err ignored = {0};
    int flags = O_RDONLY | O_DIRECTORY;
    if (s == DONE && file_open_beneath(vault->root_fd, SV(".chiron/templates"), flags, 0, &fd, &ignored) == DONE)
        s = add_folder(fd, add_bytes, &all, err);
    if (s == DONE)
        s = buf_check(&all, err);
    if (s == DONE) {
        buf_printf(out, "%s %016" PRIx64, CHIRON_VERSION, sv_hash(buf_view(&all)));
        s = buf_check(out, err);
    }
    buf_release(&all);
    return s;
}
