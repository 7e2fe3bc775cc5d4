/* The query language, as words and as a tree. design.md section 3 has its grammar; README.md here repeats it for
 * readers. */
#ifndef CATALOGUE_QUERY_H
#define CATALOGUE_QUERY_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/config.h"
#include "base/date.h"
#include "base/err.h"

enum query_kind {
    QUERY_ALL, /* the empty query: every note */
    QUERY_AND,
    QUERY_OR,
    QUERY_NOT,
    QUERY_WORD,
    QUERY_PREFIX,
    QUERY_PHRASE, /* text: full-text, the searcher's */
    QUERY_NEAR,   /* the same: words in any order, at most `within` others between the first and the last */
    QUERY_REGEX,  /* text: the pattern between the slashes */
    QUERY_FIELD,  /* field OP text: a built-in field or a front matter key */
    QUERY_HAS,
    QUERY_NO /* has:field, no:field */
};

enum query_op { QUERY_EQ, QUERY_LT, QUERY_LE, QUERY_GT, QUERY_GE, QUERY_RANGE };

/* `begin`, `end`: bytes of the text that the part was written in (a NOT includes its dash): of the query, or of the
 * saved query that it calls. */
struct query {
    enum query_kind kind;
    enum query_op op;
    struct sv field;   /* FIELD, HAS, NO: in lower case; "title" and "heading" with a plain word are full text too (see
                          is_text) */
    struct sv text;    /* unquoted value; RANGE: the first end, may be empty */
    struct sv text_to; /* RANGE: the second end, may be empty */
    bool quoted;
    unsigned within; /* NEAR */
    struct date_range
        dates; /* `text` as dates, where it is one; for RANGE from the first's first day to the second's last */
    struct query **children; /* AND, OR: two or more; NOT: one */
    size_t child_count;
    size_t begin, end;
    const struct config_entry *saved; /* the saved query that it was written in; NULL: the query itself */
};

/* Parses. A mistake is USAGE with `line` 1 and `column` at the character (from 1), its words saying what was expected.
 * Limits: 4,096 bytes, 256 nodes, depth 32. Views into `text`, which must outlive the tree, or `arena`. */
status query_parse(struct sv text, struct date today, struct arena *arena, struct query **query_out, struct err *err);
/* The same with saved queries: "@due" stands for the value of query.due.q of `config` (NULL: there are none) in
 * parentheses; one may call others. A mistake in a saved query has the place in its file, and `called_out` is the
 * column of the text that led there, else 0. `config` must outlive the tree. */
status query_parse_saved(struct sv text, struct date today, const struct config *config, struct arena *arena,
                         struct query **query_out, unsigned *called_out, struct err *err);
/* Puts the place of a regular expression's character `at` (from 0) into `err`: in the query, or in the file that holds
 * the saved one. */
void query_place(const struct query *regex, size_t at, struct err *err);
/* Whether "@name" may stand in a text, so that a configuration is needed to parse it. */
bool query_calls_saved(struct sv text);
/* Canonical text of a tree: for tests, for saved queries. Parsing it gives an equal tree. */
void query_print(const struct query *query, struct buf *out);
/* Whether any part needs the searcher; any part is a regex. */
bool query_has_text(const struct query *query);
bool query_has_regex(const struct query *query);
/* The error line and a caret line under the character, for a terminal: "  type:log (trust\n           ^". */
void query_point(struct sv text, const struct err *err, struct buf *out);

#endif
