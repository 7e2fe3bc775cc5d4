/* Query blocks: fences with the info string "chiron", and the tables that were made from them.
 *
 *     ```chiron
 *     list type:session
 *     ```
 *
 *     <!-- chiron:begin 0123456789abcdef -->
 *     ...
 *     <!-- chiron:end -->
 *
 * The markers begin their lines and stand outside of quotes, lists and code. What is between them is derived: nothing
 * in it counts for links, tags, tasks or words. The digits are a stamp of it, so that an edit by hand is seen. */
#ifndef TEXT_QUERY_BLOCK_H
#define TEXT_QUERY_BLOCK_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum block_state {
    BLOCK_BARE,     /* a block without a table yet */
    BLOCK_TABLE,    /* a block with its table */
    BLOCK_NESTED,   /* within a quote or list: left alone */
    BLOCK_UNCLOSED, /* the fence is never closed */
    BLOCK_NO_END,   /* a beginning marker without its end: where the table ends nobody knows */
    BLOCK_STRAY,    /* markers without a block right above them */
    BLOCK_LONE_END  /* an end marker without its beginning */
};

struct query_block {
    enum block_state state;
    unsigned line;               /* of the fence; of the marker where there is none */
    size_t text_begin, text_end; /* what stands in the fence, in bytes of the note */
    unsigned text_line;
    size_t behind; /* the byte behind the closing fence's line */
    /* TABLE, STRAY: the markers' lines and what is between them. */
    size_t table_begin, inner_begin, inner_end, table_end;
    unsigned table_line;
    struct sv stamp; /* as written in the marker; may be empty */
};

/* In the order of the note. */
struct query_blocks {
    struct query_block *items;
    size_t count, capacity;
};

/* Cheap where there are none. A note that cannot be trusted with cmark is REFUSED. In `arena`; views into `note`. */
status query_blocks_find(struct sv note, size_t body, unsigned body_line, struct arena *arena,
                         struct query_blocks *blocks_out, struct err *err);
/* Whether there may be blocks, tables between markers, at all; cheap. */
bool query_blocks_may_be(struct sv note);
bool query_blocks_have_tables(struct sv note);
/* Covers queries and what stands between markers by spaces, line ends left as they are: for readers of a whole body.
 * Memory that runs out leaves the note as it is. */
void query_blocks_cover(char *note, size_t len);

/* Of the text between markers, in sixteen digits. White space, and how many dashes a table's rule has, make no
 * difference: a formatter that aligns a table does not change what it says. */
enum { BLOCK_STAMP_SIZE = 17 };
void block_stamp(struct sv inner, char into[BLOCK_STAMP_SIZE]);
/* How the block's own lines end: "\n" or "\r\n". */
struct sv block_line_end(struct sv note, const struct query_block *block);
/* Copies the note from `*copied` up to a block (BARE or TABLE), and `inner` between markers below it in the place of
 * what stood there; `*copied` goes behind that. The rest is the caller's to copy. `inner` ends with a line end. */
void block_put(struct sv note, const struct query_block *block, struct sv inner, size_t *copied, struct buf *out);

/* Text as a table's cell: one line, what Markdown would read as markup escaped. */
void cell_put_text(struct sv text, struct buf *out);
/* "[[handle]]", or "[[handle\|label]]" where the label says something else, or "[[handle]] label" where it has what a
 * wikilink cannot hold; false, and nothing is put, where no wikilink can name the handle. */
bool cell_put_link(struct sv handle, struct sv label, struct buf *out);

#endif
