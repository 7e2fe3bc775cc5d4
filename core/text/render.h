/* Markdown for people: HTML and a terminal. */
#ifndef TEXT_RENDER_H
#define TEXT_RENDER_H

#include "base/buf.h"

/* How a wikilink or a relative Markdown link is shown: fills `url_out` (empty: not a link, plain text) and may replace
 * `label_out`. Views must live until the render ends. NULL: wikilinks become plain text, Markdown links stay. */
typedef void (*render_link_fn)(void *payload, struct sv target, struct sv anchor, bool embed, struct sv *url_out,
                               struct sv *label_out);

struct render_options {
    render_link_fn link_fn;
    void *payload;
    unsigned width; /* terminal columns; 0: no wrapping */
    bool color;     /* SGR sequences and OSC 8 links allowed */
};

/* Safe HTML: raw HTML comes out as text, javascript:, vbscript:, file: and data: (but for images png, gif, jpeg, webp)
 * addresses are emptied, headings get ids, wikilinks, embeds, callouts (<div class="callout callout-note">), ==marks==,
 * tags (<span class="tag">) and task boxes are rendered,
 * %%comments%% left out. No page frame. Too hard for cmark: the text in <pre>. */
status render_html(struct sv body, const struct render_options *options, struct buf *out, struct err *err);
/* For a terminal: headings, wrapped paragraphs, lists, quotes, callouts, tables in columns, links underlined. No C0, C1
 * or bidi control of the note gets through. */
status render_terminal(struct sv body, const struct render_options *options, struct buf *out, struct err *err);
/* `s` with what could steer a terminal (C0 but tab and LF, DEL, C1, bidi controls, invalid UTF-8) replaced by U+FFFD.
 */
void render_safe_text(struct sv s, struct buf *out);
void html_escape(struct sv s, struct buf *out);

#endif
