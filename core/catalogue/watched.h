/* What `chiron watch` tells other processes: in which state of the catalogue all files were looked at, and in which
 * folders something has changed since. Who knows that need not look at the others. */
#ifndef CATALOGUE_WATCHED_H
#define CATALOGUE_WATCHED_H

#include "base/arena.h"
#include "catalogue/rows_file.h"

/* Which state of a catalogue: no two have the same, and who has the same has the same rows. */
struct catalogue_mark {
    char id[33]; /* empty: none */
    int64_t change, refreshed_ns;
};

struct watched {
    struct catalogue_mark mark;
    struct sv *folders; /* from the vault's root; each once */
    size_t folder_count;
};

/* Asks the watcher of this data folder, if there is one that answers at once. NOT_FOUND without words: there is not, or
 * it does not know. Memory is of `arena`. */
status watched_ask(const char *data_dir, struct arena *arena, struct watched *watched_out);

/* Whether the rows that are kept in the data folder are of this state; another process may have refreshed since. */
bool watched_is_kept(const char *data_dir, const struct catalogue_mark *mark);

/* The watcher's side. CONFLICTED: another one is at work. */
struct watched_server;
status watched_open(const char *data_dir, struct watched_server **server_out, struct err *err);
void watched_close(struct watched_server *server);
/* For poll(2): readable when somebody asks. */
int watched_fd(const struct watched_server *server);
/* Answers all who are waiting; an empty mark says that nothing is known. */
void watched_answer(struct watched_server *server, const struct watched *watched);

#endif
