/* Queries, by example and against a slow evaluation over notes in memory. */
#include "fixture.h"

static struct fixture f;

/* --- notes that are known --- */

enum { NOTES = 90, TYPES = 4, FOLDERS = 3, TAGS = 6, WORDS = 8 };

static const char *const types[TYPES] = {"log", "session", "note", "person"};
static const char *const folders[FOLDERS] = {"x", "x/y", "z"};
static const char *const tags[TAGS] = {"a", "a/b", "A/B/c", "b", "\xc4\x84", "ab"};
static const char *const tags_folded[TAGS] = {"a", "a/b", "a/b/c", "b", "\xc4\x85", "ab"};
static const char *const words[WORDS] = {"trust", "change", "goal", "trusty", "\xc3\xb8re", "plan", "value", "time"};

struct known {
    int64_t id;
    char path[64], stem[32];
    int type, folder, depth; /* depth 0: none */
    bool tags[TAGS], words[WORDS];
    struct date date; /* absent: none */
    int link;         /* to this one; -1: none */
    int task;         /* 0 none, 1 open, 2 done */
};

static struct known notes[NOTES];
static unsigned seed = 1;

static int roll(int sides)
{
    seed = seed * 1103515245u + 12345u;
    return (int)(seed >> 16 & 0x7fff) % sides;
}

static void invent(struct known *n, int i)
{
    *n = (struct known){.type = roll(TYPES), .folder = roll(FOLDERS), .depth = roll(6), .link = roll(NOTES * 2)};
    n->link = n->link < NOTES && n->link != i ? n->link : -1;
    n->task = roll(4) % 3;
    for (int t = 0; t < TAGS; t++)
        n->tags[t] = roll(4) == 0;
    for (int w = 0; w < WORDS; w++)
        n->words[w] = roll(3) == 0;
    if (roll(5) != 0)
        n->date = (struct date){2026, (uint8_t)(1 + roll(4)), (uint8_t)(1 + roll(28))};
    snprintf(n->stem, sizeof n->stem, "n%02d", i);
    snprintf(n->path, sizeof n->path, "%s/n%02d.md", folders[n->folder], i);
}

static void write_known(const struct known *n)
{
    struct buf text = {0};
    char iso[DATE_TEXT_SIZE];
    buf_printf(&text, "---\ntype: %s\ntitle: Title %s\n", types[n->type], n->stem);
    if (n->depth > 0)
        buf_printf(&text, "depth: %d\n", n->depth);
    if (date_is_set(n->date))
        buf_printf(&text, "date: %s\n", date_format(n->date, iso));
    buf_put_c(&text, "tags:\n");
    for (int t = 0; t < TAGS; t++)
        if (n->tags[t])
            buf_printf(&text, "  - %s\n", tags[t]);
    buf_put_c(&text, "---\n");
    for (int w = 0; w < WORDS; w++)
        if (n->words[w])
            buf_printf(&text, "%s ", words[w]);
    if (n->link >= 0)
        buf_printf(&text, "\n\n[[%s]]\n", notes[n->link].stem);
    if (n->task > 0)
        buf_printf(&text, "\n- [%c] do it\n", n->task == 1 ? ' ' : 'x');
    fixture_write(&f, n->path, text.ptr);
    buf_release(&text);
}

static int setup(void **state)
{
    (void)state;
    fixture_begin(&f);
    sandbox_git(&f.box, "", "init", "-q");
    for (int i = 0; i < NOTES; i++)
        invent(&notes[i], i);
    for (int i = 0; i < NOTES; i++)
        write_known(&notes[i]);
    fixture_open(&f);
    for (int i = 0; i < NOTES; i++)
        notes[i].id = fixture_id(&f, notes[i].path);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_end(&f);
    return 0;
}

/* --- a searcher that reads the same memory --- */

