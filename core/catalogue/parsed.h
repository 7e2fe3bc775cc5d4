/* One file read and parsed by a worker into exactly what the tables will hold, so that the one thread that writes has
 * nothing left to work out. */
#ifndef CATALOGUE_PARSED_H
#define CATALOGUE_PARSED_H

#include "catalogue/digest.h"
#include "catalogue/rows.h"
#include "note/note.h"
#include "vault/vault.h"

enum parsed_outcome {
    PARSED_NOTE,   /* everything is filled */
    PARSED_SAME,   /* the bytes are those that are stored; `facts` are new */
    PARSED_HIDDEN, /* a link or special file; only `facts` */
    PARSED_GONE    /* the file went away since the walk */
};

struct parsed_field {
    struct sv key, fold;
    bool has_number;
    double number;
    struct sv date; /* empty: none */
};

/* Views into the arena. */
struct parsed {
    enum parsed_outcome outcome;
    struct facts facts;
    bool has_bytes;
    struct sv bytes; /* the whole file; also of a note that is the same, when it is to be kept */
    struct note note;
    struct sv title_key, date, fields, tags, aliases, links, headings, blocks;
    struct sv stem_fold;
    struct sv *tag_folds;   /* note.tag_count */
    struct sv *alias_folds; /* note.alias_count */
    int64_t *wants;         /* name_hash of what links call for, sorted, without doubles */
    size_t want_count;
    struct parsed_field *field_rows;
    size_t field_row_count, field_row_capacity;
};

struct parse_input {
    const struct vault *vault;
    const struct types *types;
    const unsigned char *digest_key;
    struct sv path;
    const struct file_stamp *stamp; /* of the walk */
    const char *unreadable;         /* walk.h */
    bool keep;                      /* the bytes are wanted whatever the outcome is */
    const struct facts *stored;     /* NULL: new, or to be parsed whatever its bytes are */
};

/* Any thread; `arena` and `scratch` are the worker's own. Fails only without memory. */
status parsed_read(const struct parse_input *input, struct arena *arena, struct buf *scratch, struct parsed *parsed_out,
                   struct err *err);

#endif
