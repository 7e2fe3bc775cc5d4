/* Plugins that misbehave, one a macro: `cc -DCRASH_IN_OPEN ... bad.c`. All are called "bad". Without any macro it is a
 * well-behaved command, so that a test of a refusal shows that only the misdeed is what is refused. */
#include <chiron/plugin.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef EXPORT_PATH
#define EXPORT_PATH "notes/a.txt"
#endif
#ifndef WORD
#define WORD "bad"
#endif

static const chiron_host *host;
static const chiron_out_v1 *out_table;
static const chiron_query_v1 *query_table;
static const chiron_tree_v1 *tree_table;

static chiron_sv view(const char *text)
{
    return (chiron_sv){text, strlen(text)};
}

/* A sanitizer's handler would make an exit of it. */
static void crash(void)
{
    signal(SIGSEGV, SIG_DFL);
    raise(SIGSEGV);
}

static void hang(void)
{
    for (;;)
        pause();
}

/* Touches what it takes, so that no laziness of the kernel hides it. */
static void eat_memory(void)
{
    for (;;) {
        char *block = malloc(1 << 20);
        memset(block, 1, 1 << 20);
    }
}

#ifdef CRASH_IN_CONSTRUCTOR
__attribute__((constructor)) static void constructor(void)
{
    crash();
}
#endif

#ifdef UNDEFINED_SYMBOL
int nowhere_to_be_found(void);
#endif

/* ---- a command ---- */

static chiron_status nest(void *payload, chiron_call *call, const chiron_note *const *notes, size_t count)
{
    (void)notes;
    (void)count;
    return query_table->each(call, view(""), nest, payload);
}

static chiron_status well_behaved(chiron_out *out)
{
    out_table->begin_map(out);
    out_table->key(out, "answer");
    out_table->integer(out, 42);
    return out_table->end_map(out);
}

static chiron_status run(void *self, chiron_call *call, const chiron_argument *const *arguments, size_t count,
                         chiron_out *out)
{
    (void)self;
    (void)arguments;
    (void)count;
    (void)nest;
#if defined(CRASH_IN_CALL)
    well_behaved(out);
    crash();
#elif defined(CRASH_ON_WORD)
    if (count > 0)
        crash();
#elif defined(ABORT_IN_CALL)
    abort();
#elif defined(HANG_IN_CALL)
    hang();
#elif defined(SPIN_IN_CALL)
    for (volatile unsigned i = 0;; i++)
        ;
#elif defined(EAT_MEMORY)
    eat_memory();
#elif defined(EXIT_IN_CALL)
    exit(0);
#elif defined(RUBBISH_ON_THE_WIRE)
    char rubbish[4096];
    memset(rubbish, 0xa5, sizeof(rubbish));
    return write(3, rubbish, sizeof(rubbish)) > 0 ? CHIRON_OK : CHIRON_EFAILED;
#elif defined(SHORT_FRAME)
    static const unsigned char frame[] = {4, 0, 0, 0, 7, 0, 0, 0, 1, 2, 3, 4}; /* an EMIT that ends too soon */
    return write(3, frame, sizeof(frame)) > 0 ? CHIRON_OK : CHIRON_EFAILED;
#elif defined(CLOSES_THE_WIRE)
    close(3);
#elif defined(PRINTS)
    puts("printed by a plugin");
    fputs("printed by a plugin\n", stderr);
    fflush(NULL);
#elif defined(STRANGE_STATUS)
    return 77;
#elif defined(SILENT_FAILURE)
    return CHIRON_EFAILED;
#elif defined(TERMINAL_ESCAPE)
    return host->fail(call, CHIRON_EFAILED, "\033]0;owned\007 line one\nline two \xff");
#elif defined(OPEN_MAP)
    out_table->begin_map(out);
    out_table->key(out, "open");
    return CHIRON_OK;
#elif defined(VALUE_WITHOUT_KEY)
    out_table->begin_map(out);
    out_table->integer(out, 1);
    return CHIRON_OK;
#elif defined(ENDS_TOO_OFTEN)
    well_behaved(out);
    return out_table->end_map(out);
#elif defined(BAD_KEY)
    out_table->begin_map(out);
    out_table->key(out, "Not A Key\n");
#elif defined(NULL_KEY)
    out_table->begin_map(out);
    out_table->key(out, NULL);
#elif defined(NOT_A_NUMBER)
    out_table->begin_map(out);
    out_table->key(out, "n");
    out_table->number(out, 0.0 / 0.0 * (double)count);
    return out_table->end_map(out);
#elif defined(INVALID_UTF8)
    out_table->begin_map(out);
    out_table->key(out, "text");
    out_table->string(out, view("a\xff\xfe b \033[31m"));
    return out_table->end_map(out);
#elif defined(ENDLESS_NESTING)
    return query_table->each(call, view(""), nest, NULL);
#elif defined(ENDLESS_OUTPUT)
    while (out_table->line(out, view("and on")) == CHIRON_OK)
        ;
    return CHIRON_EFAILED;
#elif defined(READS_WITHOUT_LEAVE)
    return query_table == NULL ? host->fail(call, CHIRON_EFAILED, "nothing to read with") : CHIRON_OK;
#endif
    (void)call;
    return well_behaved(out);
}

