#include "base/i18n.h"
#include "cli/cmd.h"
#include "cli/hit_shape.h"
#include "cli/related.h"

enum { LIMIT = 10, TERMS_SHOWN = 6 };

static const struct cmd_option options[] = {
    {"limit", 'n', N_("N"), N_("at most N notes (0: all that have anything in common)")},
    {"using", 'u', N_("PLUGIN"), N_("search by this plugin")},
    {0},
};

/* "words: trust, silence; tags: feedback; 3 links in common". */
static void put_reasons(struct out *out, const struct relation *relation)
{
    const struct search_hit *hit = &relation->hit;
    struct buf line = {0};
    size_t shown = hit->term_count < TERMS_SHOWN ? hit->term_count : TERMS_SHOWN;
    for (size_t i = 0; i < shown; i++)
        buf_printf(&line, "%s%.*s", i > 0 ? ", " : "", SV_ARG(hit->terms[i]));
    for (size_t i = 0; i < relation->tag_count; i++)
        buf_printf(&line, "%s#%.*s", line.len > 0 ? ", " : "", SV_ARG(relation->tags[i]));
    if (relation->linked)
        buf_printf(&line, "%s%s", line.len > 0 ? "; " : "", _("linked"));
    if (relation->common_links > 0) {
        buf_put_c(&line, line.len > 0 ? "; " : "");
        buf_printf(&line, Q_("%zu link in common", "%zu links in common", relation->common_links),
                   relation->common_links);
    }
    out_textf(out, STYLE_DIM, "      %4.2f  ", relation->score);
    out_text(out, STYLE_NONE, buf_view(&line));
    out_newline(out);
    buf_release(&line);
}

static void put_texts(struct out *out, const char *key, const struct sv *texts, size_t count)
{
    if (count == 0)
        return;
    out_key(out, sv_of(key));
    out_begin_list(out);
    for (size_t i = 0; i < count; i++)
        out_string(out, texts[i]);
    out_end_list(out);
}

static void put_shared(struct out *out, const struct relation *relation)
{
    out_key(out, SV("shared"));
    out_begin_map(out);
    put_texts(out, "terms", relation->hit.terms, relation->hit.term_count);
    put_texts(out, "tags", relation->tags, relation->tag_count);
    out_put_bool(out, "linked", relation->linked);
    out_put_int(out, "links", (int64_t)relation->common_links);
    out_end_map(out);
}

static status put_relation(struct cmd *cmd, const struct relation *relation, struct err *err)
{
    struct arena arena = {0};
    struct record record;
    struct out *out = cmd->out;
    struct search_hit hit = relation->hit;
    hit.score = relation->score;
    status code = catalogue_record(cmd->catalogue, relation->id, &arena, &record, err);
    if (code == DONE && out_is_text(out)) {
        record_line(out, &record);
        put_reasons(out, relation);
        out_counted(out);
    } else if (code == DONE) {
        out_begin_map(out);
        record_put(out, &record);
        hit_put(out, &hit);
        put_shared(out, relation);
        out_end_map(out);
    }
    arena_release(&arena);
    return code == NOT_FOUND ? DONE : code;
}

static status check(struct cmd *cmd, struct err *err)
{
    int64_t limit;
    return option_number(cmd, "limit", 0, LIMIT, &limit, err);
}

static status run(struct cmd *cmd, struct err *err)
{
    struct relations relations = {0};
    struct record note;
    int64_t limit;
    status code = option_number(cmd, "limit", 0, LIMIT, &limit, err);
    if (code == DONE)
        code = cmd_note(cmd, cmd->words[0], &note, err);
    if (code == DONE)
        code = cmd_searcher(cmd, option_text(cmd, "using", SV("")), err);
    struct eval eval = {.catalogue = cmd->catalogue, .searcher = &cmd->searcher, .space = cmd->space};
    if (code == DONE)
        code = relations_find(&eval, note.id, (size_t)limit, &cmd->arena, &relations, err);
    if (code != DONE)
        return code;
    record_columns(cmd->out);
    out_column(cmd->out, "score", NULL);
    for (size_t i = 0; code == DONE && i < relations.count; i++)
        code = put_relation(cmd, &relations.items[i], err);
    return code == DONE && out_count(cmd->out) == 0 ? NOT_FOUND : code;
}

const struct cmd_entry cmd_related = {
    .name = "related",
    .usage = N_("HANDLE"),
    .summary = N_("notes like a note, and what they have in common"),
    .details = N_("Notes are alike by the words that tell them from the rest, by tags, and by links: to each other, or "
                  "to the same notes. The score is from 0 to 1."),
    .options = options,
    .needs = CMD_CATALOGUE | CMD_OUTPUT | CMD_PAGER,
    .words_min = 1,
    .words_max = 1,
    .check = check,
    .run = run,
};