static bool node_matches(const struct search_node *node, const struct known *n)
{
    switch (node->kind) {
    case SEARCH_AND:
        for (size_t i = 0; i < node->child_count; i++)
            if (!node_matches(node->children[i], n))
                return false;
        return true;
    case SEARCH_OR:
        for (size_t i = 0; i < node->child_count; i++)
            if (node_matches(node->children[i], n))
                return true;
        return false;
    case SEARCH_NOT:
        return !node_matches(node->children[0], n);
    case SEARCH_SET:
        return id_set_has(&node->set, n->id);
    case SEARCH_PHRASE:
    case SEARCH_NEAR:
    case SEARCH_WORD:
    case SEARCH_PREFIX:
        break;
    }
    if (node->scope == SEARCH_TITLE)
        return sv_eq_c(node->text, n->stem) || sv_eq_nocase(node->text, SV("title"));
    for (int w = 0; w < WORDS; w++)
        if (n->words[w] &&
            (sv_eq_c(node->text, words[w]) || (node->kind == SEARCH_PREFIX && sv_starts(sv_of(words[w]), node->text))))
            return true;
    return false;
}

static size_t limit_seen;

static status search_known(void *self, const struct search_node *query, struct sv lang, size_t limit, search_hit_fn fn,
                           void *payload, struct err *err)
{
    (void)self;
    assert_true(lang.len > 0);
    limit_seen = limit;
    status s = DONE;
    size_t count = 0;
    for (int i = NOTES - 1; s == DONE && i >= 0 && (limit == 0 || count < limit); i--) {
        struct search_hit hit = {.id = notes[i].id, .score = i};
        if (node_matches(query, &notes[i])) {
            count++;
            s = fn(payload, &hit, err);
        }
    }
    return s;
}

static const struct searcher searcher = {.search = search_known};

/* --- the slow evaluation --- */

static bool has_tag(const struct known *n, const char *tag)
{
    size_t length = strlen(tag);
    for (int t = 0; t < TAGS; t++)
        if (n->tags[t] && strncmp(tags_folded[t], tag, length) == 0 &&
            (tags_folded[t][length] == '\0' || tags_folded[t][length] == '/'))
            return true;
    return false;
}

/* A random query as text, and what it means. */
struct oracle {
    struct buf text;
    bool matches[NOTES];
};

enum { LEAVES = 19 };

static void leaf(struct oracle *o, int kind)
{
    int a = roll(5) + 1, b = roll(5) + 1, t = roll(TAGS), w = roll(WORDS), other = roll(NOTES);
    struct date day = {2026, (uint8_t)(1 + roll(4)), (uint8_t)(1 + roll(28))};
    char iso[DATE_TEXT_SIZE];
    date_format(day, iso);
    static const char *const forms[LEAVES] = {
        "type:%s",         "type:%s,%s",   "tag:%s",    "depth:>=%d", "depth:<%d", "depth:%d..%d", "before:%s",
        "after:2026-%02d", "on:2026-%02d", "date:>=%s", "in:%s",      "has:depth", "no:tag",       "link:%s",
        "linked:%s",       "%s",           "%.3s*",     "/%.3s/",     "task:open"};
    const char *form = forms[kind];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    if (kind == 0 || kind == 1)
        buf_printf(&o->text, form, types[a % TYPES], types[b % TYPES]);
    else if (kind == 2)
        buf_printf(&o->text, form, tags[t]);
    else if (kind >= 3 && kind <= 5)
        buf_printf(&o->text, form, a, b);
    else if (kind == 6 || kind == 9)
        buf_printf(&o->text, form, iso);
    else if (kind == 7 || kind == 8)
        buf_printf(&o->text, form, day.month);
    else if (kind == 10)
        buf_printf(&o->text, form, folders[a % FOLDERS]);
    else if (kind == 13 || kind == 14)
        buf_printf(&o->text, form, notes[other].stem);
    else
        buf_printf(&o->text, form, words[w]);
#pragma GCC diagnostic pop
    for (int i = 0; i < NOTES; i++) {
        const struct known *n = &notes[i];
        bool dated = date_is_set(n->date), any_tag = false, prefix = false;
        for (int k = 0; k < TAGS; k++)
            any_tag = any_tag || n->tags[k];
        for (int k = 0; k < WORDS; k++)
            prefix = prefix || (n->words[k] && strncmp(words[k], words[w], 3) == 0);
        size_t folder = strlen(folders[a % FOLDERS]);
        const bool answers[LEAVES] = {
            n->type == a % TYPES,
            n->type == a % TYPES || n->type == b % TYPES,
            has_tag(n, tags_folded[t]),
            n->depth >= a,
            n->depth > 0 && n->depth < a,
            n->depth >= a && n->depth <= b,
            dated && date_cmp(n->date, day) < 0,
            dated && n->date.month > day.month,
            dated && n->date.month == day.month,
            dated && date_cmp(n->date, day) >= 0,
            strncmp(n->path, folders[a % FOLDERS], folder) == 0 && n->path[folder] == '/',
            n->depth > 0,
            !any_tag,
            n->link == other,
            notes[other].link == i,
            n->words[w],
            prefix,
            prefix,
            n->task == 1,
        };
        o->matches[i] = answers[kind];
    }
}

