/* Patterns of .gitignore, as gitignore(5) describes them. */
#ifndef VAULT_IGNORE_H
#define VAULT_IGNORE_H

#include "base/arena.h"
#include "base/err.h"

struct ignore_rule;

/* The rules of one file; a chain to those of the folders above. Immutable after parsing. */
struct ignore {
    const struct ignore *parent;
    struct sv text;   /* as read */
    struct sv folder; /* the file's, from the repository's root, "" for the root */
    struct ignore_rule *rules;
    size_t count;
};

/* Views into `text`, which must outlive it. */
status ignore_parse(struct sv text, struct sv folder, const struct ignore *parent, struct arena *arena,
                    struct ignore *ignore_out, struct err *err);
/* Whether `path` (from the repository's root) is ignored by the nearest matching rule; the last rule wins. Its parents
 * are taken as not ignored. */
bool ignore_matches(const struct ignore *ignore, struct sv path, bool is_folder);

#endif
