/* A type.yaml's values as a note type, with every mistake named and placed. */
#ifndef NOTE_TYPE_READ_H
#define NOTE_TYPE_READ_H

#include "note/type.h"

struct type_reader {
    struct arena *arena;
    struct sv path;       /* of the file, for messages */
    struct buf *warnings; /* keys nobody knows; may be NULL */
    struct err *err;      /* filled with MALFORMED or NO_MEMORY */
};

/* `root` must live as long as the type, which views it. `name` is the folder's, and `type:` has to say the same. Absent
 * `visibility` leaves VISIBILITY_GROUP and `*has_visibility_out` false. Whether the types in `to` exist is asked when
 * all are loaded. */
status type_read(struct type_reader *reader, struct sv name, const struct value *root, struct note_type *type_out,
                 bool *has_visibility_out);
/* A name of a type, which is a folder's name, too: lower-case letters, digits, '-' and '_'. */
bool type_name_is_valid(struct sv name);

#endif
