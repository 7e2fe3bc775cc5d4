/* The score has three parts, each from 0 to 1:
 *     text   what the searcher says of the words
 *     links  1 where one note links to the other, else the share of their links that lead to the same notes
 *     tags   the share of their tags that both have
 * A share is the number in common by the geometric mean of both numbers, so that having many of everything is no merit.
 */
#include "cli/related.h"

#include "base/i18n.h"
#include "base/map.h"

#include <math.h>
#include <stdlib.h>

#define TEXT_PART  0.6
#define LINKS_PART 0.2
#define TAGS_PART  0.2

enum {
    ASKED_MIN = 60,      /* notes that the searcher is asked for: tags and links may change their order */
    NEIGHBOURS_MAX = 500 /* that link to a note; a hub is like everything and nothing */
};

struct finder {
    const struct eval *eval;
    struct arena *arena;
    struct relations *out;
    struct map tags;       /* of the note itself */
    struct map targets;    /* paths that it links to */
    struct relation *item; /* whose tags and links are being read */
    size_t number;         /* of these */
    int64_t id;
};

/* --- gathering --- */

static struct relation *relation_of(struct finder *finder, int64_t id)
{
    struct relations *out = finder->out;
    for (size_t i = 0; i < out->count; i++)
        if (out->items[i].id == id)
            return &out->items[i];
    struct relation *items = arena_grow(finder->arena, out->items, &out->capacity, out->count, sizeof *items);
    if (!items)
        return NULL;
    out->items = items;
    items[out->count] = (struct relation){.id = id};
    return &items[out->count++];
}

static bool keep_snippet(struct arena *arena, const struct search_snippet *from, struct search_snippet *to)
{
    *to = *from;
    to->text = arena_copy(arena, from->text);
    uint32_t *numbers = arena_array(arena, from->mark_count, sizeof *numbers);
    for (size_t i = 0; numbers && i < from->mark_count; i++)
        numbers[i] = from->marks[i];
    to->marks = numbers;
    return to->text.ptr && numbers;
}

/* A hit lives as long as its callback. */
static bool keep_hit(struct arena *arena, const struct search_hit *from, struct search_hit *to)
{
    struct search_snippet *snippets = arena_array(arena, from->snippet_count, sizeof *snippets);
    struct sv *terms = arena_array(arena, from->term_count, sizeof *terms);
    bool kept = snippets && terms;
    for (size_t i = 0; kept && i < from->snippet_count; i++)
        kept = keep_snippet(arena, &from->snippets[i], &snippets[i]);
    for (size_t i = 0; kept && i < from->term_count; i++) {
        terms[i] = arena_copy(arena, from->terms[i]);
        kept = terms[i].ptr != NULL;
    }
    *to = *from;
    to->snippets = snippets;
    to->terms = terms;
    return kept;
}

static status add_hit(void *payload, const struct search_hit *hit, struct err *err)
{
    struct finder *finder = payload;
    struct relation *relation = relation_of(finder, hit->id);
    if (!relation || !keep_hit(finder->arena, hit, &relation->hit))
        return err_no_memory(err);
    relation->text = hit->score < 1 ? hit->score : 1;
    return DONE;
}

static status add_neighbour(void *payload, const struct link_record *link, struct err *err)
{
    struct finder *finder = payload;
    int64_t other = link->from_id == finder->id ? link->to_id : link->from_id;
    if (other == 0 || other == finder->id)
        return DONE;
    if (link->from_id == finder->id) {
        struct sv path = arena_copy(finder->arena, link->to);
        if (!path.ptr || !map_put(&finder->targets, path, NULL))
            return err_no_memory(err);
    } else if (++finder->number > NEIGHBOURS_MAX) {
        return STOP;
    }
    struct relation *relation = relation_of(finder, other);
    if (!relation)
        return err_no_memory(err);
    relation->linked = true;
    return DONE;
}

static status add_tag(void *payload, struct sv tag, int64_t notes, struct err *err)
{
    struct finder *finder = payload;
    struct sv name = arena_copy(finder->arena, tag);
    (void)notes;
    return name.ptr && map_put(&finder->tags, name, NULL) ? DONE : err_no_memory(err);
}