#ifdef NULL_NAME
#define NAME NULL
#elif defined(WRONG_NAME)
#define NAME "worse"
#else
#define NAME WORD
#endif

static const chiron_command_v1 command = {
#ifdef SHORT_TABLE
    .struct_size = 8,
#else
    .struct_size = sizeof(command),
#endif
    .name = NAME,
    .usage = "",
#ifdef ESCAPE_IN_SUMMARY
    .summary = "\033[31mred",
#else
    .summary = "misbehaves",
#endif
#ifndef NULL_FUNCTION
    .run = run,
#endif
};

/* ---- a check ---- */

static chiron_status check_note(void *self, chiron_call *call, const chiron_note *note, chiron_finding_fn fn,
                                void *payload)
{
    chiron_finding finding = {.struct_size = sizeof(finding), .level = CHIRON_WARNING};
    (void)self;
    (void)call;
    (void)note;
#if defined(BAD_LEVEL)
    finding.level = 77;
#elif defined(SHORT_FINDING)
    finding.struct_size = 4;
#elif defined(NULL_MESSAGE)
    finding.message.len = 1 << 20;
#elif defined(CRASH_IN_CALL)
    crash();
#elif defined(HUGE_LINE)
    finding.line = finding.column = UINT32_MAX;
    finding.message = view("far\noff \xff");
#endif
    return fn(payload, &finding);
}

static const chiron_check_v1 check = {sizeof(check), "rule", "misbehaves", "", check_note};

/* ---- a searcher ---- */

static chiron_status search(void *self, chiron_call *call, const chiron_search_query *query, chiron_hit_fn fn,
                            void *payload)
{
    uint32_t marks[] = {5, 2, 900000, 4};
    chiron_snippet snippet = {sizeof(snippet), 1, view("text"), marks, 4};
    const chiron_snippet *const snippets[] = {&snippet};
    chiron_hit hit = {sizeof(hit), INT64_MAX, 1, snippets, 1};
    (void)self;
    (void)call;
    (void)query;
#if defined(NEGATIVE_ID)
    hit.id = -5;
#elif defined(NAN_SCORE)
    hit.score = __builtin_nan("");
#elif defined(CRASH_IN_CALL)
    crash();
#elif defined(ENDLESS_HITS)
    for (;;) {
        chiron_status status = fn(payload, &hit);
        if (status != CHIRON_OK)
            return status;
    }
#elif defined(ASKS_ITSELF)
    return query_table->each(call, view("word"), nest, NULL);
#endif
    return fn(payload, &hit);
}

static const chiron_searcher_v1 searcher = {sizeof(searcher), "bad", search};

/* ---- figures ---- */

static chiron_status kpi_begin(void *self, chiron_call *call, const chiron_kpi_definition *definition,
                               const chiron_window *window, void **fold_out)
{
    (void)self;
    (void)call;
    (void)definition;
    (void)window;
    (void)fold_out; /* NULL is a fine state */
    return CHIRON_OK;
}

static chiron_status kpi_add(void *fold, chiron_call *call, const chiron_note *const *notes, size_t count)
{
    (void)fold;
    (void)call;
    (void)notes;
    (void)count;
#ifdef CRASH_IN_CALL
    crash();
#endif
    return CHIRON_OK;
}

static chiron_status kpi_finish(void *fold, chiron_call *call, chiron_kpi_value *value_out)
{
    (void)fold;
    (void)call;
    value_out->has_value = true;
    value_out->value = __builtin_inf();
    value_out->n = UINT64_MAX;
    return CHIRON_OK;
}

static void discard(void *fold)
{
    (void)fold;
}

static const chiron_kpi_definition figure = {
    sizeof(figure), "figure", "Figure", "", "none",
#ifdef BAD_QUERY
    "type:((",
#else
    "",
#endif
    CHIRON_NEITHER,
};
#ifndef NO_FIGURES
static const chiron_kpi_definition *const figures[] = {&figure, NULL};
#endif
static const chiron_kpi_v1 kpi = {
    .struct_size = sizeof(kpi),
#ifndef NO_FIGURES
    .definitions = figures,
#endif
    .begin = kpi_begin,
    .add = kpi_add,
    .finish = kpi_finish,
    .discard = discard,
};

/* ---- an exporter ---- */

