/* Mustache(5) and its published specification (interpolation, sections, inverted, partials, comments, delimiters).
 * A template is cut into a flat list of parts once; a section knows where it ends, so rendering is one walk. */
#include "out/mustache.h"

#include "base/arena.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/utf8.h"
#include "out/tree.h"
#include "text/render.h"

#include <stdlib.h>

enum part_kind { PART_TEXT, PART_VALUE, PART_RAW, PART_SECTION, PART_INVERTED, PART_END, PART_PARTIAL, PART_NONE };
enum { DEPTH_MAX = 32, PARTIAL_DEPTH_MAX = 16 };

struct part {
    enum part_kind kind;
    struct sv text;   /* literal bytes, or the name */
    struct sv indent; /* PARTIAL standing alone on its line: what its lines are indented by */
    size_t end;       /* SECTION, INVERTED: index of its PART_END */
    size_t offset;    /* of the tag, for messages */
};

struct mustache {
    struct sv source;
    struct part *parts;
    size_t count, capacity;
};

/* --- parsing -------------------------------------------------------------------------------------------------- */

struct parser {
    struct mustache *made;
    struct sv open, close; /* the delimiters in force */
    size_t at;             /* next byte to read */
    size_t sections[DEPTH_MAX];
    size_t depth;
    struct err *err;
};

static status mistake(struct parser *p, size_t offset, const char *text, struct sv subject)
{
    unsigned line = 1, column = 1;
    for (size_t i = 0; i < offset; i++) {
        unsigned char c = (unsigned char)p->made->source.ptr[i];
        if (c == '\n') {
            line++;
            column = 1;
        } else if ((c & 0xC0) != 0x80) {
            column++;
        }
    }
    return err_at(p->err, USAGE, SV(""), line, column, "%s '%.*s'", text, SV_ARG(subject));
}

static status push(struct parser *p, struct part part)
{
    struct mustache *made = p->made;
    if (part.kind == PART_TEXT && part.text.len == 0)
        return DONE;
    struct part *grown = array_grow(made->parts, &made->capacity, made->count, sizeof *grown);
    if (!grown)
        return err_no_memory(p->err);
    made->parts = grown;
    made->parts[made->count++] = part;
    return DONE;
}

static bool blank(struct sv s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] != ' ' && s.ptr[i] != '\t')
            return false;
    return true;
}

/* Whether the tag [from, to) has its line to itself: then the white space around it and the line end go too.
 * `start_out` is where the line begins, `next_out` where the next one does. */
static bool standalone(struct sv source, size_t from, size_t to, size_t *start_out, size_t *next_out)
{
    size_t start = from, next = to;
    while (start > 0 && source.ptr[start - 1] != '\n')
        start--;
    while (next < source.len && source.ptr[next] != '\n' && source.ptr[next] != '\r')
        next++;
    if (!blank(sv_sub(source, start, from - start)) || !blank(sv_sub(source, to, next - to)))
        return false;
    if (next < source.len && source.ptr[next] == '\r')
        next++;
    if (next < source.len && source.ptr[next] == '\n')
        next++;
    else if (next < source.len)
        return false; /* a lone CR ends no line */
    *start_out = start;
    *next_out = next;
    return true;
}

static status set_delimiters(struct parser *p, struct sv body, size_t offset)
{
    struct sv inner = sv_trim(body);
    size_t space = SIZE_MAX;
    for (size_t i = 0; i < inner.len && space == SIZE_MAX; i++)
        if (inner.ptr[i] == ' ' || inner.ptr[i] == '\t' || inner.ptr[i] == '\n')
            space = i;
    if (space == SIZE_MAX)
        return mistake(p, offset, _("two delimiters with a space between them were expected instead of"), inner);
    p->open = sv_sub(inner, 0, space);
    p->close = sv_trim(sv_from(inner, space));
    if (sv_chr(p->close, ' ') != SIZE_MAX || p->close.len == 0)
        return mistake(p, offset, _("two delimiters with a space between them were expected instead of"), inner);
    return DONE;
}

static status begin_section(struct parser *p, struct part part)
{
    if (p->depth == DEPTH_MAX)
        return mistake(p, part.offset, _("sections are nested too deep at"), part.text);
    p->sections[p->depth++] = p->made->count;
    return push(p, part);
}

static status end_section(struct parser *p, struct part part)
{
    if (p->depth == 0)
        return mistake(p, part.offset, _("no section is open that could end at"), part.text);
    struct part *section = &p->made->parts[p->sections[--p->depth]];
    if (!sv_eq(section->text, part.text))
        return mistake(p, part.offset, _("another section is open; it cannot end with"), part.text);
    section->end = p->made->count;
    return push(p, part);
}

