#include "text/render_parts.h"

#include "base/i18n.h"

#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 512 }; /* of open elements; md_check allows far less */

/* An element that has been entered. */
struct frame {
    unsigned kind; /* as told: a quote may have become a callout */
    bool tight;    /* list */
    bool silent;   /* not told: a link that leads nowhere, a paragraph that a callout's title was */
};

/* A quote is held back until its first words show whether it is a callout. */
enum held { HELD_NONE, HELD_QUOTE, HELD_PARAGRAPH };

struct stream {
    const struct render_options *options;
    struct render_source source;
    render_event_fn fn;
    void *payload;
    struct err *err;
    struct frame frames[DEPTH_MAX];
    size_t depth;
    enum held held;
    bool title_open, title_empty;
    struct sv callout_type;
    size_t mark_depth; /* depth at which a highlight was opened, + 1; 0: none */
    size_t link_depth; /* likewise for links */
    unsigned image_depth;
    struct buf text;    /* adjacent pieces of text, not yet told */
    struct buf alt;     /* of the image we are in */
    struct buf scratch; /* of one event */
    size_t headings, footnotes;
    status result; /* of the first callback that failed */
};

static void tell(struct stream *s, const struct render_event *event)
{
    if (s->result == DONE)
        s->result = s->fn(s->payload, event, s->err);
}

static void tell_simple(struct stream *s, unsigned kind, bool enter)
{
    tell(s, &(struct render_event){.kind = kind, .enter = enter});
}

static void tell_text(struct stream *s, unsigned kind, struct sv text)
{
    if (text.len > 0)
        tell(s, &(struct render_event){.kind = kind, .enter = true, .text = text});
}

static void push(struct stream *s, struct frame frame)
{
    if (s->depth < DEPTH_MAX)
        s->frames[s->depth] = frame;
    else if (s->result == DONE)
        s->result = err_set(s->err, REFUSED, "%s", _("too intricate to be read as Markdown"));
    s->depth++;
}

static void close_mark(struct stream *s)
{
    if (s->mark_depth == 0)
        return;
    s->mark_depth = 0;
    tell_simple(s, RENDER_MARK, false);
}

/* The frame that is left; an open highlight in it ends first, so that elements stay nested. */
static struct frame pop(struct stream *s)
{
    if (s->mark_depth > s->depth)
        close_mark(s);
    if (s->depth > 0)
        s->depth--;
    if (s->link_depth > s->depth)
        s->link_depth = 0;
    return s->depth < DEPTH_MAX ? s->frames[s->depth] : (struct frame){0};
}

/* --- tokens --- */

static struct sv link_label(const struct link *link)
{
    return link->label.len > 0 ? link->label : link->target.len > 0 ? link->target : link->anchor;
}

static void tell_image(struct stream *s, struct sv url, struct sv alt, struct sv title)
{
    tell(s, &(struct render_event){.kind = MD_IMAGE, .enter = true, .text = alt, .url = url, .title = title});
}

static void tell_wikilink(struct stream *s, const struct link *link)
{
    struct sv url = {0}, label = link_label(link);
    bool embed = link->kind == LINK_EMBED;
    if (link->external)
        url = link->target;
    else if (s->options->link_fn != NULL)
        s->options->link_fn(s->options->payload, link->target, link->anchor, embed, &url, &label);
    bool image = embed && render_url_is_image(link->target);
    if (url.len == 0 || s->link_depth > 0 || !render_url_is_safe(url, image)) {
        tell_text(s, MD_TEXT, label);
    } else if (image) {
        tell_image(s, url, label, (struct sv){0});
    } else {
        struct render_event event = {
            .kind = MD_LINK, .enter = true, .url = url, .embed = embed, .external = link->external};
        tell(s, &event);
        tell_text(s, MD_TEXT, label);
        event.enter = false;
        tell(s, &event);
    }
}

static void tell_token(struct stream *s, const struct token *token)
{
    switch (token->kind) {
    case TOKEN_LINK:
        tell_wikilink(s, token->link);
        break;
    case TOKEN_TAG:
        tell_text(s, RENDER_TAG, token->source);
        break;
    case TOKEN_BLOCK_ID:
        tell_text(s, RENDER_BLOCK_ID, sv_from(token->source, 1));
        break;
    case TOKEN_MARK_OPEN:
        if (s->mark_depth == 0) {
            s->mark_depth = s->depth + 1;
            tell_simple(s, RENDER_MARK, true);
        }
        break;
    case TOKEN_MARK_CLOSE:
        if (s->mark_depth == s->depth + 1)
            close_mark(s);
        break;
    }
}

