/* One file read and parsed by a worker into exactly what the tables will hold, so that the one thread that writes has
 * nothing left to work out. */
#ifndef CATALOGUE_PARSED_H
#define CATALOGUE_PARSED_H

#include "catalogue/digest.h"
#include "catalogue/rows.h"
#include "catalogue/terms.h"
#include "note/note.h"
#include "vault/vault.h"

enum parsed_outcome {
    PARSED_NOTE,   /* everything is filled */
    PARSED_SAME,   /* the bytes are those that are stored; `facts` are new */
    PARSED_HIDDEN, /* a link or special file; only `facts` */
    PARSED_GONE    /* the file went away since the walk */
};

/* Views into the arena. */
struct parsed {
    enum parsed_outcome outcome;
    struct facts facts;
    bool has_bytes;
    struct sv bytes; /* the whole file; also of a note that is the same, when it is to be kept */
    struct note note;
    struct stored_note stored;
    struct sv title_key, snippet, blocks;
    struct sv links; /* of `stored`, squeezed */
    struct note_term *terms;
    size_t term_count;
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
