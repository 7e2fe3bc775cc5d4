/* Reading one leaf after the other: what outline_scan.c and outline_link.c share. */
#ifndef TEXT_OUTLINE_SCAN_H
#define TEXT_OUTLINE_SCAN_H

#include "text/marks.h"
#include "text/outline_parts.h"

enum {
    OPENERS_MAX = 256, /* brackets open at once; of more, the outermost are forgotten */
    TICKS_MAX = 80     /* of a code span */
};

struct opener {
    size_t at; /* of '[', or of '!' in front of it */
    size_t text;
    size_t first_link; /* links recorded since stand inside */
    bool image, inactive;
    bool bracket_after; /* another '[' follows: no shortcut reference */
};

/* Reading one leaf after the other. Offsets are of `text`; `base` makes them offsets of the note. */
struct scan {
    struct outliner *o;
    const struct leaf *leaf;
    struct sv text;
    size_t base;
    size_t highlight;             /* where "==" opened, + 1; 0: nowhere */
    size_t opener_count;          /* may exceed OPENERS_MAX: the array is a ring */
    bool no_ticks[TICKS_MAX + 1]; /* no closing run of that length follows */
    struct html_memo html;
    struct opener openers[OPENERS_MAX];
};

/* Recording; offsets are of `text`. */
struct span scan_span(const struct scan *s, size_t begin, size_t end);
/* The note's own bytes of a piece of `text`, whose copy may be short-lived. */
struct sv scan_view(const struct scan *s, size_t begin, size_t end);
struct sv scan_part(const struct scan *s, struct sv part);
/* In a heading: these bytes are no part of its text. */
void scan_cut(struct scan *s, size_t begin, size_t end, struct sv instead);
void scan_count_words(struct scan *s, struct sv part);

/* Links. */
void scan_wikilink(struct scan *s, size_t begin, const struct wikilink *w);
/* A bare address, or one in "<>". */
void scan_address(struct scan *s, size_t begin, size_t end, bool angle);
/* A bracket opens at `at` (of an image: its '!'). */
void scan_open(struct scan *s, size_t at, bool image);
/* A bracket closes: records the link that it ends; returns where to go on. */
size_t scan_close(struct scan *s, size_t at);

#endif
