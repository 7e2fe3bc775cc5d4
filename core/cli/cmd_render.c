/* `render`: query blocks and the tables that are made from them, in place. All tables are made before any file is
 * written, so that none depends on the order of the notes. */
#include "base/file.h"
#include "base/i18n.h"
#include "catalogue/id_set.h"
#include "cli/block_table.h"
#include "text/front.h"
#include "text/query_block.h"

static const struct cmd_option options[] = {
    {"check", 0, NULL, N_("write nothing; exit code 1 where a table is out of date")},
    {"dry-run", 0, NULL, N_("write nothing; show the lines that would change")},
    {"force", 0, NULL, N_("write over tables that were changed by hand")},
    {0},
};

/* A note with at least one table to write. */
struct change {
    struct sv path;
    struct sv before, after;
};

struct rendering {
    struct cmd *cmd;
    bool check, dry_run, force;
    struct audience *audiences; /* one for each space, made when first needed */
    struct arena arena;         /* of the notes' bytes */
    struct change *changes;
    size_t change_count, change_capacity;
    size_t stale, failed;
    /* of the note at hand */
    const struct record *record;
    struct sv bytes, lang;
    struct buf after;
    size_t copied; /* of `bytes`, into `after` */
};

/* --- telling --- */

enum outcome { CURRENT, WRITTEN, STALE, FAULTY };
static const char *const outcome_names[] = {
    [CURRENT] = "current", [WRITTEN] = "written", [STALE] = "stale", [FAULTY] = "error"};

struct report {
    enum outcome outcome;
    unsigned line, column;
    size_t rows, hidden;
    const char *message; /* FAULTY */
};

static void tell_text(const struct rendering *r, const struct report *report)
{
    struct out *out = r->cmd->out;
    out_counted(out);
    if (report->outcome == CURRENT)
        return;
    out_text(out, STYLE_PATH, r->record->path);
    out_textf(out, STYLE_NONE, ":%u", report->line);
    if (report->outcome == FAULTY) {
        out_textf(out, STYLE_NONE, ":%u: ", report->column);
        out_text(out, STYLE_ERROR, sv_of(report->message));
    } else {
        out_textf(out, STYLE_NONE, ": %s, ", report->outcome == STALE ? _("out of date") : _("written"));
        out_textf(out, STYLE_NONE, Q_("%zu row", "%zu rows", report->rows), report->rows);
    }
    if (report->hidden > 0)
        out_textf(out, STYLE_WARNING,
                  Q_("; %zu note that its readers cannot see is left out",
                     "; %zu notes that its readers cannot see are left out", report->hidden),
                  report->hidden);
    out_newline(out);
}

static void tell(struct rendering *r, const struct report *report)
{
    struct out *out = r->cmd->out;
    r->failed += report->outcome == FAULTY;
    r->stale += report->outcome == STALE || report->outcome == WRITTEN;
    if (out_is_text(out)) {
        tell_text(r, report);
        return;
    }
    out_begin_map(out);
    out_put(out, "path", r->record->path);
    out_put_int(out, "line", report->line);
    if (report->column > 0)
        out_put_int(out, "column", report->column);
    out_put(out, "state", sv_of(outcome_names[report->outcome]));
    if (report->outcome == FAULTY) {
        out_put(out, "message", sv_of(report->message));
    } else {
        out_put_int(out, "rows", (int64_t)report->rows);
        if (report->hidden > 0)
            out_put_int(out, "hidden", (int64_t)report->hidden);
    }
    out_end_map(out);
}

static void tell_fault(struct rendering *r, unsigned line, unsigned column, const char *message)
{
    struct report report = {.outcome = FAULTY, .line = line, .column = column, .message = message};
    tell(r, &report);
}

/* The lines of a table, each with a sign in front. */
static void show_lines(struct out *out, enum out_style style, const char *sign, struct sv lines)
{
    struct sv line;
    while (sv_next_line(&lines, &line)) {
        if (sv_trim(line).len == 0)
            continue;
        out_textf(out, style, "%s%.*s", sign, SV_ARG(line));
        out_newline(out);
    }
}

