/* Styled text for a terminal: built piece by piece, measured, wrapped, printed. For render_terminal.c and
 * render_table.c. */
#ifndef TEXT_RENDER_STYLED_H
#define TEXT_RENDER_STYLED_H

#include "base/arena.h"
#include "base/buf.h"

/* Bits of a style. */
enum {
    STYLE_BOLD = 1,
    STYLE_ITALIC = 2,
    STYLE_UNDERLINE = 4,
    STYLE_STRIKE = 8,
    STYLE_ACCENT = 16, /* coloured: headings, code, tags */
    STYLE_REVERSE = 32
};

struct style {
    unsigned bits;
    unsigned link; /* number of an address, from 1; 0: none */
};

/* Text with marks where the style changes: bytes that cannot stand in the text itself, since that is made safe. */
struct styled {
    struct buf text;
    struct style now;
    bool color; /* false: no marks are made */
};

struct styled_line {
    struct sv text;
    struct style begin; /* as it is at the line's start */
    size_t width;       /* columns */
};

struct styled_lines {
    struct arena *arena;
    struct styled_line *items;
    size_t count, capacity;
    bool failed;
};

/* Addresses by number. */
struct styled_links {
    struct arena *arena;
    struct sv *urls;
    size_t count, capacity;
    bool failed; /* no memory */
};

void styled_release(struct styled *styled);
void styled_clear(struct styled *styled);
/* Makes the text safe; line ends and tabs become spaces. */
void styled_put(struct styled *styled, struct sv text);
void styled_break(struct styled *styled);
void styled_set(struct styled *styled, struct style style);

/* Appends the lines of `text`, none wider than `width` (0: no limit); a word that is wider is cut. */
void styled_wrap(struct sv text, size_t width, struct styled_lines *lines);
size_t styled_width(struct sv text);
/* Prints one line, with the sequences its marks stand for; ends with the plain style. */
void styled_print(const struct styled_line *line, const struct styled_links *links, struct buf *out);
/* The number of an address; 0 when it is too long to be linked, or memory is out. */
unsigned styled_link(struct styled_links *links, struct sv url);

#endif
