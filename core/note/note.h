/* A note, parsed: front matter, structure, and what follows from both. */
#ifndef NOTE_NOTE_H
#define NOTE_NOTE_H

#include "base/date.h"
#include "note/finding.h"
#include "note/type.h"
#include "text/front.h"
#include "text/outline.h"

/* Bytes read at most; a larger file is a note without content and with a finding. */
enum { NOTE_BYTES_MAX = 8 * 1024 * 1024 };

/* Views into `bytes` or the arena given to note_parse. */
struct note {
    struct sv path;   /* from the vault's root */
    struct sv handle; /* the stem */
    struct sv bytes;
    struct front front;
    struct outline outline;
    struct findings findings;
    struct sv type;          /* name of the type it is treated as: a known one or "note" */
    struct sv declared_type; /* as written; empty when none */
    struct sv title;         /* front matter, else the first heading, else the handle with '-' and '_' as spaces */
    struct date date;        /* front matter, else the file's name; absent otherwise */
    bool date_from_name;
    struct sv lang; /* front matter "lang", in lower case; empty when absent */
    struct sv *tags;
    size_t tag_count; /* front matter and inline, without doubles by folded case, order of appearance */
    struct sv *aliases;
    size_t alias_count;
    struct link *field_links;
    size_t field_link_count; /* refs of the front matter: kind LINK_FIELD, with key and place */
    bool has_visibility;
    enum visibility visibility; /* as the front matter narrows it; the space decides the rest */
    bool utf8;                  /* valid */
};

/* Parses one note and validates it against its type (note_validate, unless `types` is NULL: nothing is known of types
 * then). It never fails on content (that makes findings); only on memory. More than NOTE_BYTES_MAX are not looked at.
 * Front matter that cannot be read may have said `visibility: private`, and so does one with a visibility nobody knows:
 * both are taken as private. `path` and `bytes` must outlive the note; all memory is of `arena`. Any thread, an arena
 * per thread. */
status note_parse(struct sv path, struct sv bytes, const struct types *types, struct arena *arena,
                  struct note *note_out, struct err *err);

/* Whether a file of this name can be a note: ".md" or ".markdown" in any case. */
bool note_is_note_name(struct sv name);

/* Adds what the type's declaration says is wrong: missing required fields, wrong kinds, values not allowed, references
 * that are none. Errors for a known type, warnings for a plain note. Rules: type-unknown, field-required, field-kind,
 * field-enum, field-range, field-ref, field-unknown, too-many. */
void note_validate(const struct note *note, const struct types *types, struct findings *findings);

/* Front matter as one JSON object, typed by the type's declaration, else by the core schema (dates are strings; a list
 * field with one scalar is a list; a wikilink in a ref is its handle). "{}" when there is none. */
status note_fields_json(const struct note *note, const struct types *types, struct buf *out, struct err *err);
/* "key" or "goals[0].gas" -> the scalar texts it has, one call each, in order (a list gives each element under the
 * same key, a map "signed.anna"); then the inline fields of the body whose key the front matter does not have. A
 * reference's text is its target. `kind` is the declared one where the text is of it, else BOOL, INT, NUMBER, DATE or
 * TEXT by the core schema; `number` is the value of INT and NUMBER, 0 or 1 of BOOL, days since 1970-01-01 of DATE and
 * DATETIME, NAN of all others. Views live during the call. For the catalogue's field table. */
typedef status (*note_field_fn)(void *payload, struct sv key, struct sv text, enum field_kind kind, double number,
                                struct err *err);
status note_each_field(const struct note *note, const struct types *types, note_field_fn fn, void *payload,
                       struct err *err);

#endif
