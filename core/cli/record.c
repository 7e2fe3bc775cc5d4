/* A note as an answer: the keys of design.md section 9, and a line for people. */
#include "base/i18n.h"
#include "cli/cmd.h"
#include "text/fold.h"

void record_columns(struct out *out)
{
    static const char *const keys[] = {"path", "handle",  "space",    "visibility", "type",    "title",
                                       "date", "created", "modified", "changes",    "authors", "lang",
                                       "tags", "aliases", "words",    NULL};
    for (size_t i = 0; keys[i]; i++)
        out_column(out, keys[i], NULL);
}

void record_put(struct out *out, const struct record *record)
{
    out_put(out, "path", record->path);
    out_put(out, "handle", record->short_handle);
    out_put(out, "space", record->space);
    out_put(out, "visibility", sv_of(visibility_name(record->visibility)));
    out_put(out, "type", record->type);
    out_put(out, "title", record->title);
    out_put(out, "date", record->date);
    out_put(out, "created", record->created);
    out_put(out, "modified", record->modified);
    if (record->changes > 0)
        out_put_int(out, "changes", record->changes);
    if (record->authors.len > 0)
        out_put_json(out, "authors", record->authors);
    out_put(out, "lang", record->lang);
    out_put_json(out, "tags", record->tags);
    out_put_json(out, "aliases", record->aliases);
    out_put_int(out, "words", record->words);
    out_put_json(out, "fields", record->fields);
}

void record_line(struct out *out, const struct record *record)
{
    enum { DATE_WIDTH = 10, TYPE_WIDTH = 11 };
    struct buf pad = {0};
    out_text(out, STYLE_DIM, record->date);
    buf_fill(&pad, ' ', record->date.len < DATE_WIDTH ? DATE_WIDTH - record->date.len + 2 : 2);
    out_raw(out, buf_view(&pad));
    buf_clear(&pad);
    size_t width = text_width(record->type);
    out_text(out, STYLE_TAG, record->type);
    buf_fill(&pad, ' ', width < TYPE_WIDTH ? TYPE_WIDTH - width + 2 : 2);
    out_raw(out, buf_view(&pad));
    buf_release(&pad);
    out_text(out, STYLE_TITLE, record->title);
    out_raw(out, SV("  "));
    out_text(out, STYLE_PATH, record->short_handle);
    out_newline(out);
}
