#include "test.h"

#include "base/arena.h"
#include "base/beneath.h"
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* A folder of its own for each test, with a secret beside its root that nothing may reach. */
struct place {
    char outer[32], root[40];
    int fd;
};

static bool shell(const char *script, const char *dir)
{
    pid_t child = fork();
    int how;

    if (child == 0) {
        if (chdir(dir) == 0)
            execl("/bin/sh", "sh", "-ec", script, (char *)NULL);
        _exit(127);
    }
    return child > 0 && waitpid(child, &how, 0) == child && WIFEXITED(how) && WEXITSTATUS(how) == 0;
}

static int set_up(void **state)
{
    static struct place place;

    snprintf(place.outer, sizeof(place.outer), "/tmp/chiron-file-XXXXXX");
    if (!mkdtemp(place.outer))
        return -1;
    snprintf(place.root, sizeof(place.root), "%s/root", place.outer);
    if (!shell("mkdir root; cd root; echo secret > ../secret; mkdir -p a/b; echo note > a/b/n.md; ln -s ../secret link;"
               "ln -s .. up; ln -s a inside; ln -s /etc abs; ln -s nowhere dangling; ln -s ../../../secret a/b/deep;"
               "mkfifo pipe; ln -s loop loop",
               place.outer))
        return -1;
    place.fd = open(place.root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    *state = &place;
    return place.fd < 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;

    close(place->fd);
    return shell("chmod -R u+rwX . && rm -rf root secret out && rmdir \"$PWD\"", place->outer) ? 0 : -1;
}

/* Nothing in the folder is called ".….chiron-…": every temporary file was renamed or removed. */
static void assert_no_leftovers(const char *dir)
{
    DIR *folder = opendir(dir);
    struct dirent *entry;

    assert_non_null(folder);
    while ((entry = readdir(folder)))
        if (strstr(entry->d_name, ".chiron-"))
            fail_msg("'%s' was left behind", entry->d_name);
    closedir(folder);
}

static const char *const escapes[] = {"link",          "up/secret", "abs/passwd", "dangling", "a/b/deep",
                                      "inside/b/n.md", "loop",      "up",         "inside/",  "loop/x"};

static void refuses_links(void **state)
{
    struct place *place = *state;

    for (size_t i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++) {
        struct buf buf = {0};
        struct err err = {0};
        struct file_stamp stamp;
        int fd;

        if (file_read_beneath(place->fd, sv_of(escapes[i]), 1000, &buf, &err) != REFUSED || buf.len)
            fail_msg("'%s' was read", escapes[i]);
        assert_non_null(strstr(err.text, escapes[i]));
        assert_int_equal(file_stamp_beneath(place->fd, sv_of(escapes[i]), &stamp, NULL), REFUSED);
        assert_true(file_open_beneath(place->fd, sv_of(escapes[i]), O_WRONLY | O_CREAT, 0600, &fd, NULL) < 0);
        assert_int_equal(fd, -1);
        buf_release(&buf);
    }
}

static void refuses_ways_out(void **state)
{
    static const struct sv paths[] = {SV_INIT("../secret"), SV_INIT("a/../../secret"), SV_INIT("/etc/passwd"),
                                      SV_INIT(".."),        SV_INIT("a/.."),           SV_INIT("a\0b")};
    struct place *place = *state;

    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        struct err err = {0};
        int fd;

        assert_int_equal(file_open_beneath(place->fd, paths[i], O_RDONLY, 0, &fd, &err), REFUSED);
        assert_int_equal(file_write_beneath(place->fd, paths[i], SV("x"), 0600, NULL), REFUSED);
        assert_int_equal(dir_make_beneath(place->fd, paths[i], 0700, NULL), REFUSED);
    }
}

