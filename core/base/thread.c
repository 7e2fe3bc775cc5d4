#include "base/thread.h"

#include "base/arena.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

/* More would not help one disk; and a fixed number stands on the stack, so that starting cannot run out of memory. */
enum { WORKERS_MAX = 64 };

struct run {
    thread_fn fn;
    void *payload;
    size_t count, chunk;
    atomic_size_t next_chunk;
    atomic_bool over;
    pthread_mutex_t lock; /* over the two below */
    status result;
    struct err err;
};

struct worker {
    struct run *run;
    unsigned number;
    pthread_t thread;
};

struct thread_team {
    struct run run;
    struct worker workers[WORKERS_MAX];
    unsigned started;
};

unsigned thread_count(void)
{
    cpu_set_t set;
    int64_t wanted = 0;
    long count;

    if (!sv_to_i64(sv_of(getenv("CHIRON_THREADS")), &wanted) || wanted < 1) {
        count = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : sysconf(_SC_NPROCESSORS_ONLN);
        wanted = count < 1 ? 1 : count;
    }
    return wanted > WORKERS_MAX ? WORKERS_MAX : (unsigned)wanted;
}

static void finish(struct run *run, status rc, const struct err *err)
{
    pthread_mutex_lock(&run->lock);
    if (run->result == DONE) {
        run->result = rc;
        run->err = *err;
    }
    pthread_mutex_unlock(&run->lock);
    atomic_store(&run->over, true);
}

static void *work(void *payload)
{
    struct worker *worker = payload;
    struct run *run = worker->run;
    struct err err = {0};
    size_t chunks = run->count / run->chunk + (run->count % run->chunk != 0);

    while (!atomic_load(&run->over)) {
        size_t at = atomic_fetch_add(&run->next_chunk, 1), begin, left;
        status rc;

        if (at >= chunks)
            break;
        begin = at * run->chunk;
        left = run->count - begin;
        rc = run->fn(run->payload, worker->number, begin, begin + (left < run->chunk ? left : run->chunk), &err);
        if (rc != DONE)
            finish(run, rc, &err);
    }
    return NULL;
}

/* Signals go to the caller's thread, whose loops poll for them. Fewer threads than wished for is slower, not wrong. */
static unsigned start(struct worker *workers, unsigned wanted, struct run *run)
{
    unsigned started = 1;
    sigset_t all, before;

    workers[0] = (struct worker){.run = run, .number = 0};
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (; started < wanted; started++) {
        workers[started] = (struct worker){.run = run, .number = started};
        if (pthread_create(&workers[started].thread, NULL, work, &workers[started]) != 0)
            break;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

static void team_begin(struct thread_team *team, unsigned workers)
{
    struct run *run = &team->run;
    size_t chunks = run->count / run->chunk + (run->count % run->chunk != 0);
    unsigned wanted = workers > WORKERS_MAX ? WORKERS_MAX : workers;

    if (wanted > chunks)
        wanted = (unsigned)chunks;
    atomic_init(&run->next_chunk, 0);
    atomic_init(&run->over, false);
    pthread_mutex_init(&run->lock, NULL);
    team->started = start(team->workers, wanted, run);
}

static status team_finish(struct thread_team *team, struct err *err)
{
    work(&team->workers[0]);
    for (unsigned i = 1; i < team->started; i++)
        pthread_join(team->workers[i].thread, NULL);
    pthread_mutex_destroy(&team->run.lock);
    if (team->run.result != DONE && err && err->code == DONE)
        *err = team->run.err;
    return team->run.result;
}

static struct run run_of(size_t count, size_t chunk, thread_fn fn, void *payload)
{
    return (struct run){.fn = fn, .payload = payload, .count = count, .chunk = chunk ? chunk : 1};
}

status thread_each(size_t count, size_t chunk, unsigned workers, thread_fn fn, void *payload, struct err *err)
{
    struct thread_team team;

    team.run = run_of(count, chunk, fn, payload);
    team_begin(&team, workers);
    return team_finish(&team, err);
}

struct thread_team *thread_begin(size_t count, size_t chunk, unsigned workers, thread_fn fn, void *payload)
{
    struct thread_team *team = memory_alloc(sizeof(*team));

    if (team == NULL)
        return NULL;
    team->run = run_of(count, chunk, fn, payload);
    team_begin(team, workers);
    return team;
}

status thread_finish(struct thread_team *team, struct err *err)
{
    status rc = team_finish(team, err);

    free(team);
    return rc;
}

void thread_stop(struct thread_team *team)
{
    if (team == NULL)
        return;
    atomic_store(&team->run.over, true);
    thread_finish(team, NULL);
}
