/* Any bytes as a segment whose sums are right: what a mistake in writing, or an evil hand, could leave. Whatever is
 * read of it, answers are given or the file is found broken. */
#include "bare_host.h"
#include "engine.h"
#include "manifest.h"
#include "segment_footer.h"
#include "segments.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { DOCS_MAX = 1 << 20 };

static const char *const words[] = {"trust", "a", "mentor", "m\303\270de", "w7"};

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* An index of one segment; some of its documents are dead. */
static void write_index(int dir, const uint8_t *data, size_t size, uint32_t docs)
{
    char format[128];
    struct sealed_writer writer;
    struct manifest manifest = {.is_filled = true};
    struct part part = {.docs = docs, .live = docs, .length_sum = (uint64_t)docs * 7};
    sealed_create(&writer, dir);
    sealed_put(&writer, data, size);
    require(sealed_finish(&writer, dir, &part.seal) == 0);
    for (uint32_t doc = 0; doc < docs; doc += 3)
        require(part_kill(&part, doc, 7));
    require(manifest_add(&manifest, &part));
    require(manifest_write(dir, segments_format(format, sizeof format), &manifest) == 0);
    manifest_release(&manifest);
}

static void check(chiron_status st)
{
    require(st == CHIRON_OK || st == JOB_BROKEN);
}

static void search_for(const struct job *job, struct analyser *analyser, struct engine *engine,
                       const chiron_search_node *node)
{
    for (size_t limit = 0; limit <= 5; limit += 5) {
        chiron_search_query query = {sizeof query, node, {"en", 2}, limit};
        const struct node *root = NULL;
        struct hits hits = {0};
        require(query_compile(job, analyser, &query, &root) == CHIRON_OK);
        check(engine_segments.search(engine, job, root, limit, &hits));
        hits_release(&hits);
    }
}

static void search(const struct job *job, struct analyser *analyser, struct engine *engine)
{
    static const uint32_t kinds[] = {CHIRON_SEARCH_WORD, CHIRON_SEARCH_PREFIX, CHIRON_SEARCH_PHRASE,
                                     CHIRON_SEARCH_NEAR};
    static const int64_t ids[] = {1, 2, 3};
    chiron_search_node set = {.struct_size = sizeof set, .kind = CHIRON_SEARCH_SET, .ids = ids, .id_count = 3};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
            char text[64];
            snprintf(text, sizeof text, "%s%s%s", words[i], kinds[k] >= CHIRON_SEARCH_PHRASE ? " " : "",
                     kinds[k] >= CHIRON_SEARCH_PHRASE ? words[(i + 1) % 5] : "");
            chiron_search_node node = {.struct_size = sizeof node,
                                       .kind = kinds[k],
                                       .scope = (uint32_t)(i % 3),
                                       .text = {text, strlen(text)},
                                       .within = 3};
            const chiron_search_node *children[] = {&node, &set};
            chiron_search_node any = {
                .struct_size = sizeof any, .kind = CHIRON_SEARCH_OR, .children = children, .child_count = 2};
            search_for(job, analyser, engine, &node);
            search_for(job, analyser, engine, &any);
        }
    }
}

static chiron_status count_terms(void *payload, chiron_sv term, uint64_t notes)
{
    (void)notes;
    require(term.len < TABLE_KEY);
    return ++*(size_t *)payload < 1000 ? CHIRON_OK : CHIRON_STOP;
}

static void list_terms(const struct job *job, struct engine *engine)
{
    size_t count = 0;
    chiron_status st = engine_segments.terms(engine, job, (chiron_sv){"", 0}, count_terms, &count);
    require(st == CHIRON_OK || st == CHIRON_STOP || st == JOB_BROKEN);
}

/* Nothing dies but what is there: the segment is written again without its dead. */
static void merge(const struct job *job, struct engine *engine)
{
    chiron_status st = engine_segments.begin(engine, job, false);
    for (int64_t id = 0; id < 40 && st == CHIRON_OK; id++)
        st = engine_segments.remove(engine, job, id);
    if (st == CHIRON_OK)
        st = engine_segments.commit(engine, job, (chiron_sv){"2", 1});
    check(st);
    engine_segments.rollback(engine);
}

static void remove_all(int dir, const char *path)
{
    struct manifest none = {.count = 0};
    manifest_sweep(dir, &none);
    unlinkat(dir, MANIFEST_NAME, 0);
    unlinkat(dir, "lock", 0);
    close(dir);
    rmdir(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct analyser *analyser;
    char path[] = "/dev/shm/chiron-fuzz-XXXXXX";
    uint64_t docs = size >= FOOTER_BYTES ? load_64(data + size - FOOTER_BYTES + FOOTER_DOCS_AT) : 0;
    if (size == 0 || docs > DOCS_MAX)
        return 0;
    if (analyser == NULL)
        analyser = analyser_new();
    require(analyser != NULL && mkdtemp(path) != NULL);
    int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    require(dir >= 0);
    const struct job job = {&bare_host, NULL};
    struct engine *engine = NULL;
    write_index(dir, data, size, (uint32_t)docs);
    require(engine_segments.open(&job, (chiron_sv){path, strlen(path)}, analyser, &engine) == CHIRON_OK);
    search(&job, analyser, engine);
    list_terms(&job, engine);
    merge(&job, engine);
    engine_segments.close(engine);
    remove_all(dir, path);
    bare_free();
    return 0;
}
