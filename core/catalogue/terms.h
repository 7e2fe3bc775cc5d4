/* The terms by which notes are found, as bytes that sort: what kind of term, then its text. Made from what is stored of
 * a note, so that those of the stored note can be told when it changes. */
#ifndef CATALOGUE_TERMS_H
#define CATALOGUE_TERMS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/date.h"

/* The first byte. TERM_TAG has the folded tag and then, apart, how it is written; TERM_NAME a folded stem or alias and
 * then which of the two; TERM_FIELD the folded key and then the folded value; TERM_REPEAT the folded key and then how
 * many times more, a space, the folded value. */
enum term_kind {
    TERM_CHANGE = 'c', /* the catalogue's change that wrote the note */
    TERM_DATE = 'd',
    TERM_FIELD = 'f',
    TERM_HEADED = 'h', /* has headings; no text */
    TERM_LANG = 'l',
    TERM_NAME = 'n',
    TERM_REPEAT = 'r', /* of a field's value that a note has more than once */
    TERM_TAG = 't',
    TERM_WANT = 'w', /* hash of a folded name that a link calls for */
    TERM_TYPE = 'y'
};
enum { NAME_ALIAS = 'a', NAME_STEM = 's' };

/* Appends. Behind the text stands a zero, and zeros in it are replaced: so "term of text X" is one range of bytes,
 * whatever follows the zero, and no other text is in it. */
void term_put(struct buf *out, enum term_kind kind, struct sv text);
void term_put_number(struct buf *out, enum term_kind kind, uint64_t number);
/* What stands between the kind and the zero, and behind it. */
struct sv term_text(struct sv term);
struct sv term_rest(struct sv term);
/* What lies behind all terms that begin so: the bytes with the last one raised. They must not be 0xff. */
struct sv term_end(struct arena *arena, struct sv start);
/* Sorts behind any character. */
#define TERM_LAST "\xf4\x8f\xbf\xbf"

/* The range of the terms of a field's folded key, in the arena; that of keys inside it ("goals" -> "goals.gas"). */
status term_key(struct arena *arena, struct sv key, struct sv *first_out, struct sv *behind_out, struct err *err);
status term_repeats(struct arena *arena, struct sv key, struct sv *first_out, struct sv *behind_out, struct err *err);
status term_inner_keys(struct arena *arena, struct sv key, struct sv *first_out, struct sv *behind_out,
                       struct err *err);

/* What a field's value is besides text. */
struct term_facts {
    double number;
    bool has_number, has_date;
    char date[DATE_TEXT_SIZE];
};
void term_facts(struct sv term, struct term_facts *facts_out);

/* --- of a note --- */

/* As stored. */
struct stored_note {
    struct sv path, type, date, lang, title;
    struct sv tags, aliases; /* packed lists */
    struct sv fields;        /* field_pack.h */
    struct sv links, headings;
};

struct note_term {
    struct sv bytes;
    uint32_t ordinal; /* of a field's value among those of its key */
};

/* Sorted, without doubles, in the arena. TERM_CHANGE is not among them. STOP: the packed bytes do not add up. */
status terms_of(const struct stored_note *note, struct arena *arena, struct buf *scratch, struct note_term **terms_out,
                size_t *count_out, struct err *err);

#endif
