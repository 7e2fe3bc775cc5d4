/* One plugin with a command and an exporter, each with an option: for tests/abi/sockets.bats. */
#include <chiron/plugin.h>

#include <string.h>

static const chiron_host *host;

static chiron_sv text_of(const char *text)
{
    chiron_sv view = {text, strlen(text)};
    return view;
}

static const chiron_option loud = {sizeof(chiron_option), "greeting", 'g', "TEXT", "what to say"};
static const chiron_option *const options[] = {&loud, NULL};

static chiron_sv greeting_of(const chiron_argument *const *arguments, size_t count)
{
    chiron_sv greeting = text_of("hello");
    for (size_t i = 0; i < count; i++)
        if (arguments[i]->name && strcmp(arguments[i]->name, "greeting") == 0)
            greeting = arguments[i]->value;
    return greeting;
}

static chiron_status run(void *self, chiron_call *call, const chiron_argument *const *arguments, size_t count,
                         chiron_out *out)
{
    const chiron_out_v1 *to = host->get_extension(host, CHIRON_EXT_OUT);
    (void)self;
    if (!to)
        return host->fail(call, CHIRON_EFAILED, "nothing to answer with");
    to->begin_map(out);
    to->key(out, "said");
    to->string(out, greeting_of(arguments, count));
    return to->end_map(out);
}

static const chiron_command_v1 command = {sizeof command, "greet", "[--greeting TEXT]", "Says something", options, run};

static chiron_status begin(void *self, chiron_call *call, const chiron_argument *const *arguments, size_t count,
                           chiron_tree *tree, void **state_out)
{
    const chiron_tree_v1 *to = host->get_extension(host, CHIRON_EXT_TREE);
    (void)self;
    *state_out = tree;
    if (!to)
        return host->fail(call, CHIRON_EFAILED, "nowhere to write to");
    to->file(tree, text_of(""));
    to->write(tree, greeting_of(arguments, count));
    return to->write(tree, text_of("\n"));
}

static chiron_status add(void *state, chiron_call *call, const chiron_note *const *notes, size_t count)
{
    const chiron_tree_v1 *to = host->get_extension(host, CHIRON_EXT_TREE);
    const chiron_notes_v1 *read = host->get_extension(host, CHIRON_EXT_NOTES);
    chiron_status code = CHIRON_OK;
    (void)call;
    for (size_t i = 0; code == CHIRON_OK && i < count; i++) {
        code = to->write(state, read->text(notes[i], CHIRON_NOTE_TITLE));
        if (code == CHIRON_OK)
            code = to->write(state, text_of("\n"));
    }
    return code;
}

static chiron_status finish(void *state, chiron_call *call)
{
    (void)state;
    (void)call;
    return CHIRON_OK;
}

static void discard(void *state)
{
    (void)state;
}

static const chiron_exporter_v1 exporter = {
    sizeof exporter, "titles", ".txt", "Titles, a line each", options, begin, add, finish, discard};

static chiron_status start(const chiron_host *lent, chiron_call *call, void **self_out)
{
    (void)call;
    host = lent;
    *self_out = NULL;
    return CHIRON_OK;
}

static const void *extension(void *self, const char *id)
{
    (void)self;
    if (strcmp(id, CHIRON_EXT_COMMAND) == 0)
        return &command;
    return strcmp(id, CHIRON_EXT_EXPORTER) == 0 ? &exporter : NULL;
}

static void end(void *self)
{
    (void)self;
}

CHIRON_EXPORT const chiron_entry chiron_plugin = {
    sizeof(chiron_entry), CHIRON_ABI_MAJOR, CHIRON_ABI_MINOR, "sockets", "1.0.0", start, extension, end};
