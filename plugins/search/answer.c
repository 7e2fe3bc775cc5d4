#include "answer.h"

#include "snippet.h"

/* What snippets are made with; `snippets` NULL: none are wanted. */
struct maker {
    const chiron_query_v1 *query;
    const chiron_notes_v1 *notes;
    struct snippets *snippets;
};

/* The note may be gone since the index was brought up to date: then it is no hit. */
static chiron_status add_snippets(const struct answer *answer, const struct maker *maker, chiron_hit *hit)
{
    const chiron_note *note = NULL;
    chiron_status st = maker->query->get(answer->job->call, hit->id, &note);
    if (st != CHIRON_OK)
        return st;
    const chiron_notes_v1 *notes = maker->notes;
    return snippets_of(maker->snippets, notes->text(note, CHIRON_NOTE_BODY), notes->body_line(note),
                       language_of(notes->text(note, CHIRON_NOTE_LANG)), &hit->snippets, &hit->snippet_count);
}

static chiron_status give(const struct answer *answer, const struct maker *maker, const struct hit *found)
{
    chiron_sv words[TELLING_MAX];
    chiron_hit hit = {.struct_size = sizeof hit, .id = found->id, .score = found->score, .terms = words};
    chiron_status st = maker->snippets != NULL ? add_snippets(answer, maker, &hit) : CHIRON_OK;
    if (answer->related != NULL)
        hit.term_count = related_words(answer->related, hit.id, words);
    return st == CHIRON_OK ? answer->fn(answer->payload, &hit) : st;
}

chiron_status answer_give(const struct answer *answer, const struct node *root, size_t limit, struct hits *hits)
{
    const struct job *job = answer->job;
    struct maker maker = {.query = job->host->get_extension(job->host, CHIRON_EXT_QUERY),
                          .notes = job->host->get_extension(job->host, CHIRON_EXT_NOTES)};
    chiron_status st = CHIRON_OK;
    if (limit > 0) {
        hits_best(hits, limit);
        if (maker.notes != NULL && maker.query != NULL && CHIRON_HAS(chiron_query_v1, maker.query, get))
            st = snippets_begin(job, answer->analyser, root, &maker.snippets);
    }
    for (size_t i = 0; i < hits->count && (st == CHIRON_OK || st == CHIRON_NONE); i++)
        st = give(answer, &maker, &hits->list[i]);
    return st == CHIRON_NONE ? CHIRON_OK : st;
}
