#include "text/markdown.h"

#include "base/i18n.h"
#include "text/md_mask.h"
#include "text/md_pool.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <pthread.h>
#include <string.h>

enum {
    BUDGET_BASE = 8 * 1024 * 1024, /* bytes of a parse, and for each byte of the source */
    BUDGET_FACTOR = 128,
    WALK_MAX_MS = 1000, /* of the thread's time; an ordinary note of the largest size takes 30 */
    BLOCKS_MAX_MS = 500,
    TYPE_SLOTS = 64
};

enum { NO_KIND = -1 };

/* cmark's own tables, filled once; then only read. */
static struct {
    pthread_once_t once;
    status failure;
    cmark_syntax_extension *table, *tasklist, *strikethrough, *autolink;
    int block_kinds[TYPE_SLOTS],
        inline_kinds[TYPE_SLOTS]; /* by node type; extensions' types are numbered at run time */
} cmark = {.once = PTHREAD_ONCE_INIT};

/* cmark-gfm marks the special characters of extensions in process-wide tables while it parses inlines: a parse with
 * such extensions runs alone. */
static pthread_rwlock_t special_characters = PTHREAD_RWLOCK_INITIALIZER;

static cmark_mem pool_memory = {.calloc = md_pool_calloc, .realloc = md_pool_realloc, .free = md_pool_free};

struct walker {
    struct sv source;
    bool blocks; /* only these; otherwise inlines, all extensions and footnotes too */
    md_event_fn fn;
    void *payload;
    struct err *err;
    struct md_event event;
    const uint8_t *align;   /* of the table we are in */
    unsigned columns, cell; /* cell: from 1, of the row */
};

/* --- node kinds --- */

static const struct {
    cmark_node_type type;
    enum md_kind kind;
} core_kinds[] = {
    {CMARK_NODE_DOCUMENT, MD_DOCUMENT},
    {CMARK_NODE_BLOCK_QUOTE, MD_QUOTE},
    {CMARK_NODE_LIST, MD_LIST},
    {CMARK_NODE_ITEM, MD_ITEM},
    {CMARK_NODE_CODE_BLOCK, MD_CODE_BLOCK},
    {CMARK_NODE_HTML_BLOCK, MD_HTML_BLOCK},
    {CMARK_NODE_PARAGRAPH, MD_PARAGRAPH},
    {CMARK_NODE_HEADING, MD_HEADING},
    {CMARK_NODE_THEMATIC_BREAK, MD_RULE},
    {CMARK_NODE_FOOTNOTE_DEFINITION, MD_FOOTNOTE},
    {CMARK_NODE_TEXT, MD_TEXT},
    {CMARK_NODE_SOFTBREAK, MD_SOFT_BREAK},
    {CMARK_NODE_LINEBREAK, MD_HARD_BREAK},
    {CMARK_NODE_CODE, MD_CODE},
    {CMARK_NODE_HTML_INLINE, MD_HTML},
    {CMARK_NODE_EMPH, MD_EMPH},
    {CMARK_NODE_STRONG, MD_STRONG},
    {CMARK_NODE_LINK, MD_LINK},
    {CMARK_NODE_IMAGE, MD_IMAGE},
    {CMARK_NODE_FOOTNOTE_REFERENCE, MD_FOOTNOTE_REF},
};

static const struct {
    const char *name;
    enum md_kind kind;
} extension_kinds[] = {
    {"table", MD_TABLE},           {"table_header", MD_TABLE_ROW}, {"table_row", MD_TABLE_ROW},
    {"table_cell", MD_TABLE_CELL}, {"strikethrough", MD_STRIKE},
};

static int *kind_slot(unsigned type)
{
    int *kinds = (type & CMARK_NODE_TYPE_MASK) == CMARK_NODE_TYPE_INLINE ? cmark.inline_kinds : cmark.block_kinds;
    unsigned number = type & CMARK_NODE_VALUE_MASK;
    return number < TYPE_SLOTS ? &kinds[number] : NULL;
}

