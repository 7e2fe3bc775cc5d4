#include "host/lend.h"

#include "base/i18n.h"
#include "base/utf8.h"
#include "host/lent_note.h"
#include "host/manifest.h"

#include <string.h>

/* --- a call --- */

void call_begin(struct chiron_call *call, struct lender *lender)
{
    *call = (struct chiron_call){.lender = lender};
    arena_init(&call->scratch);
}

static void release_found(struct chiron_call *call)
{
    for (struct chiron_note *note = call->found; note != NULL; note = note->next)
        lent_note_release(note);
    call->found = NULL;
}

status call_end(struct chiron_call *call, chiron_status answer, struct err *err)
{
    status got = answer;
    if (answer < 0) {
        if (call->err.code == DONE)
            err_set(&call->err, FAILED, _("it failed without saying why"));
        if (answer == CHIRON_ENOMEM || answer == CHIRON_EUSAGE || answer == CHIRON_ECANCELLED)
            call->err.code = answer;
        got = call->err.code;
        if (err != NULL && err->code == DONE)
            *err = call->err;
    } else if (answer > CHIRON_STOP) {
        got = err_set(err, FAILED, _("it answered with a status that does not exist, %d"), (int)answer);
    }
    release_found(call);
    arena_release(&call->scratch);
    return got;
}

/* --- the host --- */

/* One line of valid UTF-8, whatever the plugin gave: the words go to terminals. */
static void keep_message(struct chiron_call *call, status code, const char *message)
{
    struct buf clean = {0};
    struct sv text = sv_make(message, strnlen(message, ERR_TEXT_MAX));
    utf8_put_valid(&clean, text);
    for (size_t i = 0; i < clean.len; i++)
        if ((unsigned char)clean.ptr[i] < 0x20 || clean.ptr[i] == 0x7f)
            clean.ptr[i] = ' ';
    err_set(&call->err, code, "%.*s", SV_ARG(sv_trim(buf_view(&clean))));
    buf_release(&clean);
}

static chiron_status host_fail(chiron_call *call, chiron_status code, const char *message)
{
    if (code >= 0 || code < CHIRON_ECANCELLED)
        code = CHIRON_EFAILED;
    if (message != NULL)
        keep_message(call, code, message);
    return code;
}

static bool host_cancelled(const chiron_call *call)
{
    return call->lender->ops->cancelled(call->lender);
}

static void host_progress(chiron_call *call, uint64_t done, uint64_t total)
{
    call->lender->ops->progress(call->lender, done, total);
}

static void *host_scratch(chiron_call *call, size_t size)
{
    return arena_alloc(&call->scratch, size);
}

/* The host's failure is the plugin's to pass on, with the words kept in the call. */
static chiron_status answer(chiron_call *call, status got, const struct err *err)
{
    if (got >= 0)
        return got;
    if (call->err.code == DONE)
        call->err = *err;
    return got < CHIRON_ECANCELLED ? CHIRON_EFAILED : got;
}

static chiron_status host_config(chiron_call *call, const char *key, chiron_sv *value_out)
{
    struct err err = {0};
    struct sv value = {0};
    status got = NOT_FOUND;
    if (key != NULL)
        got = call->lender->ops->config(call->lender, sv_of(key), &call->scratch, &value, &err);
    *value_out = lend_sv(value);
    return answer(call, got, &err);
}

/* --- chiron.query/1 --- */

static chiron_status query_each(chiron_call *call, chiron_sv query, chiron_notes_fn fn, void *payload)
{
    struct err err = {0};
    chiron_status got;
    if (call->depth == CALL_DEPTH_MAX)
        return host_fail(call, CHIRON_EFAILED, _("it asked for notes within notes too often"));
    call->depth++;
    got = call->lender->ops->each(call->lender, call, take_sv(query), fn, payload, &err);
    call->depth--;
    if (err.code != DONE)
        return answer(call, err.code, &err);
    return got;
}

static chiron_status query_count(chiron_call *call, chiron_sv query, uint64_t *count_out)
{
    struct err err = {0};
    *count_out = 0;
    return answer(call, call->lender->ops->count(call->lender, take_sv(query), count_out, &err), &err);
}

/* Room for a note that lives as long as the call. */
static struct chiron_note *new_found(chiron_call *call)
{
    struct chiron_note *note = arena_alloc(&call->scratch, sizeof(*note));
    if (note != NULL)
        note->arena = &call->scratch;
    return note;
}

static chiron_status give_found(chiron_call *call, struct chiron_note *note, const chiron_note **note_out)
{
    note->next = call->found;
    call->found = note;
    *note_out = note;
    return CHIRON_OK;
}

static chiron_status query_find(chiron_call *call, chiron_sv handle, const chiron_note **note_out)
{
    struct err err = {0};
    struct chiron_note *note = new_found(call);
    status got;
    *note_out = NULL;
    if (note == NULL)
        return CHIRON_ENOMEM;
    got = call->lender->ops->find(call->lender, take_sv(handle), note, &err);
    return got == DONE ? give_found(call, note, note_out) : answer(call, got, &err);
}

static chiron_status query_get(chiron_call *call, int64_t id, const chiron_note **note_out)
{
    struct err err = {0};
    struct chiron_note *note = new_found(call);
    status got;
    *note_out = NULL;
    if (note == NULL)
        return CHIRON_ENOMEM;
    got = call->lender->ops->get(call->lender, id, note, &err);
    return got == DONE ? give_found(call, note, note_out) : answer(call, got, &err);
}

