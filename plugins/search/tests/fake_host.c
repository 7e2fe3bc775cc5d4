#include "fake_host.h"

#include "letters.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct block {
    struct block *next;
};

volatile int fake_in_host;

static void *zeroed(size_t count, size_t size)
{
    fake_in_host++;
    void *made = calloc(count, size);
    fake_in_host--;
    assert_non_null(made);
    return made;
}

struct chiron_call {
    struct fake_vault *vault;
    char message[512];
    struct block *blocks;
};

/* ---- the host's functions ---- */

static chiron_status host_fail(chiron_call *call, chiron_status code, const char *message)
{
    assert_true(code < 0);
    if (call->message[0] == '\0')
        snprintf(call->message, sizeof call->message, "%s", message);
    return code;
}

static bool host_cancelled(const chiron_call *call)
{
    return call->vault->is_cancelled;
}

static void host_progress(chiron_call *call, uint64_t done, uint64_t total)
{
    (void)call;
    (void)done;
    (void)total;
}

static void *host_scratch(chiron_call *call, size_t size)
{
    if (call->vault->has_memory != NULL && !call->vault->has_memory())
        return NULL;
    struct block *block = zeroed(1, sizeof *block + size);
    block->next = call->blocks;
    call->blocks = block;
    return block + 1;
}

static chiron_sv sv(const char *text)
{
    return (chiron_sv){text, text != NULL ? strlen(text) : 0};
}

static chiron_status host_config(chiron_call *call, const char *key, chiron_sv *value_out)
{
    (void)key;
    if (call->vault->config == NULL)
        return CHIRON_NONE;
    *value_out = sv(call->vault->config);
    return CHIRON_OK;
}

static int64_t note_id(const chiron_note *note)
{
    return note->id;
}

static chiron_sv note_text(const chiron_note *note, uint32_t what)
{
    switch (what) {
    case CHIRON_NOTE_TITLE:
        return sv(note->title);
    case CHIRON_NOTE_LANG:
        return sv(note->lang);
    case CHIRON_NOTE_BODY:
        return (chiron_sv){note->body, note->body_len};
    default:
        return (chiron_sv){0};
    }
}

static uint32_t note_body_line(const chiron_note *note)
{
    return note->body_line;
}

static chiron_status nth(char *const *list, size_t n, chiron_sv *out)
{
    for (size_t i = 0; i <= n; i++)
        if (list[i] == NULL)
            return CHIRON_NONE;
    *out = sv(list[n]);
    return CHIRON_OK;
}

static chiron_status note_tag(const chiron_note *note, size_t n, chiron_sv *out)
{
    return nth(note->tags, n, out);
}

static chiron_status note_alias(const chiron_note *note, size_t n, chiron_sv *out)
{
    return nth(note->aliases, n, out);
}

static chiron_status note_heading(const chiron_note *note, size_t n, chiron_heading *out)
{
    const char *at = note->body, *end = note->body + note->body_len;
    for (uint32_t line = note->body_line; at < end; line++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        stop = stop != NULL ? stop : end;
        if (*at == '#' && n-- == 0) {
            const char *text = at + strspn(at, "# ");
            text = text < stop ? text : stop;
            out->level = 1;
            out->line = line;
            out->text = (chiron_sv){text, (size_t)(stop - text)};
            return CHIRON_OK;
        }
        at = stop + 1;
    }
    return CHIRON_NONE;
}

static chiron_status query_each(chiron_call *call, chiron_sv query, chiron_notes_fn fn, void *payload)
{
    assert_int_equal(query.len, 0);
    for (size_t i = 0; i < call->vault->count; i++) {
        const chiron_note *note = call->vault->notes[i];
        if (note->is_removed)
            continue;
        call->vault->asked++;
        chiron_status st = fn(payload, call, &note, 1);
        if (st != CHIRON_OK)
            return st;
    }
    return CHIRON_OK;
}

/* Most tests number their notes from 1 on. */
static size_t index_of(const struct fake_vault *vault, int64_t id)
{
    if (id >= 1 && (size_t)id <= vault->count && vault->notes[id - 1]->id == id)
        return (size_t)id - 1;
    for (size_t i = vault->count; i-- > 0;)
        if (vault->notes[i]->id == id)
            return i;
    return SIZE_MAX;
}

