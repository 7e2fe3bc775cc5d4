/* chiron/plugin.h: the plugin ABI of chiron, version 1. This header alone is enough to write a plugin.
 *
 * SPDX-License-Identifier: MIT
 *
 * A plugin is one shared object in a folder of its own, beside a manifest:
 *
 *     <libdir>/chiron/plugins/hello/hello.so
 *     <libdir>/chiron/plugins/hello/plugin.conf
 *
 * The manifest is in git-config syntax and is read before any code is loaded:
 *
 *     [plugin]
 *         id = hello                   ; letters a-z, digits and '-'; the folder's name and the object's
 *         version = 1.0.0
 *         abi = 1                      ; CHIRON_ABI_MAJOR it was built for
 *         summary = Greets every note
 *         license = MIT
 *         kind = command               ; repeated: command searcher matcher kpi exporter check consumer
 *         command = hello              ; of a command: the word typed after "chiron"; an exporter has format = NAME
 *         permission = notes:read      ; repeated; see CHIRON_PERMISSION_*
 *         threads = one                ; or "any"
 *
 * The object exports exactly one symbol, a constant named chiron_plugin:
 *
 *     CHIRON_EXPORT const chiron_entry chiron_plugin = { sizeof(chiron_entry), CHIRON_ABI_MAJOR, CHIRON_ABI_MINOR,
 *                                                        "hello", "1.0.0", hello_open, hello_extension, hello_close };
 *
 * It is built like this:
 *
 *     cc -shared -fPIC -fvisibility=hidden -Wl,-z,defs $(pkg-config --cflags chiron-plugin) -o hello.so hello.c
 *
 * It links nothing of chiron's. `chiron plugin new NAME --kind KIND` writes a working one to start from.
 *
 * The rules, in both directions:
 *
 * 1. Structs that cross the border begin with struct_size and grow only at their end. Who reads a struct made by the
 * other side reads no member behind that size (CHIRON_HAS). An array of such structs is an array of pointers. Ids and
 * values never change meaning; a break is a new id.
 * 2. Text is UTF-8 in views (chiron_sv), not NUL-terminated, valid until the call that lent it returns. Paths and note
 * bodies are bytes: ask for CHIRON_NOTE_UTF8. `const char *` members of a plugin's tables are NUL-terminated and
 * static. Who allocates frees.
 * 3. A plugin never exits, aborts, jumps, changes directory, locale or environment, handles signals, forks, or writes
 * to stdout or stderr.
 * 4. Holding an extension table is the grant: get_extension gives NULL for what is absent or not granted.
 * 5. Functions return 0 for done, a negative CHIRON_E* for failed (after calling host->fail once), and above 0 for an
 * expected answer (CHIRON_NONE, CHIRON_STOP). What a callback returns that is not 0 is returned on at once.
 * 6. Unless the manifest says `threads = any`, an instance is called by one thread at a time, not always the same. The
 * host's tables are called from the thread of the current call only.
 * 7. A plugin that did not come with chiron runs in a process of its own. It sees no difference, except that a crash
 * ends only its own call.
 */
#ifndef CHIRON_PLUGIN_H
#define CHIRON_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CHIRON_ABI_MAJOR 1u
#define CHIRON_ABI_MINOR 1u

#if defined(__GNUC__)
#define CHIRON_EXPORT __attribute__((visibility("default")))
#else
#define CHIRON_EXPORT
#endif

/* Whether the struct behind `pointer` has the member: false when its maker is older. */
#define CHIRON_HAS(type, pointer, member) ((pointer)->struct_size >= offsetof(type, member) + sizeof((pointer)->member))

/* ---- Basic types ---- */

typedef struct chiron_sv {
    const char *ptr; /* may be NULL when len is 0 */
    size_t len;      /* bytes */
} chiron_sv;

typedef int32_t chiron_status;
#define CHIRON_OK         0
#define CHIRON_NONE       1    /* nothing found, absent */
#define CHIRON_STOP       2    /* a callback wants no more */
#define CHIRON_EFAILED    (-1) /* no code of its own; the message says what */
#define CHIRON_ENOMEM     (-2)
#define CHIRON_EUSAGE     (-3) /* the user's words are wrong: an option, a query, a setting */
#define CHIRON_ECANCELLED (-4) /* cancelled() said true */

