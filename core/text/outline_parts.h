/* How outline_parse is put together; for the outline_*.c files, and link_write.c, alone.
 *
 * 1. outline_blocks.c finds the leaves: the paragraphs, headings and table cells that cmark sees, each as a range of
 *    the note's bytes.
 * 2. outline_defs.c collects reference definitions, which cmark swallows.
 * 3. outline_scan.c reads each leaf once and records what stands in it, by offsets; outline_task.c and
 *    outline_heading.c what a leaf is as a whole.
 * 4. outline.c sorts, and turns offsets into lines and columns. */
#ifndef TEXT_OUTLINE_PARTS_H
#define TEXT_OUTLINE_PARTS_H

#include "base/buf.h"
#include "base/map.h"
#include "text/outline.h"
#include "text/query_block.h"

/* A line as cmark counts it (LF, CRLF or a lone CR), and as an editor does (LF). */
struct line {
    uint32_t begin;  /* offset in the body */
    uint32_t number; /* of LF lines, from 0 */
};

enum leaf_kind {
    LEAF_PARAGRAPH,
    LEAF_HEADING,
    LEAF_CELL,
    LEAF_SKIPPED, /* code and HTML blocks: only their lines count */
};

struct leaf {
    enum leaf_kind kind;
    uint8_t level;  /* heading */
    uint8_t quotes; /* block quotes around it: so many '>' may begin each line but the first */
    bool first_of_item;
    uint32_t first_line, last_line; /* of cmark, from 0 */
    size_t begin, end;              /* of the note, without the last line end */
};

/* What stands in a heading besides its text: cut out, or replaced by a label. */
struct cut {
    size_t begin, end;
    struct sv instead;
};

struct definition {
    size_t begin, end; /* of the destination in the note, without "<>" */
};

/* One call of outline_parse. */
struct outliner {
    struct sv note;
    size_t body;
    unsigned body_line;
    struct arena *arena;
    struct outline *out;
    struct err *err;
    bool failed; /* no memory */
    struct line *lines;
    size_t line_count;
    struct leaf *leaves;
    size_t leaf_count, leaf_capacity;
    struct map definitions; /* normalised label -> index + 1 */
    struct definition *definition_list;
    size_t definition_count, definition_capacity;
    struct cut *cuts; /* of the heading being read */
    size_t cut_count, cut_capacity;
    struct map anchors;         /* -> how often each has been given out */
    size_t comment_until;       /* nothing in front of this offset counts */
    struct query_blocks blocks; /* whose tables do not count */
    size_t next_block;
    bool comment_open_failed; /* no "%%" follows any more */
    struct buf scratch;
};

/* A new leaf, NULL as from outline_grow. */
struct leaf *outline_add_leaf(struct outliner *o, enum leaf_kind kind);
/* Fills lines and leaves. REFUSED by cmark's guard: leaves of a plain scan. */
status outline_find_leaves(struct outliner *o);
/* The leaf's text with the quote markers of its later lines covered by spaces: same length, same offsets. A view of
 * the note itself where there are none. `ptr` NULL: no memory. */
struct sv outline_leaf_text(struct outliner *o, const struct leaf *leaf);
/* The end of a cmark line, without its line end. */
size_t outline_line_end(const struct outliner *o, size_t line);

/* Collects the definitions between the leaves and in front of paragraphs; moves those paragraphs' begin behind them. */
void outline_find_definitions(struct outliner *o);
/* NULL when the label is not defined. */
const struct definition *outline_definition(struct outliner *o, struct sv label);

/* Reads all leaves. */
void outline_scan(struct outliner *o);
/* A list item's first paragraph: records the task that "[ ] " at its start makes; returns the offset behind the mark,
 * or 0. */
size_t outline_task(struct outliner *o, const struct leaf *leaf, struct sv text);
/* Records a heading with its text and anchor, by the cuts that were found in its `source`. */
void outline_heading(struct outliner *o, const struct leaf *leaf, struct sv source);

/* arena_grow for what is recorded. NULL: no memory (`failed` is set), or OUTLINE_MAX are there (the outline is full).
 */
void *outline_grow(struct outliner *o, void *items, size_t *capacity, size_t count, size_t size);

/* --- pieces of CommonMark's inlines, on a view; 0 stands for "none here" --- */

struct destination {
    size_t begin, end; /* without "<>" */
    size_t next;       /* behind it */
};

/* White space with at most one line end. */
size_t inline_skip_space(struct sv s, size_t at);
bool inline_destination(struct sv s, size_t at, struct destination *out);
/* Behind the title that begins at `at`. */
size_t inline_title(struct sv s, size_t at);
/* Behind the ']' of the label that begins with '[' at `at`. */
size_t inline_label(struct sv s, size_t at);
/* "(destination "title")" behind a link's text; `at` is the '('. The end through `next`. */
bool inline_resource(struct sv s, size_t at, struct destination *out);

/* What an HTML scan has found missing once, so that it is not searched again. */
struct html_memo {
    bool no_comment_end, no_instruction_end, no_cdata_end, no_declaration_end;
};
/* Behind the tag, comment, instruction, declaration or CDATA section that begins with '<' at `at`. */
size_t inline_html(struct sv s, size_t at, struct html_memo *memo);
/* Behind the '>' of "<scheme:...>" or "<name@host>" at `at`. */
size_t inline_autolink(struct sv s, size_t at);
/* Behind the bare address ("https://...", "www...") at `at`, GitHub's trimming applied; in brackets it ends at ']'. */
size_t inline_bare_url(struct sv s, size_t at, bool in_brackets);
bool inline_is_external(struct sv destination);

#endif