static chiron_status query_get(chiron_call *call, int64_t id, const chiron_note **note_out)
{
    size_t index = index_of(call->vault, id);
    if (index == SIZE_MAX)
        return CHIRON_NONE;
    *note_out = call->vault->notes[index];
    return (*note_out)->is_removed ? CHIRON_NONE : CHIRON_OK;
}

static chiron_status data_dir(chiron_call *call, chiron_sv *path_out)
{
    *path_out = sv(call->vault->dir);
    return CHIRON_OK;
}

static chiron_status templates_read(chiron_call *call, uint32_t whose, const char *path, chiron_sv *bytes_out)
{
    assert_string_equal(path, "thesaurus.yaml");
    assert_true(whose < 2);
    if (call->vault->thesaurus[whose] == NULL)
        return CHIRON_NONE;
    *bytes_out = sv(call->vault->thesaurus[whose]);
    return CHIRON_OK;
}

static const void *host_extension(const chiron_host *host, const char *id)
{
    static const chiron_notes_v1 notes = {.struct_size = sizeof notes,
                                          .id = note_id,
                                          .text = note_text,
                                          .body_line = note_body_line,
                                          .tag = note_tag,
                                          .alias = note_alias,
                                          .heading = note_heading};
    static const chiron_query_v1 query = {.struct_size = sizeof query, .each = query_each, .get = query_get};
    static const chiron_data_v1 data = {.struct_size = sizeof data, .dir = data_dir};
    static const chiron_templates_v1 templates = {.struct_size = sizeof templates, .read = templates_read};
    const struct fake_vault *vault = (const struct fake_vault *)host;
    if (strcmp(id, CHIRON_EXT_TEMPLATES) == 0)
        return &templates;
    if (strcmp(id, CHIRON_EXT_NOTES) == 0)
        return &notes;
    if (strcmp(id, CHIRON_EXT_QUERY) == 0)
        return vault->has_no_query ? NULL : &query;
    if (strcmp(id, CHIRON_EXT_DATA) == 0)
        return vault->has_no_data ? NULL : &data;
    return NULL;
}

/* ---- calls ---- */

static struct chiron_call enter(struct fake_vault *vault)
{
    return (struct chiron_call){.vault = vault};
}

/* What every failure must have done: left words. */
static chiron_status leave(struct chiron_call *call, chiron_status st)
{
    if (st < 0)
        assert_true(call->message[0] != '\0');
    else
        assert_true(call->message[0] == '\0');
    snprintf(call->vault->message, sizeof call->vault->message, "%s", call->message);
    while (call->blocks != NULL) {
        struct block *next = call->blocks->next;
        free(call->blocks);
        call->blocks = next;
    }
    return st;
}

chiron_call *fake_call(struct fake_vault *vault)
{
    chiron_call *call = zeroed(1, sizeof *call);
    *call = enter(vault);
    return call;
}

void fake_call_end(chiron_call *call)
{
    leave(call, call->message[0] != '\0' ? CHIRON_EFAILED : CHIRON_OK);
    free(call);
}

/* ---- the vault ---- */

static void start(struct fake_vault *vault)
{
    struct chiron_call call = enter(vault);
    assert_int_equal(leave(&call, vault->entry->open(&vault->host, &call, &vault->plugin)), CHIRON_OK);
    vault->searcher = vault->entry->get_extension(vault->plugin, CHIRON_EXT_SEARCHER);
    vault->consumer = vault->entry->get_extension(vault->plugin, CHIRON_EXT_CONSUMER);
    assert_non_null(vault->searcher);
    assert_non_null(vault->consumer);
}

void fake_open(struct fake_vault *vault, const chiron_entry *entry)
{
    *vault = (struct fake_vault){.host = {sizeof(chiron_host), CHIRON_ABI_MINOR, "test", host_extension, host_fail,
                                          host_cancelled, host_progress, host_scratch, host_config},
                                 .dir = "/tmp/chiron-search-XXXXXX",
                                 .entry = entry};
    assert_non_null(mkdtemp(vault->dir));
    start(vault);
}

