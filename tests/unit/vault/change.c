/* All of a change or nothing, committed, whatever stands in the way. */
#include "vault/change.h"
#include "sandbox.h"
#include "vault/change_plan.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

static struct sandbox box;
static struct vault *vault;

static void open_vault(void)
{
    struct err err = {0};

    vault_close(vault);
    vault = NULL;
    assert_done(vault_open(box.dir, &vault, NULL, &err), &err);
}

static int setup(void **state)
{
    (void)state;
    sandbox_open(&box);
    sandbox_git(&box, "", "init", "-q");
    sandbox_write(&box, "a.md", "# A\n");
    sandbox_write(&box, "b.md", "# B\n");
    sandbox_git(&box, "", "add", "-A");
    sandbox_git(&box, "", "commit", "-qm", "first");
    vault = NULL;
    open_vault();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    vault_close(vault);
    sandbox_close(&box);
    return 0;
}

static struct change *begin(void)
{
    struct change *change = NULL;
    struct err err = {0};

    assert_done(change_begin(vault, &change, NULL, &err), &err);
    return change;
}

static void write_file(struct change *change, const char *path, const char *before, const char *bytes)
{
    const struct sv old = sv_of(before != NULL ? before : "");
    struct err err = {0};

    assert_done(change_write(change, sv_of(path), before != NULL ? &old : NULL, sv_of(bytes), &err), &err);
}

static void apply(struct change *change, const char *message)
{
    struct err err = {0};

    assert_done(change_apply(change, sv_of(message), &err), &err);
    change_end(change);
}

static void assert_file(const char *path, const char *bytes)
{
    struct buf text = {0};
    struct err err = {0};

    assert_done(file_read(sandbox_path(&box, path), 1 << 20, &text, &err), &err);
    assert_true(sv_eq_c(buf_view(&text), bytes));
    buf_release(&text);
}

static bool exists(const char *path)
{
    struct stat info;

    return lstat(sandbox_path(&box, path), &info) == 0;
}

static void assert_clean(void)
{
    assert_string_equal(sandbox_git(&box, "", "status", "--porcelain"), "");
    assert_false(exists(".git/chiron/plan"));
    assert_false(exists(".git/chiron/committing"));
}

static void written_and_committed(void **state)
{
    struct change *change = begin();

    (void)state;
    write_file(change, "a.md", "# A\n", "# A again\n");
    write_file(change, "new/folder/c.md", NULL, "# C\n");
    assert_done(change_remove(change, SV("b.md"), SV("# B\n"), NULL), NULL);
    apply(change, "set: a\n\nand more");
    assert_file("a.md", "# A again\n");
    assert_file("new/folder/c.md", "# C\n");
    assert_false(exists("b.md"));
    assert_clean();
    assert_string_equal(sandbox_git(&box, "", "log", "-1", "--format=%B"), "set: a\n\nand more\n\n");
    assert_string_equal(sandbox_git(&box, "", "show", "--name-status", "--format=", "HEAD"),
                        "M\ta.md\nD\tb.md\nA\tnew/folder/c.md\n");
}

/* What somebody else staged or wrote is theirs. */
static void only_what_is_concerned(void **state)
{
    struct change *change;

    (void)state;
    sandbox_write(&box, "staged.md", "mine\n");
    sandbox_git(&box, "", "add", "staged.md");
    sandbox_write(&box, "b.md", "# B, being written\n");
    change = begin();
    write_file(change, "a.md", "# A\n", "# A 2\n");
    apply(change, "set: a");
    assert_string_equal(sandbox_git(&box, "", "status", "--porcelain"), " M b.md\nA  staged.md\n");
    assert_string_equal(sandbox_git(&box, "", "show", "--name-only", "--format=", "HEAD"), "a.md\n");
}

static void not_over_what_changed_meanwhile(void **state)
{
    struct change *change = begin();
    struct err err = {0};

    (void)state;
    write_file(change, "a.md", "# A\n", "# mine\n");
    write_file(change, "b.md", "# B\n", "# mine too\n");
    sandbox_write(&box, "b.md", "# theirs\n");
    assert_int_equal(change_apply(change, SV("set: both"), &err), CONFLICTED);
    assert_string_equal(err.path, "b.md");
    change_end(change);
    assert_file("a.md", "# A\n");
    assert_file("b.md", "# theirs\n");
    assert_false(exists(".git/chiron/plan"));
}

