#include "host/codec.h"

/* --- notes --- */

enum { RECORD_TEXTS = 12 };

static void record_texts(struct record *record, struct sv *texts[RECORD_TEXTS])
{
    struct sv *const all[RECORD_TEXTS] = {&record->path,  &record->handle, &record->space,   &record->type,
                                          &record->title, &record->date,   &record->created, &record->modified,
                                          &record->lang,  &record->tags,   &record->aliases, &record->fields};
    for (size_t i = 0; i < RECORD_TEXTS; i++)
        texts[i] = all[i];
}

void codec_put_note(struct buf *out, const chiron_note *note, bool granted)
{
    struct record record = granted ? note->record : (struct record){.id = note->record.id};
    struct sv *texts[RECORD_TEXTS];
    record_texts(&record, texts);
    wire_put_i64(out, record.id);
    wire_put_i64(out, record.words);
    wire_put_u8(out, (uint8_t)record.visibility);
    for (size_t i = 0; i < RECORD_TEXTS; i++)
        wire_put_text(out, *texts[i]);
}

bool codec_take_note(struct wire_reader *reader, struct lender *lender, struct arena *arena, struct chiron_note *note)
{
    struct record record = {.id = wire_i64(reader)};
    struct sv *texts[RECORD_TEXTS];
    uint8_t visibility;
    record.words = wire_i64(reader);
    visibility = wire_u8(reader);
    record_texts(&record, texts);
    for (size_t i = 0; i < RECORD_TEXTS; i++)
        *texts[i] = wire_text(reader);
    if (reader->failed || visibility > VISIBILITY_GROUP)
        return false;
    record.visibility = (enum visibility)visibility;
    return lent_note_init(note, lender, arena, &record, (struct sv){0});
}

void codec_put_notes(struct buf *out, const chiron_note *const *notes, size_t count, bool granted)
{
    wire_put_u32(out, (uint32_t)count);
    for (size_t i = 0; i < count; i++)
        codec_put_note(out, notes[i], granted);
}

bool codec_take_notes(struct wire_reader *reader, struct lender *lender, struct arena *arena,
                      struct chiron_note ***notes_out, size_t *count_out)
{
    size_t count = wire_count(reader, 17 + RECORD_TEXTS * sizeof(uint32_t));
    struct chiron_note **notes = arena_array(arena, count + 1, sizeof(*notes));
    struct chiron_note *all = arena_array(arena, count + 1, sizeof(*all));
    *count_out = 0;
    *notes_out = notes;
    if (notes == NULL || all == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        notes[i] = &all[i];
        if (!codec_take_note(reader, lender, arena, notes[i]))
            return false;
    }
    *count_out = count;
    return !reader->failed;
}

void codec_put_headings(struct buf *out, const struct chiron_note *note)
{
    wire_put_u32(out, (uint32_t)note->heading_count);
    for (size_t i = 0; i < note->heading_count; i++) {
        wire_put_u32(out, note->headings[i].level);
        wire_put_u32(out, note->headings[i].line);
        wire_put_text(out, take_sv(note->headings[i].text));
    }
}

bool codec_take_headings(struct wire_reader *reader, struct chiron_note *note)
{
    size_t count = wire_count(reader, 12);
    for (size_t i = 0; i < count && !reader->failed; i++) {
        uint32_t level = wire_u32(reader), line = wire_u32(reader);
        if (!lent_note_add_heading(note, wire_text(reader), level, line))
            return false;
    }
    return !reader->failed;
}

void codec_put_links(struct buf *out, const struct chiron_note *note)
{
    wire_put_u32(out, (uint32_t)note->link_count);
    for (size_t i = 0; i < note->link_count; i++) {
        const struct chiron_link *link = &note->links[i];
        wire_put_u32(out, link->line);
        wire_put_u32(out, link->column);
        wire_put_text(out, take_sv(link->target));
        wire_put_text(out, take_sv(link->path));
        wire_put_text(out, take_sv(link->anchor));
        wire_put_text(out, take_sv(link->label));
        wire_put_text(out, take_sv(link->kind));
    }
}