static void learn_kind(cmark_node *node)
{
    int *slot = kind_slot((unsigned)cmark_node_get_type(node));
    if (slot == NULL || *slot != NO_KIND)
        return;
    const char *name = cmark_node_get_type_string(node);
    for (size_t i = 0; i < sizeof extension_kinds / sizeof *extension_kinds; i++)
        if (strcmp(name, extension_kinds[i].name) == 0)
            *slot = (int)extension_kinds[i].kind;
}

/* --- parsing --- */

static cmark_node *parse_all(struct sv source)
{
    cmark_parser *parser = cmark_parser_new_with_mem(CMARK_OPT_FOOTNOTES, &pool_memory);
    cmark_parser_attach_syntax_extension(parser, cmark.table);
    cmark_parser_attach_syntax_extension(parser, cmark.tasklist);
    cmark_parser_attach_syntax_extension(parser, cmark.strikethrough);
    cmark_parser_attach_syntax_extension(parser, cmark.autolink);
    cmark_parser_feed(parser, source.len > 0 ? source.ptr : "", source.len);
    return cmark_parser_finish(parser);
}

static cmark_node *parse_blocks(struct sv source)
{
    char *masked = md_pool_realloc(NULL, source.len + 1);
    md_mask(source, masked);
    cmark_parser *parser = cmark_parser_new_with_mem(CMARK_OPT_DEFAULT, &pool_memory);
    cmark_parser_attach_syntax_extension(parser, cmark.table);
    cmark_parser_feed(parser, masked, source.len);
    return cmark_parser_finish(parser);
}

/* The numbers of the extensions' node types are learnt from a specimen. */
static void learn_extension_kinds(void)
{
    cmark_iter *iter = cmark_iter_new(parse_all(SV("| a |\n|---|\n| ~b~ |\n")));
    while (cmark_iter_next(iter) != CMARK_EVENT_DONE)
        learn_kind(cmark_iter_get_node(iter));
}

static void learn_kinds(struct md_pool *pool)
{
    for (unsigned i = 0; i < TYPE_SLOTS; i++)
        cmark.block_kinds[i] = cmark.inline_kinds[i] = NO_KIND;
    for (size_t i = 0; i < sizeof core_kinds / sizeof *core_kinds; i++)
        *kind_slot((unsigned)core_kinds[i].type) = (int)core_kinds[i].kind;
    md_pool_begin(pool, BUDGET_BASE, WALK_MAX_MS);
    if (setjmp(pool->escape) == 0)
        learn_extension_kinds();
    else
        cmark.failure = pool->failure;
    md_pool_end(pool);
}

static void set_up(void)
{
    cmark_gfm_core_extensions_ensure_registered();
    cmark.table = cmark_find_syntax_extension("table");
    cmark.tasklist = cmark_find_syntax_extension("tasklist");
    cmark.strikethrough = cmark_find_syntax_extension("strikethrough");
    cmark.autolink = cmark_find_syntax_extension("autolink");
    struct md_pool *pool = md_pool_get();
    if (cmark.table == NULL || cmark.tasklist == NULL || cmark.strikethrough == NULL || cmark.autolink == NULL)
        cmark.failure = FAILED;
    else if (pool == NULL)
        cmark.failure = NO_MEMORY;
    else
        learn_kinds(pool);
}

/* --- walking --- */

static void fill_table(struct walker *w, cmark_node *table)
{
    w->align = cmark_gfm_extensions_get_table_alignments(table);
    w->columns = cmark_gfm_extensions_get_table_columns(table);
}

static enum md_align cell_align(const struct walker *w)
{
    unsigned char letter = w->align != NULL && w->cell >= 1 && w->cell <= w->columns ? w->align[w->cell - 1] : 0;
    return letter == 'l'   ? MD_ALIGN_LEFT
           : letter == 'c' ? MD_ALIGN_CENTER
           : letter == 'r' ? MD_ALIGN_RIGHT
                           : MD_ALIGN_NONE;
}

