/* A found note's score and lines as an answer: what `search` and `related` share. */
#ifndef CLI_HIT_SHAPE_H
#define CLI_HIT_SHAPE_H

#include "catalogue/eval.h"
#include "out/out.h"

/* For people: the lines below a note's own, with what was found marked; without any the first line of the note. */
void hit_text(struct out *out, const struct record *record, const struct search_hit *hit);
/* `score` and `snippets`, inside an open map. */
void hit_put(struct out *out, const struct search_hit *hit);

#endif
