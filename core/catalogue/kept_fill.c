#include "catalogue/kept.h"
#include "catalogue/schema.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A disk that is full now is not asked again by every command. */
static const int64_t RETRY_NS = (int64_t)600 * 1000000000;
/* Less than this is not worth a filling. */
enum { DEAD_MIN = 1024 * 1024 };

status kept_fill_load(struct kept_fill *fill, struct catalogue *catalogue, int64_t now_ns, struct err *err)
{
    kept_fill_release(fill);
    status s = kept_open(catalogue, &fill->stored, err);
    int64_t since = now_ns - fill->stored.tried_ns;
    bool soon = fill->stored.tried_ns > 0 && since >= 0 && since < RETRY_NS;
    fill->all = s == DONE && !catalogue->content && !catalogue->in_memory && !soon;
    fill->now_ns = now_ns;
    return s;
}

bool kept_fill_is_wasteful(const struct kept_fill *fill)
{
    return fill->stored.dead > DEAD_MIN && fill->stored.dead > fill->stored.end / 2;
}

/* The file of a writer that never came to its commit. */
static void forget(struct kept_fill *fill)
{
    if (fill->writer && fill->anew)
        content_remove(fill->dir, content_writer_name(fill->writer));
    content_writer_close(fill->writer);
    fill->writer = NULL;
}

static status open_writer(struct kept_fill *fill, struct catalogue *catalogue, struct err *err)
{
    struct err why = {0};
    status s = vault_data_dir(catalogue->vault, &fill->dir, &why);
    if (s == DONE)
        s = content_append(fill->dir, fill->anew ? "" : fill->stored.name, fill->stored.name, &fill->writer, &why);
    if (s == NO_MEMORY)
        return err_no_memory(err);
    /* A file that went away this instant is no failure: the next refresh will fill another. */
    fill->failed = s < DONE;
    return DONE;
}

status kept_fill_begin(struct kept_fill *fill, struct catalogue *catalogue, bool anew, struct err *err)
{
    forget(fill);
    fill->failed = false;
    fill->anew = anew || fill->all;
    fill->dead = fill->anew ? 0 : fill->stored.dead;
    if (catalogue->in_memory || (!fill->anew && !catalogue->content))
        return DONE;
    status s = open_writer(fill, catalogue, err);
    /* What another writer left that never came to its commit. */
    if (fill->writer && !fill->anew)
        fill->dead += (int64_t)content_writer_end(fill->writer) - fill->stored.end;
    return s;
}

uint64_t kept_fill_put(struct kept_fill *fill, const struct facts *facts, struct sv path, struct sv title,
                       struct sv bytes)
{
    struct content_key key = {.hash = facts->hash, .path = path};
    struct content_text text = {title, bytes};
    return fill->writer ? content_put(fill->writer, &key, &text) : 0;
}

status kept_fill_put_stored(struct kept_fill *fill, struct catalogue *catalogue, const struct row *row, struct sv bytes,
                            uint64_t *at_out, struct err *err)
{
    struct stmt *stmt;
    status s = db_statement(catalogue->db, "SELECT title FROM note WHERE id=?", &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_i64(stmt, 1, row->id);
    s = stmt_step(stmt, err);
    if (s < DONE)
        return s;
    *at_out = s == DONE ? kept_fill_put(fill, &row->facts, row_path(row), stmt_text(stmt, 0), bytes) : 0;
    stmt_reset(stmt);
    return DONE;
}

status kept_fill_flush(struct kept_fill *fill, struct err *err)
{
    struct err why = {0};
    status s = fill->writer ? content_flush(fill->writer, &why) : DONE;
    if (s == NO_MEMORY)
        return err_no_memory(err);
    if (s != DONE) {
        forget(fill);
        fill->failed = true;
    }
    return DONE;
}

void kept_fill_drop(struct kept_fill *fill, const struct facts *facts)
{
    if (!fill->anew && facts->content_at > 0)
        fill->dead += (int64_t)content_length(0, (size_t)facts->size);
}

status kept_fill_end(struct kept_fill *fill, struct catalogue *catalogue, struct err *err)
{
    struct buf text = {0};
    status s = kept_fill_flush(fill, err);
    if (s == DONE && fill->writer)
        buf_printf(&text, "%s %" PRIu64 " %" PRId64, content_writer_name(fill->writer),
                   content_writer_end(fill->writer), fill->dead);
    if (s == DONE)
        s = buf_check(&text, err);
    if (s == DONE)
        s = meta_set(catalogue->db, SV("content"), buf_view(&text), err);
    if (s == DONE && (fill->failed || fill->writer))
        s = meta_set_i64(catalogue->db, SV("content_tried"), fill->failed ? fill->now_ns : 0, err);
    buf_release(&text);
    return s;
}

status kept_fill_committed(struct kept_fill *fill, struct catalogue *catalogue, struct err *err)
{
    struct kept_state now = {0};
    if (fill->writer) {
        snprintf(now.name, sizeof now.name, "%s", content_writer_name(fill->writer));
        now.end = (int64_t)content_writer_end(fill->writer);
    }
    if (*fill->stored.name && fill->dir && strcmp(fill->stored.name, now.name) != 0)
        content_remove(fill->dir, fill->stored.name);
    content_writer_close(fill->writer);
    fill->writer = NULL;
    return kept_open_state(catalogue, &now, err);
}

void kept_fill_release(struct kept_fill *fill)
{
    forget(fill);
    *fill = (struct kept_fill){0};
}
