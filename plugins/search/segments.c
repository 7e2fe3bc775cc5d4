#include "segments.h"

#include "letters.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* To be raised when a file of this engine has another form. */
#define FORMAT_VERSION "3"

const char *segments_format(char *out, size_t size)
{
    snprintf(out, size, "segments %s, terms %s, letters %s", FORMAT_VERSION, analyser_version(), letters_version());
    return out;
}

chiron_status segments_status(const struct engine *engine, const struct job *job, int error)
{
    switch (error) {
    case 0:
        return CHIRON_OK;
    case SEALED_BROKEN:
        return JOB_BROKEN;
    case ENOMEM:
        return job_no_memory(job);
    case MANIFEST_FOREIGN:
        return job_fail(job, CHIRON_EFAILED, "'%s' is not a file of this user; remove it", engine->path);
    default:
        return job_fail(job, CHIRON_EFAILED, "unable to use the search index '%s': %s", engine->path, strerror(error));
    }
}

/* ---- the state in use ---- */

static void close_segment(struct segment *segment)
{
    segment_close(segment);
    free(segment);
}

void segments_unload(struct engine *engine)
{
    for (size_t i = 0; i < engine->segment_count; i++)
        close_segment(engine->segments[i]);
    free(engine->segments);
    engine->segments = NULL;
    engine->segment_count = 0;
    manifest_release(&engine->manifest);
}

/* An open segment of that seal out of the engine's list, or NULL. */
static struct segment *take_open(struct engine *engine, const struct seal *seal)
{
    for (size_t i = 0; i < engine->segment_count; i++) {
        struct segment *segment = engine->segments[i];
        const struct seal *own = &segment->file.seal;
        if (own->name == seal->name && own->size == seal->size && own->sum == seal->sum) {
            engine->segments[i] = engine->segments[--engine->segment_count];
            return segment;
        }
    }
    return NULL;
}

static int open_one(struct engine *engine, const struct part *part, struct segment **out)
{
    *out = take_open(engine, &part->seal);
    if (*out != NULL)
        return 0;
    *out = malloc(sizeof **out);
    if (*out == NULL)
        return ENOMEM;
    int error = segment_open(*out, engine->dir, &part->seal);
    if (error == 0 && (*out)->docs != part->docs) {
        segment_close(*out);
        error = SEALED_BROKEN;
    }
    if (error != 0)
        free(*out);
    return error;
}

int segments_open_all(struct engine *engine)
{
    size_t count = 0;
    int error = 0;
    struct segment **list = malloc((engine->manifest.count + 1) * sizeof *list);
    if (list == NULL)
        return ENOMEM;
    while (count < engine->manifest.count && error == 0) {
        error = open_one(engine, &engine->manifest.parts[count], &list[count]);
        count += error == 0;
    }
    for (size_t i = 0; i < engine->segment_count; i++)
        close_segment(engine->segments[i]);
    free(engine->segments);
    engine->segments = list;
    engine->segment_count = count;
    return error;
}

/* Between reading a manifest and opening what it names another process may have put segments together: then there is a
 * newer manifest. */
static int load_newest(struct engine *engine, bool *is_newer_out)
{
    char format[128];
    struct manifest newest;
    *is_newer_out = false;
    int error = manifest_read(engine->dir, segments_format(format, sizeof format), &newest);
    if (error != 0 && error != MANIFEST_ABSENT)
        return error;
    *is_newer_out = newest.sum != engine->manifest.sum || engine->segment_count != engine->manifest.count;
    if (!*is_newer_out) {
        manifest_release(&newest);
        return 0;
    }
    manifest_release(&engine->manifest);
    engine->manifest = newest;
    return segments_open_all(engine);
}

chiron_status segments_load(struct engine *engine, const struct job *job)
{
    uint64_t failed = 0;
    for (;;) {
        bool is_newer;
        int error = load_newest(engine, &is_newer);
        bool is_same = engine->manifest.sum == failed;
        failed = engine->manifest.sum;
        for (size_t i = 0; i < engine->segment_count; i++)
            sealed_forget(&engine->segments[i]->file);
        if (error == 0)
            return CHIRON_OK;
        if (error != SEALED_BROKEN || !is_newer || is_same || job_cancelled(job)) {
            segments_unload(engine);
            return segments_status(engine, job, error);
        }
    }
}

chiron_status segments_load_for_reading(struct engine *engine, const struct job *job)
{
    chiron_status st = segments_load(engine, job);
    return st == CHIRON_OK && !engine->manifest.is_filled ? JOB_BROKEN : st;
}

/* ---- opening, closing ---- */

static void engine_close(struct engine *engine)
{
    if (engine == NULL)
        return;
    segments_rollback(engine);
    segments_unload(engine);
    if (engine->dir >= 0)
        close(engine->dir);
    free(engine->path);
    free(engine);
}

static chiron_status engine_open(const struct job *job, chiron_sv dir, struct analyser *analyser,
                                 struct engine **engine_out)
{
    struct engine *engine = calloc(1, sizeof *engine);
    if (engine == NULL)
        return job_no_memory(job);
    engine->analyser = analyser;
    engine->dir = engine->lock = -1;
    if (asprintf(&engine->path, "%.*s/" MANIFEST_NAME, (int)dir.len, dir.ptr) < 0) {
        engine->path = NULL;
        engine_close(engine);
        return job_no_memory(job);
    }
    engine->path[dir.len] = '\0';
    engine->dir = open(engine->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    engine->path[dir.len] = '/';
    if (engine->dir < 0) {
        chiron_status st = segments_status(engine, job, errno);
        engine_close(engine);
        return st;
    }
    *engine_out = engine;
    return CHIRON_OK;
}

static chiron_status cursor(struct engine *engine, const struct job *job, chiron_sv *cursor_out, bool *is_stale_out)
{
    char format[128];
    struct manifest manifest;
    chiron_status st = CHIRON_OK;
    *is_stale_out = false;
    *cursor_out = (chiron_sv){"", 0};
    int error = manifest_read(engine->dir, segments_format(format, sizeof format), &manifest);
    if (error == MANIFEST_ABSENT)
        return CHIRON_OK;
    if (error != 0)
        return segments_status(engine, job, error);
    if (manifest.is_filled) {
        char *copy = job_scratch(job, manifest.cursor.size, 1);
        if (copy == NULL)
            st = job_no_memory(job);
        else
            *cursor_out = (chiron_sv){memcpy(copy, manifest.cursor.data, manifest.cursor.size), manifest.cursor.size};
    }
    manifest_release(&manifest);
    return st;
}

const struct engine_ops engine_segments = {
    .name = "segments",
    .open = engine_open,
    .close = engine_close,
    .wipe = segments_wipe,
    .cursor = cursor,
    .begin = segments_begin,
    .add = segments_add,
    .remove = segments_remove,
    .commit = segments_commit,
    .rollback = segments_rollback,
    .search = segments_search,
    .terms = segments_terms,
    .frequencies = segments_frequencies,
};