static void invent_query(struct oracle *o, int depth)
{
    int kind = depth == 0 ? 0 : roll(5);
    if (kind < 2) {
        leaf(o, roll(LEAVES));
    } else if (kind == 4) {
        buf_put_c(&o->text, "-(");
        invent_query(o, depth - 1);
        buf_char(&o->text, ')');
        for (int i = 0; i < NOTES; i++)
            o->matches[i] = !o->matches[i];
    } else {
        struct oracle left = {0};
        buf_char(&o->text, '(');
        invent_query(o, depth - 1);
        memcpy(left.matches, o->matches, sizeof left.matches);
        buf_put_c(&o->text, kind == 2 ? " " : " OR ");
        invent_query(o, depth - 1);
        buf_char(&o->text, ')');
        for (int i = 0; i < NOTES; i++)
            o->matches[i] = kind == 2 ? left.matches[i] && o->matches[i] : left.matches[i] || o->matches[i];
    }
}

static struct query *parse(struct arena *arena, const char *text)
{
    struct query *query = NULL;
    struct err err = {0};
    assert_done(query_parse(sv_of(text), date_today(), arena, &query, &err), &err);
    return query;
}

static status count_hit(void *payload, const struct search_hit *hit, struct err *err)
{
    bool *found = payload;
    (void)err;
    for (int i = 0; i < NOTES; i++)
        if (notes[i].id == hit->id) {
            assert_false(found[i]);
            found[i] = true;
        }
    return DONE;
}

static void random_queries(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 1500; round++) {
        seed = 1000 + round;
        struct oracle o = {0};
        struct arena arena = {0};
        struct id_set set = {0};
        struct err err = {0};
        bool found[NOTES] = {0};
        struct eval eval = {.catalogue = f.catalogue, .searcher = &searcher};
        invent_query(&o, 3);
        const struct query *query = parse(&arena, o.text.ptr);
        assert_done(eval_set(&eval, query, &set, &err), &err);
        if (round % 5 == 0)
            assert_done(eval_search(&eval, query, 0, count_hit, found, &err), &err);
        for (int i = 0; i < NOTES; i++)
            if (o.matches[i] != id_set_has(&set, notes[i].id) || (round % 5 == 0 && o.matches[i] != found[i]))
                fail_msg("seed %u, '%s': %s %s", 1000 + round, o.text.ptr, notes[i].path,
                         o.matches[i] ? "is missing" : "should not be there");
        id_set_release(&set);
        arena_release(&arena);
        buf_release(&o.text);
    }
}

/* --- by example --- */