static enum part_kind kind_of(char mark)
{
    switch (mark) {
    case '#':
        return PART_SECTION;
    case '^':
        return PART_INVERTED;
    case '/':
        return PART_END;
    case '>':
        return PART_PARTIAL;
    case '&':
    case '{':
        return PART_RAW;
    case '!':
    case '=':
        return PART_NONE;
    default:
        return PART_VALUE;
    }
}

static status add_tag(struct parser *p, struct part part)
{
    switch (part.kind) {
    case PART_SECTION:
    case PART_INVERTED:
        return begin_section(p, part);
    case PART_END:
        return end_section(p, part);
    default:
        return push(p, part);
    }
}

/* One tag that opens at `from`; the text before it begins at `text_from`. */
static status parse_tag(struct parser *p, size_t text_from, size_t from)
{
    struct sv source = p->made->source;
    size_t inside = from + p->open.len, start = from, next;
    char mark = inside < source.len ? source.ptr[inside] : '\0';
    enum part_kind kind = kind_of(mark);
    struct buf ending = {0};
    if (mark == '{')
        buf_char(&ending, '}');
    if (mark == '=')
        buf_char(&ending, '=');
    buf_put(&ending, p->close);
    size_t length = sv_find(sv_from(source, inside), buf_view(&ending)), ending_length = ending.len;
    bool failed = ending.failed;
    buf_release(&ending);
    if (failed)
        return err_no_memory(p->err);
    if (length == SIZE_MAX)
        return mistake(p, from, _("a tag is never closed:"), sv_sub(source, from, 20));
    next = inside + length + ending_length;
    struct sv body = sv_sub(source, inside, length);
    if (kind != PART_VALUE)
        body = sv_from(body, 1);
    struct part part = {.kind = kind, .text = sv_trim(body), .offset = from};
    if (kind != PART_VALUE && kind != PART_RAW) {
        size_t line;
        if (standalone(source, from, next, &line, &next)) {
            part.indent = kind == PART_PARTIAL ? sv_sub(source, line, from - line) : SV("");
            start = line > text_from ? line : text_from;
        }
    }
    status code = push(p, (struct part){.kind = PART_TEXT, .text = sv_sub(source, text_from, start - text_from)});
    p->at = next;
    if (code == DONE && mark == '=')
        return set_delimiters(p, body, from);
    if (code != DONE || kind == PART_NONE)
        return code;
    if (part.text.len == 0)
        return mistake(p, from, _("a tag has no name:"), sv_sub(source, from, next - from));
    return add_tag(p, part);
}

static status parse_all(struct parser *p)
{
    struct sv source = p->made->source;
    status code = DONE;
    while (code == DONE && p->at < source.len) {
        size_t distance = sv_find(sv_from(source, p->at), p->open);
        if (distance == SIZE_MAX) {
            code = push(p, (struct part){.kind = PART_TEXT, .text = sv_from(source, p->at)});
            break;
        }
        code = parse_tag(p, p->at, p->at + distance);
    }
    if (code == DONE && p->depth > 0) {
        struct part *section = &p->made->parts[p->sections[p->depth - 1]];
        code = mistake(p, section->offset, _("a section is never closed:"), section->text);
    }
    return code;
}

status mustache_parse(struct sv text, struct mustache **template_out, struct err *err)
{
    struct mustache *made = memory_zero(1, sizeof *made);
    if (!made)
        return err_no_memory(err);
    made->source = text;
    struct parser p = {.made = made, .open = SV("{{"), .close = SV("}}"), .err = err};
    status code = parse_all(&p);
    if (code != DONE) {
        mustache_free(made);
        return code;
    }
    *template_out = made;
    return DONE;
}

void mustache_free(struct mustache *template)
{
    if (!template)
        return;
    free(template->parts);
    free(template);
}

/* --- rendering ------------------------------------------------------------------------------------------------ */

struct renderer {
    const struct mustache_options *options;
    const struct tree *stack[DEPTH_MAX * 2];
    size_t depth;
    unsigned partials;
    struct buf *out;
    struct err *err;
};

/* A name's first part is looked up from the innermost context outwards, the rest inside of what was found. */
static const struct tree *look_up(const struct renderer *r, struct sv name)
{
    if (sv_eq(name, SV(".")))
        return r->depth > 0 ? r->stack[r->depth - 1] : NULL;
    size_t dot = sv_chr(name, '.');
    struct sv head = sv_sub(name, 0, dot == SIZE_MAX ? name.len : dot);
    for (size_t i = r->depth; i-- > 0;) {
        const struct tree *found = tree_get(r->stack[i], head);
        if (!found)
            continue;
        while (found && dot != SIZE_MAX) {
            name = sv_from(name, dot + 1);
            dot = sv_chr(name, '.');
            found = tree_get(found, sv_sub(name, 0, dot == SIZE_MAX ? name.len : dot));
        }
        return found;
    }
    return NULL;
}

