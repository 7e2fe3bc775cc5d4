/* tutorial: a searcher. `chiron search --using tutorial WORDS` finds the words in titles, without an index. The query
 * comes as a tree: words, phrases and prefixes are the searcher's; everything else was answered by the host and stands
 * in the tree as sets of note ids. command.c is the tutorial with the most comments; read it first. */
#include <chiron/plugin.h>

#include <stdlib.h>
#include <string.h>

struct plugin {
    const chiron_host *host;
    const chiron_notes_v1 *notes;
    const chiron_query_v1 *query;
};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_at(chiron_sv text, size_t at, chiron_sv word)
{
    for (size_t i = 0; i < word.len; i++)
        if (lower(text.ptr[at + i]) != lower(word.ptr[i]))
            return false;
    return true;
}

/* Where the word stands in the text, or SIZE_MAX. */
static size_t find(chiron_sv text, chiron_sv word)
{
    for (size_t at = 0; at + word.len <= text.len; at++)
        if (is_at(text, at, word))
            return at;
    return SIZE_MAX;
}

static bool holds(const int64_t *ids, size_t count, int64_t id)
{
    while (count > 0) {
        size_t half = count / 2;
        if (ids[half] == id)
            return true;
        if (ids[half] < id) {
            ids += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    return false;
}

/* Whether a note of this id and title matches. The first word that is found is what the snippet marks. */
static bool matches(const chiron_search_node *node, int64_t id, chiron_sv title, uint32_t marks[2])
{
    bool all = node->kind == CHIRON_SEARCH_AND;
    size_t at;
    switch (node->kind) {
    case CHIRON_SEARCH_AND:
    case CHIRON_SEARCH_OR:
        for (size_t i = 0; i < node->child_count; i++)
            if (matches(node->children[i], id, title, marks) != all)
                return !all;
        return all;
    case CHIRON_SEARCH_NOT: {
        uint32_t unseen[2] = {0, 0};
        return !matches(node->children[0], id, title, unseen);
    }
    case CHIRON_SEARCH_SET:
        return holds(node->ids, node->id_count, id);
    default:
        at = find(title, node->text);
        if (at == SIZE_MAX)
            return false;
        marks[0] = (uint32_t)at;
        marks[1] = (uint32_t)(at + node->text.len);
        return true;
    }
}

/* One search: what the callback needs. */
struct search {
    const struct plugin *plugin;
    const chiron_search_query *query;
    chiron_hit_fn fn;
    void *payload;
};

static chiron_status give_hit(const struct search *search, const chiron_note *note, chiron_sv title,
                              const uint32_t marks[2])
{
    chiron_snippet snippet = {.struct_size = sizeof(snippet), .line = 1, .text = title, .marks = marks};
    const chiron_snippet *const snippets[] = {&snippet};
    chiron_hit hit = {.struct_size = sizeof(hit), .id = search->plugin->notes->id(note), .snippets = snippets};
    snippet.mark_count = marks[1] > marks[0] ? 2 : 0;
    hit.snippet_count = search->query->limit > 0;
    /* A short title that holds the word is more about it than a long one. */
    hit.score = 1.0 / (1.0 + (double)title.len);
    return search->fn(search->payload, &hit);
}

static chiron_status look_at(void *payload, chiron_call *call, const chiron_note *const *notes, size_t count)
{
    const struct search *search = payload;
    const chiron_notes_v1 *read = search->plugin->notes;
    if (search->plugin->host->cancelled(call))
        return CHIRON_ECANCELLED;
    for (size_t i = 0; i < count; i++) {
        chiron_sv title = read->text(notes[i], CHIRON_NOTE_TITLE);
        uint32_t marks[2] = {0, 0};
        chiron_status status;
        if (!matches(search->query->root, read->id(notes[i]), title, marks))
            continue;
        status = give_hit(search, notes[i], title, marks);
        if (status != CHIRON_OK)
            return status;
    }
    return CHIRON_OK;
}

/* With a limit the best are wanted, in order. This one has no order of its own but that of the paths; a real one keeps
 * a heap. Without a limit every match is wanted, in any order. */
static chiron_status search_notes(void *self, chiron_call *call, const chiron_search_query *query, chiron_hit_fn fn,
                                  void *payload)
{
    struct search search = {.plugin = self, .query = query, .fn = fn, .payload = payload};
    return search.plugin->query->each(call, (chiron_sv){"", 0}, look_at, &search);
}

static const chiron_searcher_v1 searcher = {
    .struct_size = sizeof(searcher),
    .name = "tutorial",
    .search = search_notes,
};

/* ---- the frame ---- */

static chiron_status open_plugin(const chiron_host *host, chiron_call *call, void **self_out)
{
    struct plugin *plugin = calloc(1, sizeof(*plugin));
    if (plugin == NULL)
        return host->fail(call, CHIRON_ENOMEM, "out of memory");
    plugin->host = host;
    plugin->notes = host->get_extension(host, CHIRON_EXT_NOTES);
    plugin->query = host->get_extension(host, CHIRON_EXT_QUERY);
    if (plugin->notes == NULL || plugin->query == NULL) {
        free(plugin);
        return host->fail(call, CHIRON_EFAILED, "the permission notes:read is missing");
    }
    *self_out = plugin;
    return CHIRON_OK;
}

static const void *get_extension(void *self, const char *id)
{
    (void)self;
    return strcmp(id, CHIRON_EXT_SEARCHER) == 0 ? &searcher : NULL;
}

static void close_plugin(void *self)
{
    free(self);
}

CHIRON_EXPORT const chiron_entry chiron_plugin = {
    sizeof(chiron_entry), CHIRON_ABI_MAJOR, CHIRON_ABI_MINOR, "tutorial", "1.0.0",
    open_plugin,          get_extension,    close_plugin,
};
