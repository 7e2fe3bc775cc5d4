#include "catalogue/history_store.h"

#include <string.h>

/* One block of commits and two of notes fill a page of the database: a note is found in a glance. */
enum { COMMITS_A_BLOCK = 160, BLOCK_BYTES = 1850 };
enum { IS_CUT = 1, PARENTS_SHIFT = 1 };

static status damaged(const char *what, struct err *err)
{
    return err_set(err, DB_DAMAGED, "damaged %s", what);
}

/* --- spaces --- */

status history_space_read(struct db *db, struct sv name, struct history_space *space_out, struct err *err)
{
    struct stmt *stmt;
    *space_out = (struct history_space){0};
    status s =
        db_statement(db, "SELECT id, head, shallow, commits, dropped FROM history_space WHERE name=?", &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_blob(stmt, 1, name);
    s = stmt_step(stmt, err);
    if (s != DONE)
        return s == NOT_FOUND ? DONE : s;
    struct sv head = stmt_text(stmt, 1);
    space_out->id = stmt_i64(stmt, 0);
    space_out->shallow = (uint64_t)stmt_i64(stmt, 2);
    space_out->commits = (uint32_t)stmt_i64(stmt, 3);
    space_out->dropped = (uint32_t)stmt_i64(stmt, 4);
    bool good = head.len == 0 || head.len == sizeof space_out->head - 1;
    if (good)
        memcpy(space_out->head, head.ptr ? head.ptr : "", head.len);
    stmt_reset(stmt);
    return good ? DONE : damaged("head", err);
}

status history_space_write(struct db *db, struct sv name, struct history_space *space, struct err *err)
{
    struct stmt *stmt;
    status s = DONE;
    if (space->id == 0) {
        s = db_statement(db, "SELECT ifnull(max(id), 0) + 1 FROM history_space", &stmt, err);
        if (s == DONE)
            s = stmt_step(stmt, err);
        if (s != DONE)
            return s;
        space->id = stmt_i64(stmt, 0);
        stmt_reset(stmt);
    }
    s = db_statement(db, "INSERT OR REPLACE INTO history_space VALUES(?,?,?,?,?,?)", &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_i64(stmt, 1, space->id);
    stmt_bind_blob(stmt, 2, name);
    stmt_bind_text(stmt, 3, sv_of(space->head));
    stmt_bind_i64(stmt, 4, (int64_t)space->shallow);
    stmt_bind_i64(stmt, 5, space->commits);
    stmt_bind_i64(stmt, 6, space->dropped);
    return stmt_run(stmt, err);
}

static int64_t block_key(int64_t space, uint32_t block)
{
    return (int64_t)((uint64_t)space << 32 | block);
}

status history_space_clear(struct db *db, int64_t space, struct err *err)
{
    struct stmt *stmt;
    status s = db_statement(db, "DELETE FROM history_past WHERE space=?", &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_i64(stmt, 1, space);
    s = stmt_run(stmt, err);
    if (s == DONE)
        s = db_statement(db, "DELETE FROM history_commit WHERE id BETWEEN ? AND ?", &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_i64(stmt, 1, block_key(space, 0));
    stmt_bind_i64(stmt, 2, block_key(space, UINT32_MAX));
    return stmt_run(stmt, err);
}

/* --- people --- */

static status add_row(struct history_people *people, int64_t id, struct git_person person, struct err *err)
{
    while (people->count <= (size_t)id) {
        struct git_person *items =
            arena_grow(&people->arena, people->items, &people->capacity, people->count, sizeof *items);
        if (!items)
            return err_no_memory(err);
        people->items = items;
        items[people->count++] = (struct git_person){0};
    }
    struct git_person *at = &people->items[id];
    at->name = arena_copy(&people->arena, person.name);
    at->address = arena_copy(&people->arena, person.address);
    return at->name.ptr && at->address.ptr ? DONE : err_no_memory(err);
}

status history_people_read(struct db *db, struct history_people *people, struct err *err)
{
    struct stmt *stmt;
    arena_reset(&people->arena);
    *people = (struct history_people){.arena = people->arena};
    status s = db_statement(db, "SELECT id, name, address FROM history_person ORDER BY id", &stmt, err);
    if (s != DONE)
        return s;
    /* Numbers are given one after the other: a gap is damage, and must not make a table of its size. */
    while ((s = stmt_step(stmt, err)) == DONE) {
        int64_t id = stmt_i64(stmt, 0);
        struct git_person person = {stmt_blob(stmt, 1), stmt_blob(stmt, 2)};
        s = id == (people->count > 0 ? (int64_t)people->count : 1) ? add_row(people, id, person, err)
                                                                   : damaged("people", err);
        if (s != DONE)
            break;
    }
    stmt_reset(stmt);
    return s == NOT_FOUND ? DONE : s;
}

void history_people_release(struct history_people *people)
{
    arena_release(&people->arena);
    *people = (struct history_people){0};
}

static status find_person(struct db *db, const struct git_person *person, uint32_t *number_out, struct err *err)
{
    struct stmt *stmt;
    status s = db_statement(db, "SELECT id FROM history_person WHERE name=? AND address=?", &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_blob(stmt, 1, person->name);
    stmt_bind_blob(stmt, 2, person->address);
    s = stmt_step(stmt, err);
    if (s == DONE)
        *number_out = (uint32_t)stmt_i64(stmt, 0);
    if (s == DONE)
        stmt_reset(stmt);
    return s;
}

status history_person_add(struct db *db, const struct git_person *person, uint32_t *number_out, struct err *err)
{
    struct stmt *stmt;
    status s = find_person(db, person, number_out, err);
    if (s != NOT_FOUND)
        return s;
    s = db_statement(db,
                     "INSERT INTO history_person(id, name, address)"
                     " SELECT ifnull(max(id), 0) + 1, ?, ? FROM history_person",
                     &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_blob(stmt, 1, person->name);
    stmt_bind_blob(stmt, 2, person->address);
    s = stmt_run(stmt, err);
    if (s == DONE)
        s = find_person(db, person, number_out, err);
    return s == NOT_FOUND ? damaged("people", err) : s;
}

status history_person_read(struct db *db, uint32_t number, struct arena *arena, struct git_person *person_out,
                           struct err *err)
{
    struct stmt *stmt;
    status s = db_statement(db, "SELECT name, address FROM history_person WHERE id=?", &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_i64(stmt, 1, number);
    s = stmt_step(stmt, err);
    if (s != DONE)
        return s == NOT_FOUND ? damaged("people", err) : s;
    person_out->name = arena_copy(arena, stmt_blob(stmt, 0));
    person_out->address = arena_copy(arena, stmt_blob(stmt, 1));
    stmt_reset(stmt);
    return person_out->name.ptr && person_out->address.ptr ? DONE : err_no_memory(err);
}

/* --- commits --- */

static uint64_t zigzag(int64_t number)
{
    return ((uint64_t)number << 1) ^ (number < 0 ? UINT64_MAX : 0);
}

static int64_t unzigzag(uint64_t number)
{
    return (int64_t)(number >> 1) ^ ((number & 1) ? -1 : 0);
}

/* `before`: the time of the commit before it in the block. */
static void pack_commit(const struct history_commit *commit, uint32_t number, int64_t before, struct buf *out)
{
    buf_put(out, sv_make((const char *)commit->id.bytes, GIT_ID_BYTES));
    pack_number(out, zigzag(commit->time - before));
    pack_number(out, commit->author);
    pack_number(out, (uint64_t)commit->parent_count << PARENTS_SHIFT | (commit->cut ? IS_CUT : 0));
    for (uint32_t i = 0; i < commit->parent_count; i++)
        pack_number(out, number - commit->parents[i]);
}

static status unpack_commit(struct unpack *in, struct arena *arena, uint32_t number, int64_t before,
                            struct history_commit *out, struct err *err)
{
    if (in->rest.len < GIT_ID_BYTES)
        return damaged("commits", err);
    memcpy(out->id.bytes, in->rest.ptr, GIT_ID_BYTES);
    in->rest = sv_from(in->rest, GIT_ID_BYTES);
    out->time = (int64_t)((uint64_t)before + (uint64_t)unzigzag(unpack_number(in)));
    out->author = (uint32_t)unpack_number(in);
    uint64_t head = unpack_number(in), count = head >> PARENTS_SHIFT;
    out->cut = head & IS_CUT;
    if (in->failed || count > in->rest.len)
        return damaged("commits", err);
    uint32_t *parents = arena_array(arena, (size_t)count, sizeof *parents);
    if (!parents)
        return err_no_memory(err);
    for (uint64_t i = 0; i < count; i++) {
        uint64_t back = unpack_number(in);
        if (back == 0 || back > number)
            return damaged("commits", err);
        parents[i] = number - (uint32_t)back;
    }
    out->parents = parents;
    out->parent_count = (uint32_t)count;
    return in->failed ? damaged("commits", err) : DONE;
}

static status unpack_block(struct history_commits *commits, uint32_t block, struct sv bytes, struct err *err)
{
    struct unpack in = {.rest = bytes};
    struct history_commit *items = arena_array(commits->arena, COMMITS_A_BLOCK, sizeof *items);
    uint32_t first = block * COMMITS_A_BLOCK, i = 0;
    status s = items ? DONE : err_no_memory(err);
    for (int64_t before = 0; s == DONE && unpack_more(&in) && i < COMMITS_A_BLOCK; i++) {
        s = unpack_commit(&in, commits->arena, first + i, before, &items[i], err);
        before = items[i].time;
    }
    uint32_t left = commits->count - first;
    if (s == DONE && i < (left < COMMITS_A_BLOCK ? left : COMMITS_A_BLOCK))
        s = damaged("commits", err);
    if (s == DONE)
        commits->blocks[block] = items;
    return s;
}

/* NOT_FOUND: there is no such block. */
static status read_block(struct db *db, int64_t space, uint32_t block, struct stmt **stmt, struct err *err)
{
    status s = db_statement(db, "SELECT packed FROM history_commit WHERE id=?", stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_i64(*stmt, 1, block_key(space, block));
    return stmt_step(*stmt, err);
}

status history_commit_read(struct history_commits *commits, uint32_t number, const struct history_commit **out,
                           struct err *err)
{
    uint32_t block = number / COMMITS_A_BLOCK;
    struct stmt *stmt;
    if (number >= commits->count)
        return damaged("commit number", err);
    if (!commits->blocks)
        commits->blocks =
            arena_array(commits->arena, commits->count / COMMITS_A_BLOCK + 1, sizeof(struct history_commit *));
    if (!commits->blocks)
        return err_no_memory(err);
    if (!commits->blocks[block]) {
        status s = read_block(commits->db, commits->space, block, &stmt, err);
        if (s != DONE)
            return s == NOT_FOUND ? damaged("commits", err) : s;
        s = unpack_block(commits, block, stmt_blob(stmt, 0), err);
        stmt_reset(stmt);
        if (s != DONE)
            return s;
    }
    *out = &commits->blocks[block][number % COMMITS_A_BLOCK];
    return DONE;
}

static status write_block(struct db *db, int64_t space, uint32_t block, struct sv packed, struct err *err)
{
    struct stmt *stmt;
    status s = db_statement(db, "INSERT OR REPLACE INTO history_commit VALUES(?,?)", &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_i64(stmt, 1, block_key(space, block));
    stmt_bind_blob(stmt, 2, packed);
    return stmt_run(stmt, err);
}

/* The last block may have room: what stands in it comes first. */
static status begin_block(struct db *db, int64_t space, uint32_t count, struct buf *packed, int64_t *before,
                          struct err *err)
{
    struct arena arena = {0};
    struct history_commits there = {.db = db, .space = space, .count = count, .arena = &arena};
    const struct history_commit *last;
    struct stmt *stmt;
    status s = DONE;
    *before = 0;
    if (count % COMMITS_A_BLOCK == 0)
        return DONE;
    s = history_commit_read(&there, count - 1, &last, err);
    if (s == DONE) {
        *before = last->time;
        s = read_block(db, space, count / COMMITS_A_BLOCK, &stmt, err);
    }
    if (s == DONE) {
        buf_put(packed, stmt_blob(stmt, 0));
        stmt_reset(stmt);
        s = buf_check(packed, err);
    }
    arena_release(&arena);
    return s;
}

status history_commits_add(struct db *db, int64_t space, uint32_t count, const struct history_commit *commits,
                           size_t added, struct err *err)
{
    struct buf packed = {0};
    int64_t before;
    status s = begin_block(db, space, count, &packed, &before, err);
    for (size_t i = 0; s == DONE && i < added; i++) {
        uint32_t number = count + (uint32_t)i;
        pack_commit(&commits[i], number, before, &packed);
        before = commits[i].time;
        if ((number + 1) % COMMITS_A_BLOCK != 0 && i + 1 < added)
            continue;
        s = buf_check(&packed, err);
        if (s == DONE)
            s = write_block(db, space, number / COMMITS_A_BLOCK, buf_view(&packed), err);
        buf_clear(&packed);
        before = 0;
    }
    buf_release(&packed);
    return s;
}

/* --- notes --- */

static status read_failure(const struct past_block *block, struct err *err)
{
    if (block->path.failed)
        return err_no_memory(err);
    return block->in.failed ? damaged("history", err) : DONE;
}

static status each_in(struct past_block *block, struct sv first, struct sv bytes, history_past_fn fn, void *payload,
                      struct err *err)
{
    status s = DONE;
    past_block_begin(block, first, bytes);
    while (s == DONE && past_block_next(block))
        s = fn(payload, block, err);
    return s == DONE ? read_failure(block, err) : s;
}

status history_each_past(struct db *db, int64_t space, history_past_fn fn, void *payload, struct err *err)
{
    struct past_block block = {0};
    struct stmt *stmt;
    status s = db_statement(db, "SELECT first, packed FROM history_past WHERE space=? ORDER BY first", &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_i64(stmt, 1, space);
    while ((s = stmt_step(stmt, err)) == DONE) {
        s = each_in(&block, stmt_blob(stmt, 0), stmt_blob(stmt, 1), fn, payload, err);
        if (s != DONE)
            break;
    }
    stmt_reset(stmt);
    buf_release(&block.path);
    return s == NOT_FOUND || s == STOP ? DONE : s;
}

/* The block that a path belongs into. */
static status find_block(struct db *db, int64_t space, struct sv path, struct stmt **stmt, struct err *err)
{
    status s = db_statement(db,
                            "SELECT id, first, packed FROM history_past WHERE space=?1 AND first<=?2"
                            " ORDER BY first DESC LIMIT 1",
                            stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_i64(*stmt, 1, space);
    stmt_bind_blob(*stmt, 2, path);
    return stmt_step(*stmt, err);
}

struct only {
    struct sv path;
    history_past_fn fn;
    void *payload;
};

static status give_only(void *payload, const struct past_block *at, struct err *err)
{
    const struct only *only = payload;
    int order = sv_cmp(at->past.path, only->path);
    if (order != 0)
        return order < 0 ? DONE : STOP;
    return only->fn(only->payload, at, err);
}

status history_pasts_of(struct db *db, int64_t space, struct sv path, history_past_fn fn, void *payload,
                        struct err *err)
{
    struct only only = {path, fn, payload};
    struct past_block block = {0};
    struct stmt *stmt;
    status s = find_block(db, space, path, &stmt, err);
    if (s != DONE)
        return s == NOT_FOUND ? DONE : s;
    s = each_in(&block, stmt_blob(stmt, 1), stmt_blob(stmt, 2), give_only, &only, err);
    stmt_reset(stmt);
    buf_release(&block.path);
    return s == STOP ? DONE : s;
}

/* --- writing notes --- */

/* Fills blocks one after the other. */
struct writer {
    struct db *db;
    int64_t space;
    struct buf first, last, packed; /* the open block: its first path, its last, its bytes */
    const struct history_entry *entries;
    size_t count, at;
    struct sv end; /* entries from here on belong to the next block; empty: all belong to this one */
};

static status flush(struct writer *writer, struct err *err)
{
    struct stmt *stmt;
    if (writer->packed.len == 0)
        return DONE;
    status s = writer->packed.failed || writer->first.failed || writer->last.failed ? err_no_memory(err) : DONE;
    if (s == DONE)
        s = db_statement(writer->db, "INSERT INTO history_past(space, first, packed) VALUES(?,?,?)", &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_i64(stmt, 1, writer->space);
    stmt_bind_blob(stmt, 2, buf_view(&writer->first));
    stmt_bind_blob(stmt, 3, buf_view(&writer->packed));
    s = stmt_run(stmt, err);
    buf_clear(&writer->packed);
    return s;
}

/* All of one path stay together, so that it is found by the first path of a block. */
static status put(struct writer *writer, struct sv path, struct sv packed, struct err *err)
{
    if (packed.len == 0)
        return DONE;
    if (writer->packed.len >= BLOCK_BYTES && !sv_eq(path, buf_view(&writer->last))) {
        status s = flush(writer, err);
        if (s != DONE)
            return s;
    }
    if (writer->packed.len == 0) {
        buf_clear(&writer->first);
        buf_put(&writer->first, path);
        buf_clear(&writer->last);
        buf_put(&writer->last, path);
    }
    past_block_put(&writer->packed, buf_view(&writer->last), path, packed);
    buf_clear(&writer->last);
    buf_put(&writer->last, path);
    return DONE;
}

static bool is_left(const struct writer *writer, struct sv before)
{
    if (writer->at == writer->count)
        return false;
    struct sv path = writer->entries[writer->at].path;
    return (writer->end.len == 0 || sv_cmp(path, writer->end) < 0) && (!before.ptr || sv_cmp(path, before) < 0);
}

static status put_entries(struct writer *writer, struct sv before, struct err *err)
{
    status s = DONE;
    while (s == DONE && is_left(writer, before)) {
        s = put(writer, writer->entries[writer->at].path, writer->entries[writer->at].packed, err);
        writer->at++;
    }
    return s;
}

static bool names(const struct writer *writer, size_t at, struct sv path)
{
    return at < writer->count && sv_eq(writer->entries[at].path, path);
}

static status put_old(void *payload, const struct past_block *at, struct err *err)
{
    struct writer *writer = payload;
    status s = put_entries(writer, at->past.path, err);
    if (s != DONE || names(writer, writer->at, at->past.path))
        return s;
    return put(writer, at->past.path, at->packed, err);
}

/* Copies what a block holds, for its row goes. */
static status take_block(struct writer *writer, struct arena *arena, struct sv *first, struct sv *packed,
                         struct err *err)
{
    struct stmt *stmt;
    status s = find_block(writer->db, writer->space, writer->entries[writer->at].path, &stmt, err);
    *first = *packed = (struct sv){0};
    if (s != DONE)
        return s == NOT_FOUND ? DONE : s;
    int64_t id = stmt_i64(stmt, 0);
    *first = arena_copy(arena, stmt_blob(stmt, 1));
    *packed = arena_copy(arena, stmt_blob(stmt, 2));
    stmt_reset(stmt);
    if (!first->ptr || !packed->ptr)
        return err_no_memory(err);
    s = db_statement(writer->db, "DELETE FROM history_past WHERE id=?", &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_i64(stmt, 1, id);
    return stmt_run(stmt, err);
}

static status find_end(struct writer *writer, struct arena *arena, struct err *err)
{
    struct stmt *stmt;
    status s = db_statement(
        writer->db, "SELECT first FROM history_past WHERE space=?1 AND first>?2 ORDER BY first LIMIT 1", &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_i64(stmt, 1, writer->space);
    stmt_bind_blob(stmt, 2, writer->entries[writer->at].path);
    s = stmt_step(stmt, err);
    writer->end = (struct sv){0};
    if (s != DONE)
        return s == NOT_FOUND ? DONE : s;
    writer->end = arena_copy(arena, stmt_blob(stmt, 0));
    stmt_reset(stmt);
    return writer->end.ptr ? DONE : err_no_memory(err);
}

/* What of the entries belongs into one block. */
static status rewrite_block(struct writer *writer, struct arena *arena, struct err *err)
{
    struct past_block block = {0};
    struct sv first, packed;
    status s = find_end(writer, arena, err);
    if (s == DONE)
        s = take_block(writer, arena, &first, &packed, err);
    if (s == DONE && packed.ptr)
        s = each_in(&block, first, packed, put_old, writer, err);
    if (s == DONE)
        s = put_entries(writer, (struct sv){0}, err);
    if (s == DONE)
        s = flush(writer, err);
    buf_release(&block.path);
    return s;
}

status history_write(struct db *db, int64_t space, const struct history_entry *entries, size_t count, struct err *err)
{
    struct writer writer = {.db = db, .space = space, .entries = entries, .count = count};
    struct arena arena = {0};
    status s = DONE;
    while (s == DONE && writer.at < count) {
        s = rewrite_block(&writer, &arena, err);
        arena_reset(&arena);
    }
    buf_release(&writer.first);
    buf_release(&writer.last);
    buf_release(&writer.packed);
    arena_release(&arena);
    return s;
}