static void tell_tokens(struct stream *s, struct sv text)
{
    size_t at = 0, begin, end;
    const struct token *token;
    while ((token = render_next_token(&s->source, text, at, &begin, &end)) != NULL) {
        tell_text(s, MD_TEXT, sv_sub(text, at, begin - at));
        tell_token(s, token);
        at = end;
    }
    tell_text(s, MD_TEXT, sv_from(text, at));
}

/* An image's alternative text is words only. */
static void put_alt(struct stream *s, struct sv text)
{
    size_t at = 0, begin, end;
    const struct token *token;
    while ((token = render_next_token(&s->source, text, at, &begin, &end)) != NULL) {
        buf_put(&s->alt, sv_sub(text, at, begin - at));
        if (token->kind == TOKEN_LINK)
            buf_put(&s->alt, link_label(token->link));
        else if (token->kind == TOKEN_TAG)
            buf_put(&s->alt, token->source);
        at = end;
    }
    buf_put(&s->alt, sv_from(text, at));
}

/* --- callouts --- */

static void release_held(struct stream *s)
{
    enum held held = s->held;
    s->held = HELD_NONE;
    if (held != HELD_NONE)
        tell_simple(s, MD_QUOTE, true);
    if (held == HELD_PARAGRAPH)
        tell_simple(s, MD_PARAGRAPH, true);
}

/* "[!type]", "[!type]+" or "[!type]-" in front of `text`: the offset behind it, or 0. */
static size_t callout_mark(struct sv text, struct sv *type_out)
{
    size_t end = 2;
    if (!sv_starts(text, SV("[!")))
        return 0;
    while (end < text.len && end < 40 && ((text.ptr[end] | 0x20) >= 'a' && (text.ptr[end] | 0x20) <= 'z'))
        end++;
    if (end == 2 || end >= text.len || text.ptr[end] != ']')
        return 0;
    *type_out = sv_sub(text, 2, end - 2);
    end++;
    return end < text.len && (text.ptr[end] == '+' || text.ptr[end] == '-') ? end + 1 : end;
}

static struct sv lower_type(struct stream *s, struct sv type)
{
    char *copy = arena_cstr(&s->source.arena, type);
    if (copy == NULL) {
        s->result = s->result == DONE ? err_no_memory(s->err) : s->result;
        return type;
    }
    for (size_t i = 0; i < type.len; i++)
        copy[i] = (char)(copy[i] | 0x20);
    return sv_make(copy, type.len);
}

/* Whether the text that opens a held quote makes it a callout; the rest of it, the title, is left in `text`. */
static void resolve_held(struct stream *s, struct sv *text)
{
    struct sv type;
    size_t mark = s->held == HELD_PARAGRAPH ? callout_mark(*text, &type) : 0;
    if (mark == 0) {
        release_held(s);
        return;
    }
    s->held = HELD_NONE;
    s->callout_type = lower_type(s, type);
    s->frames[s->depth - 2].kind = RENDER_CALLOUT;
    s->title_open = s->title_empty = true;
    tell(s, &(struct render_event){.kind = RENDER_CALLOUT, .enter = true, .text = s->callout_type});
    tell(s, &(struct render_event){.kind = RENDER_CALLOUT_TITLE, .enter = true, .text = s->callout_type});
    *text = sv_trim_left(sv_from(*text, mark));
}

static void close_title(struct stream *s)
{
    if (s->mark_depth > 0)
        close_mark(s);
    if (s->title_empty && s->callout_type.len > 0) {
        char first = (char)(s->callout_type.ptr[0] & ~0x20);
        tell_text(s, MD_TEXT, sv_make(&first, 1));
        tell_text(s, MD_TEXT, sv_from(s->callout_type, 1));
    }
    s->title_open = false;
    tell_simple(s, RENDER_CALLOUT_TITLE, false);
}

/* --- text --- */

static void flush_text(struct stream *s)
{
    struct sv text = buf_view(&s->text);
    if (text.len == 0)
        return;
    if (s->held != HELD_NONE)
        resolve_held(s, &text);
    s->title_empty = s->title_empty && text.len == 0;
    tell_tokens(s, text);
    buf_clear(&s->text);
}

static struct sv with_source(struct stream *s, struct sv text)
{
    buf_clear(&s->scratch);
    render_put_source(&s->source, text, &s->scratch);
    return buf_view(&s->scratch);
}

