/* Inside rows: the image's layout, and rows on their way into one. */
#ifndef CATALOGUE_ROWS_DRAFT_H
#define CATALOGUE_ROWS_DRAFT_H

#include "catalogue/rows.h"

/* In front of the image; the sections follow in the order of struct rows, then the paths. Everything is of this
 * machine's byte order and is aligned to eight bytes. */
struct rows_head {
    char magic[8];
    uint64_t checksum; /* of all behind it */
    uint32_t head_size, row_size, folder_size, spare;
    uint64_t size; /* of the image */
    char id[40];   /* of the catalogue */
    int64_t change, refreshed_ns, swept_ns;
    uint64_t rules;
    uint64_t count, note_count, folder_count;
};

extern const char rows_magic[8];

struct rows_draft;
void rows_draft_free(struct rows_draft *draft);

/* Points the sections of `rows` into its image. False: its sizes do not fit each other. */
bool rows_lay_out(struct rows *rows);

/* Paths by their bytes from the end, each with a "/" in front: those that share an end in whole parts stand together.
 */
int path_cmp_from_end(struct sv a, struct sv b);

#endif