static void front_matter(void **state)
{
    (void)state;
    fixture_write(&f, "fm/one.md",
                  "---\ntype: charter\nmentor: '[[anna-nowak]]'\nmentee: jan\nstatus: Active\n"
                  "start: 2026-01-15\ncadence: P3W\nMixedKey: Caf\xc3\xa9\ngoals:\n  - id: g1\n    gas: 2\n"
                  "  - id: g2\n    gas: -1\nlist: [red, Green]\nversion: \"10\"\n---\n# One\n");
    fixture_write(&f, "fm/two.md",
                  "---\ntype: charter\nmentor: people/anna-nowak\nmentee: ola\nstatus: paused\n"
                  "start: 2026-03-01\nversion: \"9\"\n---\n# Two\nkey:: inline value\n");
    fixture_write(&f, "fm/anna-nowak.md", "---\ntype: person\naliases: [Ania]\n---\n# Anna\n");
    fixture_open(&f);
    assert_string_equal(fixture_query(&f, "mentor:anna-nowak"), "fm/one.md fm/two.md");
    assert_string_equal(fixture_query(&f, "mentor:[[anna-nowak]]"), "fm/one.md fm/two.md");
    assert_string_equal(fixture_query(&f, "mentor:ANNA*"), "fm/one.md fm/two.md");
    assert_string_equal(fixture_query(&f, "status:active"), "fm/one.md");
    assert_string_equal(fixture_query(&f, "status:active,paused"), "fm/one.md fm/two.md");
    assert_string_equal(fixture_query(&f, "mixedkey:CAF\xc3\x89"), "fm/one.md");
    assert_string_equal(fixture_query(&f, "MIXEDKEY:cafe\xcc\x81"), "fm/one.md");
    assert_string_equal(fixture_query(&f, "start:2026-01"), "fm/one.md");
    assert_string_equal(fixture_query(&f, "start:>2026-01"), "fm/two.md");
    assert_string_equal(fixture_query(&f, "start:>=2026-01"), "fm/one.md fm/two.md");
    assert_string_equal(fixture_query(&f, "start:<2026-03-01"), "fm/one.md");
    assert_string_equal(fixture_query(&f, "start:2026-01..2026-03"), "fm/one.md fm/two.md");
    assert_string_equal(fixture_query(&f, "start:..2026-02"), "fm/one.md");
    assert_string_equal(fixture_query(&f, "goals.gas:2"), "fm/one.md");
    assert_string_equal(fixture_query(&f, "goals.gas:<0"), "fm/one.md");
    assert_string_equal(fixture_query(&f, "has:goals"), "fm/one.md");
    assert_string_equal(fixture_query(&f, "list:green"), "fm/one.md");
    assert_string_equal(fixture_query(&f, "list:re"), "");
    assert_string_equal(fixture_query(&f, "version:>9"), "fm/one.md");
    assert_string_equal(fixture_query(&f, "key:\"inline value\""), "fm/two.md");
    assert_string_equal(fixture_query(&f, "cadence:p3w"), "fm/one.md");
    assert_string_equal(fixture_query(&f, "status:>b in:fm"), "fm/two.md");
    assert_string_equal(fixture_query(&f, "alias:ania handle:anna*"), "fm/anna-nowak.md");
    assert_string_equal(fixture_query(&f, "in:fm/one"), "fm/one.md");
    assert_string_equal(fixture_query(&f, "in:f"), "");
    assert_string_equal(fixture_query(&f, "in:fm/t*"), "fm/two.md");
}

static void by_charter(void **state)
{
    (void)state;
    fixture_write(&f, "ch/s1.md", "---\ntype: session\ncharter: one\ndate: 2026-02-01\n---\n# S\n");
    fixture_write(&f, "ch/s2.md", "---\ntype: session\ncharter: one\nmentor: somebody\ndate: 2026-02-01\n---\n# S\n");
    fixture_write(&f, "ch/fb.md", "---\ntype: feedback\ncharter: two\nby: mentee\ndate: 2026-02-01\n---\n# F\n");
    fixture_write(&f, "ch/l1.md", "---\ntype: log\nsession: s1\ndate: 2026-02-01\n---\n# L\n");
    fixture_refresh(&f);
    assert_string_equal(fixture_query(&f, "mentee:jan"), "ch/l1.md ch/s1.md ch/s2.md fm/one.md");
    assert_string_equal(fixture_query(&f, "mentor:anna-nowak type:session,log,feedback"), "ch/fb.md ch/l1.md ch/s1.md");
    assert_string_equal(fixture_query(&f, "mentor:somebody"), "ch/s2.md");
}

