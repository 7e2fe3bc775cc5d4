#include "catalogue/terms.h"

#include "base/map.h"
#include "catalogue/field_pack.h"
#include "catalogue/fold_key.h"
#include "catalogue/link_pack.h"
#include "text/fold.h"

#include <stdlib.h>

enum { NUMBER_SIZE = 8, NO_ZERO = 1 };

/* --- bytes --- */

static void put_text(struct buf *out, struct sv text)
{
    size_t zero;
    while ((zero = sv_chr(text, '\0')) != SIZE_MAX) {
        buf_put(out, sv_sub(text, 0, zero));
        buf_char(out, NO_ZERO);
        text = sv_from(text, zero + 1);
    }
    buf_put(out, text);
}

void term_put(struct buf *out, enum term_kind kind, struct sv text)
{
    buf_char(out, (char)kind);
    put_text(out, text);
    buf_char(out, '\0');
}

void term_put_number(struct buf *out, enum term_kind kind, uint64_t number)
{
    buf_char(out, (char)kind);
    for (unsigned i = 0; i < NUMBER_SIZE; i++)
        buf_char(out, (char)(unsigned char)(number >> (8 * (NUMBER_SIZE - 1 - i))));
}

struct sv term_text(struct sv term)
{
    size_t zero = sv_chr(term, '\0');
    return zero == SIZE_MAX ? sv_from(term, 1) : sv_sub(term, 1, zero - 1);
}

struct sv term_rest(struct sv term)
{
    size_t zero = sv_chr(term, '\0');
    return zero == SIZE_MAX ? (struct sv){0} : sv_from(term, zero + 1);
}

struct sv term_end(struct arena *arena, struct sv start)
{
    char *end = arena_cstr(arena, start);
    if (!end || start.len == 0)
        return (struct sv){0};
    end[start.len - 1] = (char)((unsigned char)end[start.len - 1] + 1);
    return sv_make(end, start.len);
}

static status range_of(struct arena *arena, struct buf *start, struct sv *first_out, struct sv *behind_out,
                       struct err *err)
{
    *first_out = start->failed ? (struct sv){0} : arena_copy(arena, buf_view(start));
    *behind_out = first_out->ptr ? term_end(arena, *first_out) : (struct sv){0};
    buf_release(start);
    return behind_out->ptr ? DONE : err_no_memory(err);
}

status term_key(struct arena *arena, struct sv key, struct sv *first_out, struct sv *behind_out, struct err *err)
{
    struct buf start = {0};
    term_put(&start, TERM_FIELD, key);
    return range_of(arena, &start, first_out, behind_out, err);
}

status term_repeats(struct arena *arena, struct sv key, struct sv *first_out, struct sv *behind_out, struct err *err)
{
    struct buf start = {0};
    term_put(&start, TERM_REPEAT, key);
    return range_of(arena, &start, first_out, behind_out, err);
}

status term_inner_keys(struct arena *arena, struct sv key, struct sv *first_out, struct sv *behind_out, struct err *err)
{
    struct buf start = {0};
    term_put(&start, TERM_FIELD, key);
    if (start.len > 0)
        buf_truncate(&start, start.len - 1);
    buf_char(&start, '.');
    return range_of(arena, &start, first_out, behind_out, err);
}

/* Of the folded value, so that notes which share it share this. */
void term_facts(struct sv term, struct term_facts *facts_out)
{
    struct date date;
    *facts_out = (struct term_facts){0};
    if (term.len == 0 || term.ptr[0] != TERM_FIELD)
        return;
    struct sv value = term_rest(term);
    facts_out->has_number = sv_to_double(value, &facts_out->number);
    facts_out->has_date = date_parse(value, &date);
    if (facts_out->has_date)
        date_format(date, facts_out->date);
}

/* --- of a note --- */

struct gatherer {
    struct arena *arena;
    struct buf *scratch; /* for folding */
    struct buf term;
    struct note_term *terms;
    size_t count, capacity;
    struct map keys; /* of fields -> how many rows they have so far */
};

/* Takes gatherer->term. */
static status add(struct gatherer *g, uint32_t ordinal, struct err *err)
{
    status s = buf_check(&g->term, err);
    if (s != DONE)
        return s;
    struct note_term *terms = arena_grow(g->arena, g->terms, &g->capacity, g->count, sizeof *terms);
    struct sv bytes = arena_copy(g->arena, buf_view(&g->term));
    if (!terms || !bytes.ptr)
        return err_no_memory(err);
    g->terms = terms;
    g->terms[g->count++] = (struct note_term){bytes, ordinal};
    buf_clear(&g->term);
    return DONE;
}

static status add_text(struct gatherer *g, enum term_kind kind, struct sv text, struct err *err)
{
    term_put(&g->term, kind, text);
    return add(g, 0, err);
}

static struct sv fold(struct gatherer *g, struct sv text)
{
    buf_clear(g->scratch);
    fold_case(text, g->scratch);
    g->term.failed = g->term.failed || g->scratch->failed;
    return buf_view(g->scratch);
}

static status add_name(struct gatherer *g, struct sv name, char of, struct err *err)
{
    term_put(&g->term, TERM_NAME, fold(g, name));
    buf_char(&g->term, of);
    return add(g, 0, err);
}

