#include "out/out.h"

#include "base/arena.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/json.h"
#include "out/format.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FLUSH_AT = 64 * 1024, TEMPLATE_MAX = 1024 * 1024 };

static const struct {
    const char *name;
    enum out_format id;
    const struct format *format;
} formats[] = {
    {"text", OUT_TEXT, &format_text},       {"json", OUT_JSON, &format_json},    {"jsonl", OUT_JSONL, &format_jsonl},
    {"csv", OUT_CSV, &format_csv},          {"paths", OUT_PATHS, &format_paths}, {"paths0", OUT_PATHS0, &format_paths0},
    {NULL, OUT_TEMPLATE, &format_template},
};
enum { FORMAT_COUNT = sizeof formats / sizeof *formats };

static status use_template(struct out_options *options, struct buf *storage, struct err *err)
{
    struct mustache *template = NULL;
    status code = buf_check(storage, err);
    if (code != DONE)
        return code;
    options->format = OUT_TEMPLATE;
    options->template = buf_view(storage);
    /* Parsed here only to report a mistake before any work is done. */
    code = mustache_parse(options->template, &template, err);
    mustache_free(template);
    return code;
}

status out_format_parse(struct sv text, struct out_options *options, struct buf *storage, struct err *err)
{
    for (size_t i = 0; i < FORMAT_COUNT; i++)
        if (formats[i].name && sv_eq_c(text, formats[i].name)) {
            options->format = formats[i].id;
            return DONE;
        }
    if (sv_find(text, SV("{{")) != SIZE_MAX) {
        buf_put(storage, text);
        status code = use_template(options, storage, err);
        if (code == USAGE && err)
            err_context(err, _("in the template, at %u:%u"), err->line, err->column);
        return code;
    }
    if (sv_starts(text, SV("@")) && text.len > 1) {
        struct buf name = {0};
        buf_put(&name, sv_from(text, 1));
        status code = buf_check(&name, err);
        if (code == DONE)
            code = file_read(name.ptr, TEMPLATE_MAX, storage, err);
        if (code == NOT_FOUND)
            code = err_set(err, USAGE, _("unable to open the template '%s': no such file"), name.ptr);
        if (code == DONE) {
            code = use_template(options, storage, err);
            err_place(err, sv_from(text, 1), 0, 0);
        }
        buf_release(&name);
        return code;
    }
    return err_set(
        err, USAGE,
        _("unknown format '%.*s': use text, json, jsonl, csv, paths, paths0, a template with {{...}}, or @file"),
        SV_ARG(text));
}

status out_open(const struct out_options *options, struct out **out_out, struct err *err)
{
    struct out *out = memory_zero(1, sizeof *out);
    if (!out)
        return err_no_memory(err);
    out->options = *options;
    out->table = true;
    for (size_t i = 0; i < FORMAT_COUNT; i++)
        if (formats[i].id == options->format)
            out->format = formats[i].format;
    if (options->format == OUT_TEMPLATE) {
        status code = mustache_parse(options->template, &out->template, err);
        if (code != DONE) {
            free(out);
            return code;
        }
    }
    out->format->begin(out);
    *out_out = out;
    return DONE;
}

void out_fail(struct out *out, status code, const char *message)
{
    if (out->err.code == DONE)
        err_set(&out->err, code, "%s", message);
}

static void note_memory(struct out *out, const struct buf *buf)
{
    if (buf->failed && out->err.code == DONE)
        err_no_memory(&out->err);
}

static void flush(struct out *out)
{
    struct err err = {0};
    if (out->options.fd < 0 || out->err.code != DONE || out->pending.len == 0)
        return;
    errno = 0;
    if (fd_write_all(out->options.fd, buf_view(&out->pending), &err) != DONE) {
        if (errno == EPIPE)
            out->err.code = REFUSED; /* the reader has left: no words are owed */
        else
            out->err = err;
    }
    buf_clear(&out->pending);
}

