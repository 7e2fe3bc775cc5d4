#include "test.h"

#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The calls that writing makes, standing in for libc's in this program: each can be told to fail, to be interrupted, or
 * to write less than it was asked to. */
static struct {
    unsigned calls, fail_at; /* the fail_at-th call fails (0: none) */
    int fail_with;
    bool nagging;    /* every second write is interrupted, the others write three bytes at most */
    bool on;         /* else everything goes straight to the kernel */
    char order[256]; /* what was called: w(rite) s(ync) r(ename) u(nlink) c(lose) o(pen) m(ode) */
    size_t order_len;
} kernel;

static bool fails(char letter)
{
    if (!kernel.on)
        return false;
    /* Many writes in a row are one to us. */
    if (kernel.order_len + 1 < sizeof(kernel.order) && (letter != 'w' || kernel.order[kernel.order_len - 1] != 'w'))
        kernel.order[kernel.order_len++] = letter;
    if (++kernel.calls != kernel.fail_at)
        return false;
    errno = kernel.fail_with;
    return true;
}

ssize_t write(int fd, const void *bytes, size_t size)
{
    if (fails('w'))
        return -1;
    if (kernel.on && kernel.nagging) {
        if (kernel.calls % 2) {
            errno = EINTR;
            return -1;
        }
        size = size < 3 ? size : 3;
    }
    return syscall(SYS_write, fd, bytes, size);
}

int fsync(int fd)
{
    return fails('s') ? -1 : (int)syscall(SYS_fsync, fd);
}

int renameat(int from_fd, const char *from, int to_fd, const char *to)
{
    return fails('r') ? -1 : (int)syscall(SYS_renameat2, from_fd, from, to_fd, to, 0);
}

int fchmod(int fd, mode_t mode)
{
    return fails('m') ? -1 : (int)syscall(SYS_fchmod, fd, mode);
}

/* Closes even when it fails, as Linux does. */
int close(int fd)
{
    int closed = (int)syscall(SYS_close, fd);

    return fails('c') ? -1 : closed;
}

static char root[] = "/tmp/chiron-write-XXXXXX";
static int root_fd;

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(root))
        return -1;
    root_fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return root_fd < 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlinkat(root_fd, "n.md", 0);
    close(root_fd);
    return rmdir(root);
}

static status write_with(unsigned fail_at, int fail_with, bool nagging, const char *text, struct err *err)
{
    status rc;

    memset(&kernel, 0, sizeof(kernel));
    kernel.order[kernel.order_len++] = ' ';
    kernel.fail_at = fail_at;
    kernel.fail_with = fail_with;
    kernel.nagging = nagging;
    kernel.on = true;
    rc = file_write_beneath(root_fd, SV("n.md"), sv_of(text), 0644, err);
    kernel.on = false;
    return rc;
}

static void assert_content(const char *expected)
{
    struct buf buf = {0};

    assert_int_equal(file_read_beneath(root_fd, SV("n.md"), 1000, &buf, NULL), DONE);
    assert_string_equal(buf.ptr, expected);
    buf_release(&buf);
}

static unsigned count_files(void)
{
    DIR *folder = opendir(root);
    unsigned count = 0;

    while (readdir(folder))
        count++;
    closedir(folder);
    return count - 2;
}

/* The bytes are on disk before the name points to them, and the name is on disk before success is reported. */
static void in_the_right_order(void **state)
{
    struct err err = {0};

    (void)state;
    assert_done(write_with(0, 0, false, "new", &err), &err);
    assert_string_equal(kernel.order, " wscrsc");
    assert_done(write_with(0, 0, false, "old", &err), &err);
    assert_string_equal(kernel.order, " wmscrsc");
    assert_content("old");
}

/* Each call fails once, in each way: the words name the file, the old bytes stay until the rename, nothing is left
 * beside them; and a failed fsync is not asked again. */
static void each_call_fails(void **state)
{
    static const int ways[] = {EIO, ENOSPC, EINTR, EDQUOT};
    struct err err = {0};

    (void)state;
    for (size_t way = 0; way < sizeof(ways) / sizeof(ways[0]); way++) {
        for (unsigned at = 1; at <= 7; at++) {
            status rc;
            char failed;

            assert_done(write_with(0, 0, false, "old", &err), &err);
            rc = write_with(at, ways[way], false, "new", &err);
            failed = "wmscrsc"[at - 1];
            if (failed == 'c' && (at == 7 || ways[way] == EINTR)) {
                assert_done(rc, &err);
            } else if (failed == 'w' && ways[way] == EINTR) {
                assert_done(rc, &err);
            } else {
                assert_int_equal(rc, FAILED);
                assert_non_null(strstr(err.text, "'n.md'"));
            }
            assert_content(rc == DONE || at > 5 ? "new" : "old");
            assert_int_equal(count_files(), 1);
            if (failed == 's' && at == 3)
                assert_string_equal(kernel.order, " wmscc");
            err_clear(&err);
        }
    }
}

static void interrupted_and_short(void **state)
{
    struct err err = {0};

    (void)state;
    assert_done(write_with(0, 0, true, "longer than three bytes at once", &err), &err);
    assert_content("longer than three bytes at once");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_the_right_order),
        cmocka_unit_test(each_call_fails),
        cmocka_unit_test(interrupted_and_short),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
