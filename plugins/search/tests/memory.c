/* Every allocation fails once: the plugin's own, the host's scratch memory. Each time the call fails cleanly
 * (fake_host.c looks for the message) or answers rightly, and the next one is as good as ever.
 * The linker leads malloc, calloc and realloc of the plugin's sources here (--wrap). */
#include "fake_host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

extern const chiron_entry chiron_plugin;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

static uint64_t left; /* allocations until the one that fails; 0: none does */
static bool has_failed;

static bool has_memory(void)
{
    if (fake_in_host > 0 || left == 0 || --left > 0)
        return true;
    has_failed = true;
    return false;
}

void *__wrap_malloc(size_t size)
{
    return has_memory() ? __real_malloc(size) : NULL;
}

void *__wrap_calloc(size_t count, size_t size)
{
    return has_memory() ? __real_calloc(count, size) : NULL;
}

void *__wrap_realloc(void *old, size_t size)
{
    return has_memory() ? __real_realloc(old, size) : NULL;
}

static struct fake_vault vault;

static fake_node query(void)
{
    return AND(OR(WORD("trust"), PHRASE("partnership rules"), SET(2)), NOT(WORD("doubt")), PREFIX("t"));
}

static chiron_status search_failing_at(uint64_t n, fake_node root, struct fake_answer *out)
{
    has_failed = false;
    left = n;
    chiron_status st = fake_search(&vault, root, 10, out);
    left = 0;
    return st;
}

/* The same for what is not a search. */
static void test_other_questions(void)
{
    struct fake_answer answer;
    char words[512];
    bool is_through = false;
    for (uint64_t n = 1; !is_through; n++) {
        has_failed = false;
        left = n;
        chiron_status related = fake_related(&vault, 1, 10, &answer);
        chiron_status suggested = fake_suggest(&vault, WORD("trsut"), words);
        left = 0;
        is_through = !has_failed;
        assert_true(related == CHIRON_OK || related == CHIRON_ENOMEM);
        assert_true(suggested == CHIRON_OK || suggested == CHIRON_ENOMEM);
        fake_answer_release(&answer);
    }
    assert_string_equal(words, "trsut>trust");
}

static void test_every_allocation_fails_once(void **state)
{
    (void)state;
    struct fake_answer answer;
    fake_open(&vault, &chiron_plugin);
    fake_note(&vault, 1, "en", "One", "trust takes time");
    fake_note(&vault, 2, "da", "Two",
              "tillid p\xc3\xa5 m\xc3\xb8"
              "det");
    fake_note(&vault, 3, "pl", "Three", "doubt, trust; partnership rules");
    vault.thesaurus[0] = "- en: trust\n  da: tillid\n- en: doubt\n  pl: niepewność\n";
    fake_node root = query();
    vault.has_memory = has_memory;
    uint64_t n = 1;
    char path[320];
    fake_path(&vault, "manifest", path);
    for (bool is_through = false; !is_through; n += n < 400 ? 1 : 5) {
        fake_note(&vault, 1, "en", "One", "trust takes time");
        if (n % 3 == 0)
            remove(path); /* made anew, too */
        fake_restart(&vault);
        chiron_status st = search_failing_at(n, root, &answer);
        is_through = !has_failed;
        if (st != CHIRON_OK && st != CHIRON_ENOMEM)
            print_error("allocation %llu: %d, %s\n", (unsigned long long)n, (int)st, vault.message);
        assert_true(st == CHIRON_OK || st == CHIRON_ENOMEM);
        assert_true(st != CHIRON_OK || answer.count == 2);
        fake_answer_release(&answer);
        assert_found(&vault, root, 1, 2);
    }
    assert_true(n > 100);
    test_other_questions();
    vault.has_memory = NULL;
    fake_close(&vault);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_allocation_fails_once)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
