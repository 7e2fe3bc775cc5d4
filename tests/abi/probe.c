/* Asks the host everything that there is to ask and gives it back: in the program and in a worker the answer must be
 * the same. `chiron probe QUERY`. */
#include <chiron/plugin.h>

#include <string.h>

static const chiron_host *host;
static const chiron_notes_v1 *notes;
static const chiron_query_v1 *query;
static const chiron_out_v1 *out;
static const chiron_data_v1 *data;
static const chiron_templates_v1 *templates;

static void put(chiron_out *to, const char *key, chiron_sv text)
{
    out->key(to, key);
    out->string(to, text);
}

static void put_int(chiron_out *to, const char *key, int64_t number)
{
    out->key(to, key);
    out->integer(to, number);
}

static void put_all(chiron_out *to, const char *key, const chiron_note *note,
                    chiron_status (*nth)(const chiron_note *, size_t, chiron_sv *))
{
    chiron_sv text;
    out->key(to, key);
    out->begin_list(to);
    for (size_t i = 0; nth(note, i, &text) == CHIRON_OK; i++)
        out->string(to, text);
    out->end_list(to);
}

static void put_headings(chiron_out *to, const chiron_note *note)
{
    chiron_heading heading = {.struct_size = sizeof(heading)};
    out->key(to, "headings");
    out->begin_list(to);
    for (size_t i = 0; notes->heading(note, i, &heading) == CHIRON_OK; i++) {
        out->begin_map(to);
        put_int(to, "level", heading.level);
        put_int(to, "line", heading.line);
        put(to, "text", heading.text);
        out->end_map(to);
    }
    out->end_list(to);
}

static void put_links(chiron_out *to, const chiron_note *note)
{
    chiron_link link = {.struct_size = sizeof(link)};
    out->key(to, "links");
    out->begin_list(to);
    for (size_t i = 0; notes->link(note, i, &link) == CHIRON_OK; i++) {
        out->begin_map(to);
        put_int(to, "line", link.line);
        put_int(to, "column", link.column);
        put(to, "target", link.target);
        put(to, "to", link.path);
        put(to, "anchor", link.anchor);
        put(to, "label", link.label);
        put(to, "kind", link.kind);
        out->end_map(to);
    }
    out->end_list(to);
}

/* A struct of an older plugin is shorter: no byte behind its size may change. */
static bool is_shorter_heading_safe(const chiron_note *note)
{
    struct {
        chiron_heading heading;
        char behind[16];
    } room;
    memset(&room, 0x5a, sizeof(room));
    room.heading.struct_size = offsetof(chiron_heading, text);
    if (notes->heading(note, 0, &room.heading) != CHIRON_OK)
        return true;
    for (size_t i = offsetof(chiron_heading, text); i < sizeof(room); i++)
        if (((const char *)&room)[i] != 0x5a)
            return false;
    return room.heading.level >= 1 && room.heading.level <= 6;
}

static void put_note(chiron_out *to, const chiron_note *note)
{
    static const char *const names[] = {NULL,   "path",    "handle",   "space", "visibility", "type",  "title",
                                        "date", "created", "modified", "lang",  "body",       "bytes", "fields"};
    chiron_sv text;
    for (uint32_t what = CHIRON_NOTE_PATH; what <= CHIRON_NOTE_FIELDS; what++)
        put(to, names[what], notes->text(note, what));
    put_int(to, "unknown_text", (int64_t)notes->text(note, 9999).len);
    out->key(to, "utf8");
    out->boolean(to, notes->utf8(note));
    put_int(to, "words", (int64_t)notes->words(note));
    put_int(to, "body_line", notes->body_line(note));
    put_all(to, "tags", note, notes->tag);
    put_all(to, "aliases", note, notes->alias);
    put(to, "gas", notes->field(note, "goals[0].gas", 0, &text) == CHIRON_OK ? text : (chiron_sv){"none", 4});
    put_headings(to, note);
    put_links(to, note);
    out->key(to, "shorter_is_safe");
    out->boolean(to, is_shorter_heading_safe(note));
}

struct walk {
    chiron_out *to;
    size_t nested;
};

static chiron_status count_nested(void *payload, chiron_call *call, const chiron_note *const *batch, size_t count)
{
    struct walk *walk = payload;
    (void)call;
    (void)batch;
    walk->nested += count;
    return walk->nested >= 2 ? CHIRON_STOP : CHIRON_OK;
}