typedef struct chiron_note chiron_note; /* one note: the host's, immutable, valid during the call that lent it */
typedef struct chiron_call
    chiron_call; /* one call into the plugin: its error slot, cancel flag, scratch memory and grants */
typedef struct chiron_out chiron_out;   /* where results go: text, JSON, CSV, a template */
typedef struct chiron_tree chiron_tree; /* where an exporter's files go */

/* Permissions a manifest may ask for. */
#define CHIRON_PERMISSION_NOTES   "notes:read" /* the extensions chiron.notes/1 and chiron.query/1; granted */
#define CHIRON_PERMISSION_DATA    "data"       /* chiron.data/1: the user grants it, [plugin "ID"] grant = data */
#define CHIRON_PERMISSION_NETWORK "network"    /* likewise; never granted unasked, not even to what came with chiron */

/* ---- The host ---- */

/* Lent from open() until close() returns. */
typedef struct chiron_host {
    uint32_t struct_size;
    uint32_t abi_minor;
    const char *version; /* of chiron, such as "0.1.0" */
    /* A table of the host's by id (CHIRON_EXT_*), or NULL. */
    const void *(*get_extension)(const struct chiron_host *host, const char *id);
    /* Leaves the message (UTF-8, one line, lower case, no full stop; copied) and returns `code`, so that failing is one
     * line: return host->fail(call, CHIRON_EFAILED, "..."). The first message of a call stands. */
    chiron_status (*fail)(chiron_call *call, chiron_status code, const char *message);
    /* True when the user wants an end: poll once a batch, then return CHIRON_ECANCELLED. */
    bool (*cancelled)(const chiron_call *call);
    /* Shown on a terminal; `total` 0: unknown. Cheap, call it once a batch. */
    void (*progress)(chiron_call *call, uint64_t done, uint64_t total);
    /* Zeroed memory for any type that is freed when the current call returns. NULL: no memory. */
    void *(*scratch)(chiron_call *call, size_t size);
    /* The value of `key` in the plugin's own section of the configuration ([plugin "ID"] key = value), valid for the
     * call; CHIRON_NONE when it is not set. */
    chiron_status (*config)(chiron_call *call, const char *key, chiron_sv *value_out);
} chiron_host;

/* ---- chiron.notes/1: reading a note (permission notes:read) ---- */

#define CHIRON_EXT_NOTES "chiron.notes/1"

/* Texts of a note; absent ones are empty. Dates are ISO 8601. */
#define CHIRON_NOTE_PATH       1 /* bytes, from the vault's root, '/' between folders */
#define CHIRON_NOTE_HANDLE     2 /* the file's stem */
#define CHIRON_NOTE_SPACE      3 /* "." for the root */
#define CHIRON_NOTE_VISIBILITY 4 /* "private", "pair" or "group" */
#define CHIRON_NOTE_TYPE       5
#define CHIRON_NOTE_TITLE      6
#define CHIRON_NOTE_DATE       7
#define CHIRON_NOTE_CREATED    8  /* from history, where it was built */
#define CHIRON_NOTE_MODIFIED   9  /* likewise */
#define CHIRON_NOTE_LANG       10 /* the note's, else the vault's: "en", "pl", "da", ... */
#define CHIRON_NOTE_BODY       11 /* bytes behind the front matter */
#define CHIRON_NOTE_BYTES      12 /* the whole file */
#define CHIRON_NOTE_FIELDS     13 /* front matter as a JSON object, typed */

typedef struct chiron_heading {
    uint32_t struct_size; /* set by the caller */
    uint32_t level;       /* 1..6 */
    uint32_t line;        /* of the file, from 1 */
    chiron_sv text;       /* without markup */
} chiron_heading;

typedef struct chiron_link {
    uint32_t struct_size; /* set by the caller */
    uint32_t line, column;
    chiron_sv target; /* as written */
    chiron_sv path;   /* of the note it leads to; empty: unresolved */
    chiron_sv anchor, label;
    chiron_sv kind; /* "wikilink", "markdown", "embed", "field" */
} chiron_link;

