/* The table of documents that the oracle's engine keeps, against a plain array. */
#include "fake_host.h"

#include "fts5/docs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_docs(void **state)
{
    (void)state;
    enum { NOTES = 700 };
    struct docs docs = {0};
    size_t live = 0;
    int64_t at[NOTES] = {0}; /* note -> number */
    uint64_t random = 3;
    assert_true(docs_index(&docs));
    for (int i = 0; i < 5000; i++) {
        int64_t note = (int64_t)(fake_random(&random) % NOTES);
        if (fake_random(&random) % 3 == 0) {
            docs_remove(&docs, note);
            live -= at[note] != 0;
            at[note] = 0;
        } else {
            live += at[note] == 0;
            at[note] = docs_add(&docs, note, 1);
            assert_int_equal(at[note], docs.count);
            docs_set_length(&docs, (uint32_t)note);
        }
        assert_int_equal(docs.live, live);
    }
    struct docs again = {0};
    unsigned char bytes[DOCS_CHUNK * DOC_BYTES];
    for (size_t chunk = 0; chunk * DOCS_CHUNK < docs.count; chunk++) {
        assert_true(docs_chunk_is_changed(&docs, chunk));
        assert_true(docs_read_chunk(&again, bytes, docs_write_chunk(&docs, chunk, bytes)));
        assert_false(docs_chunk_is_changed(&again, chunk));
    }
    assert_int_equal(again.count, docs.count);
    assert_int_equal(again.live, live);
    assert_true(docs_index(&again));
    for (int64_t note = 0; note < NOTES; note++) {
        if (at[note] == 0)
            continue;
        assert_int_equal(docs_get(&again, at[note])->note, note);
        assert_int_equal(docs_get(&again, at[note])->length, note);
        assert_false(docs_get(&again, at[note])->is_dead);
    }
    assert_null(docs_get(&again, 0));
    assert_null(docs_get(&again, (int64_t)again.count + 1));
    assert_false(docs_read_chunk(&again, bytes, DOC_BYTES)); /* behind a short row */
    docs_release(&again);
    docs_release(&docs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_docs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