bool codec_take_links(struct wire_reader *reader, struct chiron_note *note)
{
    size_t count = wire_count(reader, 28);
    for (size_t i = 0; i < count && !reader->failed; i++) {
        struct chiron_link link = {.struct_size = sizeof(link)};
        link.line = wire_u32(reader);
        link.column = wire_u32(reader);
        link.target = lend_sv(wire_text(reader));
        link.path = lend_sv(wire_text(reader));
        link.anchor = lend_sv(wire_text(reader));
        link.label = lend_sv(wire_text(reader));
        link.kind = lend_sv(wire_text(reader));
        if (!lent_note_add_link(note, &link))
            return false;
    }
    return !reader->failed;
}

/* --- arguments --- */

void codec_put_arguments(struct buf *out, const chiron_argument *const *arguments, size_t count)
{
    wire_put_u32(out, (uint32_t)count);
    for (size_t i = 0; i < count; i++) {
        wire_put_cstr(out, arguments[i]->name);
        wire_put_text(out, take_sv(arguments[i]->value));
    }
}

bool codec_take_arguments(struct wire_reader *reader, struct arena *arena, const chiron_argument *const **arguments_out,
                          size_t *count_out)
{
    size_t count = wire_count(reader, 8);
    chiron_argument **arguments = arena_array(arena, count + 1, sizeof(*arguments));
    chiron_argument *all = arena_array(arena, count + 1, sizeof(*all));
    if (arguments == NULL || all == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        all[i].struct_size = sizeof(all[i]);
        all[i].name = wire_cstr(reader, arena);
        all[i].value = lend_sv(wire_text(reader));
        arguments[i] = &all[i];
    }
    *arguments_out = (const chiron_argument *const *)arguments;
    *count_out = count;
    return !reader->failed;
}

/* --- the parsed query --- */

enum { QUERY_DEPTH_MAX = 64 };

static void put_node(struct buf *out, const chiron_search_node *node)
{
    wire_put_u32(out, node->kind);
    wire_put_u32(out, node->scope);
    wire_put_u32(out, node->within);
    wire_put_text(out, take_sv(node->text));
    wire_put_u32(out, (uint32_t)node->id_count);
    buf_put(out, sv_make((const char *)node->ids, node->id_count * sizeof(node->ids[0])));
    wire_put_u32(out, (uint32_t)node->child_count);
    for (size_t i = 0; i < node->child_count; i++)
        put_node(out, node->children[i]);
}

static bool take_ids(struct wire_reader *reader, struct arena *arena, const int64_t **ids_out, size_t *count_out)
{
    size_t count = wire_count(reader, sizeof(int64_t));
    int64_t *ids = arena_array(arena, count, sizeof(*ids));
    if (ids == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        ids[i] = wire_i64(reader);
    *ids_out = ids;
    *count_out = count;
    return !reader->failed;
}

static chiron_search_node *take_node(struct wire_reader *reader, struct arena *arena, unsigned depth)
{
    chiron_search_node *node = arena_alloc(arena, sizeof(*node));
    const chiron_search_node **children;
    if (node == NULL || depth > QUERY_DEPTH_MAX)
        return NULL;
    node->struct_size = sizeof(*node);
    node->kind = wire_u32(reader);
    node->scope = wire_u32(reader);
    node->within = wire_u32(reader);
    node->text = lend_sv(wire_text(reader));
    if (!take_ids(reader, arena, &node->ids, &node->id_count))
        return NULL;
    node->child_count = wire_count(reader, 24);
    children = arena_array(arena, node->child_count, sizeof(*children));
    if (children == NULL)
        return NULL;
    node->children = children;
    for (size_t i = 0; i < node->child_count; i++) {
        children[i] = take_node(reader, arena, depth + 1);
        if (children[i] == NULL)
            return NULL;
    }
    return reader->failed ? NULL : node;
}

void codec_put_query(struct buf *out, const chiron_search_query *query)
{
    wire_put_text(out, take_sv(query->lang));
    wire_put_u64(out, query->limit);
    put_node(out, query->root);
}

bool codec_take_query(struct wire_reader *reader, struct arena *arena, const chiron_search_query **query_out)
{
    chiron_search_query *query = arena_alloc(arena, sizeof(*query));
    if (query == NULL)
        return false;
    query->struct_size = sizeof(*query);
    query->lang = lend_sv(wire_text(reader));
    query->limit = wire_u64(reader);
    query->root = take_node(reader, arena, 0);
    *query_out = query;
    return query->root != NULL;
}
