/* What a query's regular expressions found in one note: lines around it, and what its named groups took. */
#include "base/utf8.h"
#include "catalogue/eval_run.h"
#include "catalogue/kept.h"

#include <stdlib.h>

enum { SNIPPETS_MAX = 3, SNIPPET_BYTES = 200, BEFORE_BYTES = 60 };

/* --- the note --- */

/* From the store, else from its file into `file`; one that went away or cannot be read has no bytes. */
static status read_bytes(struct catalogue *catalogue, const struct row *row, struct buf *file, struct sv *bytes_out,
                         struct err *err)
{
    struct content_text text = {0};
    struct err ignored = {0};
    *bytes_out = (struct sv){0};
    status s = kept_read_in_order(catalogue, row, &text, err);
    if (s == DONE)
        *bytes_out = text.bytes;
    if (s == DB_DAMAGED)
        kept_discard(catalogue);
    if (s == DONE || s == NO_MEMORY || row->facts.size > NOTE_BYTES_MAX)
        return s == NO_MEMORY ? s : DONE;
    s = vault_read(catalogue->vault, row_path(row), file, &ignored);
    if (s == NO_MEMORY)
        return err_no_memory(err);
    if (s == DONE)
        *bytes_out = buf_view(file);
    return DONE;
}

/* --- snippets --- */

struct snippets {
    struct arena *arena;
    struct search_snippet *items;
    size_t count, capacity;
};

static unsigned line_of(struct sv bytes, size_t offset)
{
    unsigned line = 1;
    for (size_t i = 0; i < offset && i < bytes.len; i++)
        line += bytes.ptr[i] == '\n';
    return line;
}

/* The match's line, cut to what can be shown around it. */
static struct sv line_around(struct sv bytes, const struct regex_match *match, size_t *begin_out)
{
    size_t line = sv_rchr(sv_sub(bytes, 0, match->begin), '\n');
    size_t begin = line == SIZE_MAX ? 0 : line + 1;
    if (match->begin - begin > BEFORE_BYTES) {
        begin = match->begin - BEFORE_BYTES;
        while (begin < match->begin && ((unsigned char)bytes.ptr[begin] & 0xc0) == 0x80)
            begin++;
    }
    size_t length = sv_chr(sv_from(bytes, begin), '\n');
    struct sv text = sv_sub(bytes, begin, length == SIZE_MAX ? bytes.len : length);
    *begin_out = begin;
    return sv_trim_right(utf8_cut(text, SNIPPET_BYTES));
}

static status add_snippet(struct snippets *snippets, struct sv bytes, const struct regex_match *match, struct err *err)
{
    size_t begin;
    struct sv text = line_around(bytes, match, &begin);
    struct buf valid = {0};
    size_t from = match->begin - begin, to = match->end - begin;
    to = to < text.len ? to : text.len;
    from = from < to ? from : to;
    uint32_t marks[2];
    utf8_put_valid(&valid, sv_sub(text, 0, from));
    marks[0] = (uint32_t)valid.len;
    utf8_put_valid(&valid, sv_sub(text, from, to - from));
    marks[1] = (uint32_t)valid.len;
    utf8_put_valid(&valid, sv_from(text, to));
    uint32_t *kept = arena_array(snippets->arena, 2, sizeof *kept);
    struct sv shown = valid.failed ? (struct sv){0} : arena_copy(snippets->arena, buf_view(&valid));
    buf_release(&valid);
    struct search_snippet *items =
        arena_grow(snippets->arena, snippets->items, &snippets->capacity, snippets->count, sizeof *items);
    if (!kept || !shown.ptr || !items)
        return err_no_memory(err);
    kept[0] = marks[0];
    kept[1] = marks[1];
    snippets->items = items;
    items[snippets->count++] = (struct search_snippet){line_of(bytes, match->begin), shown, kept, 2};
    return DONE;
}

/* One snippet a line. */
static status find_snippets(struct snippets *snippets, const struct regex *regex, struct regex_run *regex_run,
                            struct sv bytes, size_t from, struct err *err)
{
    struct regex_match match;
    size_t most = snippets->count + SNIPPETS_MAX;
    status s = DONE;
    while (s == DONE && snippets->count < most && from <= bytes.len) {
        s = regex_find(regex, regex_run, bytes, from, &match, err);
        if (s != DONE)
            break;
        s = add_snippet(snippets, bytes, &match, err);
        size_t end = match.end > match.begin ? match.end - 1 : match.end;
        size_t line = sv_chr(sv_from(bytes, end), '\n');
        from = line == SIZE_MAX ? bytes.len + 1 : end + line + 1;
    }
    return s == NOT_FOUND ? DONE : s;
}

status eval_regex_snippets(struct eval_run *run, int64_t id, struct arena *arena, struct search_snippet **snippets_out,
                           size_t *count_out, struct err *err)
{
    struct snippets snippets = {.arena = arena};
    struct buf file = {0};
    struct sv bytes = {0};
    const struct row *row = rows_by_id(&run->catalogue->rows, id);
    status s = row ? read_bytes(run->catalogue, row, &file, &bytes, err) : DONE;
    size_t body = row && row->facts.body < bytes.len ? row->facts.body : bytes.len;
    for (size_t i = 0; s == DONE && row && i < run->patterns.count; i++)
        if (run->patterns.items[i].shown)
            s = find_snippets(&snippets, run->patterns.items[i].regex, run->patterns.items[i].run, bytes, body, err);
    buf_release(&file);
    *snippets_out = snippets.items;
    *count_out = snippets.count;
    return s;
}

