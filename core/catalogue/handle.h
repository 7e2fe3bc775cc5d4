/* Handles as they are shown and as they are typed. */
#ifndef CATALOGUE_HANDLE_H
#define CATALOGUE_HANDLE_H

#include "catalogue/internal.h"

/* The shortest end of the note's path (without ".md") that no other note has. A view that lives as long as the rows. */
status short_handle(struct catalogue *catalogue, const struct row *row, struct sv *handle_out, struct err *err);
/* As catalogue_find without words: NOT_FOUND when there is none or more than one. */
status handle_find_quietly(struct catalogue *catalogue, struct sv handle, int64_t *id_out, struct err *err);

#endif