/* --- one block --- */

static struct sv inner_of(const struct rendering *r, const struct query_block *block)
{
    if (block->state != BLOCK_TABLE)
        return (struct sv){0};
    return sv_sub(r->bytes, block->inner_begin, block->inner_end - block->inner_begin);
}

/* Whether somebody wrote between the markers: what stands there is neither what was made nor what is to be made. */
static bool is_edited(const struct rendering *r, const struct query_block *block, const char *wanted)
{
    char stamp[BLOCK_STAMP_SIZE];
    struct sv inner = inner_of(r, block);
    block_stamp(inner, stamp);
    return sv_trim(inner).len > 0 && !sv_eq_c(block->stamp, stamp) && !sv_eq_c(sv_of(wanted), stamp);
}

static void settle(struct rendering *r, const struct query_block *block, const struct block_table *table,
                   struct sv inner)
{
    char wanted[BLOCK_STAMP_SIZE], there[BLOCK_STAMP_SIZE];
    struct report report = {.line = block->line, .rows = table->rows, .hidden = table->hidden};
    block_stamp(inner, wanted);
    block_stamp(inner_of(r, block), there);
    bool same = block->state == BLOCK_TABLE && sv_eq_c(sv_of(wanted), there) && sv_eq_c(block->stamp, wanted);
    if (!same && block->state == BLOCK_TABLE && !r->force && is_edited(r, block, wanted)) {
        tell_fault(r, block->table_line, 1,
                   _("this table was changed by hand; move the change elsewhere, or write over it with --force"));
        return;
    }
    report.outcome = same ? CURRENT : r->check || r->dry_run ? STALE : WRITTEN;
    tell(r, &report);
    if (same)
        return;
    if (r->dry_run) {
        show_lines(r->cmd->out, STYLE_ERROR, "-", inner_of(r, block));
        show_lines(r->cmd->out, STYLE_GOOD, "+", inner);
    }
    block_put(r->bytes, block, inner, &r->copied, &r->after);
}

static status audience_for(struct rendering *r, struct sv path, const struct audience **out, struct err *err)
{
    struct vault *vault = r->cmd->vault;
    const struct space *space = vault_space_of(vault, path);
    struct audience *audience = &r->audiences[space - vault->spaces];
    *out = audience;
    return audience->space ? DONE : audience_of(r->cmd->catalogue, space, audience, err);
}

static status render_block(struct rendering *r, const struct query_block *block, struct err *err)
{
    struct block_table table = {.lang = r->lang,
                                .text = sv_sub(r->bytes, block->text_begin, block->text_end - block->text_begin),
                                .line_end = block_line_end(r->bytes, block)};
    struct err why = {0};
    status s = audience_for(r, r->record->path, &table.audience, err);
    if (s != DONE)
        return s;
    buf_put(&table.table, table.line_end);
    s = block_table_make(r->cmd, &table, &why);
    buf_put(&table.table, table.line_end);
    if (s == DONE)
        s = buf_check(&table.table, &why);
    if (s == DONE)
        settle(r, block, &table, buf_view(&table.table));
    else if (s == USAGE)
        tell_fault(r, block->text_line + (why.line > 0 ? why.line : 1) - 1, why.column > 0 ? why.column : 1, why.text);
    else if (s < DONE)
        *err = why;
    buf_release(&table.table);
    return s == USAGE ? DONE : s;
}

static status render_one(struct rendering *r, const struct query_block *block, struct err *err)
{
    switch (block->state) {
    case BLOCK_BARE:
    case BLOCK_TABLE:
        return render_block(r, block, err);
    case BLOCK_NESTED:
        tell_fault(r, block->line, 1, _("a query block within a quote or a list is left alone: move it out"));
        break;
    case BLOCK_UNCLOSED:
        tell_fault(r, block->line, 1, _("this query block is never closed"));
        break;
    case BLOCK_NO_END:
        tell_fault(r, block->table_line, 1,
                   _("where this table ends is not marked: put '<!-- chiron:end -->' on a line behind it, or delete "
                     "this line"));
        break;
    case BLOCK_STRAY:
        tell_fault(r, block->table_line, 1, _("this table stands below no query block: delete it or its markers"));
        break;
    case BLOCK_LONE_END:
        tell_fault(r, block->table_line, 1, _("this marker ends no table: delete it"));
        break;
    }
    return DONE;
}

