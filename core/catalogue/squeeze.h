/* Small byte strings with repetitions, in less room: links of a note share addresses and folders. Quick to undo. */
#ifndef CATALOGUE_SQUEEZE_H
#define CATALOGUE_SQUEEZE_H

#include "base/arena.h"
#include "base/buf.h"

/* Appends. What does not get smaller is kept as it is, with its length in front. */
void squeeze(struct buf *out, struct sv bytes);
/* What was squeezed, a copy in the arena. STOP: the bytes do not add up. */
status unsqueeze(struct sv bytes, struct arena *arena, struct sv *out, struct err *err);

#endif
