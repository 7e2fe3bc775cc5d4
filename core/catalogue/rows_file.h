/* Rows kept in a file of the data folder between processes. What does not fit is not there: the database has the same.
 */
#ifndef CATALOGUE_ROWS_FILE_H
#define CATALOGUE_ROWS_FILE_H

#include "catalogue/rows.h"

/* Its name in the data folder. */
#define ROWS_FILE "rows"

/* Which state of the catalogue rows belong to: its id, and when its database was last written by a refresh. */
struct rows_state {
    char id[33];
    int64_t refreshed_ns;
};

/* Maps what is kept at `path`. NOT_FOUND without words: nothing there, of another version, or damaged. */
status rows_map(const char *path, struct rows *rows_out, struct rows_state *state_out);
/* Which state is kept there, by its head alone. */
status rows_peek(const char *path, struct rows_state *state_out, int64_t *change_out);
/* Writes sealed rows into a new file and puts it in the place of the old one, which readers keep that have it mapped.
 * It is not synchronised: what a loss of power leaves is told by the checksum. What cannot be written stays as it was,
 * and no one is told: it is a matter of speed alone. */
void rows_save(const char *path, struct rows *rows, const struct rows_state *state);

#endif
