/* Any bytes as a query and as a note: words, terms, snippets. The first line is the query, the rest the body. */
#include "bare_host.h"
#include "letters.h"
#include "snippet.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_snippet(const chiron_snippet *snippet)
{
    int32_t rune;
    for (size_t at = 0; at < snippet->text.len;) {
        size_t size = letters_decode(snippet->text.ptr, snippet->text.len, at, &rune);
        require(size > 0 && rune >= ' ' && rune != 0x7f);
        at += size;
    }
    require(snippet->mark_count % 2 == 0);
    for (size_t i = 0; i < snippet->mark_count; i++) {
        require(snippet->marks[i] <= snippet->text.len);
        require(i == 0 || snippet->marks[i] >= snippet->marks[i - 1]);
        require(i % 2 == 0 || snippet->marks[i] > snippet->marks[i - 1]);
    }
}

static void search_in(const struct job *job, struct analyser *analyser, chiron_sv text, chiron_sv body)
{
    static const uint32_t kinds[] = {CHIRON_SEARCH_WORD, CHIRON_SEARCH_PREFIX, CHIRON_SEARCH_PHRASE,
                                     CHIRON_SEARCH_NEAR};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        chiron_search_node node = {.struct_size = sizeof node, .kind = kinds[i], .text = text, .within = 3};
        chiron_search_query query = {sizeof query, &node, {"en", 2}, 1};
        const struct node *root = NULL;
        struct snippets *snippets = NULL;
        require(query_compile(job, analyser, &query, &root) == CHIRON_OK);
        require(snippets_begin(job, analyser, root, &snippets) == CHIRON_OK);
        for (enum language language = 0; language < LANGUAGE_COUNT; language++) {
            const chiron_snippet *const *list = NULL;
            size_t count = 0;
            require(snippets_of(snippets, body, 1, language, &list, &count) == CHIRON_OK);
            for (size_t k = 0; k < count; k++)
                check_snippet(list[k]);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct analyser *analyser;
    if (analyser == NULL)
        analyser = analyser_new();
    require(analyser != NULL);
    const struct job job = {&bare_host, NULL};
    const char *text = size > 0 ? (const char *)data : "";
    const char *end = memchr(text, '\n', size);
    size_t length = end != NULL ? (size_t)(end - text) : size, rest = end != NULL ? length + 1 : size;
    search_in(&job, analyser, (chiron_sv){text, length}, (chiron_sv){text + rest, size - rest});
    bare_free();
    return 0;
}