static void not_over_a_file_that_is_there(void **state)
{
    struct change *change = begin();
    struct err err = {0};

    (void)state;
    write_file(change, "a.md", NULL, "# new\n");
    assert_int_equal(change_apply(change, SV("new: a"), &err), CONFLICTED);
    change_end(change);
    assert_file("a.md", "# A\n");
}

static void without_commits(void **state)
{
    struct change *change;

    (void)state;
    sandbox_write(&box, ".chiron/config", "[commit]\n\tauto = false\n");
    open_vault();
    change = begin();
    write_file(change, "a.md", "# A\n", "# A 2\n");
    apply(change, "set: a");
    assert_string_equal(sandbox_git(&box, "", "log", "--format=%s"), "first\n");
    assert_file("a.md", "# A 2\n");
}

/* The text stays, and the error says what is left to do. */
static void a_hook_says_no(void **state)
{
    struct change *change;
    struct err err = {0};

    (void)state;
    sandbox_write(&box, ".git/hooks/pre-commit", "#!/bin/sh\necho 'error: no' >&2\nexit 1\n");
    assert_int_equal(chmod(sandbox_path(&box, ".git/hooks/pre-commit"), 0755), 0);
    change = begin();
    write_file(change, "a.md", "# A\n", "# A 2\n");
    write_file(change, "b.md", "# B\n", "# B 2\n");
    assert_int_equal(change_apply(change, SV("set: a"), &err), FAILED);
    change_end(change);
    assert_non_null(strstr(err.text, "written, but not committed"));
    assert_file("a.md", "# A 2\n");
    assert_false(exists(".git/chiron/plan"));
}