/* The walk by hand says what the kernel says, for every kind of path. */
static void both_ways_agree(void **state)
{
    static const char *const paths[] = {".",       "a",        "a/",         "a/b/n.md", "./a/./b//n.md", "a/b/n.md/",
                                        "absent",  "a/absent", "a/b/n.md/x", "pipe/x",   "absent/x",      "inside/b",
                                        "up/root", "link",     "a/b/deep",   "loop",     "abs/passwd",    "dangling"};
    static const int flags[] = {O_RDONLY | O_NONBLOCK, O_PATH, O_RDONLY | O_DIRECTORY, O_PATH | O_DIRECTORY};
    struct place *place = *state;

    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        for (size_t k = 0; k < sizeof(flags) / sizeof(flags[0]); k++) {
            int kernel = beneath_by_kernel(place->fd, paths[i], flags[k], 0);
            int walk = beneath_by_walk(place->fd, paths[i], flags[k], 0);

            if (kernel == -ENOSYS || kernel == -EPERM)
                skip();
            if (kernel >= 0 ? walk < 0 : walk != kernel)
                fail_msg("'%s', flags %zu: %d and %d", paths[i], k, kernel, walk);
            if (kernel >= 0) {
                assert_true(fcntl(kernel, F_GETFD) == FD_CLOEXEC && fcntl(walk, F_GETFD) == FD_CLOEXEC);
                close(kernel);
                close(walk);
            }
        }
    }
}

static void reads(void **state)
{
    struct place *place = *state;
    struct buf buf = {0};
    struct err err = {0};
    struct file_stamp stamp = {0};
    char path[64];

    buf_put(&buf, SV("> "));
    assert_done(file_read_beneath(place->fd, SV("a/b/n.md"), 5, &buf, &err), &err);
    assert_sv(buf_view(&buf), "> note\n");
    assert_int_equal(file_read_beneath(place->fd, SV("a/b/n.md"), 4, &buf, &err), FAILED);
    assert_sv(buf_view(&buf), "> note\n");
    assert_non_null(strstr(err.text, "larger than 4 bytes"));
    assert_int_equal(file_read_beneath(place->fd, SV("absent"), 5, &buf, &err), NOT_FOUND);
    assert_int_equal(file_read_beneath(place->fd, SV("a/b/n.md/x"), 5, &buf, NULL), NOT_FOUND);
    assert_int_equal(file_read_beneath(place->fd, SV("a"), 5, &buf, NULL), REFUSED);
    assert_int_equal(file_read_beneath(place->fd, SV("pipe"), 5, &buf, NULL), REFUSED);
    assert_done(file_stamp_beneath(place->fd, SV("a/b/n.md"), &stamp, &err), &err);
    assert_true(stamp.size == 5 && S_ISREG(stamp.mode) && stamp.mtime_ns > 1500000000000000000);
    buf_clear(&buf);
    snprintf(path, sizeof(path), "%s/a/b/n.md", place->root);
    assert_done(file_read(path, 5, &buf, NULL), NULL);
    assert_sv(buf_view(&buf), "note\n");
    assert_int_equal(file_read("/nonexistent/x", 5, &buf, NULL), NOT_FOUND);
    buf_release(&buf);
}

/* /proc files say that they have 0 bytes, and have more: the limit holds for what comes, not for what was said. */
static void limits_what_comes(void **state)
{
    struct buf buf = {0};

    (void)state;
    assert_done(file_read("/proc/self/status", 1 << 20, &buf, NULL), NULL);
    assert_true(buf.len > 100);
    buf_clear(&buf);
    assert_int_equal(file_read("/proc/self/status", 100, &buf, NULL), FAILED);
    assert_int_equal(buf.len, 0);
    buf_release(&buf);
}

static void assert_content(struct place *place, const char *path, const char *expected)
{
    struct buf buf = {0};

    assert_done(file_read_beneath(place->fd, sv_of(path), 1 << 20, &buf, NULL), NULL);
    assert_string_equal(buf.ptr, expected);
    buf_release(&buf);
}

static mode_t mode_of(struct place *place, const char *path)
{
    struct stat info;

    assert_int_equal(fstatat(place->fd, path, &info, AT_SYMLINK_NOFOLLOW), 0);
    return info.st_mode & 07777;
}

