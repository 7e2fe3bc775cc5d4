/* What every unit test includes: cmocka, which wants four headers before its own, and the checks it lacks. */
#ifndef UNIT_TEST_H
#define UNIT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/sv.h"

/* The view has these bytes. */
#define assert_sv(view, literal) test_sv((view), (literal), sizeof(literal) - 1, __FILE__, __LINE__)
/* DONE; else the error's own words. */
#define assert_done(call, err) test_done((call), (err), __FILE__, __LINE__)

static inline void test_sv(struct sv view, const char *bytes, size_t len, const char *file, int line)
{
    if (sv_eq(view, sv_make(bytes, len)))
        return;
    print_error("\"%.*s\" (%zu bytes) is not \"%.*s\"\n", SV_ARG(view), view.len, (int)len, bytes);
    _fail(file, line);
}

static inline void test_done(status rc, const struct err *err, const char *file, int line)
{
    if (rc == DONE)
        return;
    print_error("status %d: %s\n", rc, err ? err->text : "");
    _fail(file, line);
}

#endif
