#include "segments.h"

#include "merge.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define LOCK_NAME "lock"

enum { BUSY_MAX_MS = 60 * 1000, BUSY_STEP_MS = 10 };

/* So much text is indexed by the caller's thread; for more, threads are started. */
enum { TEXT_BY_ONE = 512 * 1024 };

/* ---- one writer at a time ---- */

static chiron_status wait_for_lock(struct engine *engine, const struct job *job)
{
    struct timespec pause = {.tv_nsec = BUSY_STEP_MS * 1000000L};
    for (int ms = 0; flock(engine->lock, LOCK_EX | LOCK_NB) != 0; ms += BUSY_STEP_MS) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return segments_status(engine, job, errno);
        if (job_cancelled(job))
            return job_fail(job, CHIRON_ECANCELLED, "interrupted");
        if (ms >= BUSY_MAX_MS)
            return job_fail(job, CHIRON_EFAILED,
                            "the search index is busy: another chiron has been writing it for a minute");
        nanosleep(&pause, NULL);
    }
    return CHIRON_OK;
}

static void unlock(struct engine *engine)
{
    if (engine->lock >= 0)
        close(engine->lock);
    engine->lock = -1;
}

static chiron_status lock(struct engine *engine, const struct job *job)
{
    engine->lock = openat(engine->dir, LOCK_NAME, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
    if (engine->lock < 0)
        return segments_status(engine, job, errno);
    chiron_status st = wait_for_lock(engine, job);
    if (st != CHIRON_OK)
        unlock(engine);
    return st;
}

static int write_manifest(struct engine *engine)
{
    char format[128];
    int error = manifest_write(engine->dir, segments_format(format, sizeof format), &engine->manifest);
    if (error == 0)
        manifest_sweep(engine->dir, &engine->manifest);
    return error;
}

/* ---- the round ---- */

static void drop_round(struct engine *engine)
{
    workers_abandon(engine->workers);
    engine->workers = NULL;
    build_free(engine->build);
    engine->build = NULL;
    engine->text_size = 0;
    id_set_release(&engine->told);
}

static void end_round(struct engine *engine)
{
    drop_round(engine);
    segments_unload(engine);
    unlock(engine);
}

void segments_rollback(struct engine *engine)
{
    char format[128];
    struct manifest manifest;
    if (engine->lock < 0)
        return;
    drop_round(engine);
    if (manifest_read(engine->dir, segments_format(format, sizeof format), &manifest) == 0) {
        manifest_sweep(engine->dir, &manifest);
        manifest_release(&manifest);
    }
    end_round(engine);
}

chiron_status segments_wipe(struct engine *engine, const struct job *job)
{
    segments_rollback(engine);
    chiron_status st = lock(engine, job);
    if (st != CHIRON_OK)
        return st;
    segments_unload(engine);
    st = segments_status(engine, job, write_manifest(engine));
    end_round(engine);
    return st;
}

chiron_status segments_begin(struct engine *engine, const struct job *job, bool reset)
{
    segments_rollback(engine);
    chiron_status st = lock(engine, job);
    if (st != CHIRON_OK)
        return st;
    if (reset)
        segments_unload(engine);
    else
        st = segments_load(engine, job);
    if (st != CHIRON_OK)
        end_round(engine);
    return st;
}

/* ---- what was told goes into the manifest ---- */

static int flush(struct engine *engine, struct manifest *made)
{
    int error = 0;
    if (engine->workers != NULL)
        error = workers_finish(engine->workers, made);
    else if (engine->build != NULL)
        error = build_flush(engine->build, made);
    engine->workers = NULL;
    engine->text_size = 0;
    return error;
}

static int kill_note(struct engine *engine, size_t n, int64_t id)
{
    struct part *part = &engine->manifest.parts[n];
    uint32_t doc, length;
    unsigned language;
    chiron_status st = segment_find_id(engine->segments[n], id, &doc);
    if (st == CHIRON_NONE || (st == CHIRON_OK && part_is_dead(part, doc)))
        return 0;
    if (st != CHIRON_OK || !segment_info(engine->segments[n], doc, &length, &language))
        return SEALED_BROKEN;
    return part_kill(part, doc, length) ? 0 : ENOMEM;
}

static int kill_told(struct engine *engine)
{
    int64_t id;
    int error = segments_open_all(engine);
    for (size_t at = 0; error == 0 && engine->segment_count > 0 && id_set_next(&engine->told, &at, &id);)
        for (size_t n = 0; n < engine->segment_count && error == 0; n++)
            error = kill_note(engine, n, id);
    return error;
}

/* First what was there dies, then the new documents of the same notes join it. */
static int settle(struct engine *engine)
{
    struct manifest made = {.count = 0};
    int error = flush(engine, &made);
    if (error == 0)
        error = kill_told(engine);
    for (size_t i = 0; i < made.count && error == 0; i++) {
        struct part part = made.parts[i];
        made.parts[i].dead = NULL;
        error = manifest_add(&engine->manifest, &part) ? 0 : ENOMEM;
    }
    manifest_release(&made);
    id_set_release(&engine->told);
    return error;
}

/* A note that this round named before: what was said of it first has to be settled. */
static int tell(struct engine *engine, int64_t id)
{
    bool is_new;
    if (!id_set_add(&engine->told, id, &is_new))
        return ENOMEM;
    if (is_new)
        return 0;
    int error = settle(engine);
    if (error == 0 && !id_set_add(&engine->told, id, &is_new))
        error = ENOMEM;
    return error;
}

static int index_note(struct engine *engine, const struct engine_note *note)
{
    if (engine->workers != NULL)
        return workers_add(engine->workers, note);
    if (engine->build == NULL && (engine->build = build_new(engine->dir)) == NULL)
        return ENOMEM;
    engine->text_size += note->titles.len + note->headings.len + note->tags.len + note->body.len;
    if (engine->text_size <= TEXT_BY_ONE)
        return build_add(engine->build, note) ? 0 : ENOMEM;
    engine->workers = workers_start(engine->dir, engine->build);
    engine->build = NULL;
    return engine->workers != NULL ? workers_add(engine->workers, note) : ENOMEM;
}

chiron_status segments_add(struct engine *engine, const struct job *job, const struct engine_note *note)
{
    int error = tell(engine, note->id);
    if (error == 0)
        error = index_note(engine, note);
    return segments_status(engine, job, error);
}

chiron_status segments_remove(struct engine *engine, const struct job *job, int64_t id)
{
    return segments_status(engine, job, tell(engine, id));
}

/* ---- the end ---- */

static void take_out_dead(struct engine *engine)
{
    for (size_t i = engine->manifest.count; i-- > 0;)
        if (engine->manifest.parts[i].live == 0)
            manifest_take_out(&engine->manifest, i);
}

static int merge_some(struct engine *engine, const size_t *chosen, size_t count)
{
    struct segment **segments = malloc(count * sizeof(struct segment *));
    const struct part **parts = malloc(count * sizeof(struct part *));
    struct part out;
    int error = segments != NULL && parts != NULL ? segments_open_all(engine) : ENOMEM;
    for (size_t i = 0; i < count && error == 0; i++) {
        segments[i] = engine->segments[chosen[i]];
        parts[i] = &engine->manifest.parts[chosen[i]];
    }
    if (error == 0)
        error = merge_segments(engine->dir, engine->analyser, segments, parts, count, &out);
    for (size_t i = count; i-- > 0 && error == 0;)
        manifest_take_out(&engine->manifest, chosen[i]);
    if (error == 0 && out.docs > 0 && !manifest_add(&engine->manifest, &out))
        error = ENOMEM;
    free(segments);
    free(parts);
    return error;
}

/* Each merge makes one of several, or a segment without dead ones of one with: so there is an end. */
static int merge_all(struct engine *engine)
{
    int error = 0;
    for (size_t count = 1; count > 0 && error == 0;) {
        size_t *chosen = malloc((engine->manifest.count + 1) * sizeof *chosen);
        count = chosen != NULL ? merge_choose(&engine->manifest, chosen) : 0;
        error = chosen == NULL ? ENOMEM : count > 0 ? merge_some(engine, chosen, count) : 0;
        free(chosen);
    }
    return error;
}

static int commit(struct engine *engine, chiron_sv cursor)
{
    int error = settle(engine);
    if (error != 0)
        return error;
    take_out_dead(engine);
    error = merge_all(engine);
    if (error != 0)
        return error;
    engine->manifest.cursor.size = 0;
    bytes_put(&engine->manifest.cursor, cursor.ptr, cursor.len);
    engine->manifest.is_filled = true;
    return engine->manifest.cursor.is_failed ? ENOMEM : write_manifest(engine);
}

chiron_status segments_commit(struct engine *engine, const struct job *job, chiron_sv cursor)
{
    int error = commit(engine, cursor);
    chiron_status st = segments_status(engine, job, error);
    if (error != 0)
        segments_rollback(engine);
    end_round(engine);
    return st;
}