/* --- chiron.out/1 and chiron.tree/1 --- */

static chiron_status put(chiron_out *out, enum out_verb verb, struct sv text)
{
    struct out_event event = {.verb = verb, .text = text};
    return out->take(out, &event);
}

static chiron_status put_column(chiron_out *out, const char *key, const char *label)
{
    struct out_event event = {.verb = OUT_VERB_COLUMN, .text = sv_of(key), .label = sv_of(label)};
    return out->take(out, &event);
}

static chiron_status put_begin_map(chiron_out *out)
{
    return put(out, OUT_VERB_BEGIN_MAP, (struct sv){0});
}

static chiron_status put_end_map(chiron_out *out)
{
    return put(out, OUT_VERB_END_MAP, (struct sv){0});
}

static chiron_status put_begin_list(chiron_out *out)
{
    return put(out, OUT_VERB_BEGIN_LIST, (struct sv){0});
}

static chiron_status put_end_list(chiron_out *out)
{
    return put(out, OUT_VERB_END_LIST, (struct sv){0});
}

static chiron_status put_key(chiron_out *out, const char *key)
{
    return put(out, OUT_VERB_KEY, sv_of(key));
}

static chiron_status put_string(chiron_out *out, chiron_sv text)
{
    return put(out, OUT_VERB_STRING, take_sv(text));
}

static chiron_status put_line(chiron_out *out, chiron_sv text)
{
    return put(out, OUT_VERB_LINE, take_sv(text));
}

static chiron_status put_integer(chiron_out *out, int64_t number)
{
    struct out_event event = {.verb = OUT_VERB_INTEGER, .as.integer = number};
    return out->take(out, &event);
}

static chiron_status put_number(chiron_out *out, double number)
{
    struct out_event event = {.verb = OUT_VERB_NUMBER, .as.number = number};
    return out->take(out, &event);
}

static chiron_status put_boolean(chiron_out *out, bool value)
{
    struct out_event event = {.verb = OUT_VERB_BOOLEAN, .as.boolean = value};
    return out->take(out, &event);
}

static chiron_status tree_file(chiron_tree *tree, chiron_sv path)
{
    return tree->file(tree, take_sv(path));
}

static chiron_status tree_write(chiron_tree *tree, chiron_sv bytes)
{
    return tree->write(tree, take_sv(bytes));
}

/* --- chiron.data/1 --- */

static chiron_status data_dir(chiron_call *call, chiron_sv *path_out)
{
    struct err err = {0};
    struct sv path = {0};
    status got = call->lender->ops->data_dir(call->lender, &call->scratch, &path, &err);
    *path_out = lend_sv(path);
    return answer(call, got, &err);
}

/* --- chiron.templates/1 --- */

static chiron_status templates_read(chiron_call *call, uint32_t whose, const char *path, chiron_sv *bytes_out)
{
    struct err err = {0};
    struct sv bytes = {0};
    status got = NOT_FOUND;
    if (path != NULL && (whose == CHIRON_TEMPLATES_INSTALLED || whose == CHIRON_TEMPLATES_VAULT))
        got = call->lender->ops->template(call->lender, whose == CHIRON_TEMPLATES_VAULT, sv_of(path), &call->scratch,
                                          &bytes, &err);
    *bytes_out = lend_sv(bytes);
    return answer(call, got, &err);
}

/* --- the tables --- */

static const chiron_query_v1 query_table = {sizeof(query_table), query_each, query_count, query_find, query_get};
static const chiron_out_v1 out_table = {
    sizeof(out_table), put_column, put_begin_map, put_end_map, put_begin_list, put_end_list,
    put_key,           put_string, put_integer,   put_number,  put_boolean,    put_line,
};
static const chiron_data_v1 data_table = {sizeof(data_table), data_dir};
static const chiron_templates_v1 templates_table = {sizeof(templates_table), templates_read};
static const chiron_tree_v1 tree_table = {sizeof(tree_table), tree_file, tree_write};

/* `grant` 0: for everybody. What comes out of a plugin is checked where it arrives, so giving it needs no grant. */
static const struct {
    const char *id;
    const void *table;
    unsigned grant;
} tables[] = {
    {CHIRON_EXT_NOTES, &lent_notes, GRANT_NOTES},
    {CHIRON_EXT_QUERY, &query_table, GRANT_NOTES},
    {CHIRON_EXT_TEMPLATES, &templates_table, GRANT_NOTES},
    {CHIRON_EXT_OUT, &out_table, 0},
    {CHIRON_EXT_TREE, &tree_table, 0},
    {CHIRON_EXT_DATA, &data_table, GRANT_DATA},
};

static const void *host_extension(const chiron_host *host, const char *id)
{
    const struct lent *lent = (const struct lent *)host;
    for (size_t i = 0; id != NULL && i < sizeof(tables) / sizeof(tables[0]); i++)
        if (strcmp(tables[i].id, id) == 0 && (lent->grants & tables[i].grant) == tables[i].grant)
            return tables[i].table;
    return NULL;
}

void lent_init(struct lent *lent, const char *version, unsigned grants)
{
    *lent = (struct lent){
        .grants = grants,
        .api =
            {
                .struct_size = sizeof(chiron_host),
                .abi_minor = CHIRON_ABI_MINOR,
                .version = version,
                .get_extension = host_extension,
                .fail = host_fail,
                .cancelled = host_cancelled,
                .progress = host_progress,
                .scratch = host_scratch,
                .config = host_config,
            },
    };
}