/* --- named groups --- */

struct eval_groups {
    struct catalogue *catalogue;
    struct arena arena;
    struct eval_patterns patterns;
    struct sv *names;
    size_t count, capacity;
};

static status add_name(struct eval_groups *groups, struct sv name, struct err *err)
{
    for (size_t i = 0; i < groups->count; i++)
        if (sv_eq(groups->names[i], name))
            return DONE;
    struct sv *names =
        arena_grow(&groups->arena, groups->names, &groups->capacity, groups->count, sizeof *groups->names);
    if (!names)
        return err_no_memory(err);
    groups->names = names;
    groups->names[groups->count++] = name;
    return DONE;
}

status eval_groups_open(struct catalogue *catalogue, const struct query *query, struct eval_groups **groups_out,
                        struct err *err)
{
    *groups_out = NULL;
    struct eval_groups *groups = memory_zero(1, sizeof *groups);
    if (!groups)
        return err_no_memory(err);
    groups->catalogue = catalogue;
    arena_init(&groups->arena);
    status s = eval_patterns_init(&groups->patterns, query, err);
    for (size_t i = 0; s == DONE && i < groups->patterns.count; i++) {
        const struct eval_pattern *pattern = &groups->patterns.items[i];
        for (size_t n = 0; s == DONE && pattern->shown && n < regex_name_count(pattern->regex); n++)
            s = add_name(groups, regex_name(pattern->regex, n), err);
    }
    if (s == DONE)
        *groups_out = groups;
    else
        eval_groups_close(groups);
    return s;
}

void eval_groups_close(struct eval_groups *groups)
{
    if (!groups)
        return;
    eval_patterns_release(&groups->patterns);
    arena_release(&groups->arena);
    free(groups);
}

size_t eval_groups_count(const struct eval_groups *groups)
{
    return groups ? groups->count : 0;
}

struct sv eval_groups_name(const struct eval_groups *groups, size_t i)
{
    return groups->names[i];
}

static size_t place_of(const struct eval_groups *groups, struct sv name)
{
    size_t i = 0;
    while (!sv_eq(groups->names[i], name))
        i++;
    return i;
}

/* The names that are not taken yet, from the last match. */
static status take_names(const struct eval_groups *groups, const struct eval_pattern *pattern, struct sv text,
                         struct arena *arena, struct sv *values, struct err *err)
{
    struct regex_match match;
    for (size_t n = 0; n < regex_name_count(pattern->regex); n++) {
        struct sv *value = &values[place_of(groups, regex_name(pattern->regex, n))];
        if (value->ptr || !regex_named(pattern->regex, pattern->run, n, &match))
            continue;
        struct buf valid = {0};
        utf8_put_valid(&valid, sv_sub(text, match.begin, match.end - match.begin));
        *value = valid.failed ? (struct sv){0} : arena_copy(arena, buf_view(&valid));
        buf_release(&valid);
        if (!value->ptr)
            return err_no_memory(err);
    }
    return DONE;
}

/* The title comes before the body, as it does in the question which notes match. */
static status match_pattern(const struct eval_groups *groups, const struct eval_pattern *pattern,
                            const struct sv texts[2], struct arena *arena, struct sv *values, struct err *err)
{
    struct regex_match match;
    status s = NOT_FOUND;
    for (size_t i = 0; i < 2 && s == NOT_FOUND; i++) {
        s = regex_find(pattern->regex, pattern->run, texts[i], 0, &match, err);
        if (s == DONE)
            s = take_names(groups, pattern, texts[i], arena, values, err);
    }
    return s == NOT_FOUND ? DONE : s;
}

status eval_groups_of(struct eval_groups *groups, const struct record *record, struct arena *arena,
                      struct sv **values_out, struct err *err)
{
    const struct rows *rows;
    struct buf file = {0};
    struct sv bytes = {0};
    *values_out = arena_array(arena, groups->count, sizeof **values_out);
    if (!*values_out)
        return err_no_memory(err);
    status s = catalogue_rows(groups->catalogue, &rows, err);
    const struct row *row = s == DONE ? rows_by_id(rows, record->id) : NULL;
    if (row)
        s = read_bytes(groups->catalogue, row, &file, &bytes, err);
    const struct sv texts[2] = {record->title, sv_from(bytes, row ? row->facts.body : 0)};
    for (size_t i = 0; s == DONE && row && i < groups->patterns.count; i++) {
        const struct eval_pattern *pattern = &groups->patterns.items[i];
        if (pattern->shown && regex_name_count(pattern->regex) > 0)
            s = match_pattern(groups, pattern, texts, arena, *values_out, err);
    }
    if (s < DONE)
        err_place(err, record->path, 0, 0);
    buf_release(&file);
    return s;
}