static void put_value(struct renderer *r, const struct tree *value, bool raw)
{
    struct sv text = tree_text(value);
    switch (tree_kind(value)) {
    case TREE_INT:
        json_put_int(r->out, tree_int(value));
        return;
    case TREE_NUMBER:
        json_put_number(r->out, tree_number(value));
        return;
    case TREE_BOOL:
        buf_put(r->out, tree_bool(value) ? SV("true") : SV("false"));
        return;
    case TREE_LIST:
        /* Not in the specification, which leaves lists to the host language: elements joined by a comma. */
        for (size_t i = 0; i < tree_count(value); i++) {
            if (i > 0)
                buf_put(r->out, SV(", "));
            put_value(r, tree_nth(value, i), raw);
        }
        return;
    case TREE_TEXT:
        if (raw || r->options->escape == MUSTACHE_NONE)
            buf_put(r->out, text);
        else
            html_escape(text, r->out);
        return;
    case TREE_MAP:
    case TREE_NULL:
        return;
    }
}

static bool truthy(const struct tree *value)
{
    switch (tree_kind(value)) {
    case TREE_NULL:
        return false;
    case TREE_BOOL:
        return tree_bool(value);
    case TREE_LIST:
        return tree_count(value) > 0;
    default:
        return true;
    }
}

static status render_parts(struct renderer *r, const struct mustache *template, size_t from, size_t to);

static status render_section(struct renderer *r, const struct mustache *template, size_t index)
{
    const struct part *part = &template->parts[index];
    const struct tree *value = look_up(r, part->text);
    bool list = tree_kind(value) == TREE_LIST;
    status code = DONE;
    if (part->kind == PART_INVERTED)
        return truthy(value) ? DONE : render_parts(r, template, index + 1, part->end);
    if (!truthy(value))
        return DONE;
    if (r->depth == sizeof r->stack / sizeof *r->stack)
        return err_set(r->err, MALFORMED, _("templates are nested too deep"));
    for (size_t i = 0; code == DONE && i < (list ? tree_count(value) : 1); i++) {
        r->stack[r->depth++] = list ? tree_nth(value, i) : value;
        code = render_parts(r, template, index + 1, part->end);
        r->depth--;
    }
    return code;
}

/* The partial's own lines get the indentation, not the values inside of them: so its source is indented first. */
static void indent_lines(struct sv text, struct sv indent, struct buf *out)
{
    size_t from = 0;
    while (from < text.len) {
        size_t end = sv_chr(sv_from(text, from), '\n');
        size_t length = end == SIZE_MAX ? text.len - from : end + 1;
        buf_put(out, indent);
        buf_put(out, sv_sub(text, from, length));
        from += length;
    }
}

static status render_partial(struct renderer *r, const struct part *part)
{
    struct sv text;
    struct mustache *partial = NULL;
    struct buf indented = {0};
    if (!r->options->partial_fn || !r->options->partial_fn(r->options->payload, part->text, &text))
        return DONE;
    if (r->partials == PARTIAL_DEPTH_MAX)
        return err_set(r->err, MALFORMED, _("the partial '%.*s' includes itself too often"), SV_ARG(part->text));
    indent_lines(text, part->indent, &indented);
    status code = buf_check(&indented, r->err);
    if (code == DONE)
        code = mustache_parse(buf_view(&indented), &partial, r->err);
    if (code == DONE) {
        r->partials++;
        code = render_parts(r, partial, 0, partial->count);
        r->partials--;
    } else {
        err_context(r->err, _("in the partial '%.*s'"), SV_ARG(part->text));
    }
    mustache_free(partial);
    buf_release(&indented);
    return code;
}

static status render_parts(struct renderer *r, const struct mustache *template, size_t from, size_t to)
{
    status code = DONE;
    for (size_t i = from; code == DONE && i < to; i++) {
        const struct part *part = &template->parts[i];
        switch (part->kind) {
        case PART_TEXT:
            buf_put(r->out, part->text);
            break;
        case PART_VALUE:
        case PART_RAW:
            put_value(r, look_up(r, part->text), part->kind == PART_RAW);
            break;
        case PART_SECTION:
        case PART_INVERTED:
            code = render_section(r, template, i);
            i = part->end;
            break;
        case PART_PARTIAL:
            code = render_partial(r, part);
            break;
        case PART_END:
        case PART_NONE:
            break;
        }
    }
    return code;
}

status mustache_render(const struct mustache *template, struct sv context, const struct mustache_options *options,
                       struct buf *out, struct err *err)
{
    struct tree *tree = NULL;
    status code = tree_parse(context, &tree, err);
    if (code != DONE)
        return code;
    struct renderer r = {.options = options, .stack = {tree}, .depth = 1, .out = out, .err = err};
    code = render_parts(&r, template, 0, template->count);
    tree_free(tree);
    return code == DONE ? buf_check(out, err) : code;
}