static chiron_status each(void *payload, chiron_call *call, const chiron_note *const *batch, size_t count)
{
    struct walk *walk = payload;
    for (size_t i = 0; i < count; i++) {
        const chiron_note *same = NULL;
        uint64_t all = 0;
        chiron_status nested;
        out->begin_map(walk->to);
        put_note(walk->to, batch[i]);
        out->key(walk->to, "got_by_id");
        out->boolean(walk->to, query->get(call, notes->id(batch[i]), &same) == CHIRON_OK &&
                                   notes->id(same) == notes->id(batch[i]));
        put_int(walk->to, "counted", query->count(call, (chiron_sv){"", 0}, &all) == CHIRON_OK ? (int64_t)all : -1);
        walk->nested = 0;
        nested = query->each(call, (chiron_sv){"", 0}, count_nested, walk);
        put_int(walk->to, "nested_status", nested);
        host->progress(call, i, count);
        out->end_map(walk->to);
    }
    return host->cancelled(call) ? CHIRON_ECANCELLED : CHIRON_OK;
}

/* What is asked once a call. */
static void put_rest(chiron_out *to, chiron_call *call)
{
    const chiron_note *note = NULL;
    chiron_sv text = {0};
    unsigned char *zeroed = host->scratch(call, 1000);
    size_t sum = 0;
    uint64_t all;
    for (size_t i = 0; zeroed != NULL && i < 1000; i++)
        sum += zeroed[i];
    out->begin_map(to);
    put_int(to, "scratch", zeroed == NULL ? -1 : (int64_t)sum);
    put(to, "greeting", host->config(call, "greeting", &text) == CHIRON_OK ? text : (chiron_sv){"none", 4});
    put_int(to, "config_null", host->config(call, NULL, &text));
    put_int(to, "find", query->find(call, (chiron_sv){"tmux", 4}, &note));
    put(to, "found", note == NULL ? (chiron_sv){"none", 4} : notes->text(note, CHIRON_NOTE_PATH));
    put_int(to, "find_none", query->find(call, (chiron_sv){"nobody", 6}, &note));
    put_int(to, "get_none", query->get(call, -1, &note));
    put_int(to, "count_wrong", query->count(call, (chiron_sv){"((", 2}, &all));
    put_int(to, "data", data == NULL ? -9 : data->dir(call, &text));
    put_int(to, "template", templates->read(call, CHIRON_TEMPLATES_INSTALLED, "person/type.yaml", &text));
    out->key(to, "template_has_bytes");
    out->boolean(to, text.len > 100);
    put_int(to, "template_own", templates->read(call, CHIRON_TEMPLATES_VAULT, "words.txt", &text));
    put(to, "template_text", text);
    put_int(to, "template_none", templates->read(call, CHIRON_TEMPLATES_VAULT, "nothing.yaml", &text));
    put_int(to, "template_up", templates->read(call, CHIRON_TEMPLATES_VAULT, "../config", &text));
    put_int(to, "template_whose", templates->read(call, 7, "words.txt", &text));
    out->key(to, "unknown_table");
    out->boolean(to, host->get_extension(host, "chiron.nothing/1") != NULL || host->get_extension(host, NULL) != NULL);
    out->end_map(to);
}

static chiron_status run(void *self, chiron_call *call, const chiron_argument *const *arguments, size_t count,
                         chiron_out *to)
{
    struct walk walk = {.to = to};
    chiron_sv words = {"", 0};
    (void)self;
    for (size_t i = 0; i < count; i++)
        if (arguments[i]->name == NULL)
            words = arguments[i]->value;
    put_rest(to, call);
    return query->each(call, words, each, &walk);
}

static const chiron_command_v1 command = {sizeof(command), "probe", "[QUERY]", "asks everything", NULL, run};

static chiron_status open_plugin(const chiron_host *given, chiron_call *call, void **self_out)
{
    (void)call;
    (void)self_out;
    host = given;
    notes = host->get_extension(host, CHIRON_EXT_NOTES);
    query = host->get_extension(host, CHIRON_EXT_QUERY);
    out = host->get_extension(host, CHIRON_EXT_OUT);
    data = host->get_extension(host, CHIRON_EXT_DATA);
    templates = host->get_extension(host, CHIRON_EXT_TEMPLATES);
    return CHIRON_OK;
}

static const void *get_extension(void *self, const char *id)
{
    (void)self;
    return strcmp(id, CHIRON_EXT_COMMAND) == 0 ? &command : NULL;
}

static void close_plugin(void *self)
{
    (void)self;
}

CHIRON_EXPORT const chiron_entry chiron_plugin = {
    sizeof(chiron_entry), CHIRON_ABI_MAJOR, CHIRON_ABI_MINOR, "probe", "1.0.0",
    open_plugin,          get_extension,    close_plugin};
