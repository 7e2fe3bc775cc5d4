/* Mustache templates by its specification: variables, sections, inverted sections, partials, comments, delimiters. */
#ifndef OUT_MUSTACHE_H
#define OUT_MUSTACHE_H

#include "base/buf.h"
#include "base/err.h"

struct mustache;

/* MALFORMED or USAGE mistakes carry line and column within the template. `text` must outlive it. */
status mustache_parse(struct sv text, struct mustache **template_out, struct err *err);
void mustache_free(struct mustache *template);

/* How `{{name}}` is escaped: HTML by the specification; none where plain text or Markdown is made. */
enum mustache_escape { MUSTACHE_HTML, MUSTACHE_NONE };
/* Finds a partial's text; false: none, it renders as nothing. */
typedef bool (*mustache_partial_fn)(void *payload, struct sv name, struct sv *text_out);

struct mustache_options {
    enum mustache_escape escape;
    mustache_partial_fn partial_fn; /* may be NULL */
    void *payload;
};
/* `context` is JSON text: an object. */
status mustache_render(const struct mustache *template, struct sv context, const struct mustache_options *options,
                       struct buf *out, struct err *err);

#endif
