/* git-config syntax, read as git reads it, but without includes and without keys in no section: sections, subsections,
 * keys, quoting, comments, continued lines. */
#ifndef BASE_CONFIG_H
#define BASE_CONFIG_H

#include "base/arena.h"
#include "base/err.h"

struct config_entry {
    struct sv key;   /* "section.subsection.name": section and name in lower case, the subsection as written */
    struct sv value; /* a name without "=" means "true" */
    struct sv file;  /* the `name` that config_parse was given */
    unsigned line, column;
    struct sv source; /* the value as it stands in the file, with quotes, backslashes and further lines */
    unsigned source_line, source_column;
};

/* Entries in the order of the file; a later one wins. Views into `arena`. */
struct config {
    struct config_entry *entries;
    size_t count, capacity;
};

/* Appends what `text` says. On a mistake: MALFORMED with line and column; entries before it are kept. */
status config_parse(struct config *config, struct arena *arena, struct sv name, struct sv text, struct err *err);
/* Where in its file byte `offset` of an entry's value stands, whatever quoting is around it. */
void config_place(const struct config_entry *entry, size_t offset, unsigned *line_out, unsigned *column_out);
/* The last value of `key`, or NULL. */
const struct config_entry *config_get(const struct config *config, struct sv key);
struct sv config_text(const struct config *config, struct sv key, struct sv fallback);
/* true/yes/on/1, false/no/off/0 and "" (false); anything else gives the fallback. */
bool config_bool(const struct config *config, struct sv key, bool fallback);
int64_t config_int(const struct config *config, struct sv key, int64_t fallback);

#endif
