/* The manifest: which segments make up the index, which of their documents are dead, and up to where it was told of
 * notes. It is replaced as a whole, so whoever reads it sees all of a round or nothing; the segments that it names do
 * not change. */
#ifndef SEARCH_MANIFEST_H
#define SEARCH_MANIFEST_H

#include "sealed.h"

#define MANIFEST_NAME "manifest"

struct part {
    struct seal seal;
    uint32_t docs, live;
    uint64_t length_sum; /* of the living, in words */
    uint64_t *dead;      /* a bit for each document; NULL: all live */
};
void part_release(struct part *part);
size_t part_dead_words(const struct part *part); /* numbers in `dead` */
bool part_is_dead(const struct part *part, uint32_t doc);
/* Marks a living document of `length` words. False: no memory. */
bool part_kill(struct part *part, uint32_t doc, uint32_t length);

/* Zero-initialise. */
struct manifest {
    bool is_filled; /* a round was committed */
    struct bytes cursor;
    struct part *parts;
    size_t count;
    uint64_t sum; /* of the file that was read: names this state */
};
void manifest_release(struct manifest *manifest);
/* Takes over `part`, whether or not there is memory for it. */
bool manifest_add(struct manifest *manifest, struct part *part);
void manifest_take_out(struct manifest *manifest, size_t n);
uint64_t manifest_live(const struct manifest *manifest);
double manifest_mean_length(const struct manifest *manifest); /* at least 1 */

/* Of the folder `dir`. 0, an errno, or one of these. A manifest of another `format` is as good as a damaged one. */
#define MANIFEST_ABSENT  (-2)
#define MANIFEST_FOREIGN (-3) /* not a file of this user's */
int manifest_read(int dir, const char *format, struct manifest *out);
int manifest_write(int dir, const char *format, const struct manifest *manifest);
/* Removes what a round left behind that did not come to its end: all segments that the manifest does not name. */
void manifest_sweep(int dir, const struct manifest *manifest);

#endif
