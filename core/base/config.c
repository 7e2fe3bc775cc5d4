#include "base/config.h"

#include "base/buf.h"
#include "base/i18n.h"
#include "base/utf8.h"

#include <string.h>

/* One pass over the text. `at` always stands on the next byte to read. */
struct parser {
    struct config *config;
    struct arena *arena;
    struct sv name, text;
    size_t at, line_start;
    unsigned line;
    struct buf section; /* "section." or "section.Sub." in front of the next keys; empty before the first header */
    struct buf value;
    struct err *err;
    size_t value_at; /* where the last value began */
    unsigned value_line, value_column;
    size_t watched; /* a byte of the value: what it is made of begins at `watched_at` in line `watched_line` */
    size_t watched_at, watched_start;
    unsigned watched_line;
};

enum { END = -1 };

/* The next byte, CRLF read as LF. */
static int peek(const struct parser *p)
{
    if (p->at >= p->text.len)
        return END;
    if (p->text.ptr[p->at] == '\r' && p->at + 1 < p->text.len && p->text.ptr[p->at + 1] == '\n')
        return '\n';
    return (unsigned char)p->text.ptr[p->at];
}

static int next(struct parser *p)
{
    int c = peek(p);

    if (c == END)
        return END;
    p->at += c == '\n' && p->text.ptr[p->at] == '\r' ? 2 : 1;
    if (c == '\n') {
        p->line++;
        p->line_start = p->at;
    }
    return c;
}

static unsigned column_at(const struct parser *p, size_t at)
{
    return (unsigned)utf8_count(sv_sub(p->text, p->line_start, at - p->line_start)) + 1;
}

/* What looks wrong after a byte found no room may be right: then memory is what is missing. */
static status mistake(struct parser *p, const char *words)
{
    if (p->section.failed || p->value.failed)
        return err_no_memory(p->err);
    return err_at(p->err, MALFORMED, p->name, p->line, column_at(p, p->at), "%s", words);
}

