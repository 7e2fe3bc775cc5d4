/* Postings against a plain table of who has what, over many transactions of random changes. */
#include "catalogue/posting.h"
#include "catalogue/schema.h"
#include "catalogue/terms.h"
#include "test.h"

#include <string.h>

enum { TERMS = 6, IDS = 3000 };

/* -1: the note has the term not; else its ordinal. */
static int model[TERMS][IDS + 1];
static struct db *db;

static uint32_t random_below(uint32_t end)
{
    static uint64_t state = 88172645463325252u;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 33) % end;
}

static struct sv term_of(int n, struct buf *out)
{
    char text[32];
    snprintf(text, sizeof text, "value %d", n);
    buf_clear(out);
    term_put(out, TERM_FIELD, SV("key"));
    buf_put_c(out, text);
    return buf_view(out);
}

static int setup(void **state)
{
    struct err err = {0};
    (void)state;
    for (int t = 0; t < TERMS; t++)
        for (int id = 0; id <= IDS; id++)
            model[t][id] = -1;
    assert_done(db_open(NULL, &db, &err), &err);
    assert_done(schema_make(db, &err), &err);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    db_close(db);
    return 0;
}

/* What is stored of a term, one chunk after the other; no chunk is large, and none without ids. */
static void assert_stored(int t)
{
    struct err err = {0};
    struct buf term = {0};
    struct stmt *stmt;
    int64_t last = 0;
    status s;
    assert_done(db_statement(db, "SELECT first, ids FROM posting WHERE term=? ORDER BY first", &stmt, &err), &err);
    stmt_bind_blob(stmt, 1, term_of(t, &term));
    while ((s = stmt_step(stmt, &err)) == DONE) {
        assert_true(stmt_blob(stmt, 1).len <= 1000);
        struct posting_ids ids = posting_ids(stmt_i64(stmt, 0), stmt_blob(stmt, 1));
        while (posting_ids_next(&ids)) {
            for (int64_t id = last + 1; id < ids.id; id++)
                assert_int_equal(model[t][id], -1);
            assert_true(ids.id > last);
            assert_int_equal(model[t][ids.id], (int)ids.ordinal);
            last = ids.id;
        }
        assert_done(posting_ids_check(&ids, &err), &err);
    }
    assert_int_equal(s, NOT_FOUND);
    for (int64_t id = last + 1; id <= IDS; id++)
        assert_int_equal(model[t][id], -1);
    buf_release(&term);
}

static void change(struct postings *postings, int t, int id, int ordinal)
{
    struct err err = {0};
    struct buf term = {0};
    if (ordinal < 0)
        assert_done(postings_remove(postings, term_of(t, &term), id, &err), &err);
    else
        assert_done(postings_add(postings, term_of(t, &term), id, (uint32_t)ordinal, &err), &err);
    model[t][id] = ordinal;
    buf_release(&term);
}

/* As different notes have terms: in any order of ids, each once. */
static void change_some(struct postings *postings, int t, int count)
{
    static bool touched[IDS + 1];
    memset(touched, 0, sizeof touched);
    for (int i = 0; i < count; i++) {
        int id = 1 + (int)random_below(IDS);
        if (touched[id])
            continue;
        touched[id] = true;
        bool has = model[t][id] >= 0;
        uint32_t chance = random_below(10);
        if (has && chance < 5)
            change(postings, t, id, -1);
        else if (!has || chance < 8)
            change(postings, t, id, (int)(random_below(4) == 0 ? random_below(500) : 0));
    }
}

static void random_changes(void **state)
{
    (void)state;
    struct err err = {0};
    struct postings postings = {.empty = true};
    for (int round = 0; round < 60; round++) {
        for (int t = 0; t < TERMS; t++)
            change_some(&postings, t, (int)random_below(t == 0 ? 3 : round < 5 ? IDS : 60));
        assert_done(postings_write(&postings, db, &err), &err);
        postings.empty = false;
        for (int t = 0; t < TERMS; t++)
            assert_stored(t);
    }
    postings_release(&postings);
}

/* Everything goes, and comes again. */
static void all_and_none(void **state)
{
    (void)state;
    struct err err = {0};
    struct postings postings = {0};
    for (int round = 0; round < 2; round++) {
        for (int id = 1; id <= IDS; id++)
            if ((model[1][id] >= 0) == (round == 0))
                change(&postings, 1, id, round == 0 ? -1 : 0);
        assert_done(postings_write(&postings, db, &err), &err);
        assert_stored(1);
    }
    postings_release(&postings);
}

/* One more in a term that all have writes one chunk. */
static void one_change_is_small(void **state)
{
    (void)state;
    struct err err = {0};
    struct postings postings = {0};
    struct stmt *stmt;
    change(&postings, 1, IDS / 2, -1);
    assert_done(db_statement(db, "SELECT total_changes()", &stmt, &err), &err);
    assert_done(stmt_step(stmt, &err), &err);
    int64_t before = stmt_i64(stmt, 0);
    stmt_reset(stmt);
    assert_done(postings_write(&postings, db, &err), &err);
    assert_done(stmt_step(stmt, &err), &err);
    assert_true(stmt_i64(stmt, 0) - before <= 2);
    stmt_reset(stmt);
    assert_stored(1);
    postings_release(&postings);
}

static void bytes_that_do_not_add_up(void **state)
{
    (void)state;
    struct err err = {0};
    static const char bytes[] = "\x00\x02\x03\xff\xff";
    for (size_t length = 0; length < sizeof bytes; length++) {
        struct posting_ids ids = posting_ids(1, sv_make(bytes, length));
        size_t count = 0;
        while (posting_ids_next(&ids))
            count++;
        assert_true(count <= length + 1);
        assert_int_equal(posting_ids_check(&ids, &err), length <= 2 ? DONE : DB_DAMAGED);
        err_clear(&err);
    }
}

static void what_terms_say(void **state)
{
    (void)state;
    struct buf term = {0};
    struct term_facts facts;
    term_put(&term, TERM_TAG, SV("a\0b"));
    buf_put_c(&term, "A");
    assert_sv(term_text(buf_view(&term)), "a\1b");
    assert_sv(term_rest(buf_view(&term)), "A");
    term_facts(buf_view(&term), &facts);
    assert_false(facts.has_number || facts.has_date);
    buf_clear(&term);
    term_put(&term, TERM_FIELD, SV("due"));
    buf_put_c(&term, "2026-11-24t10:00");
    term_facts(buf_view(&term), &facts);
    assert_true(facts.has_date && !facts.has_number);
    assert_string_equal(facts.date, "2026-11-24");
    buf_clear(&term);
    term_put(&term, TERM_FIELD, SV("depth"));
    buf_put_c(&term, "3.5");
    term_facts(buf_view(&term), &facts);
    assert_true(facts.has_number && facts.number > 3.4 && facts.number < 3.6);
    buf_release(&term);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_changes),      cmocka_unit_test(all_and_none),
        cmocka_unit_test(one_change_is_small), cmocka_unit_test(bytes_that_do_not_add_up),
        cmocka_unit_test(what_terms_say),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