static void writes(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    char name[256];

    umask(022);
    assert_done(file_write_beneath(place->fd, SV("new.md"), SV("one"), 0666, &err), &err);
    assert_content(place, "new.md", "one");
    assert_int_equal(mode_of(place, "new.md"), 0644);
    assert_int_equal(fchmodat(place->fd, "a/b/n.md", 0640, 0), 0);
    assert_done(file_write_beneath(place->fd, SV("a/b/n.md"), SV("two"), 0666, &err), &err);
    assert_content(place, "a/b/n.md", "two");
    assert_int_equal(mode_of(place, "a/b/n.md"), 0640);
    assert_done(file_write_beneath(place->fd, SV("a/b/n.md"), (struct sv){0}, 0666, &err), &err);
    assert_content(place, "a/b/n.md", "");
    /* The longest name there is still leaves room for the temporary one. */
    memset(name, 'x', 255);
    name[255] = '\0';
    assert_done(file_write_beneath(place->fd, sv_of(name), SV("long"), 0600, &err), &err);
    assert_content(place, name, "long");
    assert_no_leftovers(place->root);
}

static void refuses_to_write(void **state)
{
    struct place *place = *state;
    struct err err = {0};

    assert_int_equal(file_write_beneath(place->fd, SV("link"), SV("x"), 0600, NULL), REFUSED);
    assert_int_equal(file_write_beneath(place->fd, SV("dangling"), SV("x"), 0600, NULL), REFUSED);
    assert_int_equal(file_write_beneath(place->fd, SV("up/secret"), SV("x"), 0600, NULL), REFUSED);
    assert_int_equal(file_write_beneath(place->fd, SV("inside/b/n.md"), SV("x"), 0600, NULL), REFUSED);
    assert_int_equal(file_write_beneath(place->fd, SV("pipe"), SV("x"), 0600, NULL), REFUSED);
    assert_int_equal(file_write_beneath(place->fd, SV("a"), SV("x"), 0600, NULL), REFUSED);
    assert_int_equal(file_write_beneath(place->fd, SV("a/"), SV("x"), 0600, NULL), FAILED);
    assert_int_equal(file_write_beneath(place->fd, SV(""), SV("x"), 0600, NULL), FAILED);
    assert_int_equal(file_write_beneath(place->fd, SV("absent/x"), SV("x"), 0600, &err), FAILED);
    assert_non_null(strstr(err.text, "absent/x"));
    assert_true(shell("test \"$(cat secret)\" = secret && test \"$(cat root/a/b/n.md)\" = note", place->outer));
    assert_no_leftovers(place->root);
}

