/* Regular expressions: PCRE2 with JIT and limits. The one door to PCRE2. */
#ifndef TEXT_REGEX_H
#define TEXT_REGEX_H

#include "base/err.h"

struct regex;
struct regex_run; /* match data and JIT stack of one thread */

struct regex_match {
    size_t begin, end; /* bytes of the subject */
};

/* Smart case: without an upper-case letter in the pattern, case is ignored. UTF with invalid bytes allowed; UCP only
 * when the pattern needs it; ^ and $ match at lines. A mistake is USAGE with `column` set to its character in the
 * pattern (from 1). */
status regex_compile(struct sv pattern, struct regex **regex_out, struct err *err);
void regex_free(struct regex *regex);
status regex_run_new(const struct regex *regex, struct regex_run **run_out, struct err *err);
void regex_run_free(struct regex_run *run);
/* The first match at or after `from`. DONE with it, NOT_FOUND, or FAILED with a message that names the limit it ran
 * into. Behind the subject must stand a NUL, where it ends in bytes that are no UTF-8: PCRE2's JIT (10.42) looks there
 * to see whether a word goes on. */
status regex_find(const struct regex *regex, struct regex_run *run, struct sv subject, size_t from,
                  struct regex_match *match_out, struct err *err);
/* False only where `subject` has no match at all: a look for literals, many times faster than regex_find. Any thread.
 */
bool regex_may_match(const struct regex *regex, struct sv subject);

/* Named groups, in the order of the pattern; several of one name count as one. The view lives as long as the regex. */
size_t regex_name_count(const struct regex *regex);
struct sv regex_name(const struct regex *regex, size_t i);
/* What that group took in the last match that regex_find made with `run`; false when it took no part. */
bool regex_named(const struct regex *regex, const struct regex_run *run, size_t i, struct regex_match *match_out);

#endif
