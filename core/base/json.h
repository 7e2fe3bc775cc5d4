/* Writing JSON piece by piece into a buffer. Reading it, and trees of it, are the out room's. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/buf.h"

/* A value with quotes; invalid UTF-8 becomes U+FFFD, so the output is always JSON. */
void json_put_text(struct buf *out, struct sv s);
void json_put_int(struct buf *out, int64_t number);
/* The shortest form that reads back as the same double; not finite: null. */
void json_put_number(struct buf *out, double number);
void json_put_bool(struct buf *out, bool value);

#endif
