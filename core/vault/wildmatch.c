#include "vault/wildmatch.h"

#include <ctype.h>
#include <string.h>

/* Matching goes forward through pattern and text and, where it cannot go on, back to the last star, which then takes
 * one more character. Going back to that one only is enough: what stands before a star has matched as early as it can,
 * so an earlier star that takes more can but give a later start. A "*" gives up at a slash; then the last "**", which
 * crosses slashes, is the one to go back to. So the time is bounded by a product of lengths. */
struct matcher {
    struct sv pattern, text;
    size_t p, t;           /* next to match */
    size_t star_p, star_t; /* behind the last "*" since the last "**", and where its text ends; NONE */
    size_t deep_p, deep_t; /* the same of the last "**" */
    bool deep_by_folder;   /* of "** /" (without the space): it takes whole folders only */
};

static const size_t NONE = SIZE_MAX;

static char at(struct sv s, size_t i)
{
    return i < s.len ? s.ptr[i] : '\0';
}

/* "[:alpha:]" from `p` (at its second character) on: 1 the byte is of the class, 0 it is not, -1 no such class. */
static int class_has(struct sv name, unsigned char c)
{
    static const struct {
        const char *name;
        int (*has)(int);
    } classes[] = {{"alnum", isalnum}, {"alpha", isalpha}, {"blank", isblank}, {"cntrl", iscntrl},
                   {"digit", isdigit}, {"graph", isgraph}, {"lower", islower}, {"print", isprint},
                   {"punct", ispunct}, {"space", isspace}, {"upper", isupper}, {"xdigit", isxdigit}};

    for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
        if (sv_eq_c(name, classes[i].name))
            return c < 0x80 && classes[i].has(c) != 0;
    return -1;
}

/* One "[...]"; `p` stands behind the "[". */
struct set {
    struct sv pattern;
    size_t p;
    unsigned char c, last; /* what is asked for; the character before, which "-" continues; 0: none */
    bool found, broken;
};

static unsigned char set_char(struct set *set)
{
    if (at(set->pattern, set->p) == '\\')
        set->p++;
    if (set->p >= set->pattern.len) {
        set->broken = true;
        return 0;
    }
    return (unsigned char)set->pattern.ptr[set->p++];
}

/* False when "[:" opens no class and stands for itself. */
static bool set_class(struct set *set)
{
    size_t start = set->p + 2, end = start;
    int has;

    while (end < set->pattern.len && set->pattern.ptr[end] != ']')
        end++;
    if (end >= set->pattern.len) {
        set->broken = true;
        return true;
    }
    if (end == start || set->pattern.ptr[end - 1] != ':')
        return false;
    has = class_has(sv_sub(set->pattern, start, end - 1 - start), set->c);
    set->broken = has < 0;
    set->found |= has > 0;
    set->last = 0;
    set->p = end + 1;
    return true;
}

static void set_step(struct set *set)
{
    char here = at(set->pattern, set->p), next = at(set->pattern, set->p + 1);

    if (here == '[' && next == ':' && set_class(set))
        return;
    if (here == '-' && set->last != 0 && set->p + 1 < set->pattern.len && next != ']') {
        set->p++;
        unsigned char high = set_char(set);

        set->found |= set->c >= set->last && set->c <= high;
        set->last = 0;
        return;
    }
    set->last = set_char(set);
    set->found |= set->last == set->c;
}

/* Whether `c` is in the set at `*p`, which is moved behind it. A set that does not end matches nothing. */
static bool set_match(struct sv pattern, size_t *p, unsigned char c)
{
    struct set set = {.pattern = pattern, .p = *p + 1, .c = c};
    bool negated = at(pattern, set.p) == '!' || at(pattern, set.p) == '^';

    set.p += negated ? 1 : 0;
    do {
        if (set.p >= pattern.len)
            return false;
        set_step(&set);
    } while (!set.broken && at(pattern, set.p) != ']');
    *p = set.p + 1;
    return !set.broken && set.p < pattern.len && set.found != negated && c != '/';
}

/* The character at hand against what is no star. */
static bool match_one(struct matcher *m)
{
    char p = at(m->pattern, m->p), t = m->text.ptr[m->t];
    size_t next = m->p + 1;
    bool fits;

    switch (p) {
    case '?':
        fits = t != '/';
        break;
    case '[':
        next = m->p;
        fits = set_match(m->pattern, &next, (unsigned char)t);
        break;
    case '\\':
        fits = next < m->pattern.len && m->pattern.ptr[next] == t;
        next++;
        break;
    default:
        fits = p == t;
    }
    if (fits) {
        m->p = next;
        m->t++;
    }
    return fits;
}

/* Two stars or more cross folders where they stand alone between slashes or ends; elsewhere they are as one. */
static void star_open(struct matcher *m)
{
    size_t start = m->p;
    bool after, before = start == 0 || m->pattern.ptr[start - 1] == '/';

    while (at(m->pattern, m->p) == '*')
        m->p++;
    after = m->p == m->pattern.len || m->pattern.ptr[m->p] == '/' ||
            (m->pattern.ptr[m->p] == '\\' && at(m->pattern, m->p + 1) == '/');
    if (m->p - start < 2 || !before || !after) {
        m->star_p = m->p;
        m->star_t = m->t;
        return;
    }
    m->deep_by_folder = at(m->pattern, m->p) == '/';
    m->p += m->deep_by_folder ? 1 : 0;
    m->deep_p = m->p;
    m->deep_t = m->t;
    m->star_p = NONE;
}

/* Lets the last star take more. False when none can. */
static bool star_retry(struct matcher *m)
{
    if (m->star_p != NONE && m->star_t < m->text.len && m->text.ptr[m->star_t] != '/') {
        m->p = m->star_p;
        m->t = ++m->star_t;
        return true;
    }
    if (m->deep_p == NONE)
        return false;
    while (m->deep_by_folder && m->deep_t < m->text.len && m->text.ptr[m->deep_t] != '/')
        m->deep_t++;
    if (m->deep_t >= m->text.len)
        return false;
    m->p = m->deep_p;
    m->t = ++m->deep_t;
    m->star_p = NONE;
    return true;
}

bool wildmatch(struct sv pattern, struct sv path)
{
    struct matcher m = {.pattern = pattern, .text = path, .star_p = NONE, .deep_p = NONE};

    for (;;) {
        bool going;

        if (m.p < pattern.len && pattern.ptr[m.p] == '*') {
            star_open(&m);
            continue;
        }
        if (m.p == pattern.len && m.t == path.len)
            return true;
        going = m.p < pattern.len && m.t < path.len && match_one(&m);
        if (!going && !star_retry(&m))
            return false;
    }
}