static void fill_list(struct md_event *e, cmark_node *node)
{
    e->ordered = cmark_node_get_list_type(node) == CMARK_ORDERED_LIST;
    e->tight = cmark_node_get_list_tight(node) != 0;
    int start = cmark_node_get_list_start(node);
    e->start = start > 0 ? (unsigned)start : 0;
}

static void fill_kind(struct walker *w, cmark_node *node)
{
    struct md_event *e = &w->event;
    switch (e->kind) {
    case MD_TEXT:
    case MD_CODE:
    case MD_HTML:
    case MD_HTML_BLOCK:
    case MD_FOOTNOTE:
    case MD_FOOTNOTE_REF:
        e->text = sv_of(cmark_node_get_literal(node));
        break;
    case MD_CODE_BLOCK:
        e->text = sv_of(cmark_node_get_literal(node));
        e->info = sv_of(cmark_node_get_fence_info(node));
        break;
    case MD_LINK:
    case MD_IMAGE:
        e->url = sv_of(cmark_node_get_url(node));
        e->title = sv_of(cmark_node_get_title(node));
        break;
    case MD_HEADING:
        e->level = (unsigned)cmark_node_get_heading_level(node);
        break;
    case MD_LIST:
        fill_list(e, node);
        break;
    case MD_ITEM:
        e->task = cmark_node_get_syntax_extension(node) == cmark.tasklist;
        e->checked = e->task && cmark_gfm_extensions_get_tasklist_item_checked(node);
        break;
    case MD_TABLE_CELL:
        e->align = cell_align(w);
        break;
    default:
        break;
    }
}

static unsigned positive(int number)
{
    return number > 0 ? (unsigned)number : 0;
}

static status tell(struct walker *w, cmark_node *node, enum md_kind kind, bool enter)
{
    struct md_event *e = &w->event;
    *e = (struct md_event){.kind = kind,
                           .enter = enter,
                           .line = positive(cmark_node_get_start_line(node)),
                           .column = positive(cmark_node_get_start_column(node)),
                           .end_line = positive(cmark_node_get_end_line(node)),
                           .end_column = positive(cmark_node_get_end_column(node))};
    if (w->blocks)
        e->level = kind == MD_HEADING ? (unsigned)cmark_node_get_heading_level(node) : 0;
    else
        fill_kind(w, node);
    if (kind == MD_TEXT && e->text.len == 0)
        return DONE; /* what cmark leaves where it split a text */
    return w->fn(w->payload, e, w->err);
}

/* What the walker keeps of where it is, whether or not the event is told. */
static enum md_kind track(struct walker *w, cmark_node *node, enum md_kind kind, bool enter)
{
    if (kind == MD_TABLE && enter)
        fill_table(w, node);
    else if (kind == MD_TABLE_CELL && enter)
        w->cell++;
    else if (kind == MD_TABLE_ROW) {
        w->cell = 0;
        if (cmark_gfm_extensions_get_table_row_is_header(node))
            return MD_TABLE_HEAD;
    }
    return kind;
}

static status walk(struct walker *w)
{
    cmark_iter *iter = cmark_iter_new(w->blocks ? parse_blocks(w->source) : parse_all(w->source));
    cmark_event_type type;
    while ((type = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);
        const int *slot = kind_slot((unsigned)cmark_node_get_type(node));
        if (slot == NULL || *slot == NO_KIND)
            continue;
        enum md_kind kind = track(w, node, (enum md_kind) * slot, type == CMARK_EVENT_ENTER);
        if (w->blocks && kind >= MD_TEXT)
            continue;
        if (kind == MD_FOOTNOTE_REF && type == CMARK_EVENT_EXIT)
            continue; /* a leaf, though cmark leaves it too */
        status s = tell(w, node, kind, type == CMARK_EVENT_ENTER);
        if (s != DONE)
            return s;
    }
    return DONE;
}

