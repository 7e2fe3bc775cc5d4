/* Which groups a note is in. */
#include "base/i18n.h"
#include "catalogue/group_parts.h"

#include <stdlib.h>

/* --- the key --- */

static struct sv lower_ascii(struct arena *arena, struct sv name)
{
    char *lower = arena_cstr(arena, name);
    for (size_t i = 0; lower && i < name.len; i++)
        if (lower[i] >= 'A' && lower[i] <= 'Z')
            lower[i] = (char)(lower[i] - 'A' + 'a');
    return sv_make(lower, lower ? name.len : 0);
}

/* "month" alone is the date's. */
static bool is_date_part(struct sv name, struct group_key *key)
{
    if (!date_part_parse(name, &key->part))
        return false;
    key->field = SV("date");
    key->by_date = true;
    return true;
}

static status not_a_part(struct sv text, struct sv part, struct err *err)
{
    return err_set(err, USAGE,
                   _("'%.*s' in '%.*s' is no part to group by: use day, week, month, quarter or year of a date, or a "
                     "number of parts of a tag or folder"),
                   SV_ARG(part), SV_ARG(text));
}

static status parse_part(struct group_key *key, struct sv text, struct sv part, struct err *err)
{
    int64_t depth;
    bool nested = sv_eq_c(key->field, "tag") || sv_eq_c(key->field, "folder");
    if (!nested && date_part_parse(part, &key->part)) {
        key->by_date = true;
        return DONE;
    }
    if (!nested || !sv_to_i64(part, &depth) || depth < 1 || depth > 100)
        return not_a_part(text, part, err);
    key->depth = (unsigned)depth;
    return DONE;
}

static struct sv other_name(struct sv field)
{
    if (sv_eq_c(field, "tags"))
        return SV("tag");
    return sv_eq_c(field, "in") ? SV("folder") : field;
}

static bool is_place(const struct group_key *key)
{
    return key->id == QUERY_FIELD_SPACE || key->id == QUERY_FIELD_VISIBILITY || key->id == QUERY_FIELD_HANDLE ||
           sv_eq_c(key->field, "folder");
}

bool group_key_is_field(const struct group_key *key)
{
    return key->field.len > 0 && !is_place(key);
}

status group_key_parse(struct sv text, struct arena *arena, struct group_key *key_out, struct err *err)
{
    size_t colon = sv_chr(text, ':');
    if (text.len == 0) {
        *key_out = (struct group_key){0};
        return DONE;
    }
    *key_out = (struct group_key){.field = lower_ascii(arena, sv_sub(text, 0, colon))};
    if (!key_out->field.ptr)
        return err_no_memory(err);
    if (key_out->field.len == 0)
        return err_set(err, USAGE, _("'%.*s' names no field to group by"), SV_ARG(text));
    key_out->field = other_name(key_out->field);
    if (colon == SIZE_MAX)
        is_date_part(key_out->field, key_out);
    else if (parse_part(key_out, text, sv_from(text, colon + 1), err) != DONE)
        return USAGE;
    key_out->id = query_field_find(key_out->field)->id;
    bool by_place =
        key_out->id == QUERY_FIELD_SPACE || key_out->id == QUERY_FIELD_VISIBILITY || key_out->id == QUERY_FIELD_HANDLE;
    if (by_place && key_out->by_date)
        return not_a_part(text, sv_from(text, colon + 1), err);
    if (!by_place && !field_has_values(key_out->field))
        return err_set(err, USAGE, _("notes cannot be grouped by '%.*s': it is no value of theirs"), SV_ARG(text));
    return DONE;
}

status group_key_check(struct sv key, struct err *err)
{
    struct arena arena = {0};
    struct group_key parsed;
    status s = group_key_parse(key, &arena, &parsed, err);
    arena_release(&arena);
    return s;
}

/* --- groups --- */

size_t group_note_index(const struct id_set *ids, int64_t id)
{
    size_t low = 0, high = ids->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ids->ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < ids->count && ids->ids[low] == id ? low : SIZE_MAX;
}

