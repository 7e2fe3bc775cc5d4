/* Text made comparable: folded for equality, and keys whose bytes sort as people sort. */
#ifndef CATALOGUE_FOLD_KEY_H
#define CATALOGUE_FOLD_KEY_H

#include "base/arena.h"
#include "base/buf.h"

/* Folded by fold_case, in the arena; `ptr` NULL when there is no memory. `scratch` is written over. */
struct sv fold_copy(struct arena *arena, struct buf *scratch, struct sv text);
/* Of a folded name, as the table `want` has it. */
int64_t name_hash(struct sv fold);
/* A key for memcmp in the order of fold_cmp but for ties: letters without case and marks, numbers by value. Appends. */
void fold_sort_key(struct sv text, struct buf *out);
/* "[[dir/Anna|label]]", "dir/Anna.md", "Anna": the folded stem "anna", for comparing references. */
struct sv fold_reference(struct arena *arena, struct buf *scratch, struct sv text);
/* "goals[0].gas" -> "goals.gas", folded. */
struct sv fold_field_key(struct arena *arena, struct buf *scratch, struct sv key);
/* A path or target without ".md" or ".markdown" at its end; other dots stay. */
struct sv without_note_suffix(struct sv path);
/* The target of "[[target#anchor|label]]", and of "target" itself. */
struct sv bare_target(struct sv text);

#endif