static bool is_html_comment(struct sv html)
{
    html = sv_trim(html);
    return sv_starts(html, SV("<!--")) && sv_ends(html, SV("-->"));
}

static bool is_html_break(struct sv html)
{
    return sv_eq_nocase(html, SV("<br>")) || sv_eq_nocase(html, SV("<br/>")) || sv_eq_nocase(html, SV("<br />"));
}

static void on_html(struct stream *s, const struct md_event *e)
{
    if (is_html_comment(e->text))
        return;
    if (is_html_break(e->text))
        tell_simple(s, MD_HARD_BREAK, true);
    else
        tell_text(s, e->kind, with_source(s, e->text));
}

static void on_break(struct stream *s, enum md_kind kind)
{
    bool in_paragraph = s->depth > 0 && s->frames[s->depth - 1].kind == MD_PARAGRAPH;
    if (!s->title_open || !in_paragraph) {
        tell_simple(s, s->title_open ? MD_SOFT_BREAK : kind, true);
        return;
    }
    /* The title is the callout's first line; what follows is an ordinary paragraph. */
    close_title(s);
    tell_simple(s, MD_PARAGRAPH, true);
    s->frames[s->depth - 1].silent = false;
}

/* --- links --- */

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

static struct sv percent_decoded(struct stream *s, struct sv url)
{
    if (sv_chr(url, '%') == SIZE_MAX)
        return url;
    char *into = arena_alloc(&s->source.arena, url.len);
    if (into == NULL) {
        s->result = s->result == DONE ? err_no_memory(s->err) : s->result;
        return url;
    }
    size_t n = 0;
    for (size_t i = 0; i < url.len; i++) {
        int high = url.ptr[i] == '%' && i + 2 < url.len ? hex_digit(url.ptr[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(url.ptr[i + 2]) : -1;
        into[n++] = low >= 0 ? (char)(high * 16 + low) : url.ptr[i];
        i += low >= 0 ? 2 : 0;
    }
    return sv_make(into, n);
}

static bool has_scheme(struct sv url)
{
    size_t end = 0;
    while (end < url.len && strchr(":/?#", url.ptr[end]) == NULL)
        end++;
    return sv_starts(url, SV("//")) || (end > 1 && end < url.len && url.ptr[end] == ':');
}

/* Where a Markdown link or image leads; empty when nowhere. */
static struct sv resolve_url(struct stream *s, struct sv url, bool image)
{
    if (!has_scheme(url) && s->options->link_fn != NULL) {
        size_t hash = sv_chr(url, '#');
        struct sv anchor = hash != SIZE_MAX ? percent_decoded(s, sv_from(url, hash + 1)) : (struct sv){0};
        struct sv target = percent_decoded(s, sv_sub(url, 0, hash)), label = {0}, found = {0};
        s->options->link_fn(s->options->payload, target, anchor, image, &found, &label);
        url = found;
    }
    return render_url_is_safe(url, image) ? url : (struct sv){0};
}

static void enter_link(struct stream *s, const struct md_event *e)
{
    struct sv source = with_source(s, e->url), url = resolve_url(s, source, false);
    push(s, (struct frame){.kind = MD_LINK, .silent = url.len == 0});
    if (url.len == 0)
        return;
    s->link_depth = s->depth;
    tell(s, &(struct render_event){
                .kind = MD_LINK, .enter = true, .url = url, .title = e->title, .external = has_scheme(source)});
}

static void leave_image(struct stream *s, const struct md_event *e)
{
    struct sv url = resolve_url(s, with_source(s, e->url), true);
    if (url.len > 0)
        tell_image(s, url, buf_view(&s->alt), e->title);
    else
        tell_text(s, MD_TEXT, buf_view(&s->alt));
    buf_clear(&s->alt);
}

static void in_image(struct stream *s, const struct md_event *e)
{
    if (e->kind == MD_IMAGE && e->enter)
        s->image_depth++;
    else if (e->kind == MD_IMAGE && --s->image_depth == 0)
        leave_image(s, e);
    else if (e->kind == MD_TEXT || e->kind == MD_CODE)
        put_alt(s, e->text);
    else if (e->kind == MD_SOFT_BREAK || e->kind == MD_HARD_BREAK)
        buf_char(&s->alt, ' ');
}

/* --- blocks --- */

static bool in_tight_item(const struct stream *s)
{
    return s->depth >= 2 && s->frames[s->depth - 1].kind == MD_ITEM && s->frames[s->depth - 2].tight;
}

static struct sv next_anchor(struct stream *s)
{
    const struct outline *o = &s->source.outline;
    return s->headings < o->heading_count ? o->headings[s->headings++].anchor : (struct sv){0};
}

static void fill(struct stream *s, const struct md_event *e, struct render_event *event)
{
    *event = (struct render_event){.kind = e->kind,
                                   .enter = e->enter,
                                   .level = e->level,
                                   .ordered = e->ordered,
                                   .tight = e->kind == MD_PARAGRAPH ? in_tight_item(s) : e->tight,
                                   .start = e->start,
                                   .task = e->task,
                                   .checked = e->checked,
                                   .align = e->align};
    if (e->kind == MD_HEADING && e->enter)
        event->text = next_anchor(s);
    if (e->kind == MD_FOOTNOTE && e->enter)
        event->level = (unsigned)++s->footnotes;
}

static void enter(struct stream *s, const struct md_event *e)
{
    if (e->kind == MD_QUOTE) {
        release_held(s);
        s->held = HELD_QUOTE;
        push(s, (struct frame){.kind = MD_QUOTE});
        return;
    }
    if (e->kind == MD_PARAGRAPH && s->held == HELD_QUOTE) {
        s->held = HELD_PARAGRAPH;
        push(s, (struct frame){.kind = MD_PARAGRAPH});
        return;
    }
    release_held(s);
    struct render_event event;
    fill(s, e, &event);
    push(s, (struct frame){.kind = e->kind, .tight = e->kind == MD_LIST && e->tight});
    tell(s, &event);
}

static void leave(struct stream *s, const struct md_event *e)
{
    release_held(s);
    if (e->kind == MD_PARAGRAPH && s->title_open) {
        close_title(s);
        pop(s);
        return;
    }
    struct frame frame = pop(s);
    if (frame.silent)
        return;
    struct render_event event;
    fill(s, e, &event);
    event.kind = frame.kind;
    tell(s, &event);
}

static void on_leaf(struct stream *s, const struct md_event *e)
{
    release_held(s);
    struct render_event event;
    fill(s, e, &event);
    if (e->kind == MD_FOOTNOTE_REF) {
        int64_t number = 0;
        event.level = sv_to_i64(e->text, &number) && number > 0 ? (unsigned)number : 0;
    } else {
        event.text = with_source(s, e->text);
        event.info = e->info;
    }
    tell(s, &event);
}

static void dispatch(struct stream *s, const struct md_event *e)
{
    switch (e->kind) {
    case MD_SOFT_BREAK:
    case MD_HARD_BREAK:
        release_held(s);
        on_break(s, e->kind);
        break;
    case MD_HTML:
    case MD_HTML_BLOCK:
        release_held(s);
        on_html(s, e);
        break;
    case MD_CODE:
    case MD_CODE_BLOCK:
    case MD_RULE:
    case MD_FOOTNOTE_REF:
        on_leaf(s, e);
        break;
    case MD_LINK:
        release_held(s);
        if (e->enter)
            enter_link(s, e);
        else
            leave(s, e);
        break;
    case MD_IMAGE:
        release_held(s);
        in_image(s, e);
        break;
    default:
        if (e->enter)
            enter(s, e);
        else
            leave(s, e);
    }
}

static status on_event(void *payload, const struct md_event *e, struct err *err)
{
    struct stream *s = payload;
    if (s->image_depth > 0) {
        in_image(s, e);
    } else if (e->kind == MD_TEXT) {
        buf_put(&s->text, e->text);
    } else {
        flush_text(s);
        /* Whatever stands in a title fills it. */
        s->title_empty = s->title_empty && (!e->enter || e->kind == MD_SOFT_BREAK || e->kind == MD_HARD_BREAK);
        dispatch(s, e);
    }
    if (s->text.failed || s->alt.failed || s->scratch.failed)
        return err_no_memory(err);
    return s->result;
}

status render_stream(struct sv body, const struct render_options *options, render_event_fn fn, void *payload,
                     struct err *err)
{
    struct stream *s = memory_zero(1, sizeof *s);
    if (s == NULL)
        return err_no_memory(err);
    s->options = options;
    s->fn = fn;
    s->payload = payload;
    s->err = err;
    status result = render_source_init(&s->source, body, err);
    if (result == DONE)
        result = md_walk(buf_view(&s->source.text), on_event, s, err);
    render_source_release(&s->source);
    buf_release(&s->text);
    buf_release(&s->alt);
    buf_release(&s->scratch);
    free(s);
    return result;
}