/* A write that fails half way, here at a limit on file sizes, leaves the old bytes and nothing beside them. */
static void keeps_the_old_bytes(void **state)
{
    struct place *place = *state;
    struct rlimit before, small = {0};
    struct buf big = {0};
    struct err err = {0};
    status rc;

    buf_fill(&big, 'x', 100000);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = (struct rlimit){.rlim_cur = 4096, .rlim_max = before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    rc = file_write_beneath(place->fd, SV("a/b/n.md"), buf_view(&big), 0600, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_DFL);
    assert_int_equal(rc, FAILED);
    assert_true(sv_starts(sv_of(err.text), SV("unable to write 'a/b/n.md'")));
    assert_content(place, "a/b/n.md", "note\n");
    assert_true(shell("test \"$(ls -A root/a/b | wc -l)\" = 2", place->outer));
    buf_release(&big);
}

/* Whoever reads while another writes again and again sees one whole version. */
static void readers_see_whole_versions(void **state)
{
    struct place *place = *state;
    pid_t child = fork();
    int how;

    if (child == 0) {
        struct buf text = {0};

        for (int i = 0; i < 150; i++) {
            buf_clear(&text);
            buf_fill(&text, (char)('a' + i % 26), 20000);
            if (file_write_beneath(place->fd, SV("a/b/n.md"), buf_view(&text), 0600, NULL) != DONE)
                _exit(1);
        }
        _exit(0);
    }
    while (waitpid(child, &how, WNOHANG) == 0) {
        struct buf text = {0};

        assert_done(file_read_beneath(place->fd, SV("a/b/n.md"), 1 << 20, &text, NULL), NULL);
        if (text.len != 5 && (text.len != 20000 || text.ptr[0] != text.ptr[19999]))
            fail_msg("a torn version of %zu bytes", text.len);
        buf_release(&text);
    }
    assert_true(WIFEXITED(how) && WEXITSTATUS(how) == 0);
}

/* A user's own configuration may be a link into another repository: the link stays. */
static void writes_through_ones_own_link(void **state)
{
    struct place *place = *state;
    char path[64];
    struct err err = {0};
    int fd;

    snprintf(path, sizeof(path), "%s/link", place->root);
    assert_done(file_write(path, SV("mine\n"), 0600, &err), &err);
    assert_true(shell("test -L root/link && test \"$(cat secret)\" = mine", place->outer));
    snprintf(path, sizeof(path), "%s/absent/x", place->root);
    assert_int_equal(file_write(path, SV("x"), 0600, &err), FAILED);
    err_clear(&err);
    snprintf(path, sizeof(path), "%s/d/e/f", place->root);
    assert_done(dir_make(path, 0755, &err), &err);
    assert_done(dir_make(path, 0755, &err), &err);
    assert_done(dir_open(path, &fd, &err), &err);
    close(fd);
    snprintf(path, sizeof(path), "%s/a/b/n.md/x", place->root);
    assert_int_equal(dir_make(path, 0755, &err), FAILED);
    assert_int_equal(dir_open("/nonexistent", &fd, NULL), NOT_FOUND);
}

static void makes_folders(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    int path_only = open(place->root, O_PATH | O_DIRECTORY | O_CLOEXEC);

    assert_done(dir_make_beneath(path_only, SV("a/new//deep/./er/"), 0755, &err), &err);
    assert_done(dir_make_beneath(place->fd, SV("a/new"), 0755, &err), &err);
    assert_done(dir_make_beneath(place->fd, SV(""), 0755, &err), &err);
    assert_true(shell("test -d root/a/new/deep/er", place->outer));
    assert_int_equal(dir_make_beneath(place->fd, SV("up/out"), 0755, NULL), REFUSED);
    assert_int_equal(dir_make_beneath(place->fd, SV("inside/x"), 0755, NULL), REFUSED);
    assert_int_equal(dir_make_beneath(place->fd, SV("dangling"), 0755, NULL), REFUSED);
    assert_int_equal(dir_make_beneath(place->fd, SV("a/b/n.md/x"), 0755, NULL), FAILED);
    assert_true(shell("! test -e out && ! test -e root/a/x && ! test -e root/nowhere", place->outer));
    close(path_only);
}

/* The lock goes with the process that holds it. */
static void locks(void **state)
{
    struct place *place = *state;
    int mine = openat(place->fd, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600), ready[2], how;
    struct err err = {0};
    pid_t child;

    assert_int_equal(pipe(ready), 0);
    child = fork();
    if (child == 0) {
        int fd = openat(place->fd, "lock", O_RDWR | O_CLOEXEC);

        if (fd_lock(fd, true, 0, NULL) != DONE || write(ready[1], "x", 1) != 1)
            _exit(1);
        pause();
    }
    assert_int_equal(read(ready[0], &how, 1), 1);
    assert_int_equal(fd_lock(mine, false, 60, &err), CONFLICTED);
    assert_true(err.text[0] != '\0');
    err_clear(&err);
    kill(child, SIGKILL);
    assert_done(fd_lock(mine, true, 5000, &err), &err);
    waitpid(child, &how, 0);
    close(ready[0]);
    close(ready[1]);
    close(mine);
}

static void writes_all(void **state)
{
    int fds[2];
    struct err err = {0};

    (void)state;
    assert_int_equal(pipe(fds), 0);
    assert_done(fd_write_all(fds[1], SV("abc"), &err), &err);
    close(fds[1]);
    assert_int_equal(fd_write_all(fds[0], SV("abc"), &err), FAILED);
    close(fds[0]);
}

static void knows_whom_to_trust(void **state)
{
    struct place *place = *state;
    const char *why;
    char path[64];

    snprintf(path, sizeof(path), "%s/a/b/n.md", place->root);
    chmod(path, 0644);
    assert_true(file_is_trusted(path, &why));
    assert_string_equal(why, "");
    chmod(path, 0646);
    assert_false(file_is_trusted(path, &why));
    assert_true(why[0] != '\0');
    assert_false(file_is_trusted("/nonexistent", &why));
    if (geteuid() == 0) {
        chmod(path, 0664);
        assert_int_equal(chown(path, 0, 12345), 0);
        assert_false(file_is_trusted(path, &why));
        chmod(path, 0644);
        assert_true(file_is_trusted(path, &why));
        assert_int_equal(chown(path, 12345, 0), 0);
        assert_false(file_is_trusted(path, &why));
    }
}

static void joins_paths(void **state)
{
    static const struct {
        struct sv a, b, joined;
    } cases[] = {
        {SV_INIT("a"), SV_INIT("b"), SV_INIT("a/b")}, {SV_INIT("a/"), SV_INIT("b"), SV_INIT("a/b")},
        {SV_INIT(""), SV_INIT("b"), SV_INIT("b")},    {SV_INIT("a"), SV_INIT(""), SV_INIT("a")},
        {SV_INIT("a"), SV_INIT("/b"), SV_INIT("/b")}, {SV_INIT("/"), SV_INIT("b"), SV_INIT("/b")},
    };
    struct buf buf = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        buf_clear(&buf);
        path_join(&buf, cases[i].a, cases[i].b);
        assert_true(sv_eq(buf_view(&buf), cases[i].joined));
    }
    buf_release(&buf);
}

