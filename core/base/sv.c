#include "base/sv.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Longer than any number that means something; "0.000...1" beyond it is not one to us. */
enum { NUMBER_TEXT_MAX = 512 };

int sv_int_len(struct sv s)
{
    return s.len > INT_MAX ? INT_MAX : (int)s.len;
}

struct sv sv_of(const char *cstr)
{
    return cstr ? sv_make(cstr, strlen(cstr)) : (struct sv){0};
}

struct sv sv_make(const char *ptr, size_t len)
{
    return (struct sv){.ptr = ptr, .len = len};
}

bool sv_eq(struct sv a, struct sv b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool sv_eq_c(struct sv a, const char *b)
{
    return sv_eq(a, sv_of(b));
}

static unsigned char ascii_lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

bool sv_eq_nocase(struct sv a, struct sv b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (ascii_lower(a.ptr[i]) != ascii_lower(b.ptr[i]))
            return false;
    return true;
}

int sv_cmp(struct sv a, struct sv b)
{
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common ? memcmp(a.ptr, b.ptr, common) : 0;

    return order ? order : (a.len > b.len) - (a.len < b.len);
}

bool sv_starts(struct sv s, struct sv prefix)
{
    return s.len >= prefix.len && sv_eq(sv_sub(s, 0, prefix.len), prefix);
}

bool sv_ends(struct sv s, struct sv suffix)
{
    return s.len >= suffix.len && sv_eq(sv_from(s, s.len - suffix.len), suffix);
}

size_t sv_chr(struct sv s, char c)
{
    const char *hit = s.len ? memchr(s.ptr, c, s.len) : NULL;

    return hit ? (size_t)(hit - s.ptr) : SIZE_MAX;
}

size_t sv_rchr(struct sv s, char c)
{
    const char *hit = s.len ? memrchr(s.ptr, c, s.len) : NULL;

    return hit ? (size_t)(hit - s.ptr) : SIZE_MAX;
}

size_t sv_find(struct sv s, struct sv needle)
{
    const char *hit;

    if (needle.len == 0)
        return 0;
    hit = s.len ? memmem(s.ptr, s.len, needle.ptr, needle.len) : NULL;
    return hit ? (size_t)(hit - s.ptr) : SIZE_MAX;
}

struct sv sv_from(struct sv s, size_t from)
{
    return sv_sub(s, from, SIZE_MAX);
}

struct sv sv_sub(struct sv s, size_t from, size_t len)
{
    size_t left;

    if (!s.ptr)
        return s;
    if (from > s.len)
        from = s.len;
    left = s.len - from;
    return sv_make(s.ptr + from, len < left ? len : left);
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct sv sv_trim(struct sv s)
{
    return sv_trim_left(sv_trim_right(s));
}

struct sv sv_trim_left(struct sv s)
{
    size_t from = 0;

    while (from < s.len && is_space(s.ptr[from]))
        from++;
    return sv_from(s, from);
}

struct sv sv_trim_right(struct sv s)
{
    while (s.len && is_space(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

/* A NULL rest is a used up one; an empty one that is not NULL still owes its last piece. */
bool sv_next(struct sv *rest, char sep, struct sv *piece_out)
{
    size_t at;

    if (!rest->ptr)
        return false;
    at = sv_chr(*rest, sep);
    if (at == SIZE_MAX) {
        *piece_out = *rest;
        *rest = (struct sv){0};
        return true;
    }
    *piece_out = sv_sub(*rest, 0, at);
    *rest = sv_from(*rest, at + 1);
    return true;
}

bool sv_next_line(struct sv *rest, struct sv *line_out)
{
    size_t at;
    struct sv line;

    if (rest->len == 0)
        return false;
    at = sv_chr(*rest, '\n');
    if (at == SIZE_MAX) {
        *line_out = *rest;
        *rest = sv_from(*rest, rest->len);
        return true;
    }
    line = sv_sub(*rest, 0, at);
    if (line.len && line.ptr[line.len - 1] == '\r')
        line.len--;
    *line_out = line;
    *rest = sv_from(*rest, at + 1);
    return true;
}

/* Counts downwards, since INT64_MIN has no positive twin. */
bool sv_to_i64(struct sv s, int64_t *number_out)
{
    bool negative = s.len && s.ptr[0] == '-';
    int64_t number = 0;

    if (s.len && (s.ptr[0] == '-' || s.ptr[0] == '+'))
        s = sv_from(s, 1);
    if (s.len == 0)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
        if (__builtin_mul_overflow(number, 10, &number) || __builtin_sub_overflow(number, s.ptr[i] - '0', &number))
            return false;
    }
    if (!negative && number == INT64_MIN)
        return false;
    *number_out = negative ? number : -number;
    return true;
}

static size_t digits(struct sv s, size_t at)
{
    size_t from = at;

    while (at < s.len && s.ptr[at] >= '0' && s.ptr[at] <= '9')
        at++;
    return at - from;
}

/* Held to the grammar first: strtod alone would take "0x1p3", "inf" and "nan" too. */
static bool is_decimal(struct sv s)
{
    size_t at = s.len && (s.ptr[0] == '-' || s.ptr[0] == '+') ? 1 : 0;
    size_t whole = digits(s, at), fraction = 0, power;

    at += whole;
    if (at < s.len && s.ptr[at] == '.') {
        fraction = digits(s, at + 1);
        at += 1 + fraction;
    }
    if (whole + fraction == 0)
        return false;
    if (at < s.len && (s.ptr[at] == 'e' || s.ptr[at] == 'E')) {
        at++;
        if (at < s.len && (s.ptr[at] == '-' || s.ptr[at] == '+'))
            at++;
        power = digits(s, at);
        if (power == 0)
            return false;
        at += power;
    }
    return at == s.len;
}

bool sv_to_double(struct sv s, double *number_out)
{
    char text[NUMBER_TEXT_MAX + 1];
    double number;

    if (s.len > NUMBER_TEXT_MAX || !is_decimal(s))
        return false;
    memcpy(text, s.ptr, s.len);
    text[s.len] = '\0';
    number = strtod(text, NULL);
    if (!isfinite(number))
        return false;
    *number_out = number;
    return true;
}

struct sv sv_basename(struct sv path)
{
    size_t slash = sv_rchr(path, '/');

    return slash == SIZE_MAX ? path : sv_from(path, slash + 1);
}

struct sv sv_dirname(struct sv path)
{
    size_t slash = sv_rchr(path, '/');

    if (slash == SIZE_MAX)
        return sv_sub(path, 0, 0);
    while (slash > 0 && path.ptr[slash - 1] == '/')
        slash--;
    return sv_sub(path, 0, slash ? slash : 1);
}

struct sv sv_stem(struct sv path)
{
    struct sv name = sv_basename(path);
    size_t dot = sv_rchr(name, '.');

    return dot == SIZE_MAX || dot == 0 ? name : sv_sub(name, 0, dot);
}

__extension__ typedef unsigned __int128 wide;

static uint64_t fold(uint64_t a, uint64_t b)
{
    wide product = (wide)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t load64(const char *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof(word));
    return word;
}

/* Up to 7 bytes, each at a place of its own. */
static uint64_t load_tail(const char *at, size_t len)
{
    uint64_t word = 0;

    if (len)
        memcpy(&word, at, len);
    return word;
}

/* Multiply and fold the 128-bit product, 16 bytes a round. The length goes in, so that padding by zero
 * bytes makes no collision. */
uint64_t sv_hash(struct sv s)
{
    static const uint64_t odd_a = 0x9e3779b97f4a7c15u, odd_b = 0xd1b54a32d192ed03u, odd_c = 0x8bb84b93962eacc9u;
    uint64_t state = odd_a ^ fold(s.len ^ odd_b, odd_c);
    const char *at = s.ptr;
    size_t left = s.len;

    for (; left >= 16; at += 16, left -= 16)
        state = fold(load64(at) ^ odd_b, load64(at + 8) ^ state);
    if (left >= 8) {
        state = fold(load64(at) ^ odd_c, load_tail(at + 8, left - 8) ^ state);
    } else {
        state = fold(load_tail(at, left) ^ odd_c, odd_b ^ state);
    }
    return fold(state ^ odd_a, odd_b ^ s.len);
}
