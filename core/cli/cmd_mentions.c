#include "base/i18n.h"
#include "base/utf8.h"
#include "catalogue/id_set.h"
#include "cli/cmd.h"
#include "out/tree.h"
#include "text/front.h"
#include "text/mention.h"

#include <stdlib.h>

enum {
    NAMES_MAX = 32,
    LETTERS_MIN = 4, /* of a name: "Ida" or "mol" stand in too many words' places */
    COMMON_MIN = 20, /* notes; a single word in more of them, */
    COMMON_PART = 10 /* and in more than this part of all, names nothing in particular */
};

static const struct cmd_option options[] = {
    {"all", 'a', NULL, N_("notes that link to it, too")},
    {0},
};

/* One answer: the names that are looked for, longest first. */
struct search {
    struct cmd *cmd;
    struct eval eval;
    struct sv names[NAMES_MAX];
    size_t name_count;
    struct id_set candidates, linking;
    const struct record *record; /* the note at hand */
};

/* --- names --- */

static size_t letters_of(struct sv name)
{
    size_t count = 0;
    for (size_t at = 0, size; at < name.len; at += size) {
        uint32_t rune;
        size = utf8_decode(name, at, &rune);
        count += size > 0 && rune != ' ';
        size = size > 0 ? size : 1;
    }
    return count;
}

static status with_phrase(struct search *search, struct sv name, struct err *err)
{
    struct query query = {.kind = QUERY_PHRASE, .text = name, .quoted = true};
    struct id_set found = {0};
    size_t all = 0;
    status code = eval_set(&search->eval, &query, &found, err);
    if (code == DONE)
        code = catalogue_count(search->cmd->catalogue, &all, err);
    bool one_word = sv_chr(name, ' ') == SIZE_MAX;
    if (code == DONE && one_word && found.count > COMMON_MIN && found.count > all / COMMON_PART) {
        cmd_warn(search->cmd,
                 Q_("'%.*s' is left out: %zu note has this word", "'%.*s' is left out: %zu notes have this word",
                    found.count),
                 SV_ARG(name), found.count);
    } else if (code == DONE) {
        search->names[search->name_count++] = name;
        code = id_set_unite(&search->candidates, &found, err);
    }
    id_set_release(&found);
    return code;
}

static status add_name(struct search *search, struct sv name, struct err *err)
{
    name = sv_trim(name);
    if (letters_of(name) < LETTERS_MIN || search->name_count == NAMES_MAX)
        return DONE;
    for (size_t i = 0; i < search->name_count; i++)
        if (sv_eq(search->names[i], name))
            return DONE;
    return with_phrase(search, name, err);
}

static int longest_first(const void *a, const void *b)
{
    const struct sv *left = a, *right = b;
    return (left->len < right->len) - (left->len > right->len);
}

/* The title and the aliases. */
static status add_names(struct search *search, const struct record *note, struct err *err)
{
    struct tree *aliases = NULL;
    status code = add_name(search, note->title, err);
    if (code == DONE && note->aliases.len > 0)
        code = tree_parse(note->aliases, &aliases, err);
    for (size_t i = 0; code == DONE && i < tree_count(aliases); i++) {
        struct sv alias = arena_copy(&search->cmd->arena, tree_text(tree_nth(aliases, i)));
        code = alias.ptr ? add_name(search, alias, err) : err_no_memory(err);
    }
    tree_free(aliases);
    if (search->name_count > 1)
        qsort(search->names, search->name_count, sizeof *search->names, longest_first);
    return code;
}

/* --- places --- */

static status add_linking(void *payload, const struct link_record *link, struct err *err)
{
    return id_set_add(payload, link->from_id, err);
}

static status put_mention(void *payload, const struct mention *mention, struct err *err)
{
    const struct search *search = payload;
    struct out *out = search->cmd->out;
    struct sv line = sv_trim(mention->line);
    (void)err;
    if (out_is_text(out)) {
        out_text(out, STYLE_PATH, search->record->path);
        out_textf(out, STYLE_DIM, ":%u:%u  ", mention->at.line, mention->at.column);
        out_text(out, STYLE_NONE, line);
        out_newline(out);
        out_counted(out);
        return DONE;
    }
    out_begin_map(out);
    out_put(out, "path", search->record->path);
    out_put_int(out, "line", mention->at.line);
    out_put_int(out, "column", mention->at.column);
    out_put(out, "text", line);
    out_put(out, "name", mention->name);
    out_end_map(out);
    return DONE;
}

/* A note that is gone meanwhile names nothing. */
static status read_note(void *payload, const struct record *record, struct err *err)
{
    struct search *search = payload;
    struct buf bytes = {0};
    struct arena arena = {0};
    struct front front = {0};
    struct err why = {0};
    search->record = record;
    status code = catalogue_read(search->cmd->catalogue, record, &bytes, &why);
    if (code == CONFLICTED || code > 0) {
        buf_release(&bytes);
        return DONE;
    }
    if (code != DONE)
        err_set(err, code, "%s", why.text);
    /* Front matter that is broken is no reason not to read what stands behind it. */
    if (code == DONE)
        front_find(buf_view(&bytes), &front, &why);
    if (code == DONE)
        code = mention_each(buf_view(&bytes), front.body, front.body_line > 0 ? front.body_line : 1, search->names,
                            search->name_count, &arena, put_mention, search, err);
    arena_release(&arena);
    buf_release(&bytes);
    return code;
}

static status find_places(struct search *search, int64_t id, struct err *err)
{
    static const struct sort by_path = {.key = SORT_PATH};
    struct link_filter back = {.note = id, .back = true};
    status code = id_set_add(&search->linking, id, err);
    if (code == DONE && !option_given(search->cmd, "all"))
        code = catalogue_links(search->cmd->catalogue, &back, add_linking, &search->linking, err);
    id_set_sort(&search->linking);
    id_set_subtract(&search->candidates, &search->linking);
    if (code == DONE && search->candidates.count > 0)
        code = catalogue_each(search->cmd->catalogue, &search->candidates, &by_path, 0, read_note, search, err);
    return code;
}

static status run(struct cmd *cmd, struct err *err)
{
    static const char *const keys[] = {"path", "line", "column", "text", "name", NULL};
    struct search search = {.cmd = cmd};
    struct record note;
    status code = cmd_note(cmd, cmd->words[0], &note, err);
    if (code == DONE)
        code = cmd_searcher(cmd, SV(""), err);
    search.eval = (struct eval){.catalogue = cmd->catalogue, .searcher = &cmd->searcher, .space = cmd->space};
    for (size_t i = 0; code == DONE && keys[i]; i++)
        out_column(cmd->out, keys[i], NULL);
    if (code == DONE)
        code = add_names(&search, &note, err);
    if (code == DONE)
        code = find_places(&search, note.id, err);
    id_set_release(&search.candidates);
    id_set_release(&search.linking);
    return code == DONE && out_count(cmd->out) == 0 ? NOT_FOUND : code;
}

const struct cmd_entry cmd_mentions = {
    .name = "mentions",
    .usage = N_("HANDLE"),
    .summary = N_("where notes name a note without linking to it"),
    .details =
        N_("Looks for the title and the aliases, longest first, as words of their own and without regard to case; "
           "not in links, tags, code and comments. Names of fewer than four letters are passed over, and so is a "
           "single word that more than a tenth of the notes have."),
    .options = options,
    .needs = CMD_CATALOGUE | CMD_OUTPUT | CMD_PAGER,
    .words_min = 1,
    .words_max = 1,
    .run = run,
};
