#define PCRE2_CODE_UNIT_WIDTH 8

#include "text/regex.h"

#include "base/arena.h"
#include "base/i18n.h"
#include "base/utf8.h"
#include "text/fold.h"
#include "text/needle.h"
#include "text/required.h"

#include <pcre2.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    PATTERN_MAX = 10000,        /* bytes */
    MATCH_LIMIT = 5000000,      /* steps of one search */
    DEPTH_LIMIT = 100000,       /* of the interpreter's backtracking */
    HEAP_LIMIT_KIB = 64 * 1024, /* of the interpreter */
    JIT_STACK_MIN = 32 * 1024,  /* bytes */
    JIT_STACK_MAX = 64 * 1024 * 1024
};

/* What one run may take in all, so that a pattern that is slow on every note, yet below the limits on each, ends too:
 * a second and a half, and for each byte searched several times what an ordinary pattern takes. */
static const int64_t RUN_BASE_NS = 1500000000, RUN_BYTE_NS = 20;

/* A group with a name; with (?J) several may share it. */
struct group {
    struct sv name;
    unsigned number;
};

struct regex {
    pcre2_code *code;
    struct arena arena;
    struct group *groups; /* by number */
    size_t group_count;
    struct sv *names; /* without doubles */
    size_t name_count;
    struct needle needles[REQUIRED_MAX]; /* one of them is in every match */
    size_t needle_count;                 /* 0: nothing is known */
};

struct regex_run {
    pcre2_match_data *data;
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
    int64_t allowed_ns, used_ns; /* by the wall clock, which is cheap to read */
    int64_t started_cpu_ns;
};