typedef struct chiron_notes_v1 {
    uint32_t struct_size;
    /* A number that names the note as long as the catalogue lives; consumers and searchers use it. */
    int64_t (*id)(const chiron_note *note);
    /* `what` is a CHIRON_NOTE_*; an unknown one gives an empty view. */
    chiron_sv (*text)(const chiron_note *note, uint32_t what);
    /* Whether body and bytes are valid UTF-8. */
    bool (*utf8)(const chiron_note *note);
    uint64_t (*words)(const chiron_note *note);
    /* First line of the body in the file, from 1. */
    uint32_t (*body_line)(const chiron_note *note);
    /* The nth (from 0) value at a path of front matter: "status", "tags", "goals[0].gas"; a scalar has only n = 0.
     * CHIRON_NONE when there is none. References come as handles. */
    chiron_status (*field)(const chiron_note *note, const char *path, size_t nth, chiron_sv *value_out);
    /* Front matter's and inline tags together, without '#'. */
    chiron_status (*tag)(const chiron_note *note, size_t nth, chiron_sv *tag_out);
    chiron_status (*alias)(const chiron_note *note, size_t nth, chiron_sv *alias_out);
    chiron_status (*heading)(const chiron_note *note, size_t nth, chiron_heading *heading_out);
    chiron_status (*link)(const chiron_note *note, size_t nth, chiron_link *link_out);
} chiron_notes_v1;

/* ---- chiron.query/1: asking the vault (permission notes:read) ---- */

#define CHIRON_EXT_QUERY "chiron.query/1"

/* Notes in batches of some dozens to hundreds, in the order of their paths. Return CHIRON_STOP to end early. */
typedef chiron_status (*chiron_notes_fn)(void *payload, chiron_call *call, const chiron_note *const *notes,
                                         size_t count);

typedef struct chiron_query_v1 {
    uint32_t struct_size;
    /* Every note that the query matches, in the language of `chiron list`; an empty query means all. A mistake in it is
     * CHIRON_EUSAGE. May be nested. */
    chiron_status (*each)(chiron_call *call, chiron_sv query, chiron_notes_fn fn, void *payload);
    chiron_status (*count)(chiron_call *call, chiron_sv query, uint64_t *count_out);
    /* The one note a handle means; CHIRON_NONE when there is none or several. Valid until the current call returns. */
    chiron_status (*find)(chiron_call *call, chiron_sv handle, const chiron_note **note_out);
    /* The note of an id; CHIRON_NONE when it is gone. Valid until the current call returns. */
    chiron_status (*get)(chiron_call *call, int64_t id, const chiron_note **note_out);
} chiron_query_v1;

/* ---- chiron.templates/1: the data in templates/ (permission notes:read; since minor 1) ---- */

#define CHIRON_EXT_TEMPLATES "chiron.templates/1"

#define CHIRON_TEMPLATES_INSTALLED 0 /* the files that came with chiron */
#define CHIRON_TEMPLATES_VAULT     1 /* those in the vault's .chiron/templates */

typedef struct chiron_templates_v1 {
    uint32_t struct_size;
    /* The bytes of one file, at most a megabyte of them, valid until the call returns. `path` is relative to the
     * folder of templates ("thesaurus.yaml"). CHIRON_NONE when there is none. */
    chiron_status (*read)(chiron_call *call, uint32_t whose, const char *path, chiron_sv *bytes_out);
} chiron_templates_v1;

/* ---- chiron.out/1: giving results ---- */

#define CHIRON_EXT_OUT "chiron.out/1"

/* An answer is a sequence of records, each a map; every output format of `--format` is made of them. Outside of a map
 * begin_map starts a record. */
typedef struct chiron_out_v1 {
    uint32_t struct_size;
    /* Declares a column of the text table and of CSV, in order, before the first record. `label` is for people. Without
     * any, the keys of the first record serve. */
    chiron_status (*column)(chiron_out *out, const char *key, const char *label);
    chiron_status (*begin_map)(chiron_out *out);
    chiron_status (*end_map)(chiron_out *out);
    chiron_status (*begin_list)(chiron_out *out);
    chiron_status (*end_list)(chiron_out *out);
    /* Inside a map, before each value: lower case, words joined by '_'. */
    chiron_status (*key)(chiron_out *out, const char *key);
    chiron_status (*string)(chiron_out *out, chiron_sv text);
    chiron_status (*integer)(chiron_out *out, int64_t number);
    chiron_status (*number)(chiron_out *out, double number);
    chiron_status (*boolean)(chiron_out *out, bool value);
    /* A sentence for people, shown in the text format only. */
    chiron_status (*line)(chiron_out *out, chiron_sv text);
} chiron_out_v1;

/* ---- chiron.data/1: a folder of one's own (permission data) ---- */

#define CHIRON_EXT_DATA "chiron.data/1"

