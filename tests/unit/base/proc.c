#include "test.h"

#include "base/arena.h"
#include "base/proc.h"
#include "base/progress.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct result {
    struct buf output, errors;
    struct err err;
    int exit_code;
    status rc;
};

static struct result run(struct proc_options options)
{
    struct result result = {0};

    result.rc = proc_run(&options, &result.output, &result.errors, &result.exit_code, &result.err);
    return result;
}

static void result_release(struct result *result)
{
    buf_release(&result->output);
    buf_release(&result->errors);
}

#define SHELL(script)                                                                                                  \
    (const char *const[])                                                                                              \
    {                                                                                                                  \
        "sh", "-c", (script), NULL                                                                                     \
    }

static int count_descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    int count = 0;

    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

static void captures(void **state)
{
    struct result r = run((struct proc_options){.argv = SHELL("cat; echo words >&2; exit 3"), .input = SV("in\0put")});

    (void)state;
    assert_done(r.rc, &r.err);
    assert_sv(buf_view(&r.output), "in\0put");
    assert_sv(buf_view(&r.errors), "words\n");
    assert_int_equal(r.exit_code, 3);
    result_release(&r);

    r = run((struct proc_options){.argv = SHELL("kill -9 $$")});
    assert_done(r.rc, &r.err);
    assert_int_equal(r.exit_code, 128 + SIGKILL);
    result_release(&r);

    /* Nobody wants what it prints, and it waits for no input. */
    assert_done(proc_run(&(struct proc_options){.argv = SHELL("cat; yes | head -c 300000; yes | head -c 300000 >&2")},
                         NULL, NULL, &r.exit_code, &r.err),
                &r.err);
    assert_int_equal(r.exit_code, 0);
}

/* Megabytes both ways at once: neither side waits for the other for ever. */
static void large_both_ways(void **state)
{
    struct buf input = {0};
    struct result r;

    (void)state;
    for (int i = 0; input.len < 5000000; i++)
        buf_printf(&input, "line %d\n", i);
    r = run((struct proc_options){.argv = SHELL("tee /dev/stderr"), .input = buf_view(&input)});
    assert_done(r.rc, &r.err);
    assert_true(sv_eq(buf_view(&r.output), buf_view(&input)));
    assert_int_equal(r.errors.len, 1 << 20);
    result_release(&r);

    /* It closes its input at once: no signal for us, and no failure. */
    r = run((struct proc_options){.argv = SHELL("exec <&-; echo done"), .input = buf_view(&input)});
    assert_done(r.rc, &r.err);
    assert_sv(buf_view(&r.output), "done\n");
    result_release(&r);
    buf_release(&input);
}

static void bounded_output(void **state)
{
    struct result r = run((struct proc_options){.argv = SHELL("yes"), .output_max = 1000});

    (void)state;
    assert_int_equal(r.rc, FAILED);
    assert_true(r.output.len <= 1000);
    assert_string_equal(r.err.text, "'sh' printed more than 1000 bytes");
    result_release(&r);
    r = run((struct proc_options){.argv = SHELL("printf 12345"), .output_max = 5});
    assert_done(r.rc, &r.err);
    result_release(&r);
}