static void normalises_paths(void **state)
{
    static const struct {
        const char *path, *normal;
    } cases[] = {
        {"a/./b/../c", "a/c"}, {"a//b/", "a/b"},     {"", ""},        {".", ""},
        {"a/..", ""},          {"a/b/../../c", "c"}, {"..", NULL},    {"a/../..", NULL},
        {"/a", NULL},          {"a/...", "a/..."},   {"a/b/..", "a"}, {"./../x", NULL},
    };
    struct arena arena = {0};
    struct sv normal;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(path_normalise(&arena, sv_of(cases[i].path), &normal), cases[i].normal != NULL);
        if (cases[i].normal)
            assert_true(sv_eq_c(normal, cases[i].normal));
    }
    memory_fail_at(1);
    arena_release(&arena);
    assert_false(path_normalise(&arena, SV("a"), &normal));
    memory_fail_at(0);
    assert_non_null(program_dir());
    assert_true(program_dir()[0] == '/');
}

/* Out of memory while reading: the buffer is as before, and the file is closed. */
static void survives_no_memory(void **state)
{
    struct place *place = *state;
    int first = dup(place->fd), second;
    uint64_t n = 0;
    status rc;

    do {
        struct buf buf = {0};

        memory_fail_at(++n);
        rc = file_read_beneath(place->fd, SV("a/b/n.md"), 1000, &buf, NULL);
        assert_int_equal(rc, memory_has_failed() ? NO_MEMORY : DONE);
        memory_fail_at(0);
        assert_int_equal(buf.len, rc == DONE ? 5 : 0);
        buf_release(&buf);
    } while (rc != DONE);
    close(first);
    second = dup(place->fd);
    assert_int_equal(first, second);
    close(second);
}

#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_PLACE(refuses_links),
        IN_PLACE(refuses_ways_out),
        IN_PLACE(both_ways_agree),
        IN_PLACE(reads),
        cmocka_unit_test(limits_what_comes),
        IN_PLACE(writes),
        IN_PLACE(refuses_to_write),
        IN_PLACE(keeps_the_old_bytes),
        IN_PLACE(readers_see_whole_versions),
        IN_PLACE(makes_folders),
        IN_PLACE(writes_through_ones_own_link),
        IN_PLACE(locks),
        cmocka_unit_test(writes_all),
        IN_PLACE(knows_whom_to_trust),
        cmocka_unit_test(joins_paths),
        cmocka_unit_test(normalises_paths),
        IN_PLACE(survives_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
