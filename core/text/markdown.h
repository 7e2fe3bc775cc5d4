/* CommonMark with GitHub's tables, task lists, strikethrough and autolinks, as a stream of events. The one door to
 * cmark. */
#ifndef TEXT_MARKDOWN_H
#define TEXT_MARKDOWN_H

#include "base/buf.h"
#include "base/err.h"

enum md_kind {
    /* blocks */
    MD_DOCUMENT,
    MD_QUOTE,
    MD_LIST,
    MD_ITEM,
    MD_CODE_BLOCK,
    MD_HTML_BLOCK,
    MD_PARAGRAPH,
    MD_HEADING,
    MD_RULE,
    MD_TABLE,
    MD_TABLE_HEAD,
    MD_TABLE_ROW,
    MD_TABLE_CELL,
    MD_FOOTNOTE,
    /* inlines */
    MD_TEXT,
    MD_SOFT_BREAK,
    MD_HARD_BREAK,
    MD_CODE,
    MD_HTML,
    MD_EMPH,
    MD_STRONG,
    MD_STRIKE,
    MD_LINK,
    MD_IMAGE,
    MD_FOOTNOTE_REF
};

enum md_align { MD_ALIGN_NONE, MD_ALIGN_LEFT, MD_ALIGN_CENTER, MD_ALIGN_RIGHT };

/* Views live as long as the call of the callback. */
struct md_event {
    enum md_kind kind;
    bool enter;     /* leaves (text, code, breaks, rules, code and HTML blocks, footnote marks) come once, with enter
                       true */
    struct sv text; /* literal of text, code, HTML, code block; a footnote mark's number, counted from 1 in
                       the order of the MD_FOOTNOTEs */
    struct sv url, title; /* link, image */
    struct sv info;       /* code block's info string */
    unsigned level;       /* heading: 1..6 */
    bool ordered, tight;  /* list */
    unsigned start;       /* ordered list's first number */
    bool task, checked;   /* item */
    enum md_align align;  /* table cell */
    /* In lines and bytes (columns from 1) of the source that was parsed, as cmark says: exact for blocks, a hint for
     * inlines. */
    unsigned line, column, end_line, end_column;
};

typedef status (*md_event_fn)(void *payload, const struct md_event *event, struct err *err);

enum { MD_SOURCE_MAX = 1024 * 1024 };

/* Whether cmark can be trusted with these bytes: size, NUL bytes, nesting and bracket runs below what makes it
 * quadratic. On REFUSED the caller falls back to a scan by lines and leaves a finding with the words of `err`. */
status md_check(struct sv source, struct err *err);
/* The same for md_walk_blocks, which minds only size, NUL bytes and nesting. */
status md_check_blocks(struct sv source, struct err *err);
/* Parses (md_check first) and walks the tree, footnotes at the end. Neither STOP nor an error of the callback is lost.
 * One call at a time per thread; any thread. */
status md_walk(struct sv source, md_event_fn fn, void *payload, struct err *err);
/* Appends the text of one line of inlines, markup and HTML taken off, entities and escapes undone. */
status md_plain(struct sv inlines, struct buf *out, struct err *err);
/* For readers of structure, several times as fast: CommonMark's blocks and tables alone, without footnotes; no inlines
 * are told and no `text`, and what makes md_check refuse inlines is no hindrance. Parses of this kind run side by
 * side; those of md_walk wait for each other, since cmark's extensions share tables. */
status md_walk_blocks(struct sv source, md_event_fn fn, void *payload, struct err *err);

#endif
