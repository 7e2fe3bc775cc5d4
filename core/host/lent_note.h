/* A note as plugins see it: its record, and its content, headings and links as they are asked for. */
#ifndef HOST_LENT_NOTE_H
#define HOST_LENT_NOTE_H

#include "host/lend.h"

/* A JSON column of the record, parsed when first asked for. */
struct lent_json {
    struct tree *root;
    bool parsed;
};

struct chiron_note {
    struct lender *lender;
    struct arena *arena; /* lives as long as the note, and so does all that hangs on it */
    struct record record;
    struct lent_json fields, tags, aliases;

    bool has_content, has_headings, has_links; /* asked for before, whatever came of it */
    struct sv bytes;
    size_t body;
    unsigned body_line;
    bool utf8;
    struct chiron_heading *headings;
    size_t heading_count, heading_capacity;
    struct chiron_link *links;
    size_t link_count, link_capacity;
    struct chiron_note *next; /* of the call's found notes */
};

extern const chiron_notes_v1 lent_notes;

/* A note with a copy of `record` in `arena`; `lang` is the vault's, for a note that says none. False: no memory. */
bool lent_note_init(struct chiron_note *note, struct lender *lender, struct arena *arena, const struct record *record,
                    struct sv lang);
/* Sets the content from the file's bytes, which stay in `arena`. */
void lent_note_set_bytes(struct chiron_note *note, struct sv bytes);
void lent_note_release(struct chiron_note *note);

bool lent_note_add_heading(struct chiron_note *note, struct sv text, unsigned level, unsigned line);
bool lent_note_add_link(struct chiron_note *note, const struct chiron_link *link);
void lent_note_load_content(struct chiron_note *note);
void lent_note_load_headings(struct chiron_note *note);
void lent_note_load_links(struct chiron_note *note);

#endif
