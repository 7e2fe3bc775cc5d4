#include "host/sink.h"

#include "base/i18n.h"
#include "base/utf8.h"

#include <math.h>

static char *innermost(struct sink *sink)
{
    return sink->depth == 0 ? NULL : &sink->nesting[sink->depth - 1];
}

static status misuse(struct sink *sink, const char *what)
{
    return err_set(&sink->err, FAILED, _("its answer is not well formed: %s"), what);
}

/* Keys are what scripts hold on to: lower-case words joined by '_'. */
static bool is_key(struct sv key)
{
    for (size_t i = 0; i < key.len; i++) {
        char c = key.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'))
            return false;
    }
    return key.len > 0 && key.len <= 64;
}

/* A value may come in a list and behind a key; behind a key the map waits for the next key then. */
static status take_place(struct sink *sink)
{
    char *at = innermost(sink);
    if (at == NULL)
        return misuse(sink, _("a value outside of a record"));
    if (*at == 'm')
        return misuse(sink, _("a value without a key"));
    if (*at == 'v')
        *at = 'm';
    return DONE;
}

static status open_one(struct sink *sink, char kind)
{
    bool record = sink->depth == 0 && kind == 'm';
    if (!record && take_place(sink) != DONE)
        return FAILED;
    if (sink->depth == SINK_DEPTH_MAX)
        return misuse(sink, _("it is nested too deeply"));
    sink->nesting[sink->depth++] = kind;
    sink->began = true;
    if (kind == 'm')
        out_begin_map(sink->out);
    else
        out_begin_list(sink->out);
    return DONE;
}

static status close_one(struct sink *sink, char kind)
{
    const char *at = innermost(sink);
    if (at == NULL || *at != kind)
        return misuse(sink, kind == 'm' ? _("the end of a map that is not open, or of one that lacks a value")
                                        : _("the end of a list that is not open"));
    sink->depth--;
    if (kind == 'm')
        out_end_map(sink->out);
    else
        out_end_list(sink->out);
    return DONE;
}

static status take_key(struct sink *sink, struct sv key)
{
    char *at = innermost(sink);
    if (at == NULL || *at != 'm')
        return misuse(sink, _("a key where none can stand"));
    if (!is_key(key))
        return misuse(sink, _("a key that is not made of a-z, 0-9 and '_'"));
    *at = 'v';
    out_key(sink->out, key);
    return DONE;
}

static void put_text(struct sink *sink, struct sv text, void (*fn)(struct out *, struct sv))
{
    struct buf valid = {0};
    if (utf8_is_valid(text)) {
        fn(sink->out, text);
        return;
    }
    utf8_put_valid(&valid, text);
    if (buf_check(&valid, &sink->err) == DONE)
        fn(sink->out, buf_view(&valid));
    buf_release(&valid);
}

static void put_line(struct out *out, struct sv text)
{
    out_text(out, STYLE_NONE, text);
    out_newline(out);
}

static status take_column(struct sink *sink, const struct out_event *event)
{
    struct buf key = {0}, label = {0};
    if (sink->began)
        return misuse(sink, _("a column behind the first record"));
    if (!is_key(event->text))
        return misuse(sink, _("a key that is not made of a-z, 0-9 and '_'"));
    buf_put(&key, event->text);
    utf8_put_valid(&label, event->label);
    if (buf_check(&key, &sink->err) == DONE && buf_check(&label, &sink->err) == DONE)
        out_column(sink->out, key.ptr, label.len > 0 ? label.ptr : NULL);
    buf_release(&key);
    buf_release(&label);
    return sink->err.code;
}

static status take_scalar(struct sink *sink, const struct out_event *event)
{
    if (event->verb == OUT_VERB_NUMBER && !isfinite(event->as.number))
        return misuse(sink, _("a number that is not finite"));
    if (take_place(sink) != DONE)
        return FAILED;
    switch (event->verb) {
    case OUT_VERB_STRING:
        put_text(sink, event->text, out_string);
        break;
    case OUT_VERB_INTEGER:
        out_int(sink->out, event->as.integer);
        break;
    case OUT_VERB_NUMBER:
        out_number(sink->out, event->as.number);
        break;
    default:
        out_bool(sink->out, event->as.boolean);
        break;
    }
    return sink->err.code;
}

static status take_line(struct sink *sink, struct sv text)
{
    if (sink->depth > 0)
        return misuse(sink, _("a line inside a record"));
    put_text(sink, text, put_line);
    return sink->err.code;
}

static status take(struct sink *sink, const struct out_event *event)
{
    switch (event->verb) {
    case OUT_VERB_COLUMN:
        return take_column(sink, event);
    case OUT_VERB_BEGIN_MAP:
        return open_one(sink, 'm');
    case OUT_VERB_END_MAP:
        return close_one(sink, 'm');
    case OUT_VERB_BEGIN_LIST:
        return open_one(sink, 'l');
    case OUT_VERB_END_LIST:
        return close_one(sink, 'l');
    case OUT_VERB_KEY:
        return take_key(sink, event->text);
    case OUT_VERB_LINE:
        return take_line(sink, event->text);
    default:
        return take_scalar(sink, event);
    }
}

static chiron_status take_event(struct chiron_out *lent, const struct out_event *event)
{
    struct sink *sink = (struct sink *)lent;
    if (sink->err.code == DONE)
        (void)take(sink, event);
    return sink->err.code == DONE && !out_failed(sink->out) ? CHIRON_OK : CHIRON_EFAILED;
}

void sink_init(struct sink *sink, struct out *out)
{
    *sink = (struct sink){.lent.take = take_event, .out = out};
}

status sink_finish(struct sink *sink, struct err *err)
{
    if (sink->err.code == DONE && sink->depth > 0)
        (void)misuse(sink, _("a record that is not ended"));
    while (sink->depth > 0) {
        char at = sink->nesting[--sink->depth];
        /* A key that waits for its value would leave broken JSON. */
        if (at == 'v')
            out_bool(sink->out, false);
        if (at == 'l')
            out_end_list(sink->out);
        else
            out_end_map(sink->out);
    }
    if (sink->err.code == DONE)
        return DONE;
    if (err != NULL && err->code == DONE)
        *err = sink->err;
    return sink->err.code;
}
