#include "workers.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>

enum {
    WORKERS_MAX = 8,
    BATCH_BYTES = 256 * 1024,     /* handed over at once */
    BATCHES_MAX = 8,              /* waiting */
    MEMORY_MAX = 96 * 1024 * 1024 /* of all indexes in memory together */
};

/* Notes one behind the other. */
struct batch {
    struct bytes notes;
    size_t count;
};

struct worker {
    struct workers *workers;
    pthread_t thread;
    struct build *build;
    struct manifest made;
};

struct workers {
    pthread_mutex_t lock;
    pthread_cond_t has_work, has_room;
    struct worker list[WORKERS_MAX];
    size_t count;
    struct batch waiting[BATCHES_MAX];
    size_t waiting_count;
    struct batch filling; /* of the caller's thread */
    bool is_ending, is_abandoned;
    int error;
};

/* ---- a note as bytes ---- */

static void put_text(struct bytes *out, chiron_sv text)
{
    bytes_put_number(out, text.len);
    bytes_put(out, text.ptr, text.len);
}

static void put_note(struct batch *batch, const struct engine_note *note)
{
    bytes_put_64(&batch->notes, (uint64_t)note->id);
    bytes_put_number(&batch->notes, (uint64_t)note->language);
    put_text(&batch->notes, note->titles);
    put_text(&batch->notes, note->headings);
    put_text(&batch->notes, note->tags);
    put_text(&batch->notes, note->body);
    batch->count++;
}

static chiron_sv take_text(struct reader *reader)
{
    size_t len = (size_t)reader_number(reader);
    return (chiron_sv){(const char *)reader_take(reader, len), len};
}

static struct engine_note take_note(struct reader *reader)
{
    struct engine_note note = {.id = (int64_t)load_64(reader_take(reader, 8))};
    note.language = (enum language)reader_number(reader);
    note.titles = take_text(reader);
    note.headings = take_text(reader);
    note.tags = take_text(reader);
    note.body = take_text(reader);
    return note;
}

/* ---- a worker ---- */

static int index_batch(struct worker *worker, const struct batch *batch)
{
    struct reader reader = {batch->notes.data, batch->notes.data + batch->notes.size, false};
    int error = 0;
    for (size_t i = 0; i < batch->count && error == 0; i++) {
        struct engine_note note = take_note(&reader);
        error = build_add(worker->build, &note) ? 0 : ENOMEM;
    }
    if (error == 0 && build_memory(worker->build) > MEMORY_MAX / worker->workers->count)
        error = build_flush(worker->build, &worker->made);
    return error;
}

static bool wait_for_batch(struct workers *workers, struct batch *out)
{
    pthread_mutex_lock(&workers->lock);
    while (workers->waiting_count == 0 && !workers->is_ending)
        pthread_cond_wait(&workers->has_work, &workers->lock);
    bool has_batch = workers->waiting_count > 0;
    if (has_batch) {
        *out = workers->waiting[--workers->waiting_count];
        pthread_cond_signal(&workers->has_room);
    }
    pthread_mutex_unlock(&workers->lock);
    return has_batch;
}

static int error_of(struct workers *workers)
{
    pthread_mutex_lock(&workers->lock);
    int error = workers->is_abandoned ? ECANCELED : workers->error;
    pthread_mutex_unlock(&workers->lock);
    return error;
}

/* Goes on taking batches after a failure, so that nobody waits for room for ever. */
static void *work(void *payload)
{
    struct worker *worker = payload;
    struct workers *workers = worker->workers;
    struct batch batch;
    while (wait_for_batch(workers, &batch)) {
        int error = error_of(workers);
        if (error == 0)
            error = index_batch(worker, &batch);
        bytes_release(&batch.notes);
        pthread_mutex_lock(&workers->lock);
        workers->error = workers->error != 0 ? workers->error : error;
        pthread_mutex_unlock(&workers->lock);
    }
    int error = error_of(workers);
    if (error == 0)
        error = build_flush(worker->build, &worker->made);
    pthread_mutex_lock(&workers->lock);
    workers->error = workers->error != 0 ? workers->error : error;
    pthread_mutex_unlock(&workers->lock);
    return NULL;
}