/* --- one note --- */

static status keep_change(struct rendering *r, struct err *err)
{
    struct change *grown = arena_grow(&r->arena, r->changes, &r->change_capacity, r->change_count, sizeof *grown);
    if (!grown)
        return err_no_memory(err);
    buf_put(&r->after, sv_from(r->bytes, r->copied));
    status s = buf_check(&r->after, err);
    if (s != DONE)
        return s;
    r->changes = grown;
    grown[r->change_count++] = (struct change){.path = arena_copy(&r->arena, r->record->path),
                                               .before = r->bytes,
                                               .after = arena_copy(&r->arena, buf_view(&r->after))};
    return grown[r->change_count - 1].path.ptr && grown[r->change_count - 1].after.ptr ? DONE : err_no_memory(err);
}

static struct sv lang_of(const struct rendering *r)
{
    if (r->record->lang.len > 0)
        return r->record->lang;
    /* What the vault says, not what is set on this machine alone. */
    return config_text(&r->cmd->vault->shared, SV("vault.lang"), SV("en"));
}

static status render_bytes(struct rendering *r, struct err *err)
{
    struct front front = {0};
    struct query_blocks blocks = {0};
    struct err why = {0};
    front_find(r->bytes, &front, &why);
    err_clear(&why);
    status s = query_blocks_find(r->bytes, front.body, front.body_line, &r->arena, &blocks, &why);
    if (s == NO_MEMORY)
        return err_no_memory(err);
    if (s != DONE) {
        tell_fault(r, front.body_line, 1, why.text);
        return DONE;
    }
    for (size_t i = 0; s == DONE && i < blocks.count; i++)
        s = render_one(r, &blocks.items[i], err);
    return s == DONE && r->after.len > 0 ? keep_change(r, err) : s;
}

static status render_note(void *payload, const struct record *record, struct err *err)
{
    struct rendering *r = payload;
    struct buf bytes = {0};
    status s = catalogue_read(r->cmd->catalogue, record, &bytes, err);
    r->record = record;
    r->lang = lang_of(r);
    r->copied = 0;
    buf_clear(&r->after);
    if (s == DONE) {
        r->bytes = arena_copy(&r->arena, buf_view(&bytes));
        s = r->bytes.ptr ? render_bytes(r, err) : err_no_memory(err);
    }
    buf_release(&bytes);
    return s;
}

/* --- writing --- */

static status write_change(struct rendering *r, const struct change *change, struct err *err)
{
    struct buf now = {0};
    status s = vault_read(r->cmd->vault, change->path, &now, err);
    if (s == NOT_FOUND || (s == DONE && !sv_eq(buf_view(&now), change->before)))
        s = err_at(err, CONFLICTED, change->path, 0, 0, "%s", _("the note changed while it was read; try again"));
    if (s == DONE)
        s = file_write_beneath(r->cmd->vault->root_fd, change->path, change->after, 0644, err);
    buf_release(&now);
    return s;
}

/* One that cannot be written does not keep the others from it; the first failure is told. */
static status write_all(struct rendering *r, struct err *err)
{
    status first = DONE;
    for (size_t i = 0; i < r->change_count && first != CANCELLED; i++) {
        struct err why = {0};
        status s = cancel_requested() ? err_set(&why, CANCELLED, "%s", _("interrupted"))
                                      : write_change(r, &r->changes[i], &why);
        if (s != DONE && first == DONE) {
            first = s;
            *err = why;
        } else if (s != DONE) {
            cmd_warn(r->cmd, "%s: %s", why.path, why.text);
        }
    }
    return first;
}

/* --- which notes --- */

