/* A reader of the part of PCRE2's language that people type. It works out for each part of a pattern which literals a
 * match must have, and prefers the longest. Whatever it does not know for certain puts the whole pattern in doubt, and
 * then nothing is required: that costs time, a wrong literal would cost answers. */
#include "text/required.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "text/needle.h"

#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 100 };

struct reader {
    struct sv pattern;
    size_t at;
    bool fold;
    bool doubt;
    bool no_memory;
    unsigned depth;
    struct arena *arena;
};

/* What a part of the pattern asks for. */
struct part {
    bool exact;     /* it matches `text` and nothing else */
    struct sv text; /* within `best`, too, unless empty */
    struct required best;
};

/* Parts that stand side by side. */
struct row {
    struct buf run; /* literal characters that follow each other */
    bool exact;     /* nothing else so far */
    struct required best;
};

/* --- sets of literals --- */

static size_t shortest(const struct required *set)
{
    size_t least = set->count > 0 ? SIZE_MAX : 0;
    for (size_t i = 0; i < set->count; i++)
        least = set->items[i].len < least ? set->items[i].len : least;
    return least;
}

/* Both are required; one is enough to look for. */
static void prefer(struct required *best, const struct required *other)
{
    size_t have = shortest(best), offered = shortest(other);
    if (offered > have || (offered == have && offered > 0 && other->count < best->count))
        *best = *other;
}

/* Either is required. */
static void unite(struct required *all, const struct required *other)
{
    if (shortest(all) == 0 || shortest(other) == 0 || all->count + other->count > REQUIRED_MAX) {
        all->count = 0;
        return;
    }
    for (size_t i = 0; i < other->count; i++)
        all->items[all->count++] = other->items[i];
}

/* --- characters --- */

static bool more(const struct reader *reader)
{
    return !reader->doubt && !reader->no_memory && reader->at < reader->pattern.len;
}

static char peek(const struct reader *reader)
{
    return reader->at < reader->pattern.len ? reader->pattern.ptr[reader->at] : '\0';
}

