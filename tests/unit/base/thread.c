#include "test.h"

#include "base/thread.h"

#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

enum { ITEMS = 10007 };

struct job {
    atomic_uint seen[ITEMS];
    atomic_uint calls;
    unsigned workers;
    size_t chunk, bad;
    status answer;
};

static status visit(void *payload, unsigned worker, size_t begin, size_t end, struct err *err)
{
    struct job *job = payload;

    atomic_fetch_add(&job->calls, 1);
    if (worker >= job->workers || begin >= end || end > ITEMS || end - begin > job->chunk)
        return err_set(err, FAILED, "worker %u got [%zu, %zu)", worker, begin, end);
    for (size_t i = begin; i < end; i++) {
        if (i == job->bad)
            return job->answer < 0 ? err_set(err, job->answer, "item %zu is bad", i) : job->answer;
        atomic_fetch_add(&job->seen[i], 1);
    }
    return DONE;
}

static struct job job;

static void reset(unsigned workers, size_t chunk)
{
    memset((void *)&job, 0, sizeof(job));
    job.workers = workers;
    job.chunk = chunk;
    job.bad = SIZE_MAX;
}

static void each_item_once(void **state)
{
    static const size_t chunks[] = {1, 7, 100, ITEMS, 2 * ITEMS};
    struct err err = {0};

    (void)state;
    for (unsigned workers = 1; workers <= 9; workers += 4) {
        for (size_t i = 0; i < sizeof(chunks) / sizeof(chunks[0]); i++) {
            reset(workers, chunks[i]);
            assert_done(thread_each(ITEMS, chunks[i], workers, visit, &job, &err), &err);
            for (size_t k = 0; k < ITEMS; k++)
                assert_int_equal(job.seen[k], 1);
        }
    }
    reset(1, 1);
    assert_done(thread_each(ITEMS, 0, 0, visit, &job, &err), &err);
    reset(1, 1);
    assert_done(thread_each(0, 1, 4, visit, &job, &err), &err);
    assert_int_equal(job.calls, 0);
}

static void first_failure_ends_it(void **state)
{
    struct err err = {0};

    (void)state;
    for (unsigned workers = 1; workers <= 4; workers++) {
        err_clear(&err);
        reset(workers, 1);
        job.bad = 5;
        job.answer = MALFORMED;
        assert_int_equal(thread_each(ITEMS, 1, workers, visit, &job, &err), MALFORMED);
        assert_int_equal(err.code, MALFORMED);
        assert_string_equal(err.text, "item 5 is bad");
        if (workers == 1)
            assert_int_equal(job.calls, 6);
    }
    reset(2, 10);
    job.bad = 100;
    job.answer = STOP;
    err_clear(&err);
    assert_int_equal(thread_each(ITEMS, 10, 2, visit, &job, &err), STOP);
    assert_int_equal(err.code, DONE);
    job.answer = FAILED;
    assert_int_equal(thread_each(ITEMS, 10, 2, visit, &job, NULL), FAILED);
}

static status fail_at_once(void *payload, unsigned worker, size_t begin, size_t end, struct err *err)
{
    (void)payload;
    (void)end;
    return err_set(err, FAILED, "%u:%zu", worker, begin);
}

/* Everybody fails: there is one answer, and it is whole. */
static void one_error_of_many(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++) {
        struct err err = {0};
        unsigned worker;
        size_t begin;

        assert_int_equal(thread_each(64, 1, 8, fail_at_once, NULL, &err), FAILED);
        assert_int_equal(sscanf(err.text, "%u:%zu", &worker, &begin), 2);
    }
}

static atomic_bool others_block;

static status look_at_mask(void *payload, unsigned worker, size_t begin, size_t end, struct err *err)
{
    const struct timespec pause = {.tv_nsec = 1000000};
    sigset_t mask;

    (void)payload;
    (void)begin;
    (void)end;
    (void)err;
    pthread_sigmask(SIG_BLOCK, NULL, &mask);
    if ((sigismember(&mask, SIGINT) == 1) != (worker != 0))
        atomic_store(&others_block, false);
    nanosleep(&pause, NULL);
    return DONE;
}

/* Ctrl-C reaches the thread whose loop polls for it. */
static void signals_go_to_the_caller(void **state)
{
    sigset_t mask;

    (void)state;
    atomic_store(&others_block, true);
    assert_done(thread_each(50, 1, 4, look_at_mask, NULL, NULL), NULL);
    assert_true(atomic_load(&others_block));
    pthread_sigmask(SIG_BLOCK, NULL, &mask);
    assert_int_equal(sigismember(&mask, SIGINT), 0);
}

static void counts(void **state)
{
    cpu_set_t before, one;

    (void)state;
    setenv("CHIRON_THREADS", "3", 1);
    assert_int_equal(thread_count(), 3);
    setenv("CHIRON_THREADS", "100000", 1);
    assert_int_equal(thread_count(), 64);
    setenv("CHIRON_THREADS", "0", 1);
    assert_true(thread_count() >= 1);
    unsetenv("CHIRON_THREADS");
    assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
    assert_int_equal(thread_count(), CPU_COUNT(&before) > 64 ? 64 : CPU_COUNT(&before));
    CPU_ZERO(&one);
    for (size_t i = 0; i < CPU_SETSIZE && CPU_COUNT(&one) == 0; i++)
        if (CPU_ISSET(i, &before))
            CPU_SET(i, &one);
    assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
    assert_int_equal(thread_count(), 1);
    assert_int_equal(sched_setaffinity(0, sizeof(before), &before), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_item_once),
        cmocka_unit_test(first_failure_ends_it),
        cmocka_unit_test(one_error_of_many),
        cmocka_unit_test(signals_go_to_the_caller),
        cmocka_unit_test(counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