static status pool_failure(status failure, struct err *err)
{
    if (failure == NO_MEMORY)
        return err_no_memory(err);
    return err_set(err, failure, "%s", _("too intricate to be read as Markdown"));
}

static status walk_guarded(struct walker *w, struct md_pool *pool)
{
    if (setjmp(pool->escape) != 0)
        return pool_failure(pool->failure, w->err);
    return walk(w);
}

/* This thread's pool, with cmark's tables ready. */
static status pool_ready(struct md_pool **pool_out, struct err *err)
{
    *pool_out = md_pool_get();
    if (*pool_out == NULL)
        return err_no_memory(err);
    pthread_once(&cmark.once, set_up);
    if (cmark.failure == NO_MEMORY)
        return err_no_memory(err);
    if (cmark.failure != DONE)
        return err_set(err, FAILED, "%s", _("this cmark lacks extensions that are needed"));
    return DONE;
}

static status walk_with(struct walker *w)
{
    struct md_pool *pool;
    status s = pool_ready(&pool, w->err);
    if (s != DONE)
        return s;
    if (w->blocks)
        pthread_rwlock_rdlock(&special_characters);
    else
        pthread_rwlock_wrlock(&special_characters);
    md_pool_begin(pool, BUDGET_BASE + BUDGET_FACTOR * w->source.len, w->blocks ? BLOCKS_MAX_MS : WALK_MAX_MS);
    s = walk_guarded(w, pool);
    md_pool_end(pool);
    pthread_rwlock_unlock(&special_characters);
    return s;
}

status md_walk(struct sv source, md_event_fn fn, void *payload, struct err *err)
{
    status s = md_check(source, err);
    if (s != DONE)
        return s;
    struct walker w = {.source = source, .fn = fn, .payload = payload, .err = err};
    return walk_with(&w);
}

status md_walk_blocks(struct sv source, md_event_fn fn, void *payload, struct err *err)
{
    status s = md_check_blocks(source, err);
    if (s != DONE)
        return s;
    struct walker w = {.source = source, .blocks = true, .fn = fn, .payload = payload, .err = err};
    return walk_with(&w);
}

/* --- the plain text of a line --- */

enum { PLAIN_MAX = 1000 }; /* of a longer line the markup stays: what cmark can do in it is not bounded well */

static void put_plain(struct sv inlines, struct buf *out)
{
    char *heading = md_pool_realloc(NULL, inlines.len + 2);
    memcpy(heading, "# ", 2);
    memcpy(heading + 2, inlines.ptr, inlines.len);
    cmark_parser *parser = cmark_parser_new_with_mem(CMARK_OPT_DEFAULT, &pool_memory);
    cmark_parser_feed(parser, heading, inlines.len + 2);
    cmark_iter *iter = cmark_iter_new(cmark_parser_finish(parser));
    cmark_event_type type;
    while ((type = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);
        cmark_node_type kind = cmark_node_get_type(node);
        if (kind == CMARK_NODE_TEXT || kind == CMARK_NODE_CODE)
            buf_put_c(out, cmark_node_get_literal(node));
    }
}

static status plain_guarded(struct sv inlines, struct buf *out, struct md_pool *pool, struct err *err)
{
    if (setjmp(pool->escape) != 0)
        return pool_failure(pool->failure, err);
    put_plain(inlines, out);
    return DONE;
}

status md_plain(struct sv inlines, struct buf *out, struct err *err)
{
    if (inlines.len == 0 || inlines.len > PLAIN_MAX) {
        buf_put(out, inlines);
        return buf_check(out, err);
    }
    struct md_pool *pool;
    status s = pool_ready(&pool, err);
    if (s != DONE)
        return s;
    pthread_rwlock_rdlock(&special_characters);
    md_pool_begin(pool, BUDGET_BASE, WALK_MAX_MS);
    s = plain_guarded(inlines, out, pool, err);
    md_pool_end(pool);
    pthread_rwlock_unlock(&special_characters);
    return s == DONE ? buf_check(out, err) : s;
}
