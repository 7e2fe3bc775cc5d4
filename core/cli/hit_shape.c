#include "cli/hit_shape.h"

static void put_marked(struct out *out, const struct search_snippet *snippet)
{
    size_t at = 0;
    for (size_t i = 0; i + 1 < snippet->mark_count; i += 2) {
        size_t begin = snippet->marks[i], end = snippet->marks[i + 1];
        if (begin < at || end < begin || end > snippet->text.len)
            break;
        out_text(out, STYLE_NONE, sv_sub(snippet->text, at, begin - at));
        out_text(out, STYLE_MATCH, sv_sub(snippet->text, begin, end - begin));
        at = end;
    }
    out_text(out, STYLE_NONE, sv_from(snippet->text, at));
}

void hit_text(struct out *out, const struct record *record, const struct search_hit *hit)
{
    for (size_t i = 0; i < hit->snippet_count; i++) {
        if (hit->snippets[i].line > 0)
            out_textf(out, STYLE_DIM, "%10u: ", hit->snippets[i].line);
        else
            out_raw(out, SV("            "));
        put_marked(out, &hit->snippets[i]);
        out_newline(out);
    }
    /* Found by its tags, its aliases or its metadata alone: the first line tells what it is about. */
    if (hit->snippet_count == 0 && record->snippet.len > 0) {
        out_raw(out, SV("            "));
        out_text(out, STYLE_DIM, record->snippet);
        out_newline(out);
    }
}

static void put_snippets(struct out *out, const struct search_hit *hit)
{
    out_key(out, SV("snippets"));
    out_begin_list(out);
    for (size_t i = 0; i < hit->snippet_count; i++) {
        const struct search_snippet *snippet = &hit->snippets[i];
        out_begin_map(out);
        if (snippet->line > 0)
            out_put_int(out, "line", snippet->line);
        out_key(out, SV("text"));
        out_string(out, snippet->text);
        out_key(out, SV("marks"));
        out_begin_list(out);
        for (size_t m = 0; m + 1 < snippet->mark_count; m += 2) {
            out_begin_list(out);
            out_int(out, snippet->marks[m]);
            out_int(out, snippet->marks[m + 1]);
            out_end_list(out);
        }
        out_end_list(out);
        out_end_map(out);
    }
    out_end_list(out);
}

void hit_put(struct out *out, const struct search_hit *hit)
{
    out_put_number(out, "score", hit->score);
    put_snippets(out, hit);
}
