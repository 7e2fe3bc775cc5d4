#include "catalogue/posting.h"

#include "catalogue/terms.h"

#include <stdlib.h>

/* A chunk is written whole when one id of it changes, and stays on its B-tree page. Where it has grown too large it
 * becomes several of about the first size. */
enum { CHUNK_BYTES = 480, CHUNK_BYTES_MAX = 960 };

/* --- packed ids --- */

struct posting_ids posting_ids(int64_t first, struct sv ids)
{
    return (struct posting_ids){.id = first, .rest = {.rest = ids}};
}

/* A lone id without an ordinal has no bytes at all. Else: the first one's ordinal, then for each other the distance,
 * doubled, and odd where an ordinal follows. */
bool posting_ids_next(struct posting_ids *ids)
{
    if (!ids->begun) {
        ids->begun = true;
        ids->ordinal = unpack_more(&ids->rest) ? (uint32_t)unpack_number(&ids->rest) : 0;
        return !ids->rest.failed;
    }
    if (!unpack_more(&ids->rest))
        return false;
    uint64_t head = unpack_number(&ids->rest);
    ids->ordinal = head & 1 ? (uint32_t)unpack_number(&ids->rest) : 0;
    ids->id = (int64_t)((uint64_t)ids->id + (head >> 1));
    return !ids->rest.failed;
}

status posting_ids_check(const struct posting_ids *ids, struct err *err)
{
    return ids->rest.failed ? err_set(err, DB_DAMAGED, "bad postings") : DONE;
}

status posting_collect(struct stmt *stmt, struct id_set *out, struct err *err)
{
    status s;
    while ((s = stmt_step(stmt, err)) == DONE) {
        struct posting_ids ids = posting_ids(stmt_i64(stmt, 0), stmt_blob(stmt, 1));
        while (s == DONE && posting_ids_next(&ids))
            s = id_set_add(out, ids.id, err);
        if (s == DONE)
            s = posting_ids_check(&ids, err);
        if (s != DONE)
            break;
    }
    stmt_reset(stmt);
    return s == NOT_FOUND ? DONE : s;
}

/* --- gathering --- */

struct entry {
    int64_t id;
    uint32_t ordinal;
    bool removed;
};

struct list {
    struct entry first, *more; /* most terms have one */
    size_t count, capacity;
    bool unsorted;
};

/* The one entry, or all of them. */
static struct entry *entries_of(struct list *list)
{
    return list->more ? list->more : &list->first;
}

void postings_release(struct postings *postings)
{
    map_release(&postings->terms);
    arena_release(&postings->arena);
}

/* The map has the caller's bytes so far. */
static status begin_list(struct postings *postings, struct map_entry *found, struct entry entry, struct err *err)
{
    struct list *list = arena_alloc(&postings->arena, sizeof *list);
    struct sv copy = arena_copy(&postings->arena, found->key);
    if (!list || !copy.ptr) {
        /* An entry cannot be taken out again: nothing of the map is good any more. */
        map_clear(&postings->terms);
        return err_no_memory(err);
    }
    *list = (struct list){.first = entry, .count = 1};
    found->key = copy;
    found->value.ptr = list;
    return DONE;
}

static status gather(struct postings *postings, struct sv term, struct entry entry, struct err *err)
{
    bool added;
    struct map_entry *found = map_put(&postings->terms, term, &added);
    if (!found)
        return err_no_memory(err);
    if (added)
        return begin_list(postings, found, entry, err);
    struct list *list = found->value.ptr;
    bool lone = !list->more;
    struct entry *more =
        arena_grow(&postings->arena, list->more, &list->capacity, lone ? 0 : list->count, sizeof *more);
    if (!more)
        return err_no_memory(err);
    if (lone)
        more[0] = list->first;
    list->more = more;
    list->unsorted = list->unsorted || more[list->count - 1].id > entry.id;
    more[list->count++] = entry;
    return DONE;
}

status postings_add(struct postings *postings, struct sv term, int64_t id, uint32_t ordinal, struct err *err)
{
    return gather(postings, term, (struct entry){.id = id, .ordinal = ordinal}, err);
}