static bool take(struct reader *reader, const char *text)
{
    if (!sv_starts(sv_from(reader->pattern, reader->at), sv_of(text)))
        return false;
    reader->at += strlen(text);
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_alphanumeric(char c)
{
    return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* --- atoms --- */

/* "[:alpha:]" within a class; what only looks alike is left in doubt. */
static void skip_posix(struct reader *reader)
{
    take(reader, ":");
    take(reader, "^");
    size_t begin = reader->at;
    while (is_alphanumeric(peek(reader)))
        reader->at++;
    reader->doubt = reader->at == begin || !take(reader, ":]");
}

/* Behind "[". */
static void skip_class(struct reader *reader)
{
    take(reader, "^");
    for (bool first = true; more(reader); first = false) {
        char c = reader->pattern.ptr[reader->at++];
        if (c == ']' && !first)
            return;
        if (c == '\\') {
            reader->doubt = peek(reader) == 'Q' || peek(reader) == 'E';
            reader->at++;
        } else if (c == '[' && peek(reader) != '\0' && strchr(":.=", peek(reader))) {
            skip_posix(reader);
        }
    }
    reader->doubt = true;
}

/* Behind a backslash. Fills `literal_out` when it stands for one character. */
static void read_escape(struct reader *reader, struct sv *literal_out)
{
    char c = peek(reader);
    reader->at++;
    if (c == '\0' || (unsigned char)c >= 0x80) {
        reader->doubt = true;
    } else if (!is_alphanumeric(c)) {
        *literal_out = sv_sub(reader->pattern, reader->at - 1, 1);
    } else if (c == 'p' || c == 'P') {
        size_t close = take(reader, "{") ? sv_chr(sv_from(reader->pattern, reader->at), '}') : 0;
        reader->doubt = close == SIZE_MAX;
        reader->at += close == SIZE_MAX ? 0 : close + 1;
    } else if (!strchr("dDwWsShHvVRXbBAzZGKNtnrfea", c) || (c == 'N' && peek(reader) == '{')) {
        reader->doubt = true;
    }
}

/* One character as it stands, a whole code point. */
static void read_literal(struct reader *reader, struct sv *literal_out)
{
    uint32_t rune;
    size_t length = utf8_decode(reader->pattern, reader->at, &rune);
    length = length > 0 ? length : 1;
    if (!reader->fold || needle_folds(rune))
        *literal_out = sv_sub(reader->pattern, reader->at, length);
    reader->at += length;
}

/* Behind "(?": whether what follows is a group whose content must match. STOP: it is a look around. */
static status read_group_kind(struct reader *reader)
{
    static const char *const around[] = {"<=", "<!", "=", "!"};
    static const char *const plain[] = {":", ">", "|"};
    for (size_t i = 0; i < sizeof around / sizeof *around; i++)
        if (take(reader, around[i]))
            return STOP;
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (take(reader, plain[i]))
            return DONE;
    char close = take(reader, "P<") || take(reader, "<") ? '>' : take(reader, "'") ? '\'' : '\0';
    size_t length = close ? sv_chr(sv_from(reader->pattern, reader->at), close) : SIZE_MAX;
    /* Options, comments, conditions, calls. */
    reader->doubt = length == SIZE_MAX;
    reader->at += length == SIZE_MAX ? 0 : length + 1;
    return DONE;
}

static struct part read_alternatives(struct reader *reader);

/* Behind "(". */
static struct part read_group(struct reader *reader)
{
    struct part part = {0};
    status kind = DONE;
    if (peek(reader) == '*')
        reader->doubt = true;
    else if (take(reader, "?"))
        kind = read_group_kind(reader);
    if (++reader->depth > DEPTH_MAX)
        reader->doubt = true;
    if (!reader->doubt)
        part = read_alternatives(reader);
    reader->depth--;
    if (!reader->doubt && !take(reader, ")"))
        reader->doubt = true;
    return kind == STOP ? (struct part){0} : part;
}

static struct part read_atom(struct reader *reader)
{
    struct part part = {0};
    char c = peek(reader);
    if (c == '(' || c == '[' || c == '\\' || c == '.' || c == '^' || c == '$')
        reader->at++;
    if (c == '(')
        return read_group(reader);
    if (c == '[')
        skip_class(reader);
    else if (c == '\\')
        read_escape(reader, &part.text);
    else if (c != '.' && c != '^' && c != '$')
        read_literal(reader, &part.text);
    if (part.text.len == 1 && reader->fold && *part.text.ptr >= 'A' && *part.text.ptr <= 'Z') {
        char *lower = arena_alloc(reader->arena, 1);
        reader->no_memory = lower == NULL;
        if (lower)
            *lower = *part.text.ptr | 0x20;
        part.text = sv_make(lower, lower ? 1 : 0);
    }
    part.exact = part.text.len > 0;
    return part;
}

/* --- quantifiers --- */

enum repeat { ONCE, SOME, MAYBE };

/* Behind "{": "3}", "3,}", "3,5}". */
static enum repeat read_braces(struct reader *reader)
{
    size_t begin = reader->at;
    bool some = false;
    for (; is_digit(peek(reader)); reader->at++)
        some = some || peek(reader) != '0';
    bool counted = reader->at > begin;
    if (take(reader, ","))
        while (is_digit(peek(reader)))
            reader->at++;
    if (!counted || !take(reader, "}"))
        reader->doubt = true; /* literal in some versions, a quantifier in others */
    return some ? SOME : MAYBE;
}

static enum repeat read_repeat(struct reader *reader)
{
    enum repeat repeat = ONCE;
    if (take(reader, "*") || take(reader, "?"))
        repeat = MAYBE;
    else if (take(reader, "+"))
        repeat = SOME;
    else if (take(reader, "{"))
        repeat = read_braces(reader);
    else
        return ONCE;
    if (!take(reader, "?"))
        take(reader, "+");
    /* A quantifier of a quantifier. */
    if (peek(reader) != '\0' && strchr("*+?{", peek(reader)))
        reader->doubt = true;
    return repeat;
}

/* --- side by side, either or --- */

static void end_run(struct reader *reader, struct row *row)
{
    struct required alone = {.count = 1};
    if (row->run.len == 0)
        return;
    alone.items[0] = arena_copy(reader->arena, buf_view(&row->run));
    reader->no_memory = reader->no_memory || !alone.items[0].ptr;
    prefer(&row->best, &alone);
    buf_clear(&row->run);
}

static void add_part(struct reader *reader, struct row *row, const struct part *part, enum repeat repeat)
{
    row->exact = row->exact && part->exact && repeat == ONCE;
    if (part->exact && repeat != MAYBE)
        buf_put(&row->run, part->text);
    if (part->exact && repeat == ONCE)
        return;
    end_run(reader, row);
    if (!part->exact && repeat != MAYBE)
        prefer(&row->best, &part->best);
    /* The last of several stands right before what follows. */
    if (part->exact && repeat == SOME)
        buf_put(&row->run, part->text);
}

static struct part read_row(struct reader *reader)
{
    struct row row = {.exact = true};
    struct part whole = {0};
    while (more(reader) && peek(reader) != '|' && peek(reader) != ')') {
        struct part part = read_atom(reader);
        add_part(reader, &row, &part, read_repeat(reader));
    }
    whole.exact = row.exact;
    if (whole.exact)
        whole.text = arena_copy(reader->arena, buf_view(&row.run));
    end_run(reader, &row);
    whole.best = row.best;
    reader->no_memory = reader->no_memory || row.run.failed || (whole.exact && !whole.text.ptr);
    buf_release(&row.run);
    return whole;
}

static struct part read_alternatives(struct reader *reader)
{
    struct part all = read_row(reader);
    while (more(reader) && take(reader, "|")) {
        struct part other = read_row(reader);
        all.exact = false;
        unite(&all.best, &other.best);
    }
    return all;
}

status required_of(struct sv pattern, bool fold, struct arena *arena, struct required *required_out, struct err *err)
{
    struct reader reader = {.pattern = pattern, .fold = fold, .arena = arena};
    struct part whole = read_alternatives(&reader);
    required_out->count = 0;
    if (reader.no_memory)
        return err_no_memory(err);
    if (!reader.doubt && reader.at == pattern.len)
        *required_out = whole.best;
    return DONE;
}