/* For what can be derived again: the host may delete it. Never shared, mode 0700. */
typedef struct chiron_data_v1 {
    uint32_t struct_size;
    /* Absolute path of the folder for the current vault, made when missing; valid for the call. */
    chiron_status (*dir)(chiron_call *call, chiron_sv *path_out);
} chiron_data_v1;

/* ---- What a plugin offers: static tables that its get_extension returns ---- */

/* Options of a command or an exporter; help and completion are made of them. */
typedef struct chiron_option {
    uint32_t struct_size;
    const char *name;       /* long name without dashes */
    char short_name;        /* or 0 */
    const char *value_name; /* "N", "FILE"; NULL: a flag */
    const char *summary;
} chiron_option;

/* What the user gave: `value` is empty for a flag. */
typedef struct chiron_argument {
    uint32_t struct_size;
    const char *name; /* of the option; NULL: a word */
    chiron_sv value;
} chiron_argument;

#define CHIRON_EXT_COMMAND "chiron.command/1"
typedef struct chiron_command_v1 {
    uint32_t struct_size;
    const char *name;  /* `chiron NAME`; as in the manifest */
    const char *usage; /* what stands behind the name: "[QUERY]" */
    const char *summary;
    const chiron_option *const *options; /* ends with NULL; may be NULL */
    /* Arguments in order, options and words. CHIRON_NONE: exit code 1. */
    chiron_status (*run)(void *self, chiron_call *call, const chiron_argument *const *arguments, size_t count,
                         chiron_out *out);
} chiron_command_v1;

#define CHIRON_EXT_SEARCHER "chiron.searcher/1"

/* A parsed query as plain data. What is not full text stands in it as a set of notes, so that `trust OR tag:draft`
 * composes. */
#define CHIRON_SEARCH_AND     1
#define CHIRON_SEARCH_OR      2
#define CHIRON_SEARCH_NOT     3 /* one child */
#define CHIRON_SEARCH_WORD    4 /* text: a word in any of its forms; of several tokens, they follow each other */
#define CHIRON_SEARCH_PREFIX  5 /* text: the beginning of a word */
#define CHIRON_SEARCH_PHRASE  6 /* text: words that follow each other */
#define CHIRON_SEARCH_SET     7 /* ids: ascending */
#define CHIRON_SEARCH_NEAR    8 /* text: words in any order, at most `within` others between the first and the last */
#define CHIRON_SCOPE_ANYWHERE 0
#define CHIRON_SCOPE_TITLE    1
#define CHIRON_SCOPE_HEADING  2
typedef struct chiron_search_node {
    uint32_t struct_size;
    uint32_t kind;  /* CHIRON_SEARCH_* */
    uint32_t scope; /* CHIRON_SCOPE_*, of a word, prefix or phrase */
    chiron_sv text;
    const int64_t *ids;
    size_t id_count;
    const struct chiron_search_node *const *children;
    size_t child_count;
    uint32_t within; /* of a NEAR; since minor 1 */
} chiron_search_node;

typedef struct chiron_search_query {
    uint32_t struct_size;
    const chiron_search_node *root;
    chiron_sv lang; /* the user's, to break the tie between stemmers; may be empty */
    uint64_t limit; /* how many of the best, with snippets; 0: all matches in any order, without snippets */
} chiron_search_query;

typedef struct chiron_snippet {
    uint32_t struct_size;
    uint32_t line;         /* of the file, from 1; 0: unknown */
    chiron_sv text;        /* UTF-8, no line break */
    const uint32_t *marks; /* pairs of byte offsets into text, [begin, end) */
    size_t mark_count;     /* numbers: twice the pairs */
} chiron_snippet;

typedef struct chiron_hit {
    uint32_t struct_size;
    int64_t id;
    double score; /* larger is better */
    const chiron_snippet *const *snippets;
    size_t snippet_count;
    /* Since minor 1. Words that tell why, the most telling first; may be NULL. */
    const chiron_sv *terms;
    size_t term_count;
} chiron_hit;
typedef chiron_status (*chiron_hit_fn)(void *payload, const chiron_hit *hit);

/* A word of a query that no note holds, and one that notes hold. */
typedef struct chiron_respelling {
    uint32_t struct_size;
    chiron_sv from; /* as it stands in the query */
    chiron_sv to;
} chiron_respelling;
typedef chiron_status (*chiron_respelling_fn)(void *payload, const chiron_respelling *respelling);

