#include "base/i18n.h"
#include "cli/writing.h"

#include <errno.h>
#include <unistd.h>

enum { TEXT_MAX = 16 * 1024 * 1024, CHUNK = 64 * 1024 };

static const struct cmd_option options[] = {
    {"heading", 0, N_("HEADING"), N_("at the end of the section under this heading instead of the note's")},
    {"stdin", 0, NULL, N_("the text is read from standard input")},
    {"dry-run", 'n', NULL, N_("only tell what would be done")},
    {0},
};

/* The line end that the note uses. */
static struct sv line_end_of(struct sv note)
{
    size_t at = sv_chr(note, '\n');
    return at != SIZE_MAX && at > 0 && note.ptr[at - 1] == '\r' ? SV("\r\n") : SV("\n");
}

static bool same_heading(struct sv a, struct sv b)
{
    return sv_eq_nocase(sv_trim(a), sv_trim(b));
}

/* Where the section ends: before the next heading of its level or above, at the line's beginning. */
static status section_end(const struct note *note, struct sv heading, size_t *at_out, struct err *err)
{
    const struct outline *outline = &note->outline;
    size_t found = SIZE_MAX;
    for (size_t i = 0; i < outline->heading_count && found == SIZE_MAX; i++)
        if (same_heading(outline->headings[i].text, heading))
            found = i;
    if (found == SIZE_MAX)
        return err_at(err, FAILED, note->path, 0, 0, _("the note has no heading '%.*s'"), SV_ARG(heading));
    *at_out = note->bytes.len;
    for (size_t i = found + 1; i < outline->heading_count; i++)
        if (outline->headings[i].level <= outline->headings[found].level) {
            size_t at = outline->headings[i].at.begin;
            while (at > 0 && note->bytes.ptr[at - 1] != '\n')
                at--;
            *at_out = at;
            return DONE;
        }
    return DONE;
}

/* Behind the last line of the section that says something: blank lines before the next heading stay there. */
static size_t behind_last_words(struct sv note, size_t end)
{
    while (end > 0 && (note.ptr[end - 1] == '\n' || note.ptr[end - 1] == '\r' || note.ptr[end - 1] == ' '))
        end--;
    size_t rest = sv_chr(sv_from(note, end), '\n');
    return rest == SIZE_MAX ? note.len : end + rest + 1;
}

static bool is_item(struct sv line)
{
    line = sv_trim(line);
    return line.len > 1 && sv_chr(SV("-*+"), line.ptr[0]) != SIZE_MAX && line.ptr[1] == ' ';
}

static struct sv last_line(struct sv text)
{
    text = sv_trim(text);
    size_t at = sv_rchr(text, '\n');
    return at == SIZE_MAX ? text : sv_from(text, at + 1);
}

/* An item goes on a list; anything else is a paragraph of its own. */
static void put_text(struct sv before, struct sv text, struct sv line_end, struct buf *out)
{
    struct sv line;
    bool goes_on = is_item(last_line(before)) && is_item(text);
    if (before.len > 0 && before.ptr[before.len - 1] != '\n')
        buf_put(out, line_end);
    if (before.len > 0 && !goes_on)
        buf_put(out, line_end);
    while (sv_next_line(&text, &line)) {
        buf_put(out, line);
        buf_put(out, line_end);
    }
}

static status append_to(struct writing *writing, const struct note *note, struct sv text, struct err *err)
{
    struct sv heading = option_text(writing->cmd, "heading", SV(""));
    size_t at = note->bytes.len;
    struct buf after = {0};
    status code = heading.len > 0 ? section_end(note, heading, &at, err) : DONE;
    if (code == DONE) {
        at = behind_last_words(note->bytes, at);
        buf_put(&after, sv_sub(note->bytes, 0, at));
        put_text(sv_sub(note->bytes, 0, at), text, line_end_of(note->bytes), &after);
        /* What follows is a heading of its own section: a blank line before it. */
        struct sv rest = sv_from(note->bytes, at);
        if (rest.len > 0 && rest.ptr[0] != '\n' && rest.ptr[0] != '\r')
            buf_put(&after, line_end_of(note->bytes));
        buf_put(&after, rest);
        code = buf_check(&after, err);
    }
    if (code == DONE)
        code = writing_put(writing, note->path, &note->bytes, buf_view(&after), err);
    buf_release(&after);
    return code;
}

static status read_input(struct buf *text, struct err *err)
{
    ssize_t got = 1;
    while (got > 0 && text->len <= TEXT_MAX && buf_reserve(text, CHUNK)) {
        got = read(STDIN_FILENO, text->ptr + text->len, CHUNK);
        if (got < 0)
            return err_errno(err, errno, "%s", _("unable to read standard input"));
        text->len += (size_t)got;
    }
    if (text->len > TEXT_MAX)
        return err_set(err, FAILED, "%s", _("standard input has more than 16 MiB"));
    return buf_check(text, err);
}

static status read_text(struct cmd *cmd, struct buf *text, struct err *err)
{
    if (option_given(cmd, "stdin"))
        return read_input(text, err);
    for (size_t i = 1; i < cmd->word_count; i++) {
        if (i > 1)
            buf_char(text, ' ');
        buf_put(text, cmd->words[i]);
    }
    return buf_check(text, err);
}

static status run(struct cmd *cmd, struct err *err)
{
    struct writing writing = {0};
    struct buf text = {0}, bytes = {0};
    struct record record;
    struct note note;
    status code = read_text(cmd, &text, err);
    struct sv said = sv_trim(buf_view(&text));
    if (code == DONE && said.len == 0)
        code = err_set(err, USAGE, "%s", _("there is no text to append: give it as words, or with --stdin"));
    if (code == DONE)
        code = writing_begin(cmd, &writing, err);
    if (code == DONE)
        code = writing_note(&writing, cmd->words[0], &record, &bytes, err);
    if (code == DONE)
        code = note_parse(record.path, buf_view(&bytes), NULL, &cmd->arena, &note, err);
    if (code == DONE)
        code = append_to(&writing, &note, said, err);
    if (code == DONE)
        code = writing_end(&writing, err, "append: %.*s", SV_ARG(record.handle));
    writing_release(&writing);
    buf_release(&bytes);
    buf_release(&text);
    return code;
}

const struct cmd_entry cmd_append = {
    .name = "append",
    .usage = N_("HANDLE [TEXT...]"),
    .summary = N_("add a text at the end of a note, or of one of its sections"),
    .details =
        N_("A text that is a list item goes on a list that stands there; any other becomes a paragraph of its own.\n"
           "The note's line ends are kept."),
    .options = options,
    .needs = CMD_VAULT | CMD_OUTPUT,
    .words_min = 1,
    .words_max = CMD_WORDS_MAX,
    .run = run,
};
