/* What the readers of a note can see: the space decides, a note narrows, and nothing leads around it. */
#include "catalogue/audience.h"
#include "catalogue/group.h"
#include "fixture.h"

static void write_vault(struct fixture *f)
{
    static const char *const spaces[] = {"private", "pairs/anna-jan", "pairs/ola"};
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
        sandbox_git(&f->box, "", "init", "-q", spaces[i]);
    fixture_write(f, "a.md", "---\nmentor: anna\n---\n[[secret]]\n");
    fixture_write(f, "narrow.md", "---\nvisibility: private\nmentor: anna\n---\n");
    fixture_write(f, "logs/same.md", "# One\n");
    fixture_write(f, "notes/same.md", "# Other\n");
    fixture_write(f, "private/secret.md", "---\ntype: charter\nmentor: anna\nmentee: jan\n---\n");
    fixture_write(f, "private/a.md", "# Of the same name\n");
    fixture_write(f, "s.md", "---\ntype: session\ncharter: secret\n---\n");
    fixture_write(f, "pairs/anna-jan/p.md", "---\nmentor: anna\n---\n");
    fixture_write(f, "pairs/anna-jan/mine.md", "---\nvisibility: private\nmentor: anna\n---\n");
    fixture_write(f, "pairs/ola/o.md", "---\nmentor: anna\n---\n[[a]]\n");
    fixture_open(f);
}

static const char *seen_from(struct fixture *f, const char *space, const char *query)
{
    static struct buf out;
    struct arena arena = {0};
    struct query *parsed = NULL;
    struct id_set set = {0};
    struct audience audience;
    struct err err = {0};
    const struct space *from = vault_space(f->vault, sv_of(space));
    buf_clear(&out);
    buf_put_c(&out, "");
    assert_non_null(from);
    assert_done(audience_of(f->catalogue, from, &audience, &err), &err);
    struct eval eval = {.catalogue = f->catalogue, .visible = &audience.visible};
    assert_done(query_parse(sv_of(query), date_today(), &arena, &parsed, &err), &err);
    assert_done(eval_set(&eval, parsed, &set, &err), &err);
    assert_done(catalogue_each(f->catalogue, &set, NULL, 0, fixture_put_path, &out, &err), &err);
    id_set_release(&set);
    audience_release(&audience);
    arena_release(&arena);
    return out.ptr;
}

static void the_space_decides(void **state)
{
    struct fixture f;
    (void)state;
    fixture_begin(&f);
    write_vault(&f);
    assert_string_equal(seen_from(&f, ".", ""), "a.md logs/same.md notes/same.md s.md");
    assert_string_equal(seen_from(&f, "pairs/anna-jan", ""),
                        "a.md logs/same.md notes/same.md pairs/anna-jan/p.md s.md");
    assert_string_equal(seen_from(&f, "private", "-in:logs -in:notes"),
                        "a.md narrow.md pairs/anna-jan/mine.md pairs/anna-jan/p.md pairs/ola/o.md private/a.md "
                        "private/secret.md s.md");
    fixture_end(&f);
}

/* Not by a charter that they cannot see, nor by links to or from what they cannot see. */
static void nothing_leads_around(void **state)
{
    struct fixture f;
    (void)state;
    fixture_begin(&f);
    write_vault(&f);
    assert_string_equal(fixture_query(&f, "mentor:anna type:session"), "s.md");
    assert_string_equal(seen_from(&f, ".", "mentor:anna"), "a.md");
    assert_string_equal(seen_from(&f, ".", "has:linked"), "");
    assert_string_equal(seen_from(&f, ".", "linked:pairs/ola/o"), "");
    assert_string_equal(seen_from(&f, "private", "linked:pairs/ola/o"), "a.md");
    fixture_end(&f);
}

/* A peer may write what they like into a space that they share: it shows them nothing. */
static void nobody_calls_themselves_private(void **state)
{
    struct fixture f;
    (void)state;
    fixture_begin(&f);
    write_vault(&f);
    fixture_write(&f, "pairs/ola/.chiron/space", "[space]\nvisibility = private\n");
    fixture_open(&f);
    assert_int_equal(vault_space(f.vault, SV("pairs/ola"))->visibility, VISIBILITY_PRIVATE);
    assert_string_equal(seen_from(&f, "pairs/ola", "in:private OR in:pairs"), "pairs/ola/o.md");
    fixture_end(&f);
    /* Nor a folder of the shared repository that has the name. */
    fixture_begin(&f);
    sandbox_git(&f.box, "", "init", "-q");
    sandbox_git(&f.box, "", "init", "-q", "pairs/ola");
    fixture_write(&f, "private/.chiron/space", "[space]\nvisibility = private\n");
    fixture_write(&f, "private/board.md", "# Board\n");
    fixture_write(&f, "pairs/ola/o.md", "# O\n");
    fixture_open(&f);
    assert_string_equal(seen_from(&f, vault_space_of(f.vault, SV("private/board.md"))->name.ptr, "in:pairs"), "");
    fixture_end(&f);
}

static void assert_handle(struct fixture *f, const char *space, const char *path, const char *expected)
{
    struct audience audience;
    struct err err = {0};
    assert_done(audience_of(f->catalogue, vault_space(f->vault, sv_of(space)), &audience, &err), &err);
    struct sv handle = audience_handle(&audience, sv_of(path));
    if (!sv_eq_c(handle, expected))
        fail_msg("%s from %s: %.*s", path, space, SV_ARG(handle));
    audience_release(&audience);
}

/* What is private on this machine does not make a shared link longer. */
static void handles_are_of_what_is_seen(void **state)
{
    struct fixture f;
    (void)state;
    fixture_begin(&f);
    write_vault(&f);
    assert_handle(&f, ".", "a.md", "a");
    assert_handle(&f, "private", "private/a.md", "private/a");
    assert_handle(&f, ".", "logs/same.md", "logs/same");
    assert_handle(&f, "pairs/anna-jan", "pairs/anna-jan/p.md", "p");
    fixture_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_space_decides),
        cmocka_unit_test(nothing_leads_around),
        cmocka_unit_test(nobody_calls_themselves_private),
        cmocka_unit_test(handles_are_of_what_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