static void warnings(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct buf said = {0};
    struct id_set set = {0};
    struct err err = {0};
    struct eval eval = {.catalogue = f.catalogue, .warnings = &said};
    assert_done(eval_set(&eval, parse(&arena, "depht:3 OR no:colour OR depth:3 OR space:nowhere"), &set, &err), &err);
    assert_string_equal(said.ptr,
                        "no note has a field 'depht'; no note has a field 'colour'; there is no space 'nowhere'");
    id_set_release(&set);
    buf_release(&said);
    arena_release(&arena);
}

static void no_searcher(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct id_set set = {0};
    struct err err = {0};
    struct eval eval = {.catalogue = f.catalogue};
    assert_int_equal(eval_set(&eval, parse(&arena, "type:log trust"), &set, &err), FAILED);
    assert_non_null(strstr(err.text, "search plugin"));
    arena_release(&arena);
}

struct hits {
    struct buf out;
    struct eval_groups *groups;
};

static status put_hit(void *payload, const struct search_hit *hit, struct err *err)
{
    struct hits *hits = payload;
    struct arena arena = {0};
    struct record record;
    assert_done(catalogue_record(f.catalogue, hit->id, &arena, &record, err), err);
    buf_printf(&hits->out, "%.*s", SV_ARG(record.path));
    for (size_t i = 0; i < hit->snippet_count; i++) {
        const struct search_snippet *s = &hit->snippets[i];
        buf_printf(&hits->out, " %u:'%.*s'", s->line, SV_ARG(s->text));
        for (size_t m = 0; m + 1 < s->mark_count; m += 2)
            buf_printf(&hits->out, "[%.*s]", SV_ARG(sv_sub(s->text, s->marks[m], s->marks[m + 1] - s->marks[m])));
    }
    buf_char(&hits->out, '\n');
    arena_release(&arena);
    return DONE;
}

static void assert_search(const char *text, size_t limit, const char *expected)
{
    struct arena arena = {0};
    struct hits hits = {0};
    struct err err = {0};
    struct eval eval = {.catalogue = f.catalogue, .searcher = &searcher};
    buf_put_c(&hits.out, "");
    assert_done(eval_search(&eval, parse(&arena, text), limit, put_hit, &hits, &err), &err);
    assert_string_equal(hits.out.ptr, expected);
    buf_release(&hits.out);
    arena_release(&arena);
}

static void regular_expressions(void **state)
{
    (void)state;
    fixture_write(&f, "re/one.md",
                  "---\ntitle: Feedback\nsecret: hidden\n---\nLine one\nthe Feedb\xc3\xa4"
                  "ck came\n\nfeedback twice\n");
    fixture_write(&f, "re/two.md", "---\ndate: 2026-04-01\n---\n# Nothing\nx\n");
    fixture_write(&f, "re/three.md", "---\ndate: 2026-05-01\n---\nplan b\n");
    fixture_refresh(&f);
    assert_string_equal(fixture_query(&f, "/feedb[a\xc3\xa4]ck/ in:re"), "re/one.md");
    assert_string_equal(fixture_query(&f, "/hidden/ in:re"), "");
    assert_string_equal(fixture_query(&f, "/^Feedback$/ in:re"), "re/one.md");
    assert_string_equal(fixture_query(&f, "-/feedback/ in:re"), "re/three.md re/two.md");
    assert_string_equal(fixture_query(&f, "in:re (/twice/ OR date:2026-04)"), "re/one.md re/two.md");
    assert_search("/feedb./ in:re", 0,
                  "re/one.md 6:'the Feedb\xc3\xa4"
                  "ck came'[Feedb\xc3\xa4] 8:'feedback twice'[feedba]\n");
    /* newest first, and no more than asked for */
    assert_search("in:re", 0, "re/three.md\nre/two.md\nre/one.md\n");
    assert_search("in:re", 2, "re/three.md\nre/two.md\n");
}