static status add_names(struct gatherer *g, const struct stored_note *note, struct err *err)
{
    struct unpack aliases = {.rest = note->aliases};
    status s = add_name(g, without_note_suffix(sv_basename(note->path)), NAME_STEM, err);
    while (s == DONE && unpack_more(&aliases))
        s = add_name(g, unpack_text(&aliases), NAME_ALIAS, err);
    return s == DONE && aliases.failed ? STOP : s;
}

static status add_tags(struct gatherer *g, const struct stored_note *note, struct err *err)
{
    struct unpack tags = {.rest = note->tags};
    status s = DONE;
    while (s == DONE && unpack_more(&tags)) {
        struct sv tag = unpack_text(&tags);
        term_put(&g->term, TERM_TAG, fold(g, tag));
        buf_put(&g->term, tag);
        s = add(g, 0, err);
    }
    return s == DONE && tags.failed ? STOP : s;
}

/* A link calls for a note by the last part of its target; an alias may have slashes, so by the whole as well. */
static status add_wants(struct gatherer *g, const struct stored_link *link, struct err *err)
{
    struct sv whole = without_note_suffix(link->target), name = sv_basename(whole);
    term_put_number(&g->term, TERM_WANT, (uint64_t)name_hash(fold(g, name)));
    status s = add(g, 0, err);
    if (s != DONE || sv_eq(whole, name))
        return s;
    term_put_number(&g->term, TERM_WANT, (uint64_t)name_hash(fold(g, whole)));
    return add(g, 0, err);
}

static status add_links(struct gatherer *g, const struct stored_note *note, struct err *err)
{
    struct unpack in = {.rest = note->links};
    struct stored_link link;
    status s = DONE;
    while (s == DONE && unpack_link(&in, &link))
        if (!link.external && link.target.len > 0)
            s = add_wants(g, &link, err);
    return s == DONE && in.failed ? STOP : s;
}

/* A title has a column of its own, by which it is sorted and shown; here it only counts that there is one. */
static status add_field(void *payload, const struct field_row *row, struct err *err)
{
    struct gatherer *g = payload;
    struct map_entry *key = map_put(&g->keys, row->key, NULL);
    if (!key)
        return err_no_memory(err);
    term_put(&g->term, TERM_FIELD, row->key);
    if (!sv_eq(row->key, SV("title")))
        buf_put(&g->term, row->value);
    return add(g, (uint32_t)key->value.number++, err);
}

static int compare_terms(const void *a, const void *b)
{
    const struct note_term *left = a, *right = b;
    int order = sv_cmp(left->bytes, right->bytes);
    return order != 0 ? order : (left->ordinal > right->ordinal) - (left->ordinal < right->ordinal);
}

/* A list may say a thing twice, which makes no difference to who finds the note, but to a sum. */
static status add_repeats(struct gatherer *g, struct err *err)
{
    size_t count = g->count;
    status s = DONE;
    qsort(g->terms, count, sizeof *g->terms, compare_terms);
    for (size_t i = 0, end; s == DONE && i < count; i = end) {
        struct sv term = g->terms[i].bytes;
        for (end = i + 1; end < count && sv_eq(g->terms[end].bytes, term);)
            end++;
        if (end - i == 1 || term.ptr[0] != TERM_FIELD || term_rest(term).len == 0)
            continue;
        term_put(&g->term, TERM_REPEAT, term_text(term));
        buf_printf(&g->term, "%zu ", end - i - 1);
        buf_put(&g->term, term_rest(term));
        s = add(g, 0, err);
    }
    return s;
}

static void sort(struct gatherer *g)
{
    size_t kept = 1;
    qsort(g->terms, g->count, sizeof *g->terms, compare_terms);
    for (size_t i = 1; i < g->count; i++)
        if (!sv_eq(g->terms[i].bytes, g->terms[kept - 1].bytes))
            g->terms[kept++] = g->terms[i];
    g->count = kept;
}

static status gather(struct gatherer *g, const struct stored_note *note, struct err *err)
{
    struct field_context context = {note->title, note->date, note->lang, note->type, note->tags};
    status s = add_text(g, TERM_TYPE, note->type, err);
    if (s == DONE)
        s = add_text(g, TERM_DATE, note->date, err);
    if (s == DONE)
        s = add_text(g, TERM_LANG, note->lang, err);
    if (s == DONE && note->headings.len > 0)
        s = add_text(g, TERM_HEADED, (struct sv){0}, err);
    if (s == DONE)
        s = add_names(g, note, err);
    if (s == DONE)
        s = add_tags(g, note, err);
    if (s == DONE)
        s = add_links(g, note, err);
    return s == DONE ? field_unpack_rows(note->fields, &context, g->arena, g->scratch, add_field, g, err) : s;
}

status terms_of(const struct stored_note *note, struct arena *arena, struct buf *scratch, struct note_term **terms_out,
                size_t *count_out, struct err *err)
{
    struct gatherer g = {.arena = arena, .scratch = scratch};
    status s = gather(&g, note, err);
    if (s == DONE)
        s = add_repeats(&g, err);
    if (s == DONE)
        sort(&g);
    buf_release(&g.term);
    map_release(&g.keys);
    *terms_out = g.terms;
    *count_out = g.count;
    return s;
}
