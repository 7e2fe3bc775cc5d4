#include "catalogue/fingerprint.h"

#include "base/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

enum { TYPE_FILE_MAX = 1024 * 1024 };

/* Adds the bytes of <folder>/<name>/type.yaml for every name, in order. */
static status add_names(int folder_fd, struct dirent **names, int count, struct buf *all, struct err *err)
{
    struct buf path = {0};
    status s = DONE;
    for (int i = 0; i < count && s != NO_MEMORY; i++) {
        buf_clear(&path);
        path_join(&path, sv_of(names[i]->d_name), SV("type.yaml"));
        buf_put(all, buf_view(&path));
        struct err ignored = {0};
        s = file_read_beneath(folder_fd, buf_view(&path), TYPE_FILE_MAX, all, &ignored);
        buf_char(all, '\0');
    }
    s = s == NO_MEMORY ? err_no_memory(err) : buf_check(&path, err);
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
static status add_folder(int fd, struct buf *all, struct err *err)
{
    struct dirent **names = NULL;
    int count = scandirat(fd, ".", &names, is_visible, by_bytes);
    status s = count > 0 ? add_names(fd, names, count, all, err) : DONE;
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
    status s = fd >= 0 ? add_folder(fd, &all, err) : DONE;
    buf_char(&all, '\0');
    struct err ignored = {0};
    int flags = O_RDONLY | O_DIRECTORY;
    if (s == DONE && file_open_beneath(vault->root_fd, SV(".chiron/templates"), flags, 0, &fd, &ignored) == DONE)
        s = add_folder(fd, &all, err);
    if (s == DONE)
        s = buf_check(&all, err);
    if (s == DONE) {
        buf_printf(out, "%s %016" PRIx64, CHIRON_VERSION, sv_hash(buf_view(&all)));
        s = buf_check(out, err);
    }
    buf_release(&all);
    return s;
}
