#include "base/i18n.h"
#include "cli/cmd.h"
#include "cli/hit_shape.h"
#include "vault/settings.h"

#include <stdlib.h>

static const struct cmd_option options[] = {
    {"limit", 'n', N_("N"), N_("at most N notes (0: all that match)")},
    {"using", 'u', N_("PLUGIN"), N_("search by this plugin")},
    {0},
};

static status put_hit(void *payload, const struct search_hit *hit, struct err *err)
{
    struct cmd *cmd = payload;
    struct arena arena = {0};
    struct record record;
    status code = catalogue_record(cmd->catalogue, hit->id, &arena, &record, err);
    if (code == DONE && out_is_text(cmd->out)) {
        record_line(cmd->out, &record);
        hit_text(cmd->out, &record, hit);
        out_counted(cmd->out);
    } else if (code == DONE) {
        out_begin_map(cmd->out);
        record_put(cmd->out, &record);
        hit_put(cmd->out, hit);
        code = named_groups_put(cmd, &record, err);
        out_end_map(cmd->out);
    }
    arena_release(&arena);
    return code;
}

/* --- nothing found: what may have been meant --- */

static bool is_letter(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* `from` as a word by itself, at or behind `at`; SIZE_MAX: no more. */
static size_t find_word(struct sv text, struct sv from, size_t at)
{
    while (at < text.len) {
        size_t found = sv_find(sv_from(text, at), from);
        if (found == SIZE_MAX)
            return SIZE_MAX;
        at += found;
        size_t end = at + from.len;
        if ((at == 0 || !is_letter(text.ptr[at - 1])) && (end == text.len || !is_letter(text.ptr[end])))
            return at;
        at = end;
    }
    return SIZE_MAX;
}

/* Puts `to` into the query wherever `from` stands. */
static status respell(void *payload, struct sv from, struct sv to, struct err *err)
{
    struct buf *query = payload, changed = {0};
    struct sv text = buf_view(query);
    size_t done = 0;
    for (size_t at = 0; (at = find_word(text, from, at)) != SIZE_MAX; at = done) {
        buf_put(&changed, sv_sub(text, done, at - done));
        buf_put(&changed, to);
        done = at + from.len;
    }
    buf_put(&changed, sv_from(text, done));
    buf_clear(query);
    buf_put(query, buf_view(&changed));
    buf_release(&changed);
    return buf_check(query, err);
}

/* A suggestion that cannot be made is no reason to fail. */
static void suggest(struct cmd *cmd, const struct eval *eval)
{
    struct buf query = {0};
    struct err ignored = {0};
    buf_put(&query, cmd->query_text);
    if (eval_suggest(eval, cmd->query, respell, &query, &ignored) == DONE && !sv_eq(buf_view(&query), cmd->query_text))
        cmd_suggest(cmd, buf_view(&query));
    buf_release(&query);
}

static status check(struct cmd *cmd, struct err *err)
{
    int64_t limit;
    return option_number(cmd, "limit", 0, 0, &limit, err);
}

/* --- all of them --- */

/* A searcher gives all matches in any order, and without snippets. */
struct all_hits {
    struct search_hit *items;
    size_t count, capacity;
};

static status keep_hit(void *payload, const struct search_hit *hit, struct err *err)
{
    struct all_hits *all = payload;
    struct search_hit *items = array_grow(all->items, &all->capacity, all->count, sizeof *items);
    if (!items)
        return err_no_memory(err);
    all->items = items;
    items[all->count++] = (struct search_hit){.id = hit->id, .score = hit->score};
    return DONE;
}

static int by_score(const void *left, const void *right)
{
    const struct search_hit *a = left, *b = right;
    if (a->score != b->score)
        return a->score < b->score ? 1 : -1;
    return (a->id > b->id) - (a->id < b->id);
}

static status search_all(struct cmd *cmd, const struct eval *eval, struct err *err)
{
    struct all_hits all = {0};
    status code = eval_search(eval, cmd->query, 0, keep_hit, &all, err);
    if (code == DONE && all.count > 0)
        qsort(all.items, all.count, sizeof *all.items, by_score);
    for (size_t i = 0; code == DONE && i < all.count; i++)
        code = put_hit(cmd, &all.items[i], err);
    free(all.items);
    return code;
}

static status run(struct cmd *cmd, struct err *err)
{
    struct eval eval;
    struct buf warnings = {0};
    int64_t limit;
    status code = option_number(cmd, "limit", 0, vault_setting_int(cmd->vault, "search.limit"), &limit, err);
    if (code == DONE)
        code = cmd_eval(cmd, option_text(cmd, "using", SV("")), &eval, err);
    if (code == DONE)
        code = cmd_follow_history(cmd, err);
    if (code == DONE) {
        eval.warnings = &warnings;
        record_columns(cmd->out);
        out_column(cmd->out, "score", NULL);
        code = named_groups_open(cmd, err);
    }
    if (code == DONE)
        code =
            limit > 0 ? eval_search(&eval, cmd->query, (size_t)limit, put_hit, cmd, err) : search_all(cmd, &eval, err);
    if (warnings.len > 0)
        cmd_warn(cmd, "%s", warnings.ptr);
    buf_release(&warnings);
    if (code != DONE || out_count(cmd->out) > 0)
        return code;
    suggest(cmd, &eval);
    return NOT_FOUND;
}

const struct cmd_entry cmd_search = {
    .name = "search",
    .usage = N_("QUERY..."),
    .summary = N_("search the text of notes, best first"),
    .details = N_("Words are found in all their forms and without regard to accents, exact forms first, then "
                  "words that mean the same in another language; in quotes a word stands for itself. "
                  "See 'chiron help query' for the query language."),
    .options = options,
    .needs = CMD_QUERY | CMD_VAULT | CMD_OUTPUT | CMD_PAGER,
    .words_min = 1,
    .check = check,
    .run = run,
};