static status add_named(struct cmd *cmd, struct id_set *set, struct err *err)
{
    status s = DONE;
    for (size_t i = 0; s == DONE && i < cmd->word_count; i++) {
        int64_t id = 0;
        s = cmd_find(cmd, cmd->words[i], false, &id, err);
        if (s == DONE)
            s = id_set_add(set, id, err);
    }
    id_set_sort(set);
    return s;
}

/* Notes that have what may be a block, or what is left of one. */
static status add_all(struct cmd *cmd, struct id_set *set, struct err *err)
{
    static const char blocks[] = "/(?m)^[ \\t>*+0-9.)-]*(?:```+|~~~+)[ \\t]*chiron|^<!-- chiron:(?:begin|end)/";
    struct query *query = NULL;
    struct eval eval = {.catalogue = cmd->catalogue, .space = cmd->space};
    status s = query_parse(sv_of(blocks), date_today(), &cmd->arena, &query, err);
    return s == DONE ? eval_set(&eval, query, set, err) : s;
}

static status render_set(struct rendering *r, const struct id_set *set, struct err *err)
{
    size_t spaces = r->cmd->vault->space_count;
    r->audiences = arena_array(&r->cmd->arena, spaces, sizeof *r->audiences);
    if (!r->audiences)
        return err_no_memory(err);
    status s = catalogue_each(r->cmd->catalogue, set, NULL, 0, render_note, r, err);
    progress_end(&r->cmd->progress);
    for (size_t i = 0; i < spaces; i++)
        audience_release(&r->audiences[i]);
    if (s == DONE && !r->check && !r->dry_run)
        s = write_all(r, err);
    return s;
}

static status conclude(const struct rendering *r, struct err *err)
{
    if (r->failed > 0)
        return err_set(err, FAILED,
                       Q_("%zu query block is not rendered", "%zu query blocks are not rendered", r->failed),
                       r->failed);
    return r->check && r->stale > 0 ? NOT_FOUND : DONE;
}

static status run(struct cmd *cmd, struct err *err)
{
    static const char *const keys[] = {"path", "line", "column", "state", "rows", "hidden", "message", NULL};
    struct rendering r = {.cmd = cmd,
                          .check = option_given(cmd, "check"),
                          .dry_run = option_given(cmd, "dry-run"),
                          .force = option_given(cmd, "force")};
    struct id_set set = {0};
    for (size_t i = 0; keys[i]; i++)
        out_column(cmd->out, keys[i], NULL);
    out_table(cmd->out, false);
    status s = cmd->word_count > 0 ? add_named(cmd, &set, err) : add_all(cmd, &set, err);
    if (s == DONE)
        s = render_set(&r, &set, err);
    if (s == DONE)
        s = conclude(&r, err);
    id_set_release(&set);
    buf_release(&r.after);
    arena_release(&r.arena);
    return s;
}

const struct cmd_entry cmd_render = {
    .name = "render",
    .usage = N_("[HANDLE...]"),
    .summary = N_("fill query blocks with tables, in place"),
    .details = N_(
        "A note may hold a fenced block of the language 'chiron':\n"
        "\n"
        "  ```chiron\n"
        "  list type:session mentor:anna\n"
        "  columns: date, title, minutes as Minutes spent\n"
        "  sort: -date\n"
        "  limit: 10\n"
        "  ```\n"
        "\n"
        "Below it a Markdown table is written between the markers <!-- chiron:begin ... --> and <!-- chiron:end -->,\n"
        "and again whenever it is out of date; nothing else in the note changes. Instead of columns a block may have\n"
        "group:, sum:, mean:, median:, min: and max:, as 'list' has them. A query that goes on is indented, '#' "
        "begins\n"
        "a comment. Columns are fields, and note, title, handle, path, folder, type, space, words, created, modified.\n"
        "\n"
        "A table lists only what every reader of its note can see. Links, tags and tasks in it do not count. One that\n"
        "was changed by hand is not written over without --force. Without a HANDLE all notes are looked at. Nothing "
        "is\n"
        "committed. Exit codes: 1 with --check where a table is out of date, 3 where a block could not be rendered."),
    .options = options,
    .needs = CMD_CATALOGUE | CMD_OUTPUT,
    .words_max = CMD_WORDS_MAX,
    .run = run,
};
