/* A temporary folder with a home of its own, so that no test sees this machine's git configuration, and helpers to
 * fill it. Every helper fails the test that calls it. */
#ifndef UNIT_SANDBOX_H
#define UNIT_SANDBOX_H

#include "test.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/proc.h"

#include <ftw.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct sandbox {
    char *dir;  /* absolute, without links in it */
    char *home; /* beside it */
};

static inline int sandbox_remove_one(const char *path, const struct stat *info, int kind, struct FTW *at)
{
    (void)info;
    (void)kind;
    (void)at;
    return remove(path);
}

static inline void sandbox_remove(const char *path)
{
    nftw(path, sandbox_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* "<dir>/<path>" in one of a few static buffers: good for seven more calls of any helper. */
static inline const char *sandbox_path(const struct sandbox *box, const char *path)
{
    static char buffers[8][PATH_MAX];
    static unsigned next;
    char *into = buffers[next++ % 8];

    if (snprintf(into, PATH_MAX, "%s%s%s", box->dir, path[0] != '\0' ? "/" : "", path) >= PATH_MAX)
        fail_msg("'%s' is too long", path);
    return into;
}

/* "<home>/<path>", in a static buffer. */
static inline const char *sandbox_home(const struct sandbox *box, const char *path)
{
    static char into[PATH_MAX];

    if (snprintf(into, sizeof(into), "%s/%s", box->home, path) >= PATH_MAX)
        fail_msg("'%s' is too long", path);
    return into;
}

/* Not durable: tests write many files. */
static inline void sandbox_write_to(const char *path, struct sv bytes)
{
    struct err err = {0};
    struct buf folder = {0};
    FILE *file;

    buf_put(&folder, sv_dirname(sv_of(path)));
    assert_done(dir_make(folder.ptr, 0755, &err), &err);
    buf_release(&folder);
    file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, file), bytes.len);
    assert_int_equal(fclose(file), 0);
}

static inline void sandbox_write(const struct sandbox *box, const char *path, const char *text)
{
    sandbox_write_to(sandbox_path(box, path), sv_of(text));
}

static inline void sandbox_open(struct sandbox *box)
{
    char name[] = "/tmp/chiron-test-XXXXXX", path[PATH_MAX];

    assert_non_null(mkdtemp(name));
    snprintf(path, sizeof(path), "%s/home", name);
    assert_int_equal(mkdir(path, 0700), 0);
    box->home = realpath(path, NULL);
    snprintf(path, sizeof(path), "%s/box", name);
    assert_int_equal(mkdir(path, 0755), 0);
    box->dir = realpath(path, NULL);
    assert_non_null(box->home);
    assert_non_null(box->dir);
    setenv("HOME", box->home, 1);
    setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("XDG_CACHE_HOME");
    snprintf(path, sizeof(path), "%s/.gitconfig", box->home);
    sandbox_write_to(path,
                     SV("[user]\n\tname = Ada\n\temail = ada@example.org\n"
                        "[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n[protocol \"file\"]\n\tallow = always\n"));
}

static inline void sandbox_close(struct sandbox *box)
{
    char *slash = strrchr(box->dir, '/');

    *slash = '\0';
    sandbox_remove(box->dir);
    free(box->dir);
    free(box->home);
}

/* Runs a program in a folder of the box, gives what it printed (the same buffer every time) and its exit code. */
static inline const char *sandbox_try(const struct sandbox *box, const char *folder, const char *const *argv,
                                      int *exit_code)
{
    static struct buf output;
    struct err err = {0};
    const struct proc_options options = {.argv = argv, .dir = sandbox_path(box, folder)};

    buf_clear(&output);
    buf_put_c(&output, "");
    assert_done(proc_run(&options, &output, &output, exit_code, &err), &err);
    return output.ptr != NULL ? output.ptr : "";
}

static inline const char *sandbox_run(const struct sandbox *box, const char *folder, const char *const *argv)
{
    int exit_code = 0;
    const char *output = sandbox_try(box, folder, argv, &exit_code);

    if (exit_code != 0)
        fail_msg("%s %s: exit code %d: %s", argv[0], argv[1], exit_code, output);
    return output;
}

/* sandbox_git(&box, "folder", "commit", "-qm", "x") */
#define sandbox_git(box, folder, ...) sandbox_run((box), (folder), (const char *const[]){"git", __VA_ARGS__, NULL})

#endif
