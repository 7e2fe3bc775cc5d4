/* What the host lends to plugins: the tables of ABI 1 on top of a `lender`. In the program a lender is the catalogue
 * (source.h); in a worker it is the program at the other end of a socket (worker.c). */
#ifndef HOST_LEND_H
#define HOST_LEND_H

#include "catalogue/catalogue.h"
#include "chiron/plugin.h"
#include "out/tree.h"

struct lender;

/* Reads what a note does not carry from the start, into the note's arena. */
struct lender_ops {
    status (*content)(struct lender *lender, struct chiron_note *note, struct err *err);
    status (*headings)(struct lender *lender, struct chiron_note *note, struct err *err);
    status (*links)(struct lender *lender, struct chiron_note *note, struct err *err);
    /* As in chiron_query_v1; what `fn` returns that is not 0 comes back as it is, without words in `err`. */
    chiron_status (*each)(struct lender *lender, struct chiron_call *call, struct sv query, chiron_notes_fn fn,
                          void *payload, struct err *err);
    status (*count)(struct lender *lender, struct sv query, uint64_t *count_out, struct err *err);
    /* NOT_FOUND for none and for several. */
    status (*find)(struct lender *lender, struct sv handle, struct chiron_note *note, struct err *err);
    status (*get)(struct lender *lender, int64_t id, struct chiron_note *note, struct err *err);
    /* NOT_FOUND when it is not set. Into `arena`. */
    status (*config)(struct lender *lender, struct sv key, struct arena *arena, struct sv *value_out, struct err *err);
    /* As vault_template_read, into `arena`. */
    status (*template)(struct lender *lender, bool own, struct sv path, struct arena *arena, struct sv *bytes_out,
                       struct err *err);
    status (*data_dir)(struct lender *lender, struct arena *arena, struct sv *path_out, struct err *err);
    void (*progress)(struct lender *lender, uint64_t done, uint64_t total);
    bool (*cancelled)(const struct lender *lender);
};

struct lender {
    const struct lender_ops *ops;
    unsigned grants;   /* of enum grant */
    struct err unread; /* the first note whose bytes could not be read since it was last cleared */
};

/* The table of chiron_plugin's open(): `api` first, so that the one gives the other. */
struct lent {
    chiron_host api;
    unsigned grants;
};
void lent_init(struct lent *lent, const char *version, unsigned grants);

/* One call into a plugin: begins and ends with it. */
struct chiron_call {
    struct lender *lender;
    struct arena scratch;
    struct err err;            /* the first failure: by fail(), or of the host beneath a function that it lent */
    struct chiron_note *found; /* by find() and get(), freed at the end */
    unsigned depth;            /* of each() in each() */
};
void call_begin(struct chiron_call *call, struct lender *lender);
/* What the plugin answered, with its words or the host's, in `err`; rubbish becomes FAILED with words. */
status call_end(struct chiron_call *call, chiron_status answer, struct err *err);

enum { CALL_DEPTH_MAX = 8 };

/* --- results --- */

/* What a plugin does with chiron.out/1, one at a time. */
enum out_verb {
    OUT_VERB_COLUMN,
    OUT_VERB_BEGIN_MAP,
    OUT_VERB_END_MAP,
    OUT_VERB_BEGIN_LIST,
    OUT_VERB_END_LIST,
    OUT_VERB_KEY,
    OUT_VERB_STRING,
    OUT_VERB_INTEGER,
    OUT_VERB_NUMBER,
    OUT_VERB_BOOLEAN,
    OUT_VERB_LINE,
    OUT_VERB_COUNT
};
struct out_event {
    enum out_verb verb;
    struct sv text, label; /* KEY and COLUMN: the key; STRING and LINE: the text */
    union {
        int64_t integer;
        double number;
        bool boolean;
    } as;
};
struct chiron_out {
    chiron_status (*take)(struct chiron_out *out, const struct out_event *event);
};

/* What an exporter does with chiron.tree/1: a file begins, or bytes of it come. */
struct chiron_tree {
    chiron_status (*file)(struct chiron_tree *tree, struct sv path);
    chiron_status (*write)(struct chiron_tree *tree, struct sv bytes);
};

static inline chiron_sv lend_sv(struct sv s)
{
    return (chiron_sv){.ptr = s.ptr, .len = s.len};
}
/* A plugin may hand over NULL with a length: that is the empty view. */
static inline struct sv take_sv(chiron_sv s)
{
    return s.ptr == NULL ? (struct sv){0} : (struct sv){.ptr = s.ptr, .len = s.len};
}

#endif
