/* A note from anybody: it always parses, every place it names lies within it, and what comes out of it is whole. */
#include "note/note.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

/* The installed types, loaded once. */
static const struct types *load_types(void)
{
    static struct types *types;
    char dir[4096];
    struct err err = {0};
    if (types != NULL)
        return types;
    struct sv fuzz = sv_dirname(sv_of(__FILE__));
    const char *source = getenv("CHIRON_TEST_SOURCE");
    if (source != NULL)
        snprintf(dir, sizeof(dir), "%s/templates", source);
    else
        snprintf(dir, sizeof(dir), "%.*s/../../templates", SV_ARG(fuzz));
    if (types_load(dir, -1, &types, NULL, &err) != DONE) {
        fprintf(stderr, "%s: %s\n", dir, err.text);
        abort();
    }
    return types;
}

static void check_links(const struct note *note)
{
    for (size_t i = 0; i < note->field_link_count; i++) {
        const struct link *link = &note->field_links[i];
        check(link->kind == LINK_FIELD && link->target.len > 0);
        check(link->at.begin <= link->at.end && link->at.end <= note->bytes.len);
        check(link->target_at.begin >= link->at.begin && link->target_at.end <= link->at.end);
        check(link->at.line > 0 && link->at.column > 0);
    }
}

static void check_findings(const struct note *note)
{
    unsigned lines = 2;
    for (size_t i = 0; i < note->bytes.len; i++)
        lines += note->bytes.ptr[i] == '\n';
    for (size_t i = 0; i < note->findings.count; i++) {
        const struct finding *finding = &note->findings.items[i];
        check(finding->message.len > 0 && memchr(finding->message.ptr, '\n', finding->message.len) == NULL);
        check(finding->line <= lines);
    }
}

static void check_names(const struct sv *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check(names[i].len > 0);
}

static status count_field(void *payload, struct sv key, struct sv text, enum field_kind kind, double number,
                          struct err *err)
{
    (void)err;
    bool has_number =
        kind == FIELD_INT || kind == FIELD_NUMBER || kind == FIELD_BOOL || kind == FIELD_DATE || kind == FIELD_DATETIME;
    check(has_number == !isnan(number));
    check(key.ptr != NULL && (text.len == 0 || text.ptr != NULL));
    ++*(size_t *)payload;
    return DONE;
}

static void check_note(struct sv bytes, const struct types *types)
{
    struct arena arena = {0};
    struct note note;
    struct err err = {0};
    struct buf json = {0};
    size_t fields = 0;
    check(note_parse(SV("dir/2026-01-31-x.md"), bytes, types, &arena, &note, &err) == DONE);
    check(note.title.len > 0 && note.type.len > 0);
    check_links(&note);
    check_findings(&note);
    check_names(note.tags, note.tag_count);
    check_names(note.aliases, note.alias_count);
    check(note_fields_json(&note, types, &json, &err) == DONE);
    check(json.len >= 2 && json.ptr[0] == '{' && json.ptr[json.len - 1] == '}');
    check(note_each_field(&note, types, count_field, &fields, &err) == DONE);
    buf_release(&json);
    arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sv bytes = sv_make((const char *)data, size);
    check_note(bytes, load_types());
    check_note(bytes, NULL);
    return 0;
}