void fake_restart(struct fake_vault *vault)
{
    vault->entry->close(vault->plugin);
    start(vault);
}

static void note_free(struct chiron_note *note)
{
    free(note->title);
    free(note->lang);
    free(note->body);
    for (size_t i = 0; i < FAKE_LIST; i++) {
        free(note->aliases[i]);
        free(note->tags[i]);
    }
    free(note);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *walk)
{
    (void)st;
    (void)type;
    (void)walk;
    return remove(path);
}

static struct block *nodes;

static void *node_memory(size_t size)
{
    struct block *block = zeroed(1, sizeof *block + size);
    block->next = nodes;
    nodes = block;
    return block + 1;
}

void fake_close(struct fake_vault *vault)
{
    vault->entry->close(vault->plugin);
    for (size_t i = 0; i < vault->count; i++)
        note_free(vault->notes[i]);
    free(vault->notes);
    while (nodes != NULL) {
        struct block *next = nodes->next;
        free(nodes);
        nodes = next;
    }
    nftw(vault->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

void fake_path(const struct fake_vault *vault, const char *name, char out[320])
{
    snprintf(out, 320, "%s/%s", vault->dir, name);
}

static char *copy(const char *text)
{
    char *made = strdup(text != NULL ? text : "");
    assert_non_null(made);
    return made;
}

static struct chiron_note **slot_of(struct fake_vault *vault, int64_t id)
{
    size_t index = index_of(vault, id);
    if (index != SIZE_MAX)
        return &vault->notes[index];
    if (vault->count == vault->room) {
        vault->room = vault->room > 0 ? 2 * vault->room : 64;
        vault->notes = realloc(vault->notes, vault->room * sizeof(struct chiron_note *));
        assert_non_null(vault->notes);
    }
    vault->notes[vault->count] = NULL;
    return &vault->notes[vault->count++];
}

struct chiron_note *fake_note_bytes(struct fake_vault *vault, int64_t id, const char *lang, const char *title,
                                    const char *body, size_t len)
{
    struct chiron_note **slot = slot_of(vault, id);
    if (*slot != NULL)
        note_free(*slot);
    struct chiron_note *note = calloc(1, sizeof *note);
    assert_non_null(note);
    *note = (struct chiron_note){.id = id,
                                 .changed_at = ++vault->change,
                                 .title = copy(title),
                                 .lang = copy(lang),
                                 .body = malloc(len + 1),
                                 .body_len = len,
                                 .body_line = 1};
    assert_non_null(note->body);
    memcpy(note->body, body, len);
    note->body[len] = '\0';
    return *slot = note;
}

struct chiron_note *fake_note(struct fake_vault *vault, int64_t id, const char *lang, const char *title,
                              const char *body)
{
    return fake_note_bytes(vault, id, lang, title, body, strlen(body));
}

void fake_remove(struct fake_vault *vault, int64_t id)
{
    struct chiron_note **slot = slot_of(vault, id);
    assert_non_null(*slot);
    (*slot)->is_removed = true;
    (*slot)->changed_at = ++vault->change;
}

/* ---- rounds ---- */

static chiron_status tell_notes(struct fake_vault *vault, uint64_t since, bool removed)
{
    for (size_t i = 0; i < vault->count; i++) {
        const chiron_note *note = vault->notes[i];
        if (note->changed_at <= since || note->is_removed != removed)
            continue;
        vault->told += !removed;
        struct chiron_call call = enter(vault);
        chiron_status st = leave(&call, removed ? vault->consumer->removed(vault->plugin, &call, &note->id, 1)
                                                : vault->consumer->changed(vault->plugin, &call, &note, 1));
        if (st != CHIRON_OK)
            return st;
    }
    return CHIRON_OK;
}

static chiron_status round_to(struct fake_vault *vault, bool finishes)
{
    char text[64];
    chiron_sv cursor = {0};
    struct chiron_call call = enter(vault);
    chiron_status st = vault->consumer->cursor(vault->plugin, &call, &cursor);
    snprintf(text, sizeof text, "%.*s", (int)cursor.len, cursor.len > 0 ? cursor.ptr : "");
    st = leave(&call, st);
    uint64_t since = strtoull(text, NULL, 10);
    if (st != CHIRON_OK || (text[0] != '\0' && since == vault->change))
        return st;
    call = enter(vault);
    st = leave(&call, vault->consumer->begin(vault->plugin, &call, text[0] == '\0', 0));
    for (int i = 0; i < 1 + vault->tells_twice && st == CHIRON_OK; i++)
        st = tell_notes(vault, since, false);
    if (st == CHIRON_OK && text[0] != '\0')
        st = tell_notes(vault, since, true);
    if (st == CHIRON_OK && finishes) {
        snprintf(text, sizeof text, "%llu", (unsigned long long)vault->change);
        call = enter(vault);
        st = leave(&call, vault->consumer->finish(vault->plugin, &call, sv(text)));
    }
    if (st != CHIRON_OK || !finishes)
        vault->consumer->discard(vault->plugin);
    return st;
}

chiron_status fake_tell(struct fake_vault *vault)
{
    return round_to(vault, true);
}

chiron_status fake_tell_and_discard(struct fake_vault *vault)
{
    return round_to(vault, false);
}

/* ---- queries ---- */

static chiron_search_node *new_node(uint32_t kind)
{
    chiron_search_node *node = node_memory(sizeof *node);
    node->struct_size = sizeof *node;
    node->kind = kind;
    return node;
}

fake_node fake_text(uint32_t kind, uint32_t scope, const char *text)
{
    chiron_search_node *node = new_node(kind);
    char *kept = node_memory(strlen(text) + 1);
    memcpy(kept, text, strlen(text));
    node->scope = scope;
    node->text = sv(kept);
    return node;
}

fake_node fake_near(const char *text, uint32_t within)
{
    chiron_search_node *node = new_node(CHIRON_SEARCH_NEAR);
    char *kept = node_memory(strlen(text) + 1);
    memcpy(kept, text, strlen(text));
    node->text = sv(kept);
    node->within = within;
    return node;
}

fake_node fake_set(const int64_t *ids, size_t count)
{
    chiron_search_node *node = new_node(CHIRON_SEARCH_SET);
    int64_t *kept = node_memory(count * sizeof *kept);
    if (count > 0)
        memcpy(kept, ids, count * sizeof *kept);
    node->ids = kept;
    node->id_count = count;
    return node;
}

fake_node fake_join(uint32_t kind, fake_node const *children, size_t count)
{
    chiron_search_node *node = new_node(kind);
    fake_node *kept = node_memory(count * sizeof(fake_node));
    if (count > 0)
        memcpy(kept, children, count * sizeof(fake_node));
    node->children = kept;
    node->child_count = count;
    return node;
}

static bool is_utf8(chiron_sv text)
{
    int32_t rune;
    size_t size = 1;
    for (size_t at = 0; at < text.len && size > 0; at += size)
        size = letters_decode(text.ptr, text.len, at, &rune);
    return size > 0;
}

static void take_snippet(const chiron_snippet *snippet, struct fake_snippet *out)
{
    assert_true(snippet->text.len < sizeof out->text);
    assert_true(snippet->mark_count <= sizeof out->marks / sizeof *out->marks);
    assert_int_equal(snippet->mark_count % 2, 0);
    assert_true(is_utf8(snippet->text));
    out->line = snippet->line;
    memcpy(out->text, snippet->text.ptr, snippet->text.len);
    for (size_t i = 0; i < snippet->mark_count; i++) {
        out->marks[i] = snippet->marks[i];
        assert_true(snippet->marks[i] <= snippet->text.len);
        assert_true(i == 0 || snippet->marks[i] >= snippet->marks[i - 1]);
    }
    out->mark_count = snippet->mark_count;
}

static chiron_status take_hit(void *payload, const chiron_hit *hit)
{
    struct fake_answer *answer = payload;
    assert_true(answer->count < FAKE_HITS);
    struct fake_hit *kept = &answer->hits[answer->count++];
    *kept = (struct fake_hit){.id = hit->id, .score = hit->score, .snippet_count = hit->snippet_count};
    assert_true(hit->snippet_count <= FAKE_SNIPPETS);
    if (hit->snippet_count > 0)
        kept->snippets = zeroed(FAKE_SNIPPETS, sizeof *kept->snippets);
    for (size_t i = 0; i < hit->snippet_count; i++)
        take_snippet(hit->snippets[i], &kept->snippets[i]);
    if (hit->term_count > 0)
        kept->terms = zeroed(1024, 1);
    for (size_t i = 0; i < hit->term_count; i++) {
        size_t used = strlen(kept->terms);
        snprintf(kept->terms + used, 1024 - used, "%.*s ", (int)hit->terms[i].len, hit->terms[i].ptr);
    }
    return CHIRON_OK;
}

chiron_status fake_related(struct fake_vault *vault, int64_t id, uint64_t limit, struct fake_answer *out)
{
    *out = (struct fake_answer){0};
    chiron_status st = fake_tell(vault);
    if (st != CHIRON_OK)
        return st;
    out->hits = zeroed(FAKE_HITS, sizeof *out->hits);
    struct chiron_call call = enter(vault);
    return leave(&call, vault->searcher->related(vault->plugin, &call, id, limit, take_hit, out));
}

static chiron_status take_respelling(void *payload, const chiron_respelling *respelling)
{
    char *out = payload;
    size_t used = strlen(out);
    snprintf(out + used, 512 - used, "%s%.*s>%.*s", used > 0 ? " " : "", (int)respelling->from.len,
             respelling->from.ptr, (int)respelling->to.len, respelling->to.ptr);
    return CHIRON_OK;
}

chiron_status fake_suggest(struct fake_vault *vault, fake_node root, char out[512])
{
    out[0] = '\0';
    chiron_status st = fake_tell(vault);
    chiron_search_query query = {sizeof query, root, sv("en"), 0};
    struct chiron_call call = enter(vault);
    if (st != CHIRON_OK)
        return st;
    return leave(&call, vault->searcher->suggest(vault->plugin, &call, &query, take_respelling, out));
}

chiron_status fake_search_only(struct fake_vault *vault, fake_node root, uint64_t limit, struct fake_answer *out)
{
    *out = (struct fake_answer){zeroed(FAKE_HITS, sizeof *out->hits), 0};
    chiron_search_query query = {sizeof query, root, sv("en"), limit};
    struct chiron_call call = enter(vault);
    return leave(&call, vault->searcher->search(vault->plugin, &call, &query, take_hit, out));
}

chiron_status fake_search(struct fake_vault *vault, fake_node root, uint64_t limit, struct fake_answer *out)
{
    *out = (struct fake_answer){0};
    chiron_status st = fake_tell(vault);
    return st == CHIRON_OK ? fake_search_only(vault, root, limit, out) : st;
}

void fake_answer_release(struct fake_answer *answer)
{
    for (size_t i = 0; i < answer->count; i++)
        free(answer->hits[i].snippets);
    for (size_t i = 0; i < answer->count; i++)
        free(answer->hits[i].terms);
    free(answer->hits);
    *answer = (struct fake_answer){0};
}

static int by_id(const void *a, const void *b)
{
    int64_t left = ((const struct fake_hit *)a)->id, right = ((const struct fake_hit *)b)->id;
    return (left > right) - (left < right);
}

void fake_expect(struct fake_vault *vault, fake_node root, uint64_t limit, const int64_t *ids, const char *what,
                 const char *file, int line)
{
    struct fake_answer answer;
    chiron_status st = fake_search(vault, root, limit, &answer);
    if (st != CHIRON_OK)
        print_error("%s: %s\n", what, vault->message);
    _assert_int_equal((uintmax_t)st, CHIRON_OK, file, line);
    if (limit == 0 && answer.count > 1)
        qsort(answer.hits, answer.count, sizeof *answer.hits, by_id);
    bool is_equal = true;
    size_t count = 0;
    for (; ids[count] != 0; count++)
        is_equal = is_equal && count < answer.count && answer.hits[count].id == ids[count];
    if (!is_equal || count != answer.count) {
        print_error("%s found:", what);
        for (size_t i = 0; i < answer.count; i++)
            print_error(" %lld (%.3f)", (long long)answer.hits[i].id, answer.hits[i].score);
        print_error("\n");
        _fail(file, line);
    }
    fake_answer_release(&answer);
}

uint64_t fake_random(uint64_t *state)
{
    uint64_t x = *state += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}