typedef struct chiron_searcher_v1 {
    uint32_t struct_size;
    const char *name; /* `search --using NAME` */
    chiron_status (*search)(void *self, chiron_call *call, const chiron_search_query *query, chiron_hit_fn fn,
                            void *payload);
    /* Since minor 1; each may be NULL. */
    /* For a query that found nothing: what its words may have been meant to be. `root` and `lang` of the query count.
     */
    chiron_status (*suggest)(void *self, chiron_call *call, const chiron_search_query *query, chiron_respelling_fn fn,
                             void *payload);
    /* The notes whose text is most like that of the note `id`, best first, with scores from 0 to 1; not itself. */
    chiron_status (*related)(void *self, chiron_call *call, int64_t id, uint64_t limit, chiron_hit_fn fn,
                             void *payload);
} chiron_searcher_v1;

#define CHIRON_EXT_MATCHER "chiron.matcher/1"

typedef struct chiron_match_input {
    uint32_t struct_size;
    const chiron_note *const *mentors; /* notes of type person, by handle */
    size_t mentor_count;
    const chiron_note *const *mentees;
    size_t mentee_count;
} chiron_match_input;

typedef struct chiron_factor {
    uint32_t struct_size;
    const char *name;
    double points;
    chiron_sv note; /* why, for people */
} chiron_factor;

typedef struct chiron_suggestion {
    uint32_t struct_size;
    size_t mentor, mentee; /* indexes into the input; SIZE_MAX for mentor: nobody was found for this mentee */
    double score;
    const chiron_factor *const *factors;
    size_t factor_count;
    chiron_sv reason; /* of the unmatched */
} chiron_suggestion;
typedef chiron_status (*chiron_suggestion_fn)(void *payload, const chiron_suggestion *suggestion);

typedef struct chiron_pair {
    size_t mentor, mentee; /* indexes into the input; this struct never grows */
} chiron_pair;

typedef struct chiron_matcher_v1 {
    uint32_t struct_size;
    const char *name; /* `match --using NAME` */
    const char *summary;
    /* A whole matching; NULL when it only scores. */
    chiron_status (*match)(void *self, chiron_call *call, const chiron_match_input *input, chiron_suggestion_fn fn,
                           void *payload);
    /* Points for each pair of a batch, as one more factor for another's matching; NULL when it gives none. `points_out`
     * has `count` places. */
    chiron_status (*score)(void *self, chiron_call *call, const chiron_match_input *input, const chiron_pair *pairs,
                           size_t count, double *points_out);
} chiron_matcher_v1;

#define CHIRON_EXT_KPI "chiron.kpi/1"

#define CHIRON_UP_IS_GOOD   1
#define CHIRON_DOWN_IS_GOOD 2
#define CHIRON_NEITHER      0
typedef struct chiron_kpi_definition {
    uint32_t struct_size;
    const char *id; /* "sessions_per_pair" */
    const char *name;
    const char *unit;    /* "%", "days", "h", "" */
    const char *formula; /* in words */
    const char *query;   /* which notes it is computed from */
    uint32_t direction;  /* CHIRON_UP_IS_GOOD, ... */
} chiron_kpi_definition;

/* Dates as ISO 8601, both included; empty `from`: from the beginning. */
typedef struct chiron_window {
    uint32_t struct_size;
    chiron_sv from, to, as_of;
} chiron_window;

typedef struct chiron_kpi_value {
    uint32_t struct_size; /* set by the host */
    bool has_value;       /* false: "n/a", and reason says why */
    double value;
    uint64_t n;       /* what it was computed over */
    chiron_sv reason; /* static or scratch */
} chiron_kpi_value;

typedef struct chiron_kpi_v1 {
    uint32_t struct_size;
    const chiron_kpi_definition *const *definitions; /* ends with NULL */
    /* One figure is a fold: begin, add for each batch of the notes its query gives, finish; discard instead of finish
     * after a failure of add. Nothing follows a begin that fails. Several folds may be open at once. */
    chiron_status (*begin)(void *self, chiron_call *call, const chiron_kpi_definition *definition,
                           const chiron_window *window, void **fold_out);
    chiron_status (*add)(void *fold, chiron_call *call, const chiron_note *const *notes, size_t count);
    chiron_status (*finish)(void *fold, chiron_call *call, chiron_kpi_value *value_out); /* frees the fold, always */
    void (*discard)(void *fold);
} chiron_kpi_v1;

