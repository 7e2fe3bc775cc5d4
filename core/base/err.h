/* Errors: a code travels up as the return value, the words are left once, where it happened, in a
 * buffer that the caller owns; so running out of memory can be reported too. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/sv.h"

/* 0 done; negative failed, and the `struct err` is filled; positive an expected answer without words. */
typedef int status;

enum {
    DONE = 0,
    NOT_FOUND = 1, /* what was asked for is not there */
    STOP = 2,      /* a callback wants no more */
    FAILED = -1,   /* anything that has no code of its own */
    NO_MEMORY = -2,
    USAGE = -3,     /* the caller's words are wrong: an option, a query; exit code 2 */
    CANCELLED = -4, /* by a signal or a time limit */
    MALFORMED = -5, /* data that cannot be read as what it should be */
    REFUSED = -6,   /* a rule of safety says no */
    CONFLICTED = -7 /* somebody else changed it meanwhile; trying again may help */
};

enum { ERR_TEXT_MAX = 768, ERR_PATH_MAX = 512 };

/* Filled at most once a failure; `code` DONE means empty. Zero-initialise: `struct err err = {0};` */
struct err {
    status code;
    unsigned line, column;   /* from 1; 0: unknown */
    char path[ERR_PATH_MAX]; /* of the file or the argument concerned; may be empty */
    char text[ERR_TEXT_MAX]; /* lower case, no full stop, the subject quoted; UTF-8, cut at a character */
};

/* Each returns `code`, so that a failing function ends in one line. `err` may be NULL. A second
 * error does not write over a first: clear with err_clear when going on on purpose. */
status err_set(struct err *err, status code, const char *format, ...) __attribute__((format(printf, 3, 4)));
status err_at(struct err *err, status code, struct sv path, unsigned line, unsigned column, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
/* As err_set, with ": " and the text of `saved_errno` behind; ENOMEM becomes NO_MEMORY.
 * However long the format comes out, the reason is kept. */
status err_errno(struct err *err, int saved_errno, const char *format, ...) __attribute__((format(printf, 3, 4)));
status err_no_memory(struct err *err);

/* Puts what the caller was doing in front: "reading 'x': <text>". */
void err_context(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Names the place where it is still unknown. */
void err_place(struct err *err, struct sv path, unsigned line, unsigned column);
void err_clear(struct err *err);

/* "path:line:column: text" as far as it is known, into `into` (always NUL-terminated). */
void err_format(const struct err *err, char *into, size_t size);

#endif