void out_write(struct out *out, struct sv bytes)
{
    struct buf *into = out->options.fd < 0 ? out->options.capture : &out->pending;
    if (out->err.code != DONE)
        return;
    buf_put(into, bytes);
    note_memory(out, into);
    if (out->options.fd >= 0 && out->pending.len >= FLUSH_AT)
        flush(out);
}

static void release(struct out *out)
{
    for (size_t i = 0; i < out->cell_count; i++)
        buf_release(&out->cells[i].text);
    for (size_t i = 0; i < out->row_count * out->column_count; i++)
        buf_release(&out->rows[i]);
    free(out->cells);
    free(out->rows);
    free(out->columns);
    buf_release(&out->pending);
    buf_release(&out->record);
    mustache_free(out->template);
    arena_release(&out->names);
    free(out);
}

status out_close(struct out *out, struct err *err)
{
    status code;
    if (!out)
        return DONE;
    if (out->err.code == DONE)
        out->format->end(out);
    flush(out);
    code = out->err.code;
    if (code != DONE && code != REFUSED && err && err->code == DONE)
        *err = out->err;
    release(out);
    return code;
}

void out_abandon(struct out *out)
{
    if (!out)
        return;
    if (out->count > 0)
        out_close(out, NULL);
    else
        release(out);
}

bool out_failed(const struct out *out)
{
    return out->err.code != DONE;
}

bool out_is_text(const struct out *out)
{
    return out->options.format == OUT_TEXT;
}

enum out_format out_format_of(const struct out *out)
{
    return out->options.format;
}

bool out_color(const struct out *out)
{
    return out->options.color;
}

unsigned out_width(const struct out *out)
{
    return out->options.width;
}

size_t out_count(const struct out *out)
{
    return out->count;
}

/* --- columns and cells --------------------------------------------------------------------------------------- */

static void add_column(struct out *out, struct sv key, struct sv label)
{
    struct column *grown = array_grow(out->columns, &out->column_capacity, out->column_count, sizeof *grown);
    struct sv kept = arena_copy(&out->names, key);
    struct sv shown = arena_copy(&out->names, label);
    if (grown)
        out->columns = grown;
    if (!grown || !kept.ptr || !shown.ptr) {
        out_fail(out, NO_MEMORY, _("out of memory"));
        return;
    }
    out->columns[out->column_count++] = (struct column){.key = kept, .label = shown};
}

void out_column(struct out *out, const char *key, const char *label)
{
    if (!out->columns_settled)
        add_column(out, sv_of(key), sv_of(label ? label : key));
}

void out_settle_columns(struct out *out)
{
    if (out->columns_settled)
        return;
    out->columns_settled = true;
    if (out->column_count > 0)
        return;
    for (size_t i = 0; i < out->cell_count; i++)
        if (out->cells[i].set && !out->cells[i].nested)
            add_column(out, out->cells[i].key, out->cells[i].key);
}

const struct cell *out_cell(const struct out *out, struct sv key)
{
    for (size_t i = 0; i < out->cell_count; i++)
        if (out->cells[i].set && sv_eq(out->cells[i].key, key))
            return &out->cells[i];
    return NULL;
}

static struct cell *cell_for(struct out *out, struct sv key)
{
    for (size_t i = 0; i < out->cell_count; i++)
        if (sv_eq(out->cells[i].key, key))
            return &out->cells[i];
    struct cell *grown = array_grow(out->cells, &out->cell_capacity, out->cell_count, sizeof *grown);
    struct sv kept = arena_copy(&out->names, key);
    if (grown)
        out->cells = grown;
    if (!grown || !kept.ptr) {
        out_fail(out, NO_MEMORY, _("out of memory"));
        return NULL;
    }
    out->cells[out->cell_count] = (struct cell){.key = kept};
    return &out->cells[out->cell_count++];
}

static void clear_cells(struct out *out)
{
    for (size_t i = 0; i < out->cell_count; i++) {
        struct cell *cell = &out->cells[i];
        buf_clear(&cell->text);
        cell->set = cell->nested = cell->number = cell->list = false;
        cell->elements = 0;
    }
    out->current = NULL;
}