static status add_entry(struct grouping *g, struct sv identity, struct group_entry **out, struct err *err)
{
    struct group_entry *grown =
        arena_grow(g->arena, g->entries, &g->entry_capacity, g->entry_count, sizeof *g->entries);
    struct sv kept = arena_copy(g->arena, identity);
    if (!grown || !kept.ptr)
        return err_no_memory(err);
    g->entries = grown;
    struct map_entry *place = map_put(&g->index, kept, NULL);
    if (!place)
        return err_no_memory(err);
    *out = &g->entries[g->entry_count++];
    **out = (struct group_entry){.identity = kept, .first_rank = SIZE_MAX};
    place->value.number = g->entry_count;
    return DONE;
}

static status spell(struct grouping *g, struct group_entry *entry, int64_t speller, struct sv shown, struct err *err)
{
    const struct row *row = rows_by_id(&g->catalogue->rows, speller);
    size_t rank = row ? rows_rank(&g->catalogue->rows, row) : SIZE_MAX;
    if (rank >= entry->first_rank)
        return DONE;
    entry->first = speller;
    entry->first_rank = rank;
    if (shown.len == 0 || sv_eq(shown, entry->shown))
        return DONE;
    entry->shown = arena_copy(g->arena, shown);
    return entry->shown.ptr ? DONE : err_no_memory(err);
}

status group_add(struct grouping *g, int64_t note, int64_t speller, struct sv identity, struct sv shown,
                 struct err *err)
{
    size_t index = group_note_index(g->ids, note);
    if (index == SIZE_MAX || identity.len == 0)
        return DONE;
    struct group_entry *entry = NULL;
    const struct map_entry *known = map_get(&g->index, identity);
    status s = DONE;
    if (known)
        entry = &g->entries[known->value.number - 1];
    else
        s = add_entry(g, identity, &entry, err);
    if (s == DONE)
        s = spell(g, entry, speller, shown, err);
    if (s != DONE)
        return s;
    struct membership *grown = arena_grow(g->arena, g->members, &g->member_capacity, g->member_count, sizeof *grown);
    if (!grown)
        return err_no_memory(err);
    g->members = grown;
    g->members[g->member_count++] =
        (struct membership){.note = (uint32_t)index, .group = (uint32_t)(entry - g->entries)};
    return DONE;
}

/* --- by value --- */

/* The first `depth` parts of "a/b/c". */
static struct sv first_parts(struct sv path, unsigned depth)
{
    size_t end = 0;
    for (unsigned i = 0; depth > 0 && i < depth; i++) {
        size_t slash = sv_chr(sv_from(path, end), '/');
        if (slash == SIZE_MAX)
            return path;
        end += slash + 1;
    }
    return depth > 0 ? sv_sub(path, 0, end - 1) : path;
}

static status add_number(struct grouping *g, const struct field_value *value, struct err *err)
{
    buf_clear(&g->scratch);
    /* "3" and "3.0" are one. */
    buf_printf(&g->scratch, "%.17g", value->number);
    status s = buf_check(&g->scratch, err);
    if (s == DONE)
        s = group_add(g, value->note, value->note, buf_view(&g->scratch), (struct sv){0}, err);
    const struct map_entry *known = s == DONE ? map_get(&g->index, buf_view(&g->scratch)) : NULL;
    if (known) {
        g->entries[known->value.number - 1].has_number = true;
        g->entries[known->value.number - 1].number = value->number;
    }
    return s;
}

static status add_span(struct grouping *g, const struct field_value *value, struct err *err)
{
    struct date date;
    char text[DATE_TEXT_SIZE];
    if (!date_parse(value->date, &date))
        return DONE;
    struct sv span = sv_of(date_part_format(date, g->key.part, text));
    return group_add(g, value->note, value->note, span, span, err);
}

static status add_value(void *payload, const struct field_value *value, struct err *err)
{
    struct grouping *g = payload;
    if (g->key.by_date)
        return add_span(g, value, err);
    if (value->has_number)
        return add_number(g, value, err);
    bool own = g->key.id == QUERY_FIELD_TYPE || g->key.id == QUERY_FIELD_TITLE || g->key.id == QUERY_FIELD_LANG ||
               g->key.id == QUERY_FIELD_DATE || g->key.id == QUERY_FIELD_CREATED || g->key.id == QUERY_FIELD_MODIFIED;
    struct sv shown = own ? value->text : value->shown;
    return group_add(g, value->note, value->note, first_parts(value->text, g->key.depth),
                     first_parts(shown, g->key.depth), err);
}