static void several_spaces(void **state)
{
    struct change *change;

    (void)state;
    assert_int_equal(mkdir(sandbox_path(&box, "private"), 0700), 0);
    sandbox_write(&box, ".gitignore", "/private/\n");
    sandbox_git(&box, "private", "init", "-q");
    open_vault();
    change = begin();
    write_file(change, "private/p.md", NULL, "# P\n");
    write_file(change, "a.md", "# A\n", "# A 2\n");
    apply(change, "share: a");
    assert_string_equal(sandbox_git(&box, "private", "log", "--format=%s"), "share: a\n");
    assert_string_equal(sandbox_git(&box, "", "log", "-1", "--format=%s"), "share: a\n");
    struct stat info;
    assert_int_equal(stat(sandbox_path(&box, "private/p.md"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);

    struct arena arena = {0};
    struct change_commit *commits;
    struct err err = {0};
    size_t count;
    assert_done(change_last(vault, &arena, &commits, &count, &err), &err);
    assert_int_equal(count, 2);
    assert_sv(commits[0].space, ".");
    assert_sv(commits[1].space, "private");
    assert_done(change_forget_last(vault, &err), &err);
    assert_int_equal(change_last(vault, &arena, &commits, &count, &err), NOT_FOUND);
    arena_release(&arena);
}

/* --- what the dead leave --- */

static void leave_plan(void)
{
    struct change_plan plan = {.message = SV("retag: x to y")};
    const struct change_op ops[] = {
        {.path = SV("a.md"), .existed = true, .before = SV("# A\n"), .bytes = SV("# A 2\n")},
        {.path = SV("b.md"), .existed = true, .before = SV("# B\n"), .bytes = SV("# B 2\n")},
        {.path = SV("c.md"), .bytes = SV("# C\n")},
    };
    struct arena arena = {0};
    struct buf text = {0};
    struct err err = {0};

    for (size_t i = 0; i < 3; i++)
        assert_done(plan_add(&plan, &arena, &ops[i], &err), &err);
    plan_print(&plan, &text);
    sandbox_write_to(sandbox_path(&box, ".git/chiron/plan"), buf_view(&text));
    buf_release(&text);
    arena_release(&arena);
}

static void an_interrupted_one_is_finished(void **state)
{
    struct change *change = NULL;
    struct buf report = {0};
    struct err err = {0};

    (void)state;
    leave_plan();
    sandbox_write(&box, "a.md", "# A 2\n"); /* so far it came */
    sandbox_write(&box, "b.md", "# B, by somebody\n");
    assert_done(change_begin(vault, &change, &report, &err), &err);
    change_end(change);
    assert_file("a.md", "# A 2\n");
    assert_file("b.md", "# B, by somebody\n");
    assert_file("c.md", "# C\n");
    assert_non_null(strstr(report.ptr, "retag: x to y"));
    assert_non_null(strstr(report.ptr, "'b.md' was changed since"));
    assert_clean();
    buf_release(&report);
}

/* Every byte of a plan that a crash or a disk changed makes it none. */
static void a_damaged_plan_is_none(void **state)
{
    struct buf whole = {0};
    struct err err = {0};

    (void)state;
    leave_plan();
    assert_done(file_read(sandbox_path(&box, ".git/chiron/plan"), 1 << 20, &whole, &err), &err);
    for (size_t i = 0; i <= whole.len; i++) {
        struct change *change;

        whole.ptr[i % whole.len] ^= 4;
        sandbox_write_to(sandbox_path(&box, ".git/chiron/plan"), sv_sub(buf_view(&whole), 0, i % 2 ? i : whole.len));
        whole.ptr[i % whole.len] ^= 4;
        change = begin();
        change_end(change);
        assert_clean();
    }
    buf_release(&whole);
    assert_file("a.md", "# A\n");
    assert_false(exists("c.md"));
}

static void locks_of_a_killed_git(void **state)
{
    struct change *change;

    (void)state;
    change = begin();
    change_end(change);
    sandbox_write(&box, ".git/index.lock", "");
    sandbox_write(&box, ".git/HEAD.lock", "");
    sandbox_write(&box, ".git/refs/heads/main.lock", "");
    sandbox_write(&box, ".git/chiron/committing", "");
    change = begin();
    write_file(change, "a.md", "# A\n", "# A 2\n");
    apply(change, "set: a");
    assert_clean();
}

/* The child is another program for a while. */
static void wait_until_git(pid_t pid)
{
    char path[64], name[16] = "";

    snprintf(path, sizeof(path), "/proc/%ld/comm", (long)pid);
    for (int tries = 0; tries < 1000 && strncmp(name, "git", 3) != 0; tries++) {
        int fd = open(path, O_RDONLY);

        if (fd >= 0 && read(fd, name, sizeof(name) - 1) < 0)
            name[0] = '\0';
        close(fd);
        usleep(5000);
    }
}

/* Whoever lives is waited for, and not robbed. */
static void locks_of_a_living_git(void **state)
{
    struct change *change;
    int hold[2];

    (void)state;
    assert_int_equal(pipe(hold), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(hold[0], STDIN_FILENO);
        close(hold[1]);
        if (chdir(box.dir) == 0)
            execlp("git", "git", "cat-file", "--batch", (char *)NULL);
        _exit(1);
    }
    assert_true(pid > 0);
    wait_until_git(pid);
    change = begin();
    change_end(change);
    sandbox_write(&box, ".git/index.lock", "");
    sandbox_write(&box, ".git/chiron/committing", "");
    pid_t remover = fork();
    if (remover == 0) {
        usleep(600 * 1000);
        _exit(unlink(sandbox_path(&box, ".git/index.lock")) == 0 ? 0 : 1);
    }
    change = begin();
    write_file(change, "a.md", "# A\n", "# A 2\n");
    apply(change, "set: a");
    int ended = 0;
    assert_int_equal(waitpid(remover, &ended, 0), remover);
    /* It found the lock where it was. */
    assert_int_equal(ended, 0);
    assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    close(hold[0]);
    close(hold[1]);
    assert_clean();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(written_and_committed, setup, teardown),
        cmocka_unit_test_setup_teardown(only_what_is_concerned, setup, teardown),
        cmocka_unit_test_setup_teardown(not_over_what_changed_meanwhile, setup, teardown),
        cmocka_unit_test_setup_teardown(not_over_a_file_that_is_there, setup, teardown),
        cmocka_unit_test_setup_teardown(without_commits, setup, teardown),
        cmocka_unit_test_setup_teardown(a_hook_says_no, setup, teardown),
        cmocka_unit_test_setup_teardown(several_spaces, setup, teardown),
        cmocka_unit_test_setup_teardown(an_interrupted_one_is_finished, setup, teardown),
        cmocka_unit_test_setup_teardown(a_damaged_plan_is_none, setup, teardown),
        cmocka_unit_test_setup_teardown(locks_of_a_killed_git, setup, teardown),
        cmocka_unit_test_setup_teardown(locks_of_a_living_git, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
