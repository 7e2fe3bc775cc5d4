/* An index of documents while they come, in memory; flushed into a segment.
 *
 * Every word has a string of numbers: twice the distance from the document before for a new document, twice the
 * distance from the place before and one for a place. The strings grow in slices of a pool, each larger than the one
 * before, so that a rare word takes little and a common one is not copied. */
#ifndef SEARCH_BUILD_H
#define SEARCH_BUILD_H

#include "engine.h"
#include "manifest.h"

struct build;

/* Segments go to the folder `dir`. NULL: no memory. */
struct build *build_new(int dir);
void build_free(struct build *build); /* NULL-safe */
/* False: no memory. The note of each document is another one. */
bool build_add(struct build *build, const struct engine_note *note);
/* How much memory it has taken. */
size_t build_memory(const struct build *build);
/* Writes a segment of all documents, if there are any, and is empty again. 0 or an errno. `made` gets it. */
int build_flush(struct build *build, struct manifest *made);

#endif