/* A scalar: the cell itself at depth 1, one more element of its list at depth 2, out of reach below. */
static void cell_value(struct out *out, struct sv text, bool number)
{
    struct cell *cell = out->current;
    if (!cell)
        return;
    if (out->depth > 2 || (out->depth == 2 && !cell->list)) {
        cell->nested = true;
        return;
    }
    if (cell->elements++ > 0)
        buf_char(&cell->text, ';');
    buf_put(&cell->text, text);
    cell->set = true;
    cell->number = number;
    note_memory(out, &cell->text);
}

/* --- building a record --------------------------------------------------------------------------------------- */

static bool wants_json(const struct out *out)
{
    return out->format->need == NEED_JSON;
}

static void separate(struct out *out)
{
    if (out->comma)
        buf_char(&out->record, ',');
    out->comma = true;
}

static void open_group(struct out *out, char bracket)
{
    if (out->depth == 0) {
        if (wants_json(out))
            buf_clear(&out->record);
        clear_cells(out);
        out->comma = false;
    } else if (out->current && out->depth == 1) {
        out->current->set = true;
        out->current->list = bracket == '[';
        out->current->nested = bracket == '{';
    } else if (out->current) {
        out->current->nested = true;
    }
    if (wants_json(out)) {
        separate(out);
        buf_char(&out->record, bracket);
        out->comma = false;
    }
    out->depth++;
}

static void close_group(struct out *out, char bracket)
{
    if (out->depth == 0) {
        out_fail(out, FAILED, _("an answer was closed more often than opened"));
        return;
    }
    if (wants_json(out)) {
        buf_char(&out->record, bracket);
        out->comma = true;
        note_memory(out, &out->record);
    }
    if (--out->depth > 0 || out->err.code != DONE)
        return;
    out->format->record(out);
    out->count++;
}

void out_begin_map(struct out *out)
{
    open_group(out, '{');
}

void out_end_map(struct out *out)
{
    close_group(out, '}');
}

void out_begin_list(struct out *out)
{
    open_group(out, '[');
}

void out_end_list(struct out *out)
{
    close_group(out, ']');
}

void out_key(struct out *out, struct sv key)
{
    if (wants_json(out)) {
        separate(out);
        json_put_text(&out->record, key);
        buf_char(&out->record, ':');
        out->comma = false;
    } else if (out->depth == 1) {
        out->current = cell_for(out, key);
    }
}

static void put_value(struct out *out, struct sv json, struct sv text, bool number)
{
    if (!wants_json(out)) {
        cell_value(out, text, number);
        return;
    }
    separate(out);
    buf_put(&out->record, json);
}

void out_string(struct out *out, struct sv text)
{
    if (!wants_json(out)) {
        cell_value(out, text, false);
        return;
    }
    separate(out);
    json_put_text(&out->record, text);
}

void out_int(struct out *out, int64_t number)
{
    struct buf digits = {0};
    json_put_int(&digits, number);
    put_value(out, buf_view(&digits), buf_view(&digits), true);
    note_memory(out, &digits);
    buf_release(&digits);
}

void out_number(struct out *out, double number)
{
    struct buf digits = {0};
    json_put_number(&digits, number);
    put_value(out, buf_view(&digits), buf_view(&digits), true);
    note_memory(out, &digits);
    buf_release(&digits);
}

void out_bool(struct out *out, bool value)
{
    struct sv word = value ? SV("true") : SV("false");
    put_value(out, word, word, false);
}

void out_put(struct out *out, const char *key, struct sv text)
{
    if (text.len == 0)
        return;
    out_key(out, sv_of(key));
    out_string(out, text);
}

void out_put_int(struct out *out, const char *key, int64_t number)
{
    out_key(out, sv_of(key));
    out_int(out, number);
}

void out_put_number(struct out *out, const char *key, double number)
{
    out_key(out, sv_of(key));
    out_number(out, number);
}

void out_put_bool(struct out *out, const char *key, bool value)
{
    out_key(out, sv_of(key));
    out_bool(out, value);
}

void out_put_json(struct out *out, const char *key, struct sv json)
{
    if (json.len == 0)
        return;
    out_key(out, sv_of(key));
    out_json(out, json);
}
