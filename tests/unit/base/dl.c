#include "test.h"

#include "base/buf.h"
#include "base/dl.h"
#include "base/proc.h"

#include <string.h>
#include <unistd.h>

/* A library with data and a function, linked to another one with data of its own. */
struct built {
    char dir[32], path[48];
};

static status compile(const char *source, const char *output, const char *with)
{
    const char *compiler = getenv("CC") ? getenv("CC") : "cc";
    const char *argv[] = {compiler, "-shared", "-fPIC", "-x", "c", "-o", output, "-", "-x", "none", with, NULL};
    struct proc_options options = {.argv = argv, .input = sv_of(source)};
    struct buf errors = {0};
    struct err err = {0};
    int exit_code = 1;
    status rc = proc_run(&options, NULL, &errors, &exit_code, &err);

    if (rc != DONE || exit_code != 0)
        print_error("%s: %.*s\n", compiler, SV_ARG(buf_view(&errors)));
    buf_release(&errors);
    return rc == DONE && exit_code == 0 ? DONE : FAILED;
}

static int set_up(void **state)
{
    static struct built built;
    char other[48];

    snprintf(built.dir, sizeof(built.dir), "/tmp/chiron-dl-XXXXXX");
    if (!mkdtemp(built.dir))
        return -1;
    snprintf(built.path, sizeof(built.path), "%s/one.so", built.dir);
    snprintf(other, sizeof(other), "%s/two.so", built.dir);
    *state = &built;
    if (compile("const int of_other = 2;", other, NULL) != DONE)
        return -1;
    return compile("extern const int of_other; const int own = 41; int function(void) { return own + of_other; }",
                   built.path, other);
}

static int tear_down(void **state)
{
    struct built *built = *state;
    struct proc_options options = {.argv = (const char *const[]){"rm", "-rf", built->dir, NULL}};
    int exit_code;

    return proc_run(&options, NULL, NULL, &exit_code, NULL);
}

static void finds_own_data_only(void **state)
{
    struct built *built = *state;
    struct err err = {0};
    void *library;
    const void *address;

    assert_done(dl_open(built->path, &library, &err), &err);
    assert_done(dl_data(library, "own", &address), &err);
    assert_int_equal(*(const int *)address, 41);
    assert_int_equal(dl_data(library, "absent", &address), NOT_FOUND);
    assert_null(address);
    assert_int_equal(dl_data(library, "function", &address), NOT_FOUND);
    assert_int_equal(dl_data(library, "of_other", &address), NOT_FOUND);
}

static void refuses(void **state)
{
    struct built *built = *state;
    struct err err = {0};
    void *library;

    assert_int_equal(dl_open("libc.so.6", &library, &err), REFUSED);
    assert_null(library);
    err_clear(&err);
    assert_int_equal(dl_open("/nonexistent.so", &library, &err), FAILED);
    assert_non_null(strstr(err.text, "/nonexistent.so"));
    err_clear(&err);
    assert_int_equal(dl_open(built->dir, &library, &err), FAILED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_own_data_only),
        cmocka_unit_test(refuses),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
