/* What is wrong with a note: for people (`check`) and for editors. */
#ifndef NOTE_FINDING_H
#define NOTE_FINDING_H

#include "base/arena.h"

enum finding_level { FINDING_STYLE, FINDING_WARNING, FINDING_ERROR };

struct finding {
    const char *rule; /* "front-matter", "field-required", ...: static, stable, for scripts and configuration */
    enum finding_level level;
    unsigned line, column; /* from 1; 0: the note as a whole */
    struct sv message;     /* in the user's language, one line */
    bool fix;              /* `check --fix` can mend it */
};

struct findings {
    struct finding *items;
    size_t count, capacity;
    struct arena *arena; /* holds items and messages */
    bool failed;         /* no memory: some are missing */
};

/* "error", "warning", "style": never translated. */
const char *finding_level_name(enum finding_level level);
void finding_add(struct findings *findings, const char *rule, enum finding_level level, unsigned line, unsigned column,
                 const char *format, ...) __attribute__((format(printf, 6, 7)));

#endif