static status gather(struct finder *finder, size_t limit, struct err *err)
{
    const struct searcher *searcher = finder->eval->searcher;
    struct catalogue *catalogue = finder->eval->catalogue;
    struct id_set self = {.ids = &finder->id, .count = 1};
    struct link_filter to = {.note = finder->id}, from = {.note = finder->id, .back = true};
    size_t asked = limit == 0 ? 0 : limit < ASKED_MIN / 3 ? ASKED_MIN : 3 * limit;
    status s = searcher->related(searcher->self, finder->id, asked, add_hit, finder, err);
    if (s == DONE)
        s = catalogue_links(catalogue, &to, add_neighbour, finder, err);
    if (s == DONE)
        s = catalogue_links(catalogue, &from, add_neighbour, finder, err);
    if (s == DONE || s == STOP)
        s = catalogue_tags(catalogue, &self, false, add_tag, finder, err);
    return s;
}

/* --- what each has in common --- */

static double share(size_t common, size_t a, size_t b)
{
    return common > 0 ? (double)common / sqrt((double)a * (double)b) : 0;
}

static status compare_tag(void *payload, struct sv tag, int64_t notes, struct err *err)
{
    struct finder *finder = payload;
    struct relation *item = finder->item;
    const struct map_entry *entry = map_get(&finder->tags, tag);
    (void)notes;
    (void)err;
    finder->number++;
    if (entry)
        item->tags[item->tag_count++] = entry->key;
    return DONE;
}

static status compare_link(void *payload, const struct link_record *link, struct err *err)
{
    struct finder *finder = payload;
    struct map *seen = &finder->targets;
    struct map_entry *entry = link->to_id != 0 ? map_get(seen, link->to) : NULL;
    (void)err;
    finder->number++;
    /* Each once for each note: the entry remembers whom it was counted for. */
    if (entry && entry->value.number != (uint64_t)finder->item->id) {
        entry->value.number = (uint64_t)finder->item->id;
        finder->item->common_links++;
    }
    return finder->number < NEIGHBOURS_MAX ? DONE : STOP;
}

static status compare(struct finder *finder, struct relation *item, struct err *err)
{
    struct catalogue *catalogue = finder->eval->catalogue;
    struct id_set one = {.ids = &item->id, .count = 1};
    struct link_filter filter = {.note = item->id};
    finder->item = item;
    finder->number = 0;
    item->tags = arena_array(finder->arena, finder->tags.count, sizeof *item->tags);
    if (!item->tags)
        return err_no_memory(err);
    status s = catalogue_tags(catalogue, &one, false, compare_tag, finder, err);
    double tags = share(item->tag_count, finder->tags.count, finder->number);
    finder->number = 0;
    if (s == DONE)
        s = catalogue_links(catalogue, &filter, compare_link, finder, err);
    double links = item->linked ? 1 : share(item->common_links, finder->targets.count, finder->number);
    item->score = TEXT_PART * item->text + LINKS_PART * links + TAGS_PART * tags;
    return s == STOP ? DONE : s;
}

static int by_score(const void *a, const void *b)
{
    const struct relation *left = a, *right = b;
    if (left->score < right->score)
        return 1;
    if (left->score > right->score)
        return -1;
    return (left->id > right->id) - (left->id < right->id);
}

/* Leaves out the notes of other spaces. */
static status narrow(struct finder *finder, struct err *err)
{
    struct query all = {.kind = QUERY_ALL};
    struct id_set set = {0};
    struct relations *out = finder->out;
    size_t kept = 0;
    if (finder->eval->space.len == 0)
        return DONE;
    status s = eval_set(finder->eval, &all, &set, err);
    for (size_t i = 0; s == DONE && i < out->count; i++)
        if (id_set_has(&set, out->items[i].id))
            out->items[kept++] = out->items[i];
    out->count = kept;
    id_set_release(&set);
    return s;
}

status relations_find(const struct eval *eval, int64_t id, size_t limit, struct arena *arena, struct relations *out,
                      struct err *err)
{
    struct finder finder = {.eval = eval, .arena = arena, .out = out, .id = id};
    *out = (struct relations){0};
    if (!eval->searcher || !eval->searcher->related)
        return err_set(err, FAILED, "%s", _("this search plugin cannot tell which notes are alike"));
    status s = gather(&finder, limit, err);
    if (s == DONE)
        s = narrow(&finder, err);
    for (size_t i = 0; s == DONE && i < out->count; i++)
        s = compare(&finder, &out->items[i], err);
    if (s == DONE && out->count > 1)
        qsort(out->items, out->count, sizeof *out->items, by_score);
    if (limit > 0 && out->count > limit)
        out->count = limit;
    map_release(&finder.tags);
    map_release(&finder.targets);
    return s;
}