static status put_groups(void *payload, const struct record *record, struct err *err)
{
    struct hits *hits = payload;
    struct arena arena = {0};
    struct sv *values;
    assert_done(eval_groups_of(hits->groups, record, &arena, &values, err), err);
    buf_printf(&hits->out, "%.*s", SV_ARG(record->path));
    for (size_t i = 0; i < eval_groups_count(hits->groups); i++)
        if (values[i].ptr)
            buf_printf(&hits->out, " %.*s='%.*s'", SV_ARG(eval_groups_name(hits->groups, i)), SV_ARG(values[i]));
    buf_char(&hits->out, '\n');
    arena_release(&arena);
    return DONE;
}

static void assert_groups(const char *text, const char *expected)
{
    struct arena arena = {0};
    struct hits hits = {0};
    struct id_set set = {0};
    struct err err = {0};
    struct eval eval = {.catalogue = f.catalogue};
    struct query *query = parse(&arena, text);
    buf_put_c(&hits.out, "");
    assert_done(eval_set(&eval, query, &set, &err), &err);
    assert_done(eval_groups_open(f.catalogue, query, &hits.groups, &err), &err);
    assert_done(catalogue_each(f.catalogue, &set, NULL, 0, put_groups, &hits, &err), &err);
    assert_string_equal(hits.out.ptr, expected);
    eval_groups_close(hits.groups);
    id_set_release(&set);
    buf_release(&hits.out);
    arena_release(&arena);
}

static void named_groups(void **state)
{
    (void)state;
    fixture_write(&f, "ng/one.md", "---\ntitle: rate 1\nrate: 7\n---\nrate 2, rate 3\n");
    fixture_write(&f, "ng/two.md", "rate 4 of \xffx\n");
    fixture_refresh(&f);
    /* Of the first match: the title's, where it has one; front matter is no text. */
    assert_groups("in:ng /rate:? (?<n>\\d)/", "ng/one.md n='1'\nng/two.md n='4'\n");
    assert_groups("in:ng /(?<a>,)|(?<b>of)/", "ng/one.md a=','\nng/two.md b='of'\n");
    /* Several expressions: the first that took something; what must not match has none. */
    assert_groups("in:ng (/(?<n>rate 2)/ OR /(?<m>r)a(?<n>te)/) -/(?<k>zzz)/",
                  "ng/one.md n='rate 2' m='r'\nng/two.md n='te' m='r'\n");
    assert_groups("in:ng -/(?<k>zzz)/", "ng/one.md\nng/two.md\n");
    assert_groups("in:ng/two /(?<all>^rate .*$)/", "");
    assert_groups("in:ng/two /rate (?<four>.*)of/", "ng/two.md four='4 '\n");
}

static void a_bad_regular_expression(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct id_set set = {0};
    struct err err = {0};
    struct eval eval = {.catalogue = f.catalogue};
    static const char *const texts[] = {"tag:\xc3\xb8 OR /a(b/", "tag:\xc3\xb8 -a /a(b/"};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(eval_set(&eval, parse(&arena, texts[i]), &set, &err), USAGE);
        assert_int_equal(err.line, 1);
        assert_true(err.column > 10 && err.column <= 14);
        err_clear(&err);
    }
    arena_release(&arena);
}

