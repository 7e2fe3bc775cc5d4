/* A query block's answer as a Markdown table. */
#ifndef CLI_BLOCK_TABLE_H
#define CLI_BLOCK_TABLE_H

#include "catalogue/audience.h"
#include "catalogue/block_request.h"
#include "cli/cmd.h"

struct block_table {
    const struct audience *audience; /* who reads the note that the block stands in */
    struct sv lang;                  /* of the column's labels */
    struct sv text;                  /* of the block */
    struct sv line_end;              /* "\n" or "\r\n" */
    /* Filled. */
    struct buf table;
    size_t rows;
    size_t hidden; /* notes that the query finds here, but that not every reader can see */
};

/* Appends to `table` lines with their ends. USAGE: a mistake in the block, with line and column in its text; a place in
 * another file (a saved query) stands in the words. */
status block_table_make(struct cmd *cmd, struct block_table *table, struct err *err);

#endif