static int64_t now_ns(clockid_t clock)
{
    struct timespec t = {0};
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* --- what the pattern asks for --- */

struct needs {
    bool upper, properties, non_ascii;
};

/* Behind the "{...}" or "<...>" that may follow an escape such as \p, \x, \k. */
static size_t skip_argument(struct sv pattern, size_t at)
{
    if (at >= pattern.len || (pattern.ptr[at] != '{' && pattern.ptr[at] != '<'))
        return at;
    size_t close = sv_chr(sv_from(pattern, at), pattern.ptr[at] == '{' ? '}' : '>');
    return close == SIZE_MAX ? at : at + close + 1;
}

static size_t look_at_escape(struct sv pattern, size_t at, struct needs *needs)
{
    if (at >= pattern.len)
        return at;
    char c = pattern.ptr[at];
    if (strchr("wWdDsSbB", c) != NULL)
        needs->properties = true;
    bool takes_argument = strchr("pPxoNgk", c) != NULL;
    return takes_argument ? skip_argument(pattern, at + 1) : at + 1;
}

static struct needs look_at(struct sv pattern)
{
    struct needs needs = {0};
    for (size_t at = 0; at < pattern.len;) {
        uint32_t rune = 0;
        size_t len = utf8_decode(pattern, at, &rune);
        if (rune == '\\') {
            at = look_at_escape(pattern, at + 1, &needs);
            continue;
        }
        if (sv_starts(sv_from(pattern, at), SV("[:")))
            needs.properties = true;
        if (sv_starts(sv_from(pattern, at), SV("(?<")) || sv_starts(sv_from(pattern, at), SV("(?P<"))) {
            size_t name = at + (pattern.ptr[at + 2] == 'P' ? 3 : 2);
            at = skip_argument(pattern, name) > name ? skip_argument(pattern, name) : at + 1;
            continue;
        }
        needs.non_ascii = needs.non_ascii || rune >= 0x80;
        needs.upper = needs.upper || rune_lower(rune) != rune;
        at += len > 0 ? len : 1;
    }
    return needs;
}

static uint32_t options_for(struct sv pattern)
{
    struct needs needs = look_at(pattern);
    uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C;
    if (!needs.upper)
        options |= PCRE2_CASELESS;
    if (needs.properties || (needs.non_ascii && !needs.upper))
        options |= PCRE2_UCP; /* ten times slower for classes: only where they are used */
    return options;
}

/* --- compiling --- */

static status compile_error(struct sv pattern, int code, size_t offset, struct err *err)
{
    PCRE2_UCHAR text[256] = {0};
    if (code == PCRE2_ERROR_NOMEMORY || code == 121)
        return err_no_memory(err);
    pcre2_get_error_message(code, text, sizeof text);
    unsigned column = (unsigned)utf8_count(sv_sub(pattern, 0, offset)) + 1;
    return err_at(err, USAGE, (struct sv){0}, 0, column, _("in the regular expression '%.*s': %s"), SV_ARG(pattern),
                  (const char *)text);
}

static status compile(struct sv pattern, uint32_t options, pcre2_code **code_out, struct err *err)
{
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    if (context == NULL)
        return err_no_memory(err);
    pcre2_set_max_pattern_length(context, PATTERN_MAX);
    int error = 0;
    size_t offset = 0;
    const char *bytes = pattern.len > 0 ? pattern.ptr : "";
    *code_out = pcre2_compile((PCRE2_SPTR)bytes, pattern.len, options, &error, &offset, context);
    pcre2_compile_context_free(context);
    return *code_out != NULL ? DONE : compile_error(pattern, error, offset, err);
}

/* One literal that cannot be looked for makes the others worthless: it may be the one that is there. */
static status find_needles(struct regex *regex, struct sv pattern, bool fold, struct err *err)
{
    struct required required;
    status s = required_of(pattern, fold, &regex->arena, &required, err);
    for (size_t i = 0; s == DONE && i < required.count; i++) {
        if (!needle_init(&regex->needles[i], required.items[i], fold)) {
            regex->needle_count = 0;
            return DONE;
        }
        regex->needle_count++;
    }
    return s;
}

static int by_number(const void *a, const void *b)
{
    const struct group *left = a, *right = b;
    return (left->number > right->number) - (left->number < right->number);
}

static void keep_name(struct regex *regex, struct sv name)
{
    for (size_t i = 0; i < regex->name_count; i++)
        if (sv_eq(regex->names[i], name))
            return;
    regex->names[regex->name_count++] = name;
}

static status find_groups(struct regex *regex, struct err *err)
{
    uint32_t count = 0, size = 0;
    PCRE2_SPTR table = NULL;
    pcre2_pattern_info(regex->code, PCRE2_INFO_NAMECOUNT, &count);
    pcre2_pattern_info(regex->code, PCRE2_INFO_NAMEENTRYSIZE, &size);
    pcre2_pattern_info(regex->code, PCRE2_INFO_NAMETABLE, &table);
    if (count == 0)
        return DONE;
    regex->groups = arena_array(&regex->arena, count, sizeof *regex->groups);
    regex->names = arena_array(&regex->arena, count, sizeof *regex->names);
    if (regex->groups == NULL || regex->names == NULL)
        return err_no_memory(err);
    for (; regex->group_count < count; table += size)
        regex->groups[regex->group_count++] =
            (struct group){sv_of((const char *)table + 2), (unsigned)table[0] << 8 | table[1]};
    qsort(regex->groups, count, sizeof *regex->groups, by_number);
    for (size_t i = 0; i < count; i++)
        keep_name(regex, regex->groups[i].name);
    return DONE;
}

status regex_compile(struct sv pattern, struct regex **regex_out, struct err *err)
{
    *regex_out = NULL;
    struct regex *regex = memory_zero(1, sizeof *regex);
    if (regex == NULL)
        return err_no_memory(err);
    uint32_t options = options_for(pattern);
    status s = compile(pattern, options, &regex->code, err);
    if (s == DONE)
        s = find_needles(regex, pattern, options & PCRE2_CASELESS, err);
    if (s == DONE)
        s = find_groups(regex, err);
    if (s != DONE) {
        regex_free(regex);
        return s;
    }
    /* Where there is no JIT the interpreter does it. */
    (void)pcre2_jit_compile(regex->code, PCRE2_JIT_COMPLETE);
    *regex_out = regex;
    return DONE;
}

void regex_free(struct regex *regex)
{
    if (regex == NULL)
        return;
    pcre2_code_free(regex->code);
    arena_release(&regex->arena);
    free(regex);
}

bool regex_may_match(const struct regex *regex, struct sv subject)
{
    for (size_t i = 0; i < regex->needle_count; i++)
        if (needle_in(&regex->needles[i], subject))
            return true;
    return regex->needle_count == 0;
}

/* --- searching --- */

static bool run_init(struct regex_run *run, const struct regex *regex)
{
    run->data = pcre2_match_data_create_from_pattern(regex->code, NULL);
    run->context = pcre2_match_context_create(NULL);
    run->stack = pcre2_jit_stack_create(JIT_STACK_MIN, JIT_STACK_MAX, NULL);
    if (run->data == NULL || run->context == NULL)
        return false;
    pcre2_set_match_limit(run->context, MATCH_LIMIT);
    pcre2_set_depth_limit(run->context, DEPTH_LIMIT);
    pcre2_set_heap_limit(run->context, HEAP_LIMIT_KIB);
    if (run->stack != NULL)
        pcre2_jit_stack_assign(run->context, NULL, run->stack);
    run->allowed_ns = RUN_BASE_NS;
    run->started_cpu_ns = now_ns(CLOCK_THREAD_CPUTIME_ID);
    return true;
}

status regex_run_new(const struct regex *regex, struct regex_run **run_out, struct err *err)
{
    *run_out = NULL;
    struct regex_run *run = memory_zero(1, sizeof *run);
    if (run == NULL)
        return err_no_memory(err);
    if (!run_init(run, regex)) {
        regex_run_free(run);
        return err_no_memory(err);
    }
    *run_out = run;
    return DONE;
}

void regex_run_free(struct regex_run *run)
{
    if (run == NULL)
        return;
    pcre2_match_data_free(run->data);
    pcre2_match_context_free(run->context);
    pcre2_jit_stack_free(run->stack);
    free(run);
}

static status match_error(int code, struct err *err)
{
    PCRE2_UCHAR text[256] = {0};
    switch (code) {
    case PCRE2_ERROR_NOMATCH:
        return NOT_FOUND;
    case PCRE2_ERROR_NOMEMORY:
        return err_no_memory(err);
    case PCRE2_ERROR_MATCHLIMIT:
        return err_set(err, FAILED, "%s", _("the regular expression takes too many steps (match limit)"));
    case PCRE2_ERROR_DEPTHLIMIT:
        return err_set(err, FAILED, "%s", _("the regular expression nests too deep (depth limit)"));
    case PCRE2_ERROR_HEAPLIMIT:
    case PCRE2_ERROR_JIT_STACKLIMIT:
        return err_set(err, FAILED, "%s", _("the regular expression takes too much memory (heap limit)"));
    default:
        pcre2_get_error_message(code, text, sizeof text);
        return err_set(err, FAILED, _("the regular expression cannot be matched: %s"), (const char *)text);
    }
}

/* The wall clock counts other processes too: before giving up, the thread's own time is asked. */
static bool out_of_time(const struct regex_run *run)
{
    return run->used_ns > run->allowed_ns && now_ns(CLOCK_THREAD_CPUTIME_ID) - run->started_cpu_ns > run->allowed_ns;
}

static int search(const struct regex *regex, struct regex_run *run, struct sv subject, size_t from)
{
    PCRE2_SPTR bytes = (PCRE2_SPTR)(subject.ptr != NULL ? subject.ptr : "");
    int64_t before = now_ns(CLOCK_MONOTONIC);
    int code = pcre2_match(regex->code, bytes, subject.len, from, 0, run->data, run->context);
    if (code == PCRE2_ERROR_JIT_STACKLIMIT)
        code = pcre2_match(regex->code, bytes, subject.len, from, PCRE2_NO_JIT, run->data, run->context);
    run->used_ns += now_ns(CLOCK_MONOTONIC) - before;
    size_t searched = code > 0 ? pcre2_get_ovector_pointer(run->data)[1] : subject.len;
    if (searched > from)
        run->allowed_ns += (int64_t)(searched - from) * RUN_BYTE_NS;
    return code;
}

status regex_find(const struct regex *regex, struct regex_run *run, struct sv subject, size_t from,
                  struct regex_match *match_out, struct err *err)
{
    if (from > subject.len)
        return NOT_FOUND;
    int code = search(regex, run, subject, from);
    if (code < 0 && code != PCRE2_ERROR_NOMATCH)
        return match_error(code, err);
    if (out_of_time(run))
        return err_set(err, FAILED, "%s", _("the regular expression takes too long (time limit)"));
    if (code < 0)
        return NOT_FOUND;
    const size_t *ends = pcre2_get_ovector_pointer(run->data);
    /* \K in a lookahead can put the start behind the end. */
    match_out->begin = ends[0] < ends[1] ? ends[0] : ends[1];
    match_out->end = ends[1];
    return DONE;
}

/* --- named groups --- */

size_t regex_name_count(const struct regex *regex)
{
    return regex->name_count;
}

struct sv regex_name(const struct regex *regex, size_t i)
{
    return regex->names[i];
}

bool regex_named(const struct regex *regex, const struct regex_run *run, size_t i, struct regex_match *match_out)
{
    const size_t *ends = pcre2_get_ovector_pointer(run->data);
    for (size_t g = 0; g < regex->group_count; g++) {
        const size_t *pair = ends + 2 * (size_t)regex->groups[g].number;
        if (!sv_eq(regex->groups[g].name, regex->names[i]) || pair[0] == PCRE2_UNSET)
            continue;
        *match_out = (struct regex_match){pair[0] < pair[1] ? pair[0] : pair[1], pair[1]};
        return true;
    }
    return false;
}
