#include "test.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/i18n.h"

#include <locale.h>
#include <string.h>
#include <unistd.h>

static char locale_dir[] = "/tmp/chiron-i18n-XXXXXX";

static void put_u32(struct buf *out, size_t number)
{
    uint32_t word = (uint32_t)number;

    buf_put(out, sv_make((const char *)&word, sizeof(word)));
}

/* A compiled catalogue by hand (gettext's .mo: magic, revision, count, two tables of length and offset, strings), so
 * that the test needs no compiler of messages. Strings in the order of their bytes. */
static status write_catalogue(const char *lang, const struct sv (*pairs)[2], size_t count)
{
    struct buf file = {0}, strings = {0};
    size_t tables = 28, at = tables + count * 16;
    char path[96];
    status rc;

    put_u32(&file, 0x950412de);
    put_u32(&file, 0);
    put_u32(&file, count);
    put_u32(&file, tables);
    put_u32(&file, tables + count * 8);
    put_u32(&file, 0);
    put_u32(&file, at);
    for (size_t side = 0; side < 2; side++) {
        for (size_t i = 0; i < count; i++) {
            put_u32(&file, pairs[i][side].len);
            put_u32(&file, at + strings.len);
            buf_put(&strings, pairs[i][side]);
            buf_char(&strings, '\0');
        }
    }
    buf_put(&file, buf_view(&strings));
    snprintf(path, sizeof(path), "%s/%s/LC_MESSAGES", locale_dir, lang);
    rc = dir_make(path, 0755, NULL);
    snprintf(path, sizeof(path), "%s/%s/LC_MESSAGES/chiron.mo", locale_dir, lang);
    if (rc == DONE)
        rc = file_write(path, buf_view(&file), 0644, NULL);
    buf_release(&file);
    buf_release(&strings);
    return rc;
}

static int set_up(void **state)
{
    static const struct sv polish[][2] = {
        {SV_INIT(""), SV_INIT("Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=3; plural=(n==1 ? 0 : "
                              "n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\n")},
        {SV_INIT("%d note\0%d notes"), SV_INIT("%d notatka\0%d notatki\0%d notatek")},
        {SV_INIT("permission denied"), SV_INIT("brak dostępu")},
    };
    static const struct sv danish[][2] = {
        {SV_INIT(""), SV_INIT("Content-Type: text/plain; charset=UTF-8\n")},
        {SV_INIT("permission denied"), SV_INIT("adgang nægtet")},
    };

    (void)state;
    if (!mkdtemp(locale_dir))
        return -1;
    return write_catalogue("pl", polish, 3) == DONE && write_catalogue("da", danish, 2) == DONE ? 0 : -1;
}

static int tear_down(void **state)
{
    static const char *const paths[] = {
        "pl/LC_MESSAGES/chiron.mo", "da/LC_MESSAGES/chiron.mo", "pl/LC_MESSAGES", "da/LC_MESSAGES", "pl", "da", ""};
    char path[96];

    (void)state;
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", locale_dir, paths[i]);
        if (remove(path) != 0)
            return -1;
    }
    return 0;
}

static void speaks_what_is_asked(void **state)
{
    (void)state;
    setenv("LC_ALL", "C", 1);
    i18n_init_at(locale_dir, "pl");
    assert_string_equal(i18n_lang(), "pl");
    assert_string_equal(_("permission denied"), "brak dostępu");
    assert_string_equal(Q_("%d note", "%d notes", 1), "%d notatka");
    assert_string_equal(Q_("%d note", "%d notes", 3), "%d notatki");
    assert_string_equal(Q_("%d note", "%d notes", 5), "%d notatek");
    assert_string_equal(_("not in the catalogue"), "not in the catalogue");
    i18n_init_at(locale_dir, "da_DK.UTF-8");
    assert_string_equal(i18n_lang(), "da");
    assert_string_equal(_("permission denied"), "adgang nægtet");
    i18n_init_at(locale_dir, "en");
    assert_string_equal(i18n_lang(), "en");
    assert_string_equal(_("permission denied"), "permission denied");
    assert_string_equal(Q_("%d note", "%d notes", 1), "%d note");
    i18n_init_at(locale_dir, "de");
    assert_string_equal(i18n_lang(), "en");
    i18n_init_at("/nonexistent", "pl");
    assert_string_equal(i18n_lang(), "en");
    i18n_init_at(locale_dir, "../../pl");
    assert_string_equal(i18n_lang(), "en");
}

static void reads_the_environment(void **state)
{
    static const struct {
        const char *all, *messages, *lang, *language, *expected;
    } cases[] = {
        {NULL, NULL, "pl_PL.UTF-8", NULL, "pl"},
        {NULL, "da_DK", "pl_PL.UTF-8", NULL, "da"},
        {"pl_PL@euro", "da_DK", "da", NULL, "pl"},
        {NULL, NULL, "en_US.UTF-8", "de:da:pl", "da"},
        {NULL, NULL, "en_US.UTF-8", "en:pl", "en"},
        {"C", NULL, "pl_PL.UTF-8", "pl", "en"},
        {"POSIX", NULL, NULL, "pl", "en"},
        {"C.UTF-8", NULL, NULL, "pl", "pl"},
        {NULL, NULL, NULL, "pl", "pl"},
        {NULL, NULL, NULL, NULL, "en"},
        {"", "", "da_DK.UTF-8", "", "da"},
        {NULL, NULL, "polish", NULL, "en"},
    };
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *const values[] = {cases[i].all, cases[i].messages, cases[i].lang, cases[i].language};

        for (size_t k = 0; k < 4; k++)
            values[k] ? setenv(names[k], values[k], 1) : unsetenv(names[k]);
        i18n_init_at(locale_dir, NULL);
        if (strcmp(i18n_lang(), cases[i].expected) != 0)
            fail_msg("case %zu speaks %s", i, i18n_lang());
        assert_true((strcmp(_("permission denied"), "permission denied") == 0) ==
                    (strcmp(cases[i].expected, "en") == 0));
    }
}

/* Files are read and written with a point in numbers, whatever the language. */
static void numbers_stay(void **state)
{
    char text[16];

    (void)state;
    unsetenv("LANGUAGE");
    setenv("LC_ALL", "pl_PL.UTF-8", 1);
    i18n_init_at(locale_dir, NULL);
    assert_string_equal(i18n_lang(), "pl");
    snprintf(text, sizeof(text), "%.1f", 1.5);
    assert_string_equal(text, "1.5");
    assert_string_equal(setlocale(LC_NUMERIC, NULL), "C");
    i18n_init(NULL);
    assert_true(strlen(i18n_lang()) == 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(speaks_what_is_asked),
        cmocka_unit_test(reads_the_environment),
        cmocka_unit_test(numbers_stay),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
