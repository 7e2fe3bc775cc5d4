/* What an engine tells of its terms. */
#include "fake_host.h"

#include "fts5/oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

extern const chiron_entry chiron_plugin;

static struct fake_vault vault;
static struct analyser *analyser;
static struct engine *engine;
static struct job job;

static chiron_sv sv(const char *text)
{
    return (chiron_sv){text, strlen(text)};
}

static void add(const struct engine_ops *ops, int64_t id, enum language language, const char *title, const char *body)
{
    struct engine_note note = {.id = id, .language = language, .titles = sv(title), .body = sv(body)};
    assert_int_equal(ops->add(engine, &job, &note), CHIRON_OK);
}

static void fill(const struct engine_ops *ops)
{
    fake_open(&vault, &chiron_plugin);
    analyser = analyser_new();
    assert_non_null(analyser);
    job = (struct job){&vault.host, fake_call(&vault)};
    assert_int_equal(ops->open(&job, sv(vault.dir), analyser, &engine), CHIRON_OK);
    assert_int_equal(ops->begin(engine, &job, true), CHIRON_OK);
    add(ops, 1, LANGUAGE_EN, "Trust", "trusting a mentor\x1ementors, trust");
    add(ops, 2, LANGUAGE_DA, "Tillid",
        "m\xc3\xb8"
        "der mentor");
    add(ops, 3, LANGUAGE_EN, "Truth", "nothing else");
    assert_int_equal(ops->commit(engine, &job, sv("1")), CHIRON_OK);
}

static void end(const struct engine_ops *ops)
{
    ops->close(engine);
    analyser_free(analyser);
    fake_call_end(job.call);
    fake_close(&vault);
}

static chiron_status list_term(void *payload, chiron_sv term, uint64_t notes)
{
    char *at = (char *)payload + strlen(payload);
    sprintf(at, "%.*s=%llu ", (int)term.len, term.ptr, (unsigned long long)notes);
    return CHIRON_OK;
}

static chiron_status stop_at_first(void *payload, chiron_sv term, uint64_t notes)
{
    list_term(payload, term, notes);
    return CHIRON_STOP;
}

static void check_terms(const struct engine_ops *ops)
{
    char text[1000] = "";
    fill(ops);
    assert_int_equal(ops->terms(engine, &job, sv("tr"), list_term, text), CHIRON_OK);
    assert_string_equal(text, "trust=1 trusting=1 truth=1 ");
    text[0] = '\0';
    assert_int_equal(ops->terms(engine, &job, sv("mentor"), stop_at_first, text), CHIRON_STOP);
    assert_string_equal(text, "mentor=2 ");
    text[0] = '\0';
    assert_int_equal(ops->terms(engine, &job, sv("~m"), list_term, text), CHIRON_OK);
    assert_string_equal(text, "~moder=1 ~moeder=1 ");
    text[0] = '\0';
    assert_int_equal(ops->terms(engine, &job, sv("zzz"), list_term, text), CHIRON_OK);
    assert_string_equal(text, "");
    assert_int_equal(ops->terms(engine, &job, sv(""), list_term, text), CHIRON_OK);
    assert_null(strchr(text, ENGINE_BREAK));
    assert_non_null(strstr(text, "^trust=1 "));
    end(ops);
}

static void check_frequencies(const struct engine_ops *ops)
{
    chiron_sv terms[] = {sv("trust"), sv("mentor"), sv("nowhere"), sv("~moder"), sv("")};
    uint64_t notes[5], all;
    fill(ops);
    assert_int_equal(ops->frequencies(engine, &job, terms, 5, notes, &all), CHIRON_OK);
    assert_int_equal(all, 3);
    assert_int_equal(notes[0], 1);
    assert_int_equal(notes[1], 2);
    assert_int_equal(notes[2], 0);
    assert_int_equal(notes[3], 1);
    assert_int_equal(notes[4], 0);
    end(ops);
}

static void test_fts5(void **state)
{
    (void)state;
    check_terms(&engine_fts5);
    check_frequencies(&engine_fts5);
}

static void test_segments(void **state)
{
    (void)state;
    check_terms(&engine_segments);
    check_frequencies(&engine_segments);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_fts5), cmocka_unit_test(test_segments)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