#define CHIRON_EXT_EXPORTER "chiron.exporter/1"

/* The files of one export: the host makes them, beneath the folder (or as the file) the user named, and all or none of
 * them. */
typedef struct chiron_tree_v1 {
    uint32_t struct_size;
    /* Starts a file and ends the one before. `path` is relative and plain ("notes/a.html"); an exporter of one file
     * gives "". */
    chiron_status (*file)(chiron_tree *tree, chiron_sv path);
    chiron_status (*write)(chiron_tree *tree, chiron_sv bytes);
} chiron_tree_v1;
#define CHIRON_EXT_TREE "chiron.tree/1"

typedef struct chiron_exporter_v1 {
    uint32_t struct_size;
    const char *format; /* `export FORMAT` */
    const char *suffix; /* of the one file (".csv"), or NULL: it makes a folder */
    const char *summary;
    const chiron_option *const *options; /* ends with NULL; may be NULL */
    /* begin, add for each batch of the notes asked for, finish; discard instead of finish after a failure of add.
     * Nothing follows a begin that fails. `tree` is valid from begin to finish or discard. */
    chiron_status (*begin)(void *self, chiron_call *call, const chiron_argument *const *arguments, size_t count,
                           chiron_tree *tree, void **state_out);
    chiron_status (*add)(void *state, chiron_call *call, const chiron_note *const *notes, size_t count);
    chiron_status (*finish)(void *state, chiron_call *call); /* frees the state, always */
    void (*discard)(void *state);
} chiron_exporter_v1;

#define CHIRON_EXT_CHECK "chiron.check/1"

#define CHIRON_STYLE   0
#define CHIRON_WARNING 1
#define CHIRON_ERROR   2
typedef struct chiron_finding {
    uint32_t struct_size;
    uint32_t level;        /* CHIRON_STYLE, ... */
    uint32_t line, column; /* of the file, from 1; 0: the note as a whole */
    chiron_sv message;
} chiron_finding;
typedef chiron_status (*chiron_finding_fn)(void *payload, const chiron_finding *finding);

typedef struct chiron_check_v1 {
    uint32_t struct_size;
    const char *rule; /* "no-shouting"; shown as "ID/no-shouting" */
    const char *summary;
    const char *query; /* which notes it looks at; "" all */
    chiron_status (*check)(void *self, chiron_call *call, const chiron_note *note, chiron_finding_fn fn, void *payload);
} chiron_check_v1;

#define CHIRON_EXT_CONSUMER "chiron.consumer/1"

/* Told of changed notes. It catches up when something asks it (a search, another of its kinds), by a cursor that it
 * keeps with its own data: a round is cursor, begin, changed and removed any number of times, finish with the new
 * cursor, all or nothing. */
typedef struct chiron_consumer_v1 {
    uint32_t struct_size;
    /* The cursor of the last finished round; empty at the first, or when the data are lost: everything is told anew.
     * Valid for the call. */
    chiron_status (*cursor)(void *self, chiron_call *call, chiron_sv *cursor_out);
    /* `reset`: forget all that was told before. `total` notes are about to come, 0: unknown. */
    chiron_status (*begin)(void *self, chiron_call *call, bool reset, uint64_t total);
    chiron_status (*changed)(void *self, chiron_call *call, const chiron_note *const *notes, size_t count);
    chiron_status (*removed)(void *self, chiron_call *call, const int64_t *ids, size_t count);
    /* Keeps the round and `cursor` in one step. */
    chiron_status (*finish)(void *self, chiron_call *call, chiron_sv cursor);
    /* Instead of finish, after a failure on either side. */
    void (*discard)(void *self);
} chiron_consumer_v1;

/* ---- The entry ---- */

/* The first three members never move. */
typedef struct chiron_entry {
    uint32_t struct_size, abi_major, abi_minor;
    const char *id; /* equals the manifest's */
    const char *version;
    /* Makes an instance, cheaply: no input or output, no threads. `self_out` is handed back in every call; NULL is
     * fine. */
    chiron_status (*open)(const chiron_host *host, chiron_call *call, void **self_out);
    /* The plugin's table of this id (CHIRON_EXT_COMMAND, ...), static, or NULL. */
    const void *(*get_extension)(void *self, const char *id);
    /* Ends the instance: joins its threads, frees `self`. */
    void (*close)(void *self);
} chiron_entry;

#ifdef __cplusplus
}
#endif

#endif
