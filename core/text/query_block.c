#include "text/query_block.h"

#include "text/front.h"
#include "text/markdown.h"

#include <string.h>

static const struct sv begin_mark = SV_INIT("<!-- chiron:begin"), end_mark = SV_INIT("<!-- chiron:end -->");
static const struct sv info_word = SV_INIT("chiron");

/* A code block, in lines of cmark's counted from 0. */
struct code {
    size_t first, last;
    size_t column; /* bytes in front of its fence */
    bool nested;
};

struct finder {
    struct sv note;
    size_t body;
    unsigned body_line;
    struct arena *arena;
    struct query_blocks *out;
    size_t *lines;     /* offsets of cmark's lines: LF, CRLF, a lone CR */
    unsigned *numbers; /* of an editor's lines, which a lone CR does not end */
    size_t line_count;
    struct code *codes;
    size_t code_count, code_capacity;
    unsigned depth;
};

/* --- lines --- */

static size_t count_lines(struct finder *f)
{
    size_t count = 0, begin = f->body;
    unsigned number = f->body_line;
    for (size_t at = f->body; at <= f->note.len; at++) {
        char c = at < f->note.len ? f->note.ptr[at] : '\n';
        if (c != '\n' && c != '\r')
            continue;
        if (at == f->note.len && begin == at)
            break;
        if (f->lines) {
            f->lines[count] = begin;
            f->numbers[count] = number;
        }
        count++;
        if (c == '\r' && at + 1 < f->note.len && f->note.ptr[at + 1] == '\n')
            at++;
        number += at < f->note.len && f->note.ptr[at] == '\n';
        begin = at + 1;
    }
    return count;
}

static status list_lines(struct finder *f, struct err *err)
{
    f->line_count = count_lines(f);
    f->numbers = arena_array(f->arena, f->line_count, sizeof *f->numbers);
    f->lines = arena_array(f->arena, f->line_count, sizeof *f->lines);
    if (!f->lines || !f->numbers)
        return err_no_memory(err);
    count_lines(f);
    return DONE;
}

/* The byte behind a line, its line end included. */
static size_t line_next(const struct finder *f, size_t line)
{
    return line + 1 < f->line_count ? f->lines[line + 1] : f->note.len;
}

/* Without its line end and the white space before that. */
static struct sv line_text(const struct finder *f, size_t line)
{
    return sv_trim_right(sv_sub(f->note, f->lines[line], line_next(f, line) - f->lines[line]));
}

/* --- code blocks --- */

static status on_block(void *payload, const struct md_event *e, struct err *err)
{
    struct finder *f = payload;
    bool container = e->kind == MD_QUOTE || e->kind == MD_LIST || e->kind == MD_ITEM || e->kind == MD_FOOTNOTE;
    if (container)
        f->depth += e->enter ? 1U : -1U;
    if (e->kind != MD_CODE_BLOCK || e->line == 0 || e->line > f->line_count)
        return DONE;
    struct code *grown = arena_grow(f->arena, f->codes, &f->code_capacity, f->code_count, sizeof *grown);
    if (!grown)
        return err_no_memory(err);
    f->codes = grown;
    size_t last = e->end_line < e->line ? e->line - 1 : e->end_line - 1;
    f->codes[f->code_count++] = (struct code){.first = e->line - 1,
                                              .last = last < f->line_count ? last : f->line_count - 1,
                                              .column = e->column > 0 ? e->column - 1 : 0,
                                              .nested = f->depth > 0};
    return DONE;
}

/* How many of the same character of a fence `text` begins with; 0: it begins no fence. */
static size_t fence_length(struct sv text)
{
    size_t n = 0;
    while (n < text.len && (text.ptr[0] == '`' || text.ptr[0] == '~') && text.ptr[n] == text.ptr[0])
        n++;
    return n >= 3 ? n : 0;
}

static struct sv fence_of(const struct finder *f, const struct code *code)
{
    return sv_trim_left(sv_from(line_text(f, code->first), code->column));
}

/* "```chiron", also with more words behind. */
static bool is_query(const struct finder *f, const struct code *code)
{
    struct sv fence = fence_of(f, code);
    size_t length = fence_length(fence);
    struct sv info = sv_trim(sv_from(fence, length));
    bool indented = !code->nested && code->column >= 4; /* code by its indentation, whatever it looks like */
    return length > 0 && !indented && sv_starts(info, info_word) &&
           (info.len == info_word.len || info.ptr[info_word.len] == ' ' || info.ptr[info_word.len] == '\t');
}

/* Up to three spaces in front and any white space behind, as CommonMark has it: a vertical tab is none. */
static struct sv bare_fence(struct sv line)
{
    size_t begin = 0, end = line.len;
    while (begin < 3 && begin < end && line.ptr[begin] == ' ')
        begin++;
    while (end > begin && strchr(" \t\r\n", line.ptr[end - 1]))
        end--;
    return sv_sub(line, begin, end - begin);
}

static bool is_closed(const struct finder *f, const struct code *code)
{
    struct sv open = fence_of(f, code);
    struct sv close =
        bare_fence(sv_sub(f->note, f->lines[code->last], line_next(f, code->last) - f->lines[code->last]));
    size_t length = fence_length(close);
    return code->last > code->first && length == close.len && length >= fence_length(open) &&
           close.ptr[0] == open.ptr[0];
}

/* --- markers --- */

static bool is_begin(struct sv line)
{
    struct sv rest = sv_from(line, begin_mark.len);
    return sv_starts(line, begin_mark) && sv_ends(line, SV("-->")) && rest.len > 0 &&
           (rest.ptr[0] == ' ' || rest.ptr[0] == '-');
}

