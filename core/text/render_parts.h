/* How rendering is put together; for the render_*.c files alone.
 *
 * 1. render_source.c: the body with wikilinks, tags, highlights and block ids replaced by tokens that mean nothing to
 *    Markdown, and without comments; the places come from outline_parse, so both see the same.
 * 2. render_stream.c: cmark's events of that source, with tokens resolved, callouts found, links looked up and
 *    addresses checked, as a stream of well-nested events.
 * 3. render_html.c and render_terminal.c: what each event looks like. */
#ifndef TEXT_RENDER_PARTS_H
#define TEXT_RENDER_PARTS_H

#include "text/markdown.h"
#include "text/outline.h"
#include "text/render.h"

/* --- source --- */

enum token_kind { TOKEN_LINK, TOKEN_TAG, TOKEN_BLOCK_ID, TOKEN_MARK_OPEN, TOKEN_MARK_CLOSE };

struct token {
    enum token_kind kind;
    struct sv source;        /* the bytes it stands for */
    const struct link *link; /* TOKEN_LINK */
};

struct render_source {
    struct arena arena;
    struct outline outline;
    struct token *tokens; /* in the order of the text */
    size_t token_count, token_capacity;
    struct buf text;
};

status render_source_init(struct render_source *source, struct sv body, struct err *err);
void render_source_release(struct render_source *source);
/* The next token in `text` at or behind `from`: NULL when there is none; else where it stands. */
const struct token *render_next_token(const struct render_source *source, struct sv text, size_t from,
                                      size_t *begin_out, size_t *end_out);
/* Appends `text` with tokens as the source has them. */
void render_put_source(const struct render_source *source, struct sv text, struct buf *out);

/* --- stream --- */

/* Beside those of md_kind, which mean the same here. */
enum render_kind {
    RENDER_CALLOUT = MD_FOOTNOTE_REF + 1, /* text: its type, in lower case */
    RENDER_CALLOUT_TITLE,
    RENDER_MARK,
    RENDER_TAG,     /* leaf; text: with '#' */
    RENDER_BLOCK_ID /* leaf; text: without '^' */
};

/* Enter and exit come in pairs but for leaves; these are those of md_kind and MD_IMAGE, RENDER_TAG, RENDER_BLOCK_ID.
 * `text` is what the note says: to be escaped. `url` is checked: a scheme of the list, or none. */
struct render_event {
    unsigned kind; /* md_kind or render_kind */
    bool enter;
    struct sv text; /* also: a heading's anchor, an image's alternative text */
    struct sv url, title, info;
    unsigned level; /* heading; footnote and its mark: the number */
    bool ordered, tight;
    unsigned start;
    bool task, checked;
    bool embed; /* link: stands for what should be shown in place */
    bool external;
    enum md_align align;
};

typedef status (*render_event_fn)(void *payload, const struct render_event *event, struct err *err);

/* REFUSED when the body is too hard for cmark. */
status render_stream(struct sv body, const struct render_options *options, render_event_fn fn, void *payload,
                     struct err *err);

/* --- addresses --- */

/* No scheme, or one of the list; `image` allows data: of a few image types. */
bool render_url_is_safe(struct sv url, bool image);
/* Percent-encodes what may not stand in an attribute or a terminal sequence. */
void render_put_url(struct sv url, struct buf *out);
bool render_url_is_image(struct sv url);

#endif
