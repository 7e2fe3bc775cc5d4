#include "fts5.h"

#include "rank.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CANCEL_EVERY = 4096 }; /* rows */

/* What the function that FTS5 calls for each match works on. Each sequence of the pattern is a phrase of the MATCH, in
 * the same order; of words near each other, each place is one. */
struct fts5_probe {
    const struct job *job;
    const struct docs *docs;
    double mean_length;
    const struct pattern *pattern;
    struct hits *out;
    uint64_t rows;
    bool is_cancelled;
};

/* A phrase's places in one document, in order. */
struct reader {
    Fts5PhraseIter iter;
    int column, offset; /* column < 0: at the end */
    bool is_exact;
};

static bool is_before(const struct reader *a, const struct reader *b)
{
    return a->column < b->column || (a->column == b->column && a->offset < b->offset);
}

static void count_place(struct rank_counts *counts, const struct reader *reader)
{
    switch (reader->column) {
    case COLUMN_TITLES:
        counts->titles++;
        break;
    case COLUMN_HEADINGS:
        counts->headings++;
        break;
    case COLUMN_TAGS:
        counts->tags++;
        break;
    default:
        counts->body++;
        break;
    }
    counts->is_exact = counts->is_exact || reader->is_exact;
}

/* Counts the places of all readers together, each place once. */
static void count_places(const Fts5ExtensionApi *api, Fts5Context *context, struct reader *readers, size_t count,
                         struct rank_counts *counts)
{
    for (;;) {
        struct reader *first = NULL;
        for (size_t i = 0; i < count; i++)
            if (readers[i].column >= 0 && (first == NULL || is_before(&readers[i], first)))
                first = &readers[i];
        if (first == NULL)
            return;
        struct reader place = *first;
        for (size_t i = 0; i < count; i++) {
            struct reader *reader = &readers[i];
            if (reader->column != place.column || reader->offset != place.offset)
                continue;
            place.is_exact = place.is_exact || reader->is_exact;
            api->xPhraseNext(context, &reader->iter, &reader->column, &reader->offset);
        }
        count_place(counts, &place);
    }
}

static int look(const Fts5ExtensionApi *api, Fts5Context *context, struct fts5_probe *probe)
{
    int64_t number = api->xRowid(context);
    const struct doc *doc = docs_get(probe->docs, number);
    if (doc == NULL)
        return SQLITE_CORRUPT;
    if (doc->is_dead)
        return SQLITE_OK;
    struct reader readers[1 + LANGUAGE_COUNT];
    size_t count = 0;
    for (size_t i = 0; i < probe->pattern->count; i++) {
        const struct sequence *sequence = &probe->pattern->sequences[i];
        if (doc->language >= LANGUAGE_COUNT || (sequence->languages & (1u << doc->language)) == 0)
            continue;
        struct reader *reader = &readers[count++];
        reader->is_exact = sequence->is_exact;
        size_t phrase = probe->pattern->is_near ? i * probe->pattern->length : i;
        int code = api->xPhraseFirst(context, (int)phrase, &reader->iter, &reader->column, &reader->offset);
        if (code != SQLITE_OK)
            return code;
    }
    struct rank_counts counts = {0};
    count_places(api, context, readers, count, &counts);
    if (counts.titles + counts.headings + counts.tags + counts.body == 0)
        return SQLITE_OK;
    double score = rank_in_note(&counts, doc->length, probe->mean_length);
    return hits_add(probe->out, doc->note, score) ? SQLITE_OK : SQLITE_NOMEM;
}

static void call_probe(const Fts5ExtensionApi *api, Fts5Context *context, sqlite3_context *result, int count,
                       sqlite3_value **values)
{
    (void)count;
    (void)values;
    struct fts5_probe *probe = ((struct engine *)api->xUserData(context))->probe;
    if (++probe->rows % CANCEL_EVERY == 0 && job_cancelled(probe->job))
        probe->is_cancelled = true;
    int code = probe->is_cancelled ? SQLITE_INTERRUPT : look(api, context, probe);
    if (code != SQLITE_OK)
        sqlite3_result_error_code(result, code);
}

int fts5_register_probe(struct engine *engine, fts5_api *api)
{
    return api->xCreateFunction(api, "chiron_probe", engine, call_probe, NULL);
}

/* ---- the MATCH of a pattern: {column} : ("a b" OR "~a|^a ~b|^b" *), of words near each other NEAR("a" "b", 5) ---- */