static chiron_tree *tree;

static chiron_status export_begin(void *self, chiron_call *call, const chiron_argument *const *arguments, size_t count,
                                  chiron_tree *given, void **state_out)
{
    (void)self;
    (void)call;
    (void)arguments;
    (void)count;
    (void)state_out;
    tree = given;
#ifndef WRITES_FIRST
    chiron_status status = tree_table->file(tree, view(EXPORT_PATH));
    if (status != CHIRON_OK)
        return status;
#endif
    return tree_table->write(tree, view("bytes"));
}

static chiron_status export_add(void *state, chiron_call *call, const chiron_note *const *notes, size_t count)
{
    (void)state;
    (void)notes;
    (void)count;
#if defined(CRASH_IN_CALL)
    crash();
#elif defined(FAILS_IN_THE_MIDDLE)
    return host->fail(call, CHIRON_EFAILED, "no more");
#elif defined(SAME_FILE_TWICE)
    return tree_table->file(tree, view(EXPORT_PATH));
#endif
    (void)call;
    return CHIRON_OK;
}

static chiron_status export_finish(void *state, chiron_call *call)
{
    (void)state;
    (void)call;
    return CHIRON_OK;
}

static const chiron_exporter_v1 exporter = {sizeof(exporter), "bad",      NULL,          "misbehaves", NULL,
                                            export_begin,     export_add, export_finish, discard};

/* ---- the frame ---- */

static chiron_status open_plugin(const chiron_host *given, chiron_call *call, void **self_out)
{
    (void)self_out;
    host = given;
    out_table = host->get_extension(host, CHIRON_EXT_OUT);
    query_table = host->get_extension(host, CHIRON_EXT_QUERY);
    tree_table = host->get_extension(host, CHIRON_EXT_TREE);
#if defined(CRASH_IN_OPEN)
    crash();
#elif defined(FAIL_IN_OPEN)
    return host->fail(call, CHIRON_EFAILED, "not today");
#elif defined(SILENT_IN_OPEN)
    return CHIRON_EFAILED;
#elif defined(EXIT_IN_OPEN)
    exit(7);
#elif defined(HANG_IN_OPEN)
    hang();
#elif defined(UNDEFINED_SYMBOL)
    return nowhere_to_be_found();
#endif
    (void)call;
    (void)crash;
    (void)hang;
    (void)eat_memory;
    return CHIRON_OK;
}

static const void *get_extension(void *self, const char *id)
{
    (void)self;
#ifdef NO_TABLES
    return NULL;
#endif
    if (strcmp(id, CHIRON_EXT_COMMAND) == 0)
        return &command;
    if (strcmp(id, CHIRON_EXT_CHECK) == 0)
        return &check;
    if (strcmp(id, CHIRON_EXT_SEARCHER) == 0)
        return &searcher;
    if (strcmp(id, CHIRON_EXT_KPI) == 0)
        return &kpi;
    return strcmp(id, CHIRON_EXT_EXPORTER) == 0 ? &exporter : NULL;
}

static void close_plugin(void *self)
{
    (void)self;
#ifdef CRASH_IN_CLOSE
    crash();
#elif defined(HANG_IN_CLOSE)
    hang();
#endif
}

#if defined(NO_SYMBOL)
CHIRON_EXPORT const int something_else = 1;
#define chiron_plugin hidden_plugin
#elif defined(SYMBOL_IS_A_FUNCTION)
#define chiron_plugin hidden_plugin
#endif

#ifdef WRONG_MAJOR
#define MAJOR 99u
#else
#define MAJOR CHIRON_ABI_MAJOR
#endif
#ifdef SHORT_ENTRY
#define ENTRY_SIZE 16u
#else
#define ENTRY_SIZE sizeof(chiron_entry)
#endif
#ifdef WRONG_ID
#define ID "good"
#elif defined(NULL_ID)
#define ID NULL
#else
#define ID "bad"
#endif
#ifdef WRONG_VERSION
#define VERSION "9.9"
#else
#define VERSION "1.0.0"
#endif
#ifdef NULL_OPEN
#define OPEN NULL
#else
#define OPEN open_plugin
#endif

#if defined(NO_SYMBOL) || defined(SYMBOL_IS_A_FUNCTION)
extern const chiron_entry chiron_plugin;
__attribute__((used, visibility("hidden")))
#else
CHIRON_EXPORT
#endif
const chiron_entry chiron_plugin = {ENTRY_SIZE, MAJOR, CHIRON_ABI_MINOR, ID,
                                    VERSION,    OPEN,  get_extension,    close_plugin};

#ifdef SYMBOL_IS_A_FUNCTION
#undef chiron_plugin
CHIRON_EXPORT int chiron_plugin(void);
int chiron_plugin(void)
{
    return 1;
}
#endif
