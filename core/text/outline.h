/* What a note's body holds besides prose: headings, links, tags, tasks, block ids, inline fields, words; each with its
 * place. */
#ifndef TEXT_OUTLINE_H
#define TEXT_OUTLINE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/err.h"

/* All offsets are bytes of the whole note (front matter included); lines and columns from 1, columns in code points. */
struct span {
    size_t begin, end;
    unsigned line, column;
};

struct heading {
    struct span at; /* the text as written, without '#'s and underline */
    unsigned level;
    struct sv text;   /* plain: markup and closing #s taken off */
    struct sv anchor; /* as GitHub makes it, made unique with -1, -2 */
};

/* LINK_EMBED: "![[a]]" and "![b](a)". */
enum link_kind { LINK_WIKI, LINK_MARKDOWN, LINK_EMBED, LINK_FIELD };

struct link {
    struct span at; /* the whole construct: "[[a|b]]", "[b](a.md)", "<https://a>", a bare address; of a reference link
                       its use, not its definition */
    struct span
        target_at; /* the bytes of target alone, where an edit replaces them (a reference link: in its definition) */
    enum link_kind kind;
    bool external;    /* has a scheme or is "//..."; kept for check and render, not resolved */
    struct sv target; /* without anchor and label, "<>" taken off, of a Markdown link %XX and escapes undone; empty for
                         a link within the note; an external one whole and as written */
    struct sv anchor; /* behind '#', decoded: a heading's text or "^block"; empty when none */
    struct sv label;  /* behind '|' or between [], in one line, markup as written; empty when none */
    struct sv key;    /* LINK_FIELD: the front matter key, filled by the note room */
};

struct tag {
    struct span at;
    struct sv name; /* without '#', as written */
};

struct task {
    struct span at;  /* the line's text behind the marker */
    size_t mark;     /* offset of the character between the brackets */
    bool done;       /* 'x' or 'X'; other marks than ' ' count as open */
    struct sv text;  /* without the due date */
    struct date due; /* absent when none */
};

struct block_id {
    struct span at;
    struct sv id; /* without '^' */
};

struct inline_field {
    struct span at;
    struct sv key,
        value; /* "key:: value" alone on a line or in a list item, "[key:: value]" and "(key:: value)" anywhere */
};

struct outline {
    struct heading *headings;
    struct link *links;
    struct tag *tags;
    struct task *tasks;
    struct block_id *block_ids;
    struct inline_field *fields;
    struct span *comments;   /* "%%...%%", offsets only: line and column are 0 */
    struct span *highlights; /* "==...==", offsets only */
    size_t heading_count, link_count, tag_count, task_count, block_id_count, field_count, comment_count,
        highlight_count;
    size_t heading_capacity, link_capacity, tag_capacity, task_capacity, block_id_capacity, field_capacity,
        comment_capacity, highlight_capacity;
    size_t words; /* of prose and headings: maximal runs of letters, digits, apostrophes and hyphens; code, comments and
                     URLs not counted */
    struct sv first_line; /* the first paragraph's first line of text, for a snippet; may be empty */
    bool plain;           /* cmark refused it: only a scan by lines was made */
    bool full;            /* OUTLINE_MAX of a kind are here, and there are more in the note */
};

/* Of each kind: what bounds the memory that a note from anybody can ask for. */
enum { OUTLINE_MAX = 100000 };

/* The anchor of a heading with this plain text, as GitHub makes it, before it is made unique: lower case, without
 * punctuation, spaces as '-'. Appends. */
void heading_anchor(struct sv text, struct buf *out);

/* Reads note[body..]. Links, tags and the rest inside code, HTML and %%comments%% do not count. `note` must outlive the
 * outline, which is allocated in `arena`. REFUSED by md_check is not an error here: `plain` is set, and `err` holds the
 * reason as MALFORMED would (status DONE). */
status outline_parse(struct sv note, size_t body, unsigned body_line, struct arena *arena, struct outline *outline_out,
                     struct err *err);

#endif
