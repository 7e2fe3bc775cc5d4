/* A vault in a sandbox, its catalogue, and everything the catalogue says as one text, so that two can be compared. */
#ifndef UNIT_CATALOGUE_FIXTURE_H
#define UNIT_CATALOGUE_FIXTURE_H

#include "sandbox.h"

#include "catalogue/eval.h"

struct fixture {
    struct sandbox box;
    struct vault *vault;
    struct catalogue *catalogue;
};

/* The types that come with the program; the sandbox is the vault. */
static inline void fixture_begin(struct fixture *f)
{
    static char templates[PATH_MAX];
    const char *source = getenv("CHIRON_TEST_SOURCE");
    *f = (struct fixture){0};
    sandbox_open(&f->box);
    snprintf(templates, sizeof templates, "%s/templates", source ? source : "../..");
    vault_template_dir_set(templates);
    setenv("CHIRON_TODAY", "2026-11-24", 1);
    setenv("TZ", "UTC", 1);
}

static inline void fixture_close_catalogue(struct fixture *f)
{
    catalogue_close(f->catalogue);
    vault_close(f->vault);
    f->catalogue = NULL;
    f->vault = NULL;
}

static inline void fixture_end(struct fixture *f)
{
    fixture_close_catalogue(f);
    sandbox_close(&f->box);
}

/* As a new process would; `note` may be NULL. */
static inline void fixture_open_noting(struct fixture *f, struct buf *note)
{
    struct err err = {0};
    fixture_close_catalogue(f);
    assert_done(vault_open(f->box.dir, &f->vault, NULL, &err), &err);
    assert_done(catalogue_open(f->vault, NULL, &f->catalogue, note, &err), &err);
}

static inline struct catalogue_refresh fixture_refresh(struct fixture *f)
{
    struct catalogue_refresh result = {0};
    struct err err = {0};
    assert_done(catalogue_refresh(f->catalogue, &result, &err), &err);
    return result;
}

static inline struct catalogue_refresh fixture_open(struct fixture *f)
{
    fixture_open_noting(f, NULL);
    return fixture_refresh(f);
}

static inline void fixture_write(struct fixture *f, const char *path, const char *text)
{
    sandbox_write(&f->box, path, text);
}

static inline int64_t fixture_id(struct fixture *f, const char *path)
{
    int64_t id = 0;
    struct err err = {0};
    assert_done(catalogue_find(f->catalogue, sv_of(path), false, &id, &err), &err);
    return id;
}

/* --- everything --- */

static inline status fixture_put_heading(void *payload, struct sv text, struct sv anchor, unsigned level, unsigned line,
                                         struct err *err)
{
    (void)err;
    buf_printf(payload, "  h%u %u %.*s #%.*s\n", level, line, SV_ARG(text), SV_ARG(anchor));
    return DONE;
}

struct fixture_dump {
    struct catalogue *catalogue;
    struct buf *out;
};

static inline status fixture_put_record(void *payload, const struct record *r, struct err *err)
{
    struct fixture_dump *dump = payload;
    buf_printf(dump->out, "%.*s|%.*s|%.*s|%.*s|%d|%.*s|%.*s|%.*s|%.*s|", SV_ARG(r->path), SV_ARG(r->handle),
               SV_ARG(r->short_handle), SV_ARG(r->space), (int)r->visibility, SV_ARG(r->type), SV_ARG(r->title),
               SV_ARG(r->date), SV_ARG(r->lang));
    buf_printf(dump->out, "%.*s|%.*s|%.*s|%.*s|%d|%d|%.*s|%.*s|%.*s\n", SV_ARG(r->tags), SV_ARG(r->aliases),
               SV_ARG(r->fields), SV_ARG(r->snippet), (int)r->words, (int)r->size, SV_ARG(r->created),
               SV_ARG(r->modified), SV_ARG(r->authors));
    return catalogue_headings(dump->catalogue, r->id, fixture_put_heading, dump->out, err);
}

static inline status fixture_put_link(void *payload, const struct link_record *l, struct err *err)
{
    (void)err;
    buf_printf(payload, "%.*s -> %.*s|%.*s#%.*s|%.*s|%.*s|%d%s%s %u:%u\n", SV_ARG(l->from), SV_ARG(l->to),
               SV_ARG(l->target), SV_ARG(l->anchor), SV_ARG(l->label), SV_ARG(l->key), (int)l->kind,
               l->external ? " external" : "", l->ambiguous ? " ambiguous" : "", l->line, l->column);
    return DONE;
}

static inline status fixture_put_tag(void *payload, struct sv tag, int64_t notes, struct err *err)
{
    (void)err;
    buf_printf(payload, "#%.*s %d\n", SV_ARG(tag), (int)notes);
    return DONE;
}

static inline status fixture_put_task(void *payload, const struct task_record *t, struct err *err)
{
    (void)err;
    buf_printf(payload, "%.*s:%u:%u [%c] %.*s %.*s\n", SV_ARG(t->path), t->line, t->column, t->done ? 'x' : ' ',
               SV_ARG(t->text), SV_ARG(t->due));
    return DONE;
}

static inline status fixture_put_finding(void *payload, const struct finding_record *f, struct err *err)
{
    (void)err;
    buf_printf(payload, "%.*s:%u:%u %s %.*s: %.*s\n", SV_ARG(f->path), f->line, f->column, finding_level_name(f->level),
               SV_ARG(f->rule), SV_ARG(f->message));
    return DONE;
}

static inline void fixture_findings(struct fixture *f, struct buf *out)
{
    struct err err = {0};
    buf_put_c(out, "");
    assert_done(catalogue_findings(f->catalogue, NULL, fixture_put_finding, out, &err), &err);
}

static inline void fixture_dump(struct fixture *f, struct buf *out)
{
    struct err err = {0};
    struct fixture_dump dump = {f->catalogue, out};
    struct link_filter links = {.external = true};
    buf_clear(out);
    assert_done(catalogue_each(f->catalogue, NULL, NULL, 0, fixture_put_record, &dump, &err), &err);
    assert_done(catalogue_links(f->catalogue, &links, fixture_put_link, out, &err), &err);
    assert_done(catalogue_tags(f->catalogue, NULL, false, fixture_put_tag, out, &err), &err);
    assert_done(catalogue_tasks(f->catalogue, NULL, fixture_put_task, out, &err), &err);
    fixture_findings(f, out);
    assert_done(buf_check(out, &err), &err);
}

/* --- answers --- */

static inline status fixture_put_path(void *payload, const struct record *record, struct err *err)
{
    struct buf *out = payload;
    (void)err;
    if (out->len > 0)
        buf_char(out, ' ');
    buf_put(out, record->path);
    return DONE;
}

/* Paths of what a query without words finds, in order, with spaces between; the same buffer every time. */
static inline const char *fixture_query(struct fixture *f, const char *text)
{
    static struct buf out;
    struct arena arena = {0};
    struct query *query = NULL;
    struct id_set set = {0};
    struct err err = {0};
    struct eval eval = {.catalogue = f->catalogue};
    buf_clear(&out);
    buf_put_c(&out, "");
    assert_done(query_parse(sv_of(text), date_today(), &arena, &query, &err), &err);
    assert_done(eval_set(&eval, query, &set, &err), &err);
    assert_done(catalogue_each(f->catalogue, &set, NULL, 0, fixture_put_path, &out, &err), &err);
    id_set_release(&set);
    arena_release(&arena);
    return out.ptr;
}

#endif
