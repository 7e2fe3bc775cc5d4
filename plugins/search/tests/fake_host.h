/* A small host for the plugin's tests: notes in memory, a catalogue that counts changes, calls with scratch memory. */
#ifndef SEARCH_TESTS_FAKE_HOST_H
#define SEARCH_TESTS_FAKE_HOST_H

#include "chiron/plugin.h"

enum { FAKE_LIST = 8 };

struct chiron_note {
    int64_t id;
    uint64_t changed_at; /* of the vault's count */
    bool is_removed;
    char *title, *lang, *body;
    size_t body_len;
    char *aliases[FAKE_LIST + 1], *tags[FAKE_LIST + 1]; /* end with NULL */
    uint32_t body_line;
};

struct fake_vault {
    chiron_host host; /* first: the host's functions find the vault behind it */
    char dir[256];    /* the plugin's data folder */
    struct chiron_note **notes;
    size_t count, room;
    uint64_t change;
    const chiron_entry *entry;
    void *plugin; /* NULL: not open */
    const chiron_searcher_v1 *searcher;
    const chiron_consumer_v1 *consumer;
    char message[512]; /* of the last call that failed */
    uint64_t told;     /* notes told in all rounds */
    uint64_t asked;    /* notes that the plugin asked for itself, by each */
    bool is_cancelled, has_no_data, has_no_query;
    bool tells_twice;         /* every note of a round */
    const char *thesaurus[2]; /* thesaurus.yaml of CHIRON_TEMPLATES_INSTALLED and _VAULT; NULL: none */
    const char *config;       /* the value of every key; NULL: none is set */
    bool (*has_memory)(void); /* whether the next piece of scratch memory can be had; NULL: always */
};

/* Above 0 while the host itself allocates: a test of failing memory lets that be. */
extern volatile int fake_in_host; /* volatile: a compiler knows that calloc reads nothing */

/* With an empty data folder in /tmp; `entry` is the plugin's. Asserts on failure, as all here. */
void fake_open(struct fake_vault *vault, const chiron_entry *entry);
/* Ends the plugin, removes the folder. */
void fake_close(struct fake_vault *vault);
/* Another instance on the same data, as a new process has. */
void fake_restart(struct fake_vault *vault);
void fake_path(const struct fake_vault *vault, const char *name, char out[320]);

/* Adds or replaces a note. `title` and `lang` may be NULL. */
struct chiron_note *fake_note(struct fake_vault *vault, int64_t id, const char *lang, const char *title,
                              const char *body);
struct chiron_note *fake_note_bytes(struct fake_vault *vault, int64_t id, const char *lang, const char *title,
                                    const char *body, size_t len);
void fake_remove(struct fake_vault *vault, int64_t id);

/* Catches the plugin up, as the host does before it asks; its status. */
chiron_status fake_tell(struct fake_vault *vault);
/* A round up to before finish, then discard. */
chiron_status fake_tell_and_discard(struct fake_vault *vault);

/* One call into parts of the plugin, on the vault's host; its memory lives until the end. */
chiron_call *fake_call(struct fake_vault *vault);
void fake_call_end(chiron_call *call);

/* Nodes of a query, on the heap of one arena freed by fake_close. */
typedef const chiron_search_node *fake_node;
fake_node fake_text(uint32_t kind, uint32_t scope, const char *text);
fake_node fake_near(const char *text, uint32_t within);
fake_node fake_set(const int64_t *ids, size_t count);
fake_node fake_join(uint32_t kind, fake_node const *children, size_t count);
#define WORD(text)    fake_text(CHIRON_SEARCH_WORD, CHIRON_SCOPE_ANYWHERE, text)
#define PHRASE(text)  fake_text(CHIRON_SEARCH_PHRASE, CHIRON_SCOPE_ANYWHERE, text)
#define PREFIX(text)  fake_text(CHIRON_SEARCH_PREFIX, CHIRON_SCOPE_ANYWHERE, text)
#define TITLE(text)   fake_text(CHIRON_SEARCH_WORD, CHIRON_SCOPE_TITLE, text)
#define HEADING(text) fake_text(CHIRON_SEARCH_WORD, CHIRON_SCOPE_HEADING, text)
#define AND(...)      FAKE_JOIN(CHIRON_SEARCH_AND, __VA_ARGS__)
#define OR(...)       FAKE_JOIN(CHIRON_SEARCH_OR, __VA_ARGS__)
#define NOT(node)     FAKE_JOIN(CHIRON_SEARCH_NOT, node)
#define FAKE_JOIN(kind, ...)                                                                                           \
    fake_join(kind, (fake_node[]){__VA_ARGS__}, sizeof((fake_node[]){__VA_ARGS__}) / sizeof(fake_node))
#define SET(...) fake_set((int64_t[]){__VA_ARGS__}, sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t))

enum { FAKE_HITS = 20000, FAKE_SNIPPETS = 3 };
struct fake_snippet {
    uint32_t line;
    char text[1024];
    uint32_t marks[64];
    size_t mark_count;
};
struct fake_hit {
    int64_t id;
    double score;
    size_t snippet_count;
    struct fake_snippet *snippets;
    char *terms; /* with a space behind each; NULL: none */
};
struct fake_answer {
    struct fake_hit *hits;
    size_t count;
};
/* One search after catching up; `limit` as in the ABI. */
chiron_status fake_search(struct fake_vault *vault, fake_node root, uint64_t limit, struct fake_answer *out);
/* The same without catching up. */
chiron_status fake_search_only(struct fake_vault *vault, fake_node root, uint64_t limit, struct fake_answer *out);
/* The notes like `id`, after catching up. */
chiron_status fake_related(struct fake_vault *vault, int64_t id, uint64_t limit, struct fake_answer *out);
/* What is proposed for a query, after catching up: "from>to from>to". */
chiron_status fake_suggest(struct fake_vault *vault, fake_node root, char out[512]);
void fake_answer_release(struct fake_answer *answer);

/* Asserts that the query's hits are these ids, in this order (limit 100) or, with limit 0, as a set. */
#define assert_ranked(vault, root, ...)                                                                                \
    fake_expect(vault, root, 100, (int64_t[]){__VA_ARGS__, 0}, #root, __FILE__, __LINE__)
#define assert_found(vault, root, ...)                                                                                 \
    fake_expect(vault, root, 0, (int64_t[]){__VA_ARGS__, 0}, #root, __FILE__, __LINE__)
#define assert_nothing(vault, root) fake_expect(vault, root, 0, (int64_t[]){0}, #root, __FILE__, __LINE__)
/* `ids` ends with 0. */
void fake_expect(struct fake_vault *vault, fake_node root, uint64_t limit, const int64_t *ids, const char *what,
                 const char *file, int line);

/* Numbers that are the same in every run of a seed. */
uint64_t fake_random(uint64_t *state);

#endif