/* --- by place --- */

static struct sv place_of(const struct grouping *g, const struct row *row)
{
    struct sv folder;
    switch (g->key.id) {
    case QUERY_FIELD_SPACE:
        return vault_space_of(g->catalogue->vault, row_path(row))->name;
    case QUERY_FIELD_VISIBILITY:
        return sv_of(visibility_name(row_visibility(g->catalogue, row)));
    case QUERY_FIELD_HANDLE:
        return sv_stem(row_path(row));
    default:
        folder = first_parts(sv_dirname(row_path(row)), g->key.depth);
        return folder.len > 0 ? folder : SV(".");
    }
}

static status collect_places(struct grouping *g, struct err *err)
{
    status s = DONE;
    for (size_t i = 0; s == DONE && i < g->ids->count; i++) {
        const struct row *row = rows_by_id(&g->catalogue->rows, g->ids->ids[i]);
        struct sv place = row ? place_of(g, row) : (struct sv){0};
        s = group_add(g, g->ids->ids[i], g->ids->ids[i], place, place, err);
    }
    return s;
}

/* --- all --- */

static int compare_members(const void *left, const void *right)
{
    const struct membership *a = left, *b = right;
    if (a->note != b->note)
        return a->note < b->note ? -1 : 1;
    return (a->group > b->group) - (a->group < b->group);
}

/* A note that says a thing twice is in its group once. */
static void settle_members(struct grouping *g)
{
    size_t kept = 0;
    if (g->member_count > 1)
        qsort(g->members, g->member_count, sizeof *g->members, compare_members);
    for (size_t i = 0; i < g->member_count; i++)
        if (kept == 0 || compare_members(&g->members[kept - 1], &g->members[i]) != 0)
            g->members[kept++] = g->members[i];
    g->member_count = kept;
    for (size_t i = 0; i < kept; i++)
        g->entries[g->members[i].group].count++;
}

/* What no group has taken makes one without a name. */
static status collect_rest(struct grouping *g, struct err *err)
{
    struct group_entry *rest = NULL;
    size_t next = 0, count = g->member_count;
    for (size_t i = 0; i < g->ids->count; i++) {
        bool taken = false;
        for (; next < count && g->members[next].note <= i; next++)
            taken = taken || g->members[next].note == i;
        if (taken)
            continue;
        if (!rest && add_entry(g, (struct sv){0}, &rest, err) != DONE)
            return NO_MEMORY;
        struct membership *grown =
            arena_grow(g->arena, g->members, &g->member_capacity, g->member_count, sizeof *grown);
        if (!grown)
            return err_no_memory(err);
        g->members = grown;
        g->members[g->member_count++] =
            (struct membership){.note = (uint32_t)i, .group = (uint32_t)(rest - g->entries)};
        rest->count++;
    }
    if (rest && g->member_count > 1)
        qsort(g->members, g->member_count, sizeof *g->members, compare_members);
    return DONE;
}

void group_start_over(struct grouping *g)
{
    map_clear(&g->index);
    g->entries = NULL;
    g->members = NULL;
    g->entry_count = g->entry_capacity = g->member_count = g->member_capacity = 0;
}

static status collect_values(struct catalogue *catalogue, void *payload, struct err *err)
{
    struct grouping *g = payload;
    group_start_over(g);
    return field_values_each(catalogue, g->key.field, g->ids, add_value, g, err);
}

status group_collect(struct grouping *g, struct err *err)
{
    const struct rows *rows;
    status s = catalogue_rows(g->catalogue, &rows, err);
    bool person = g->key.id == QUERY_FIELD_MENTOR || g->key.id == QUERY_FIELD_MENTEE;
    if (s == DONE)
        s = field_values_prepare(g->catalogue, g->key.field, err);
    if (s == DONE && g->key.field.len == 0)
        group_start_over(g); /* all of them are the rest */
    else if (s == DONE && is_place(&g->key))
        s = collect_places(g, err);
    else if (s == DONE && person && !g->key.by_date)
        s = group_collect_people(g, err);
    else if (s == DONE)
        s = catalogue_reading(g->catalogue, collect_values, g, err);
    if (s != DONE)
        return s;
    settle_members(g);
    return collect_rest(g, err);
}