/* Words rank, regular expressions filter, and the limit is the searcher's. */
static void ranking(void **state)
{
    (void)state;
    limit_seen = 99;
    assert_search("title:n05", 3, "x/n05.md\n");
    struct arena arena = {0};
    struct hits hits = {0};
    struct err err = {0};
    struct eval eval = {.catalogue = f.catalogue, .searcher = &searcher};
    assert_done(eval_search(&eval, parse(&arena, "trust type:log /change/"), 2, put_hit, &hits, &err), &err);
    assert_int_equal(limit_seen, 2);
    buf_release(&hits.out);
    arena_release(&arena);
}

static void one_space(void **state)
{
    (void)state;
    sandbox_git(&f.box, "", "init", "-q", "private");
    fixture_write(&f, "private/mine.md", "---\ndate: 2026-07-07\n---\n# Mine\n");
    fixture_open(&f);
    struct arena arena = {0};
    struct id_set set = {0};
    struct err err = {0};
    struct eval eval = {.catalogue = f.catalogue, .space = SV("private")};
    assert_done(eval_set(&eval, parse(&arena, "-tag:nothing"), &set, &err), &err);
    assert_int_equal(set.count, 1);
    assert_int_equal(set.ids[0], fixture_id(&f, "mine"));
    id_set_release(&set);
    arena_release(&arena);
}

static void sorting(void **state)
{
    (void)state;
    struct sort sort;
    struct buf out = {0};
    struct err err = {0};
    struct id_set set = {0};
    const char *const stems[] = {"so/c2.md", "so/c10.md", "so/a.md", "so/b.md"};
    fixture_write(&f, stems[0], "---\ntitle: chapter 2\ndate: 2026-01-01\nrank: 10\n---\none two three\n");
    fixture_write(&f, stems[1], "---\ntitle: Chapter 10\ndate: 2026-03-01\nrank: 9\n---\none two\n");
    fixture_write(&f, stems[2], "---\ntitle: \xc3\x81lpha\nrank: low\n---\none\n");
    fixture_write(&f, stems[3], "---\ntitle: beta\ndate: 2026-02-01\n---\n");
    fixture_refresh(&f);
    set.ids = calloc(4, sizeof *set.ids);
    for (set.count = 0; set.count < 4; set.count++)
        set.ids[set.count] = fixture_id(&f, stems[set.count]);
    for (size_t i = 0; i < 4; i++)
        for (size_t j = i + 1; j < 4; j++)
            if (set.ids[j] < set.ids[i]) {
                int64_t swap = set.ids[i];
                set.ids[i] = set.ids[j];
                set.ids[j] = swap;
            }
    static const struct {
        const char *key, *order;
    } cases[] = {{"title", "so/a.md so/b.md so/c2.md so/c10.md"}, {"-title", "so/c10.md so/c2.md so/b.md so/a.md"},
                 {"date", "so/c10.md so/b.md so/c2.md so/a.md"},  {"+date", "so/c2.md so/b.md so/c10.md so/a.md"},
                 {"words", "so/c2.md so/c10.md so/a.md so/b.md"}, {"rank", "so/c10.md so/c2.md so/a.md so/b.md"},
                 {"-rank", "so/a.md so/c2.md so/c10.md so/b.md"}, {"path", "so/a.md so/b.md so/c10.md so/c2.md"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        buf_clear(&out);
        sort_parse(sv_of(cases[i].key), &sort);
        assert_done(catalogue_each(f.catalogue, &set, &sort, 0, fixture_put_path, &out, &err), &err);
        if (strcmp(out.ptr, cases[i].order) != 0)
            fail_msg("by %s: %s", cases[i].key, out.ptr);
    }
    buf_release(&out);
    id_set_release(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_queries), cmocka_unit_test(front_matter),
        cmocka_unit_test(by_charter),     cmocka_unit_test(warnings),
        cmocka_unit_test(no_searcher),    cmocka_unit_test(regular_expressions),
        cmocka_unit_test(named_groups),   cmocka_unit_test(a_bad_regular_expression),
        cmocka_unit_test(ranking),        cmocka_unit_test(one_space),
        cmocka_unit_test(sorting),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