static bool is_blank(int c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static bool is_letter(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_name(int c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-';
}

static void put_lower(struct buf *buf, int c)
{
    buf_char(buf, (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c));
}

static void skip_blanks(struct parser *p)
{
    while (is_blank(peek(p)))
        next(p);
}

/* Up to the line's end, which stays. */
static void skip_comment(struct parser *p)
{
    while (peek(p) != '\n' && peek(p) != END)
        next(p);
}

static status parse_subsection(struct parser *p)
{
    buf_char(&p->section, '.');
    for (next(p); peek(p) != '"'; next(p)) {
        if (peek(p) == '\\')
            next(p);
        if (peek(p) == '\n' || peek(p) == END)
            return mistake(p, _("a subsection's name without its closing quote"));
        buf_char(&p->section, (char)peek(p));
    }
    next(p);
    return DONE;
}

/* "[section]", "[section "Sub"]", and the old "[section.sub]", all of which is in lower case. */
static status parse_header(struct parser *p)
{
    status rc = DONE;

    buf_clear(&p->section);
    next(p);
    while (is_name(peek(p)) || (peek(p) == '.' && p->section.len))
        put_lower(&p->section, next(p));
    if (p->section.len == 0)
        return mistake(p, _("a section's name is made of letters, digits, '-' and '.'"));
    if (is_blank(peek(p))) {
        skip_blanks(p);
        if (peek(p) != '"')
            return mistake(p, _("a subsection stands in double quotes"));
        rc = parse_subsection(p);
    }
    if (rc == DONE && peek(p) != ']')
        return mistake(p, _("a section's header without its closing ']'"));
    next(p);
    buf_char(&p->section, '.');
    return rc;
}

static status parse_escape(struct parser *p)
{
    switch (peek(p)) {
    case '\n':
    case END:
        break;
    case 'n':
        buf_char(&p->value, '\n');
        break;
    case 't':
        buf_char(&p->value, '\t');
        break;
    case 'b':
        buf_char(&p->value, '\b');
        break;
    case '"':
    case '\\':
        buf_char(&p->value, (char)peek(p));
        break;
    default:
        return mistake(p, _("only \\\\, \\\", \\n, \\t and \\b may follow a backslash"));
    }
    next(p);
    return DONE;
}

/* The rest of a logical line. Blanks at its end do not count, unless they were quoted or a backslash follows them:
 * `keep` is the length up to the last byte that does. */
static status parse_value(struct parser *p)
{
    bool quoted = false;
    size_t keep = 0;

    buf_clear(&p->value);
    skip_blanks(p);
    p->value_at = p->at;
    p->value_line = p->line;
    p->value_column = column_at(p, p->at);
    for (;;) {
        int c = peek(p);

        if (p->value.len <= p->watched) {
            p->watched_line = p->line;
            p->watched_start = p->line_start;
            p->watched_at = p->at;
        }
        if (c == '\n' || c == END) {
            if (quoted)
                return mistake(p, _("a value without its closing quote"));
            break;
        }
        if (!quoted && (c == '#' || c == ';')) {
            skip_comment(p);
            break;
        }
        next(p);
        if (c == '"') {
            quoted = !quoted;
            keep = p->value.len;
        } else if (c == '\\') {
            status rc = parse_escape(p);

            if (rc != DONE)
                return rc;
            keep = p->value.len;
        } else {
            buf_char(&p->value, (char)c);
            if (quoted || !is_blank(c))
                keep = p->value.len;
        }
    }
    buf_truncate(&p->value, keep);
    return DONE;
}

static status add_entry(struct parser *p, struct sv key, unsigned line, unsigned column)
{
    struct config *config = p->config;
    struct config_entry *entries;
    struct config_entry entry = {.key = arena_copy(p->arena, key), .line = line, .column = column};

    entry.file = p->name;
    entry.source_line = p->value_line;
    entry.source_column = p->value_column;
    entry.source = arena_copy(p->arena, sv_sub(p->text, p->value_at, p->at - p->value_at));
    entry.value = arena_copy(p->arena, buf_view(&p->value));
    if (!entry.source.ptr || p->section.failed || p->value.failed || !entry.key.ptr || !entry.value.ptr)
        return err_no_memory(p->err);
    entries = arena_grow(p->arena, config->entries, &config->capacity, config->count, sizeof(*entries));
    if (!entries)
        return err_no_memory(p->err);
    config->entries = entries;
    entries[config->count++] = entry;
    return DONE;
}

/* "name = value", or "name" alone (and as git has it, without a comment behind). The key is built behind the section's
 * and taken away again. */
static status parse_entry(struct parser *p)
{
    unsigned line = p->line, column = column_at(p, p->at);
    size_t section_len = p->section.len;
    status rc = DONE;

    if (section_len == 0)
        return mistake(p, _("a key before the first [section]"));
    while (is_name(peek(p)))
        put_lower(&p->section, next(p));
    while (peek(p) == ' ' || peek(p) == '\t')
        next(p);
    if (peek(p) == '=') {
        next(p);
        rc = parse_value(p);
    } else if (peek(p) == '\n' || peek(p) == END) {
        buf_clear(&p->value);
        buf_put(&p->value, SV("true"));
        p->value_at = p->at;
        p->value_line = line;
        p->value_column = column;
    } else {
        return mistake(p, _("a key is made of letters, digits and '-', and '=' follows it"));
    }
    if (rc == DONE)
        rc = add_entry(p, buf_view(&p->section), line, column);
    buf_truncate(&p->section, section_len);
    return rc;
}

static status parse(struct parser *p)
{
    status rc = DONE;

    while (rc == DONE) {
        int c = peek(p);

        if (c == END)
            break;
        if (c == '\n' || is_blank(c))
            next(p);
        else if (c == '#' || c == ';')
            skip_comment(p);
        else if (c == '[')
            rc = parse_header(p);
        else if (is_letter(c))
            rc = parse_entry(p);
        else
            rc = mistake(p, _("a line begins with a [section], a key or a comment"));
        if (rc == DONE && p->section.failed)
            rc = err_no_memory(p->err);
    }
    return rc;
}

status config_parse(struct config *config, struct arena *arena, struct sv name, struct sv text, struct err *err)
{
    struct parser p = {.config = config, .arena = arena, .text = text, .line = 1, .err = err};
    status rc;

    p.name = arena_copy(arena, name);
    if (!p.name.ptr)
        return err_no_memory(err);

    if (sv_starts(text, SV("\xef\xbb\xbf")))
        p.at = p.line_start = 3;
    if (sv_chr(text, '\0') != SIZE_MAX)
        return err_at(err, MALFORMED, name, 0, 0, "%s", _("a NUL byte: this is no text"));
    rc = parse(&p);
    buf_release(&p.section);
    buf_release(&p.value);
    return rc;
}

void config_place(const struct config_entry *entry, size_t offset, unsigned *line_out, unsigned *column_out)
{
    struct parser p = {.text = entry->source, .line = 1, .watched = offset};

    /* It was read before, so it can be read; what a lack of memory leaves is the place of an earlier byte. */
    parse_value(&p);
    buf_release(&p.value);
    *line_out = entry->source_line + p.watched_line - 1;
    *column_out = (unsigned)utf8_count(sv_sub(p.text, p.watched_start, p.watched_at - p.watched_start)) +
                  (p.watched_line == 1 ? entry->source_column : 1);
}

const struct config_entry *config_get(const struct config *config, struct sv key)
{
    for (size_t i = config->count; i > 0; i--)
        if (sv_eq(config->entries[i - 1].key, key))
            return &config->entries[i - 1];
    return NULL;
}

struct sv config_text(const struct config *config, struct sv key, struct sv fallback)
{
    const struct config_entry *entry = config_get(config, key);

    return entry ? entry->value : fallback;
}

bool config_bool(const struct config *config, struct sv key, bool fallback)
{
    static const struct sv yes[] = {SV_INIT("true"), SV_INIT("yes"), SV_INIT("on"), SV_INIT("1")};
    static const struct sv no[] = {SV_INIT("false"), SV_INIT("no"), SV_INIT("off"), SV_INIT("0"), SV_INIT("")};
    const struct config_entry *entry = config_get(config, key);

    if (!entry)
        return fallback;
    for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
        if (sv_eq_nocase(entry->value, yes[i]))
            return true;
    for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
        if (sv_eq_nocase(entry->value, no[i]))
            return false;
    return fallback;
}

static int64_t suffix_factor(struct sv text)
{
    switch (text.len ? text.ptr[text.len - 1] : 0) {
    case 'k':
    case 'K':
        return 1024;
    case 'm':
    case 'M':
        return 1024 * 1024;
    case 'g':
    case 'G':
        return 1024 * 1024 * 1024;
    default:
        return 1;
    }
}

int64_t config_int(const struct config *config, struct sv key, int64_t fallback)
{
    const struct config_entry *entry = config_get(config, key);
    struct sv text = entry ? entry->value : SV("");
    int64_t factor = suffix_factor(text), number;

    if (factor != 1)
        text.len--;
    if (!sv_to_i64(text, &number) || __builtin_mul_overflow(number, factor, &number))
        return fallback;
    return number;
}