static size_t match_size(const struct pattern *pattern)
{
    size_t size = 64;
    for (size_t i = 0; i < pattern->count; i++) {
        size += 32 + 3 * pattern->length;
        for (size_t k = 0; k < pattern->length; k++)
            for (size_t t = 0; t < pattern->sequences[i].places[k].count; t++)
                size += pattern->sequences[i].places[k].terms[t].len + 1;
    }
    return size;
}

static char *put(char *at, const char *text)
{
    return stpcpy(at, text);
}

static char *put_place(char *at, const struct places *place)
{
    for (size_t k = 0; k < place->count; k++) {
        if (k > 0)
            *at++ = FTS5_OR_TERM;
        memcpy(at, place->terms[k].ptr, place->terms[k].len);
        at += place->terms[k].len;
    }
    return at;
}

static char *put_sequence(char *at, const struct pattern *pattern, const struct sequence *sequence)
{
    *at++ = '"';
    for (size_t i = 0; i < pattern->length; i++) {
        at = put_place(at, &sequence->places[i]);
        *at++ = i + 1 < pattern->length ? FTS5_NEXT_PLACE : '"';
    }
    return put(at, pattern->is_prefix ? " *" : "");
}

/* FTS5 counts every word between the first and the last, those in the middle that were asked for, too. */
static char *put_near(char *at, const struct pattern *pattern, const struct sequence *sequence)
{
    at = put(at, "NEAR(");
    for (size_t i = 0; i < pattern->length; i++) {
        *at++ = '"';
        at = put_place(at, &sequence->places[i]);
        at = put(at, "\" ");
    }
    at[-1] = ',';
    enum { NUMBER_SIZE = 24 }; /* match_size has room for it */
    return at + snprintf(at, NUMBER_SIZE, "%zu)", pattern->within + pattern->length - 2);
}

static char *make_match(const struct job *job, const struct pattern *pattern)
{
    char *text = job_scratch(job, match_size(pattern), 1);
    if (text == NULL)
        return NULL;
    char *at = text;
    if (pattern->scope == CHIRON_SCOPE_TITLE)
        at = put(at, "{titles} : ");
    else if (pattern->scope == CHIRON_SCOPE_HEADING)
        at = put(at, "{headings} : ");
    at = put(at, "(");
    for (size_t i = 0; i < pattern->count; i++) {
        at = put(at, i > 0 ? " OR " : "");
        at = pattern->is_near ? put_near(at, pattern, &pattern->sequences[i])
                              : put_sequence(at, pattern, &pattern->sequences[i]);
    }
    put(at, ")");
    return text;
}

/* ---- what hits.h asks for ---- */

static chiron_status run_match(struct engine *engine, const char *match, struct fts5_probe *probe)
{
    chiron_status st = CHIRON_OK;
    sqlite3_stmt *statement = fts5_statement(engine, probe->job, SQL_MATCH, &st);
    if (statement == NULL)
        return st;
    engine->probe = probe;
    int code = sqlite3_bind_text(statement, 1, match, -1, SQLITE_STATIC);
    while (code == SQLITE_OK || code == SQLITE_ROW)
        code = sqlite3_step(statement);
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    engine->probe = NULL;
    return code == SQLITE_DONE ? CHIRON_OK : fts5_failed(engine, probe->job, code);
}

static chiron_status search_text(void *payload, const struct pattern *pattern, struct hits *out)
{
    struct engine *engine = payload;
    const struct job *job = engine->job;
    const char *match = make_match(job, pattern);
    if (match == NULL)
        return job_no_memory(job);
    struct fts5_probe probe = {.job = job,
                               .docs = &engine->docs,
                               .mean_length = docs_mean_length(&engine->docs),
                               .pattern = pattern,
                               .out = out};
    chiron_status st = run_match(engine, match, &probe);
    double weight = rank_weight(out->count, engine->docs.live);
    for (size_t i = 0; i < out->count; i++)
        out->list[i].score *= weight;
    hits_sort(out);
    if (st != CHIRON_OK)
        hits_release(out);
    return st;
}

static chiron_status search_all(void *payload, struct hits *out)
{
    struct engine *engine = payload;
    for (size_t i = 0; i < engine->docs.count; i++)
        if (!engine->docs.list[i].is_dead && !hits_add(out, engine->docs.list[i].note, 0))
            return job_no_memory(engine->job);
    hits_sort(out);
    return CHIRON_OK;
}

chiron_status fts5_search(struct engine *engine, const struct job *job, const struct node *root, struct hits *out)
{
    struct hits_source source = {.text = search_text, .all = search_all, .payload = engine};
    engine->job = job;
    return hits_evaluate(job, root, &source, out);
}