status postings_remove(struct postings *postings, struct sv term, int64_t id, struct err *err)
{
    return gather(postings, term, (struct entry){.id = id, .removed = true}, err);
}

/* --- writing --- */

struct writer {
    struct db *db;
    struct sv term;
    struct term_facts facts;
    struct entry *entries; /* of the chunk at hand, as they will be */
    size_t count, capacity;
    struct buf bytes; /* of the chunk that is made */
};

static status write_row(struct writer *w, int64_t first, struct sv ids, struct err *err)
{
    struct stmt *stmt;
    status s = db_statement(w->db, "INSERT INTO posting VALUES(?,?,?,?,?)", &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_blob(stmt, 1, w->term);
    stmt_bind_i64(stmt, 2, first);
    if (ids.len > 0)
        stmt_bind_blob(stmt, 3, ids);
    if (w->facts.has_number)
        stmt_bind_double(stmt, 4, w->facts.number);
    if (w->facts.has_date)
        stmt_bind_text(stmt, 5, sv_of(w->facts.date));
    return stmt_run(stmt, err);
}

static size_t put_next(struct buf *out, int64_t before, const struct entry *entry)
{
    size_t length = out->len;
    uint64_t distance = (uint64_t)entry->id - (uint64_t)before;
    pack_number(out, distance << 1 | (entry->ordinal > 0));
    if (entry->ordinal > 0)
        pack_number(out, entry->ordinal);
    return out->len - length;
}

static size_t size_of_all(struct writer *w, const struct entry *entries, size_t count)
{
    size_t size = 0;
    buf_clear(&w->bytes);
    for (size_t i = 1; i < count; i++) {
        size += put_next(&w->bytes, entries[i - 1].id, &entries[i]);
        buf_clear(&w->bytes);
    }
    return size;
}

/* Entries as one chunk or several of about equal size. */
static status write_chunks(struct writer *w, const struct entry *entries, size_t count, struct err *err)
{
    size_t size = count * 2 < CHUNK_BYTES ? 0 : size_of_all(w, entries, count);
    size_t most = size > CHUNK_BYTES_MAX ? size / ((size + CHUNK_BYTES - 1) / CHUNK_BYTES) : SIZE_MAX;
    status s = DONE;
    for (size_t i = 0; s == DONE && i < count;) {
        size_t first = i++;
        buf_clear(&w->bytes);
        if (entries[first].ordinal > 0 || i < count)
            pack_number(&w->bytes, entries[first].ordinal);
        for (; i < count && w->bytes.len <= most; i++)
            put_next(&w->bytes, entries[i - 1].id, &entries[i]);
        s = buf_check(&w->bytes, err);
        if (s == DONE)
            s = write_row(w, entries[first].id, buf_view(&w->bytes), err);
    }
    return s;
}

/* --- changing what is stored --- */

/* The chunk that `sql` finds. NOT_FOUND: there is none. */
static status seek(struct writer *w, const char *sql, int64_t id, struct stmt **stmt, struct err *err)
{
    status s = db_statement(w->db, sql, stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_blob(*stmt, 1, w->term);
    stmt_bind_i64(*stmt, 2, id);
    return stmt_step(*stmt, err);
}

static status keep(struct writer *w, struct entry entry, struct err *err)
{
    struct entry *entries = array_grow(w->entries, &w->capacity, w->count, sizeof *entries);
    if (!entries)
        return err_no_memory(err);
    w->entries = entries;
    w->entries[w->count++] = entry;
    return DONE;
}

/* The stored chunk with the changes that fall before `end` worked in; both are in order of ids. */
static status merge(struct writer *w, struct posting_ids *stored, const struct entry *changes, size_t count,
                    size_t *taken_out, int64_t end, struct err *err)
{
    status s = DONE;
    size_t i = 0;
    w->count = 0;
    while (s == DONE && posting_ids_next(stored)) {
        for (; s == DONE && i < count && changes[i].id < stored->id; i++)
            s = changes[i].removed ? DONE : keep(w, changes[i], err);
        bool replaced = i < count && changes[i].id == stored->id;
        if (s == DONE && !replaced)
            s = keep(w, (struct entry){.id = stored->id, .ordinal = stored->ordinal}, err);
    }
    if (s == DONE)
        s = posting_ids_check(stored, err);
    for (; s == DONE && i < count && changes[i].id < end; i++)
        s = changes[i].removed ? DONE : keep(w, changes[i], err);
    *taken_out = i;
    return s;
}

static status remove_row(struct writer *w, int64_t first, struct err *err)
{
    struct stmt *stmt;
    status s = db_statement(w->db, "DELETE FROM posting WHERE term=? AND first=?", &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_blob(stmt, 1, w->term);
    stmt_bind_i64(stmt, 2, first);
    return stmt_run(stmt, err);
}

static const char chunk_before[] =
    "SELECT first, ids FROM posting WHERE term=? AND first<=? ORDER BY first DESC LIMIT 1";
static const char chunk_after[] = "SELECT first, ids FROM posting WHERE term=? AND first>? ORDER BY first LIMIT 1";

/* The chunk that the first change falls into, or the nearest one; as many changes as belong to it. */
static status change_chunk(struct writer *w, const struct entry *changes, size_t count, size_t *taken_out,
                           struct err *err)
{
    struct stmt *chunk, *next;
    struct posting_ids none = {.begun = true};
    int64_t first = 0, end = INT64_MAX;
    status found = seek(w, chunk_before, changes[0].id, &chunk, err);
    if (found == NOT_FOUND)
        found = seek(w, chunk_after, changes[0].id, &chunk, err);
    if (found == NOT_FOUND)
        return merge(w, &none, changes, count, taken_out, end, err);
    if (found != DONE)
        return found;
    first = stmt_i64(chunk, 0);
    struct buf copy = {0};
    buf_put(&copy, stmt_blob(chunk, 1));
    stmt_reset(chunk);
    status s = buf_check(&copy, err);
    if (s == DONE)
        s = seek(w, chunk_after, first, &next, err);
    if (s == DONE) {
        end = stmt_i64(next, 0);
        stmt_reset(next);
    }
    struct posting_ids stored = posting_ids(first, buf_view(&copy));
    if (s >= DONE)
        s = merge(w, &stored, changes, count, taken_out, end, err);
    buf_release(&copy);
    return s == DONE ? remove_row(w, first, err) : s;
}

static status change_term(struct writer *w, const struct entry *changes, size_t count, struct err *err)
{
    status s = DONE;
    while (s == DONE && count > 0) {
        size_t taken = 0;
        s = change_chunk(w, changes, count, &taken, err);
        if (s == DONE)
            s = write_chunks(w, w->entries, w->count, err);
        changes += taken;
        count -= taken;
    }
    return s;
}

static int compare_entries(const void *a, const void *b)
{
    const struct entry *left = a, *right = b;
    return (left->id > right->id) - (left->id < right->id);
}

static status write_term(struct writer *w, bool empty, const struct map_entry *found, struct err *err)
{
    struct list *list = found->value.ptr;
    struct entry *entries = entries_of(list);
    if (list->unsorted)
        qsort(entries, list->count, sizeof *entries, compare_entries);
    w->term = found->key;
    term_facts(found->key, &w->facts);
    return empty ? write_chunks(w, entries, list->count, err) : change_term(w, entries, list->count, err);
}

static int compare_terms(const void *a, const void *b)
{
    const struct map_entry *left = a, *right = b;
    return sv_cmp(left->key, right->key);
}

status postings_write(struct postings *postings, struct db *db, struct err *err)
{
    struct map *terms = &postings->terms;
    struct writer w = {.db = db};
    status s = DONE;
    /* In order of terms each row is put behind the one before, which fills the pages. The map finds nothing after. */
    if (terms->count > 0)
        qsort(terms->entries, terms->count, sizeof *terms->entries, compare_terms);
    for (size_t i = 0; s == DONE && i < terms->count; i++)
        s = write_term(&w, postings->empty, &terms->entries[i], err);
    free(w.entries);
    buf_release(&w.bytes);
    map_clear(terms);
    arena_reset(&postings->arena);
    return s;
}
