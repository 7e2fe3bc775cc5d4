/* String views: bytes somebody else owns, with a length and without a NUL at the end. */
#ifndef BASE_SV_H
#define BASE_SV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* `ptr` may be NULL only when `len` is 0. A view is as good as the bytes behind it: who makes one
 * says how long they live. Passed and returned by value. */
struct sv {
    const char *ptr;
    size_t len;
};

/* A view of a string literal; SV_INIT in static initialisers. */
#define SV(literal) ((struct sv){.ptr = "" literal "", .len = sizeof(literal) - 1})
#define SV_INIT(literal)                                                                                               \
    {                                                                                                                  \
        .ptr = "" literal "", .len = sizeof(literal) - 1                                                               \
    }
/* For printf: "%.*s", SV_ARG(view). Views longer than INT_MAX are cut. */
#define SV_ARG(view) sv_int_len(view), ((view).ptr ? (view).ptr : "")

int sv_int_len(struct sv s);

/* A view of a NUL-terminated string; NULL gives the empty view. */
struct sv sv_of(const char *cstr);
struct sv sv_make(const char *ptr, size_t len);

bool sv_eq(struct sv a, struct sv b);
bool sv_eq_c(struct sv a, const char *b);
/* ASCII letters compare without case; other bytes as they are. For keys and keywords only. */
bool sv_eq_nocase(struct sv a, struct sv b);
/* By bytes, as unsigned; a prefix comes first. */
int sv_cmp(struct sv a, struct sv b);
bool sv_starts(struct sv s, struct sv prefix);
bool sv_ends(struct sv s, struct sv suffix);

/* Offset of the first (last) `c` or `needle`, or SIZE_MAX. */
size_t sv_chr(struct sv s, char c);
size_t sv_rchr(struct sv s, char c);
size_t sv_find(struct sv s, struct sv needle);

/* The rest from `from` on; past the end gives the empty view. */
struct sv sv_from(struct sv s, size_t from);
/* At most `len` bytes from `from` on. */
struct sv sv_sub(struct sv s, size_t from, size_t len);
/* Without ASCII white space (space, tab, CR, LF, VT, FF) at both ends, at the left, at the right. */
struct sv sv_trim(struct sv s);
struct sv sv_trim_left(struct sv s);
struct sv sv_trim_right(struct sv s);

/* Cuts the next piece up to `sep` off the front of `rest`. False when `rest` is used up; a separator
 * at the end gives a last, empty piece. Start with `*rest` not empty, or take one empty piece. */
bool sv_next(struct sv *rest, char sep, struct sv *piece_out);
/* The next line without its LF or CRLF (a lone CR ends no line). False at the end. */
bool sv_next_line(struct sv *rest, struct sv *line_out);

/* The whole view as a decimal number, an optional sign first. False when it is none or overflows. */
bool sv_to_i64(struct sv s, int64_t *number_out);
/* The whole view as a decimal fraction such as -1.5e3, the C locale's. False for more than 512 bytes, for what
 * overflows, for "inf", "nan" and hexadecimal. */
bool sv_to_double(struct sv s, double *number_out);

/* Path helpers: "a/b.md" -> "b.md", "a", and the stem "b" (without the last dot and what follows;
 * a leading dot starts no suffix). The directory of a bare name is empty. */
struct sv sv_basename(struct sv path);
struct sv sv_dirname(struct sv path);
struct sv sv_stem(struct sv path);

/* 64-bit hash of the bytes, fast and of good spread, not against an adversary. */
uint64_t sv_hash(struct sv s);

#endif