static bool is_end(struct sv line)
{
    return sv_eq(line, end_mark);
}

static struct sv stamp_of(struct sv line)
{
    struct sv rest = sv_from(line, begin_mark.len);
    return sv_trim(sv_sub(rest, 0, rest.len - 3));
}

static struct query_block *add_block(struct finder *f, enum block_state state, size_t line, struct err *err)
{
    struct query_blocks *out = f->out;
    struct query_block *grown = arena_grow(f->arena, out->items, &out->capacity, out->count, sizeof *grown);
    if (!grown) {
        err_no_memory(err);
        return NULL;
    }
    out->items = grown;
    grown[out->count] = (struct query_block){.state = state, .line = f->numbers[line], .table_line = f->numbers[line]};
    return &grown[out->count++];
}

/* The block whose table may begin at `line`: the last one, with nothing but empty lines between. */
static struct query_block *block_above(const struct finder *f, size_t line)
{
    struct query_block *last = f->out->count > 0 ? &f->out->items[f->out->count - 1] : NULL;
    if (!last || last->state != BLOCK_BARE)
        return NULL;
    return sv_trim(sv_sub(f->note, last->behind, f->lines[line] - last->behind)).len == 0 ? last : NULL;
}

static status open_table(struct finder *f, size_t line, struct query_block **open, struct err *err)
{
    struct query_block *block = block_above(f, line);
    if (!block)
        block = add_block(f, BLOCK_STRAY, line, err);
    if (!block)
        return NO_MEMORY;
    block->state = block->state == BLOCK_BARE ? BLOCK_TABLE : BLOCK_STRAY;
    block->table_begin = f->lines[line];
    block->inner_begin = line_next(f, line);
    block->table_line = f->numbers[line];
    block->stamp = stamp_of(line_text(f, line));
    *open = block;
    return DONE;
}

static void close_table(const struct finder *f, size_t line, struct query_block **open)
{
    (*open)->inner_end = f->lines[line];
    (*open)->table_end = line_next(f, line);
    *open = NULL;
}

/* Whatever follows before an end marker came: the table's end is lost. */
static void give_up(struct query_block **open)
{
    if (*open)
        (*open)->state = BLOCK_NO_END;
    *open = NULL;
}

static status add_query(struct finder *f, const struct code *code, struct err *err)
{
    enum block_state state = code->nested ? BLOCK_NESTED : is_closed(f, code) ? BLOCK_BARE : BLOCK_UNCLOSED;
    struct query_block *block = add_block(f, state, code->first, err);
    if (!block)
        return NO_MEMORY;
    block->text_begin = line_next(f, code->first);
    block->text_end = f->lines[code->last] > block->text_begin ? f->lines[code->last] : block->text_begin;
    block->text_line = code->first + 1 < f->line_count ? f->numbers[code->first + 1] : block->line;
    block->behind = line_next(f, code->last);
    return DONE;
}

/* One walk over lines and code blocks side by side. `open` is the last of the list while it is open, and nothing is
 * added meanwhile. */
static status read_lines(struct finder *f, struct err *err)
{
    struct query_block *open = NULL;
    size_t next = 0;
    status s = DONE;
    for (size_t line = 0; s == DONE && line < f->line_count; line++) {
        if (next < f->code_count && f->codes[next].first <= line) {
            const struct code *code = &f->codes[next++];
            if (is_query(f, code)) {
                give_up(&open);
                s = add_query(f, code, err);
            }
            if (code->last > line)
                line = code->last;
            continue;
        }
        struct sv text = line_text(f, line);
        if (is_begin(text)) {
            give_up(&open);
            s = open_table(f, line, &open, err);
        } else if (is_end(text) && open) {
            close_table(f, line, &open);
        } else if (is_end(text)) {
            s = add_block(f, BLOCK_LONE_END, line, err) ? DONE : NO_MEMORY;
        }
    }
    give_up(&open);
    return s;
}

status query_blocks_find(struct sv note, size_t body, unsigned body_line, struct arena *arena,
                         struct query_blocks *blocks_out, struct err *err)
{
    struct finder f = {.note = note, .body = body, .body_line = body_line, .arena = arena, .out = blocks_out};
    *blocks_out = (struct query_blocks){0};
    if (body >= note.len || !memmem(note.ptr + body, note.len - body, info_word.ptr, info_word.len))
        return DONE;
    status s = list_lines(&f, err);
    if (s == DONE)
        s = md_walk_blocks(sv_from(note, body), on_block, &f, err);
    return s == DONE ? read_lines(&f, err) : s;
}

bool query_blocks_may_be(struct sv note)
{
    return sv_find(note, info_word) != SIZE_MAX;
}

bool query_blocks_have_tables(struct sv note)
{
    return sv_find(note, begin_mark) != SIZE_MAX;
}

static void cover(char *note, size_t begin, size_t end)
{
    for (size_t at = begin; at < end; at++)
        if (note[at] != '\n' && note[at] != '\r')
            note[at] = ' ';
}

void query_blocks_cover(char *note, size_t len)
{
    struct arena arena = {0};
    struct query_blocks blocks = {0};
    struct sv bytes = sv_make(note, len);
    struct front front = {0};
    struct err ignored = {0};
    if (!query_blocks_may_be(bytes))
        return;
    front_find(bytes, &front, &ignored);
    err_clear(&ignored);
    query_blocks_find(bytes, front.body, front.body_line, &arena, &blocks, &ignored);
    for (size_t i = 0; i < blocks.count; i++) {
        cover(note, blocks.items[i].text_begin, blocks.items[i].text_end);
        cover(note, blocks.items[i].inner_begin, blocks.items[i].inner_end);
    }
    arena_release(&arena);
}