/* ---- starting and ending ---- */

static size_t processors(void)
{
    cpu_set_t set;
    int count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    return count < WORKERS_MAX ? (size_t)count : WORKERS_MAX;
}

static bool start_worker(struct workers *workers, struct build *build)
{
    struct worker *worker = &workers->list[workers->count];
    *worker = (struct worker){.workers = workers, .build = build};
    if (build != NULL && pthread_create(&worker->thread, NULL, work, worker) == 0) {
        workers->count++;
        return true;
    }
    build_free(build);
    return false;
}

/* Signals are for the host's own threads. */
static void start_all(struct workers *workers, int dir, struct build *first)
{
    sigset_t all, before;
    size_t count = processors();
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool goes_on = start_worker(workers, first);
    while (goes_on && workers->count < count)
        goes_on = start_worker(workers, build_new(dir));
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void destroy(struct workers *workers)
{
    for (size_t i = 0; i < workers->count; i++) {
        build_free(workers->list[i].build);
        manifest_release(&workers->list[i].made);
    }
    for (size_t i = 0; i < workers->waiting_count; i++)
        bytes_release(&workers->waiting[i].notes);
    bytes_release(&workers->filling.notes);
    pthread_cond_destroy(&workers->has_work);
    pthread_cond_destroy(&workers->has_room);
    pthread_mutex_destroy(&workers->lock);
    free(workers);
}

struct workers *workers_start(int dir, struct build *first)
{
    struct workers *workers = calloc(1, sizeof *workers);
    if (workers == NULL) {
        build_free(first);
        return NULL;
    }
    pthread_mutex_init(&workers->lock, NULL);
    pthread_cond_init(&workers->has_work, NULL);
    pthread_cond_init(&workers->has_room, NULL);
    pthread_mutex_lock(&workers->lock);
    start_all(workers, dir, first);
    pthread_mutex_unlock(&workers->lock);
    if (workers->count > 0)
        return workers;
    destroy(workers);
    return NULL;
}

static int hand_over(struct workers *workers)
{
    int error = workers->filling.notes.is_failed ? ENOMEM : 0;
    pthread_mutex_lock(&workers->lock);
    while (workers->waiting_count == BATCHES_MAX)
        pthread_cond_wait(&workers->has_room, &workers->lock);
    workers->error = workers->error != 0 ? workers->error : error;
    error = workers->error;
    if (error == 0) {
        workers->waiting[workers->waiting_count++] = workers->filling;
        workers->filling = (struct batch){.count = 0};
        pthread_cond_signal(&workers->has_work);
    }
    pthread_mutex_unlock(&workers->lock);
    return error;
}

int workers_add(struct workers *workers, const struct engine_note *note)
{
    put_note(&workers->filling, note);
    return workers->filling.notes.size >= BATCH_BYTES || workers->filling.notes.is_failed ? hand_over(workers) : 0;
}

static void end(struct workers *workers, bool is_abandoned)
{
    pthread_mutex_lock(&workers->lock);
    workers->is_ending = true;
    workers->is_abandoned = is_abandoned;
    pthread_cond_broadcast(&workers->has_work);
    pthread_mutex_unlock(&workers->lock);
    for (size_t i = 0; i < workers->count; i++)
        pthread_join(workers->list[i].thread, NULL);
}

int workers_finish(struct workers *workers, struct manifest *made)
{
    if (workers->filling.count > 0)
        hand_over(workers);
    end(workers, false);
    int error = workers->error;
    for (size_t i = 0; i < workers->count; i++) {
        struct manifest *own = &workers->list[i].made;
        for (size_t k = 0; k < own->count; k++)
            if (!manifest_add(made, &own->parts[k]))
                error = error != 0 ? error : ENOMEM;
        own->count = 0;
    }
    destroy(workers);
    return error;
}

void workers_abandon(struct workers *workers)
{
    if (workers == NULL)
        return;
    end(workers, true);
    destroy(workers);
}
