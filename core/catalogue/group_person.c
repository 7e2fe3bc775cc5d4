/* Notes by mentor or mentee, as `mentor:anna` in a query finds them: by the note itself, else by the charter that it
 * names, else by that of its session. */
#include "base/i18n.h"
#include "catalogue/group_parts.h"
#include "catalogue/id_set.h"
#include "catalogue/resolve.h"

#include <stdlib.h>

/* What one note says: of itself, a person's folded handle. */
struct said {
    int64_t note;
    struct sv person;
};

struct people {
    struct grouping *grouping;
    struct id_set all; /* notes that may be looked at */
    struct arena arena;
    struct said *said; /* by note */
    size_t said_count, said_capacity;
    struct id_set charters;
    struct id_set references; /* notes that name a charter or a session */
    struct resolver resolver;
};

static status add_said(void *payload, const struct field_value *value, struct err *err)
{
    struct people *people = payload;
    struct said *grown =
        arena_grow(&people->arena, people->said, &people->said_capacity, people->said_count, sizeof *grown);
    struct sv person = arena_copy(&people->arena, value->text);
    if (!grown || !person.ptr)
        return err_no_memory(err);
    people->said = grown;
    grown[people->said_count++] = (struct said){value->note, person};
    return DONE;
}

static status add_charter(void *payload, const struct field_value *value, struct err *err)
{
    struct people *people = payload;
    return sv_eq_c(value->text, "charter") ? id_set_add(&people->charters, value->note, err) : DONE;
}

static status add_reference(void *payload, const struct field_value *value, struct err *err)
{
    struct people *people = payload;
    return id_set_add(&people->references, value->note, err);
}

static int compare_said(const void *left, const void *right)
{
    const struct said *a = left, *b = right;
    if (a->note != b->note)
        return a->note < b->note ? -1 : 1;
    return sv_cmp(a->person, b->person);
}

/* Index of the first thing that a note says; `said_count` when it says nothing. */
static size_t first_said(const struct people *people, int64_t note)
{
    size_t low = 0, high = people->said_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (people->said[middle].note < note)
            low = middle + 1;
        else
            high = middle;
    }
    return low < people->said_count && people->said[low].note == note ? low : people->said_count;
}

static bool says_itself(const struct people *people, int64_t note)
{
    return first_said(people, note) < people->said_count;
}

static status add_people_of(struct people *people, int64_t note, int64_t speaker, struct err *err)
{
    status s = DONE;
    for (size_t i = first_said(people, speaker); s == DONE && i < people->said_count && people->said[i].note == speaker;
         i++)
        s = group_add(people->grouping, note, speaker, people->said[i].person, (struct sv){0}, err);
    return s;
}

/* `hops` 1: from a log over its session to the charter. */
static status add_inherited(struct people *people, int64_t note, int64_t from, unsigned hops, struct err *err)
{
    const struct row *row = rows_by_id(&people->grouping->catalogue->rows, from);
    struct found_links links = {0};
    struct arena arena = {0};
    status s = row ? resolver_links(&people->resolver, row, &arena, &links, err) : DONE;
    for (size_t i = 0; s == DONE && i < links.count; i++) {
        const struct found_link *link = &links.items[i];
        if (link->link.kind != LINK_FIELD || !link->to)
            continue;
        int64_t to = link->to->id;
        if (sv_eq_c(link->link.key, "charter") && id_set_has(&people->charters, to))
            s = add_people_of(people, note, to, err);
        else if (hops > 0 && sv_eq_c(link->link.key, "session") && id_set_has(&people->all, to) &&
                 !says_itself(people, to))
            s = add_inherited(people, note, to, hops - 1, err);
    }
    arena_release(&arena);
    return s;
}

static status read_all(struct people *people, struct err *err)
{
    struct catalogue *catalogue = people->grouping->catalogue;
    status s = field_values_each(catalogue, people->grouping->key.field, &people->all, add_said, people, err);
    if (s == DONE)
        s = field_values_each(catalogue, SV("type"), &people->all, add_charter, people, err);
    if (s == DONE)
        s = field_values_each(catalogue, SV("charter"), people->grouping->ids, add_reference, people, err);
    if (s == DONE)
        s = field_values_each(catalogue, SV("session"), people->grouping->ids, add_reference, people, err);
    if (people->said_count > 1)
        qsort(people->said, people->said_count, sizeof *people->said, compare_said);
    id_set_sort(&people->charters);
    id_set_sort(&people->references);
    return s;
}

static void start_over(struct people *people)
{
    group_start_over(people->grouping);
    arena_reset(&people->arena);
    people->said = NULL;
    people->said_count = people->said_capacity = people->charters.count = people->references.count = 0;
}

static status collect(struct catalogue *catalogue, void *payload, struct err *err)
{
    struct people *people = payload;
    const struct id_set *ids = people->grouping->ids;
    (void)catalogue;
    start_over(people);
    status s = read_all(people, err);
    for (size_t i = 0; s == DONE && i < ids->count; i++) {
        int64_t note = ids->ids[i];
        if (says_itself(people, note))
            s = add_people_of(people, note, note, err);
        else if (id_set_has(&people->references, note))
            s = add_inherited(people, note, note, 1, err);
    }
    return s;
}

static status fill_all(struct people *people, struct err *err)
{
    const struct rows *rows = &people->grouping->catalogue->rows;
    const struct id_set *visible = people->grouping->request->visible;
    status s = DONE;
    if (visible)
        return id_set_copy(visible, &people->all, err);
    for (size_t i = 0; s == DONE && i < rows->count; i++) {
        const struct row *row = &rows->items[rows->by_id[i]];
        if (row_is_note(row))
            s = id_set_add(&people->all, row->id, err);
    }
    return s;
}

status group_collect_people(struct grouping *grouping, struct err *err)
{
    struct people people = {.grouping = grouping};
    status s = fill_all(&people, err);
    resolver_init(&people.resolver, grouping->catalogue);
    if (s == DONE)
        s = catalogue_reading(grouping->catalogue, collect, &people, err);
    resolver_release(&people.resolver);
    id_set_release(&people.all);
    id_set_release(&people.charters);
    id_set_release(&people.references);
    arena_release(&people.arena);
    return s;
}