static void times_out(void **state)
{
    uint64_t started = clock_ms();
    struct result r = run((struct proc_options){.argv = SHELL("echo begun; exec sleep 60"), .timeout_ms = 150});

    (void)state;
    assert_int_equal(r.rc, CANCELLED);
    assert_string_equal(r.err.text, "'sh' took longer than 150 ms");
    assert_int_equal(r.exit_code, 128 + SIGTERM);
    assert_true(clock_ms() - started < 10000);
    result_release(&r);

    /* One that does not listen is ended all the same, and one that has closed its output is not forgotten. */
    started = clock_ms();
    r = run((struct proc_options){.argv = SHELL("trap '' TERM; exec >&- 2>&-; while :; do sleep 0.1; done"),
                                  .timeout_ms = 150});
    assert_int_equal(r.rc, CANCELLED);
    assert_int_equal(r.exit_code, 128 + SIGKILL);
    assert_true(clock_ms() - started < 30000);
    result_release(&r);
    assert_true(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
}

/* A process that lives on with our pipes open (as ssh's shared connections do) keeps nobody waiting. */
static void leaves_daemons_alone(void **state)
{
    uint64_t started = clock_ms();
    struct result r = run((struct proc_options){.argv = SHELL("sleep 20 & echo done")});

    (void)state;
    assert_done(r.rc, &r.err);
    assert_sv(buf_view(&r.output), "done\n");
    assert_true(clock_ms() - started < 10000);
    result_release(&r);
}

static void absent_programs(void **state)
{
    struct result r = run((struct proc_options){.argv = (const char *const[]){"no-such-program-here", NULL}});

    (void)state;
    assert_int_equal(r.rc, NOT_FOUND);
    assert_string_equal(r.err.text, "");
    r = run((struct proc_options){.argv = (const char *const[]){"/nonexistent/program", NULL}});
    assert_int_equal(r.rc, NOT_FOUND);
    r = run((struct proc_options){.argv = (const char *const[]){"", NULL}});
    assert_int_equal(r.rc, NOT_FOUND);
    r = run((struct proc_options){.argv = (const char *const[]){"/etc/passwd", NULL}});
    assert_int_equal(r.rc, FAILED);
    assert_string_equal(r.err.text, "unable to run '/etc/passwd': permission denied");
    r = run((struct proc_options){.argv = SHELL(":"), .dir = "/nonexistent"});
    assert_int_equal(r.rc, FAILED);
    assert_non_null(strstr(r.err.text, "/nonexistent"));
    assert_true(proc_exists("sh"));
    assert_false(proc_exists("no-such-program-here"));
    assert_false(proc_exists("/etc"));
}

/* A PATH with "." in it must not make us run what lies in somebody's vault. */
static void no_program_of_the_folder(void **state)
{
    char dir[] = "/tmp/chiron-proc-XXXXXX", file[64], path[4096];
    const char *before = getenv("PATH");
    struct result r;
    FILE *script;

    (void)state;
    assert_non_null(mkdtemp(dir));
    snprintf(file, sizeof(file), "%s/evil-here", dir);
    script = fopen(file, "w");
    fputs("#!/bin/sh\necho evil\n", script);
    fclose(script);
    chmod(file, 0755);
    snprintf(path, sizeof(path), ".::bin:%s", before);
    setenv("PATH", path, 1);
    r = run((struct proc_options){.argv = (const char *const[]){"evil-here", NULL}, .dir = dir});
    assert_int_equal(r.rc, NOT_FOUND);
    snprintf(path, sizeof(path), "%s:/bin:/usr/bin", dir);
    setenv("PATH", path, 1);
    r = run((struct proc_options){.argv = (const char *const[]){"evil-here", NULL}});
    assert_done(r.rc, &r.err);
    assert_sv(buf_view(&r.output), "evil\n");
    result_release(&r);
    setenv("PATH", "/usr/local/bin:/usr/bin:/bin", 1);
    unlink(file);
    rmdir(dir);
}

static void environment_and_folder(void **state)
{
    struct result r;

    (void)state;
    setenv("GIT_DIR", "x", 1);
    setenv("GIT_EDITOR", "y", 1);
    setenv("GITHUB", "stays", 1);
    setenv("PLAIN", "old", 1);
    setenv("GONE", "x", 1);
    r = run((struct proc_options){
        .argv = SHELL("echo $GIT_DIR$GIT_EDITOR$GONE,$GITHUB,$PLAIN,$GIT_SET,$(pwd); env | grep -c ^PLAIN="),
        .env_set = (const char *const[]){"PLAIN=new", "GIT_SET=kept", NULL},
        .env_drop = (const char *const[]){"GIT_*", "GONE", "PLAI", NULL},
        .dir = "/usr"});
    assert_done(r.rc, &r.err);
    assert_sv(buf_view(&r.output), ",stays,new,kept,/usr\n1\n");
    result_release(&r);
}

static int count_inheritable(void)
{
    int count = 0;

    for (int fd = STDERR_FILENO + 1; fd < 1024; fd++)
        count += fcntl(fd, F_GETFD) == 0;
    return count;
}

/* A child begins with default signals, none of them blocked, and with no pipe of ours but its own three. (Signals 32
 * and 33 are libc's, which ignores them.) */
static void clean_start(void **state)
{
    unsigned long long blocked = 1, ignored = 1;
    int descriptors = 0;
    sigset_t all, before;
    struct result r;

    (void)state;
    signal(SIGPIPE, SIG_IGN);
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    r = run((struct proc_options){
        .argv = SHELL("grep -E 'Sig(Blk|Ign)' /proc/self/status; set -- /proc/$$/fd/*; echo $#"), .input = SV("x")});
    sigprocmask(SIG_SETMASK, &before, NULL);
    signal(SIGPIPE, SIG_DFL);
    assert_done(r.rc, &r.err);
    assert_int_equal(sscanf(r.output.ptr, "SigBlk: %llx SigIgn: %llx %d", &blocked, &ignored, &descriptors), 3);
    assert_true(blocked == 0 && (ignored & 0x7fffffff) == 0);
    assert_int_equal(descriptors, count_inheritable() + 4); /* the shell opens the folder that it lists */
    result_release(&r);
}

/* Descriptors 0 to 2 closed, as a careless parent may start us: the wires must not cross. */
static void closed_stdio(void **state)
{
    pid_t child = fork();
    int how;

    (void)state;
    if (child == 0) {
        struct result r;

        close(0);
        close(1);
        close(2);
        r = run((struct proc_options){.argv = SHELL("cat; echo err >&2"), .input = SV("in")});
        _exit(r.rc == DONE && sv_eq_c(buf_view(&r.output), "in") && sv_eq_c(buf_view(&r.errors), "err\n") ? 0 : 1);
    }
    assert_true(waitpid(child, &how, 0) == child);
    assert_true(WIFEXITED(how) && WEXITSTATUS(how) == 0);
}

struct lines {
    size_t count, bytes, stop_at;
    status answer;
    char last[64];
};

static status take_line(void *payload, struct sv line, struct err *err)
{
    struct lines *lines = payload;

    lines->count++;
    lines->bytes += line.len;
    snprintf(lines->last, sizeof(lines->last), "%.*s", SV_ARG(line));
    if (lines->count == lines->stop_at)
        return lines->answer < 0 ? err_set(err, lines->answer, "enough") : lines->answer;
    return DONE;
}

static void splits_lines(void **state)
{
    struct lines lines = {0};
    struct err err = {0};
    int exit_code;

    (void)state;
    assert_done(
        proc_lines(
            &(struct proc_options){
                .argv = SHELL("i=0; while [ $i -lt 20000 ]; do echo line-$i; i=$((i+1)); done; printf end; exit 2")},
            '\n', take_line, &lines, NULL, &exit_code, &err),
        &err);
    assert_int_equal(lines.count, 20001);
    assert_string_equal(lines.last, "end");
    assert_int_equal(lines.bytes, 20000 * 5 + 10 + 90 * 2 + 900 * 3 + 9000 * 4 + 10000 * 5 + 3);
    assert_int_equal(exit_code, 2);

    lines = (struct lines){0};
    assert_done(proc_lines(&(struct proc_options){.argv = SHELL("printf 'a\\0\\0b\\n\\0'")}, '\0', take_line, &lines,
                           NULL, &exit_code, &err),
                &err);
    assert_int_equal(lines.count, 3);
    assert_string_equal(lines.last, "b\n");
}

static void stops_when_told(void **state)
{
    struct lines lines = {.stop_at = 3, .answer = STOP};
    struct proc_options yes = {.argv = SHELL("exec yes")};
    struct err err = {0};
    int exit_code;

    (void)state;
    assert_int_equal(proc_lines(&yes, '\n', take_line, &lines, NULL, &exit_code, &err), STOP);
    assert_int_equal(lines.count, 3);
    assert_int_equal(err.code, DONE);
    lines = (struct lines){.stop_at = 1, .answer = MALFORMED};
    assert_int_equal(proc_lines(&yes, '\n', take_line, &lines, NULL, &exit_code, &err), MALFORMED);
    assert_string_equal(err.text, "enough");
    err_clear(&err);
    yes.argv = SHELL("exec tr '\\0' x </dev/zero");
    yes.output_max = 100000;
    assert_int_equal(proc_lines(&yes, '\n', take_line, &lines, NULL, &exit_code, &err), FAILED);
}

static void no_descriptor_leaks(void **state)
{
    int before = count_descriptors();
    struct result r;

    (void)state;
    r = run((struct proc_options){.argv = SHELL("echo x"), .input = SV("y"), .dir = "/"});
    result_release(&r);
    r = run((struct proc_options){.argv = SHELL("echo x"), .dir = "/nonexistent"});
    result_release(&r);
    r = run((struct proc_options){.argv = SHELL("exec yes"), .output_max = 10});
    result_release(&r);
    assert_int_equal(count_descriptors(), before);
}

static void survives_no_memory(void **state)
{
    int before = count_descriptors();
    uint64_t n = 0;
    status rc;

    (void)state;
    do {
        struct result r;

        memory_fail_at(++n);
        r = run((struct proc_options){.argv = SHELL("cat; echo x >&2"), .input = SV("y")});
        rc = r.rc;
        assert_int_equal(rc, memory_has_failed() ? NO_MEMORY : DONE);
        memory_fail_at(0);
        result_release(&r);
    } while (rc != DONE);
    assert_true(n > 4);
    assert_int_equal(count_descriptors(), before);
}

/* Ctrl-C while a child runs: it is ended, and the caller hears why. */
static void interrupted(void **state)
{
    pid_t child = fork();
    int how;

    (void)state;
    if (child == 0) {
        struct result r;

        cancel_install();
        r = run((struct proc_options){.argv = SHELL("kill -INT $PPID; exec sleep 60")});
        _exit(r.rc == CANCELLED && r.exit_code == 128 + SIGTERM ? 0 : 1);
    }
    assert_true(waitpid(child, &how, 0) == child);
    assert_true(WIFEXITED(how) && WEXITSTATUS(how) == 0);
}

/* An editor has our own terminal, and a Ctrl-C that it is sent does not end us. */
static void inherits(void **state)
{
    int out[2], saved = dup(STDOUT_FILENO), exit_code;
    char text[16] = "";
    struct err err = {0};

    (void)state;
    assert_int_equal(pipe(out), 0);
    fflush(stdout);
    dup2(out[1], STDOUT_FILENO);
    assert_done(
        proc_run(&(struct proc_options){.argv = SHELL("kill -INT $PPID; printf shown; exit 4"), .inherit_stdio = true},
                 NULL, NULL, &exit_code, &err),
        &err);
    dup2(saved, STDOUT_FILENO);
    assert_int_equal(read(out[0], text, sizeof(text) - 1), 5);
    assert_string_equal(text, "shown");
    assert_int_equal(exit_code, 4);
    close(out[0]);
    close(out[1]);
    close(saved);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(captures),
        cmocka_unit_test(large_both_ways),
        cmocka_unit_test(bounded_output),
        cmocka_unit_test(times_out),
        cmocka_unit_test(leaves_daemons_alone),
        cmocka_unit_test(absent_programs),
        cmocka_unit_test(no_program_of_the_folder),
        cmocka_unit_test(environment_and_folder),
        cmocka_unit_test(clean_start),
        cmocka_unit_test(closed_stdio),
        cmocka_unit_test(splits_lines),
        cmocka_unit_test(stops_when_told),
        cmocka_unit_test(no_descriptor_leaks),
        cmocka_unit_test(survives_no_memory),
        cmocka_unit_test(interrupted),
        cmocka_unit_test(inherits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
