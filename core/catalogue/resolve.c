#include "catalogue/resolve.h"

#include "catalogue/attachment.h"
#include "catalogue/fold_key.h"
#include "catalogue/id_set.h"
#include "catalogue/posting.h"
#include "catalogue/squeeze.h"
#include "catalogue/terms.h"

struct name {
    const struct row *row;
    bool alias;
};

struct name_list {
    struct name *items;
    size_t count, capacity;
};

/* A target, taken apart once. */
struct target {
    const struct row *from;
    uint32_t space;      /* of `from` */
    struct sv text;      /* without a leading "/" */
    struct sv bare;      /* and without ".md" */
    struct sv bare_fold; /* folded, by find_by_name */
    bool rooted;         /* it had the "/" */
};

void resolver_init(struct resolver *resolver, struct catalogue *catalogue)
{
    *resolver = (struct resolver){.catalogue = catalogue};
    arena_init(&resolver->arena);
}

void resolver_release(struct resolver *resolver)
{
    map_release(&resolver->names);
    map_release(&resolver->answers);
    arena_release(&resolver->arena);
    buf_release(&resolver->scratch);
    buf_release(&resolver->key);
}

static uint32_t space_of(const struct catalogue *catalogue, struct sv path)
{
    return (uint32_t)(vault_space_of(catalogue->vault, path) - catalogue->vault->spaces);
}

/* --- names --- */

static status add_name_rows(struct resolver *resolver, const struct stmt *stmt, struct name_list *list, struct err *err)
{
    struct posting_ids ids = posting_ids(stmt_i64(stmt, 1), stmt_blob(stmt, 2));
    bool alias = sv_eq(term_rest(stmt_blob(stmt, 0)), SV("a"));
    while (posting_ids_next(&ids)) {
        const struct row *row = rows_by_id(&resolver->catalogue->rows, ids.id);
        if (!row)
            continue;
        struct name *items = arena_grow(&resolver->arena, list->items, &list->capacity, list->count, sizeof *items);
        if (!items)
            return err_no_memory(err);
        list->items = items;
        list->items[list->count++] = (struct name){row, alias};
    }
    return posting_ids_check(&ids, err);
}

/* Stems and aliases: whatever stands behind the name's zero. */
static status read_names(struct resolver *resolver, struct sv fold, struct name_list *list, struct err *err)
{
    struct stmt *stmt;
    struct buf *term = &resolver->scratch;
    status s = db_statement(resolver->catalogue->db, "SELECT term, first, ids FROM posting WHERE term>=?1 AND term<?2",
                            &stmt, err);
    if (s != DONE)
        return s;
    buf_clear(term);
    term_put(term, TERM_NAME, fold);
    struct sv low = arena_copy(&resolver->arena, buf_view(term)), high = term_end(&resolver->arena, low);
    if (term->failed || !low.ptr || !high.ptr)
        return err_no_memory(err);
    stmt_bind_blob(stmt, 1, low);
    stmt_bind_blob(stmt, 2, high);
    while ((s = stmt_step(stmt, err)) == DONE)
        if ((s = add_name_rows(resolver, stmt, list, err)) != DONE)
            break;
    stmt_reset(stmt);
    return s == NOT_FOUND ? DONE : s;
}

/* Notes that have the folded name as their stem or alias. `fold` lives in the resolver's arena. */
static status names_of(struct resolver *resolver, struct sv fold, const struct name_list **out, struct err *err)
{
    struct map_entry *entry = map_get(&resolver->names, fold);
    if (!entry) {
        struct name_list *list = arena_alloc(&resolver->arena, sizeof *list);
        if (!list)
            return err_no_memory(err);
        status s = read_names(resolver, fold, list, err);
        if (s != DONE)
            return s;
        entry = map_put(&resolver->names, fold, NULL);
        if (!entry)
            return err_no_memory(err);
        entry->value.ptr = list;
    }
    *out = entry->value.ptr;
    return DONE;
}

/* --- the rules --- */

static const struct row *note_at(const struct rows *rows, struct buf *path)
{
    static const struct sv suffixes[] = {SV_INIT(""), SV_INIT(".md"), SV_INIT(".markdown")};
    size_t length = path->len;
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes && !path->failed; i++) {
        buf_put(path, suffixes[i]);
        const struct row *row = rows_find(rows, buf_view(path));
        if (row && row_is_note(row))
            return row;
        buf_truncate(path, length);
    }
    return NULL;
}

static status find_by_path(struct resolver *resolver, struct sv folder, struct sv text, const struct row **row_out,
                           struct err *err)
{
    struct buf *path = &resolver->scratch;
    struct sv clean;
    buf_clear(path);
    path_join(path, folder, text);
    *row_out = NULL;
    bool dotted = sv_find(buf_view(path), SV("./")) != SIZE_MAX || sv_find(buf_view(path), SV("//")) != SIZE_MAX;
    if (dotted && !path->failed) {
        if (!path_normalise(&resolver->arena, buf_view(path), &clean))
            return DONE;
        buf_clear(path);
        buf_put(path, clean);
    }
    *row_out = note_at(&resolver->catalogue->rows, path);
    return buf_check(path, err);
}

static status find_by_paths(struct resolver *resolver, const struct target *target, const struct row **row_out,
                            struct err *err)
{
    const struct space *spaces = resolver->catalogue->vault->spaces;
    struct sv folder = target->from ? sv_dirname(row_path(target->from)) : (struct sv){0};
    *row_out = NULL;
    status s = DONE;
    if (!target->rooted)
        s = find_by_path(resolver, folder, target->text, row_out, err);
    if (s == DONE && !*row_out)
        s = find_by_path(resolver, spaces[target->space].path, target->text, row_out, err);
    if (s == DONE && !*row_out && target->space != 0)
        s = find_by_path(resolver, (struct sv){0}, target->text, row_out, err);
    return s;
}

static bool is_known(const struct resolver *resolver, const struct row *row)
{
    return !resolver->only || vault_space_of(resolver->catalogue->vault, row_path(row)) == resolver->only;
}

static bool ends_with_part(struct sv path, struct sv end)
{
    if (!sv_ends(path, end))
        return false;
    return path.len == end.len || path.ptr[path.len - end.len - 1] == '/';
}

enum rule { RULE_END, RULE_FOLDED_END, RULE_ALIAS, RULE_COUNT };

static bool answers(struct resolver *resolver, enum rule rule, const struct target *target, const struct name *name)
{
    struct sv bare = without_note_suffix(row_path(name->row));
    switch (rule) {
    case RULE_END:
        return !name->alias && ends_with_part(bare, target->bare);
    case RULE_FOLDED_END:
        if (name->alias)
            return false;
        if (sv_chr(target->bare, '/') == SIZE_MAX)
            return true; /* the list was found by the folded stem */
        return ends_with_part(fold_copy(&resolver->arena, &resolver->scratch, bare), target->bare_fold);
    case RULE_ALIAS:
        return name->alias;
    case RULE_COUNT:
        break;
    }
    return false;
}

static size_t depth_of(struct sv path)
{
    size_t depth = 0;
    for (size_t i = 0; i < path.len; i++)
        depth += path.ptr[i] == '/';
    return depth;
}

/* Of notes that answer equally well: one of the same space, then the one nearest to the root, then the first. */
static bool is_better(struct resolver *resolver, const struct target *target, const struct row *a, const struct row *b)
{
    bool a_near = space_of(resolver->catalogue, row_path(a)) == target->space;
    bool b_near = space_of(resolver->catalogue, row_path(b)) == target->space;
    if (a_near != b_near)
        return a_near;
    size_t a_depth = depth_of(row_path(a)), b_depth = depth_of(row_path(b));
    return a_depth != b_depth ? a_depth < b_depth : a < b;
}

struct answer_list {
    const struct row **rows;
    size_t max, count;
    const struct row *best;
};

static void add_answer(struct resolver *resolver, const struct target *target, struct answer_list *list,
                       const struct row *row)
{
    if (list->count < list->max)
        list->rows[list->count] = row;
    list->count++;
    if (!list->best || is_better(resolver, target, row, list->best))
        list->best = row;
}

static status find_by_name(struct resolver *resolver, struct target *target, struct answer_list *list, struct err *err)
{
    const struct name_list *stems, *aliases;
    target->bare_fold = fold_copy(&resolver->arena, &resolver->scratch, target->bare);
    if (!target->bare_fold.ptr)
        return err_no_memory(err);
    struct sv stem_fold = sv_basename(target->bare_fold);
    status s = names_of(resolver, stem_fold, &stems, err);
    if (s == DONE)
        s = names_of(resolver, target->bare_fold, &aliases, err);
    if (s != DONE)
        return s;
    for (enum rule rule = RULE_END; rule < RULE_COUNT && list->count == 0; rule++) {
        const struct name_list *names = rule == RULE_ALIAS ? aliases : stems;
        for (size_t i = 0; i < names->count; i++)
            if (is_known(resolver, names->items[i].row) && answers(resolver, rule, target, &names->items[i]))
                add_answer(resolver, target, list, names->items[i].row);
    }
    return DONE;
}

static struct target take_apart(const struct resolver *resolver, const struct row *from, struct sv text)
{
    struct target target = {.from = from, .rooted = sv_starts(text, SV("/"))};
    while (sv_starts(text, SV("/")))
        text = sv_from(text, 1);
    while (sv_starts(text, SV("./")) && !from)
        text = sv_from(text, 2);
    target.space = from ? space_of(resolver->catalogue, row_path(from)) : 0;
    target.text = text;
    target.bare = without_note_suffix(text);
    return target;
}

bool rows_are_one_person(const struct catalogue *catalogue, const struct row *const *rows, size_t count)
{
    if (count > PERSON_NOTES_MAX)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!(rows[i]->facts.flags & FACTS_PERSON) ||
            !sv_eq(sv_basename(row_path(rows[i])), sv_basename(row_path(rows[0]))))
            return false;
        for (size_t j = 0; j < i; j++)
            if (space_of(catalogue, row_path(rows[i])) == space_of(catalogue, row_path(rows[j])))
                return false;
    }
    return true;
}

/* Under resolver->key. */
static status remember(struct resolver *resolver, struct resolution answer, struct err *err)
{
    struct resolution *kept = arena_alloc(&resolver->arena, sizeof *kept);
    struct sv key = arena_copy(&resolver->arena, buf_view(&resolver->key));
    struct map_entry *entry = kept && key.ptr ? map_put(&resolver->answers, key, NULL) : NULL;
    if (!entry)
        return err_no_memory(err);
    *kept = answer;
    entry->value.ptr = kept;
    return DONE;
}

/* Names are asked for again and again, and the answer depends on the space of the asking note alone. */
static status find_remembered(struct resolver *resolver, struct target *target, struct resolution *out, struct err *err)
{
    buf_clear(&resolver->key);
    buf_printf(&resolver->key, "%u:", target->space);
    buf_put(&resolver->key, target->bare);
    status s = buf_check(&resolver->key, err);
    const struct map_entry *entry = s == DONE ? map_get(&resolver->answers, buf_view(&resolver->key)) : NULL;
    if (entry) {
        *out = *(const struct resolution *)entry->value.ptr;
        return DONE;
    }
    const struct row *rows[PERSON_NOTES_MAX];
    struct answer_list list = {.rows = rows, .max = PERSON_NOTES_MAX};
    if (s == DONE)
        s = find_by_name(resolver, target, &list, err);
    *out =
        (struct resolution){list.best, list.count > 1 && !rows_are_one_person(resolver->catalogue, rows, list.count)};
    return s == DONE ? remember(resolver, *out, err) : s;
}

status resolver_find(struct resolver *resolver, const struct row *from, struct sv text,
                     struct resolution *resolution_out, struct err *err)
{
    *resolution_out = (struct resolution){0};
    if (text.len == 0) {
        resolution_out->row = from;
        return DONE;
    }
    struct target target = take_apart(resolver, from, text);
    if (sv_basename(target.bare).len == 0)
        return DONE;
    status s = find_by_paths(resolver, &target, &resolution_out->row, err);
    if (s != DONE || resolution_out->row)
        return s;
    return find_remembered(resolver, &target, resolution_out, err);
}

status resolver_candidates(struct resolver *resolver, struct sv text, const struct row **rows, size_t max,
                           size_t *count_out, struct err *err)
{
    struct target target = take_apart(resolver, NULL, text);
    struct answer_list list = {.rows = rows, .max = max};
    const struct row *exact = NULL;
    *count_out = 0;
    if (sv_basename(target.bare).len == 0)
        return DONE;
    status s = DONE;
    if (resolver->only)
        s = find_by_path(resolver, resolver->only->path, target.text, &exact, err);
    if (s == DONE && !exact)
        s = find_by_paths(resolver, &target, &exact, err);
    if (s == DONE && exact && is_known(resolver, exact))
        add_answer(resolver, &target, &list, exact);
    else if (s == DONE)
        s = find_by_name(resolver, &target, &list, err);
    *count_out = list.count;
    return s;
}

/* --- links --- */

static status add_link(struct resolver *resolver, const struct row *from, const struct stored_link *link,
                       struct arena *arena, struct found_links *links, struct err *err)
{
    struct found_link *items = arena_grow(arena, links->items, &links->capacity, links->count, sizeof *items);
    if (!items)
        return err_no_memory(err);
    links->items = items;
    struct found_link *found = &links->items[links->count++];
    *found = (struct found_link){.from = from, .link = *link};
    if (link->external)
        return DONE;
    struct resolution resolution;
    status s = resolver_find(resolver, from, link->target, &resolution, err);
    found->to = resolution.row;
    found->ambiguous = resolution.ambiguous;
    return s;
}

status resolver_links(struct resolver *resolver, const struct row *from, struct arena *arena, struct found_links *links,
                      struct err *err)
{
    struct stmt *stmt;
    status s = db_statement(resolver->catalogue->db, "SELECT links FROM part WHERE note=?", &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_i64(stmt, 1, from->id);
    s = stmt_step(stmt, err);
    if (s != DONE)
        return s == NOT_FOUND ? DONE : s;
    struct unpack in = {0};
    s = unsqueeze(stmt_blob(stmt, 0), arena, &in.rest, err);
    stmt_reset(stmt);
    if (s != DONE)
        return s == STOP ? err_set(err, DB_DAMAGED, "bad links") : s;
    struct stored_link link;
    while (s == DONE && unpack_link(&in, &link))
        s = add_link(resolver, from, &link, arena, links, err);
    return s == DONE && in.failed ? err_set(err, DB_DAMAGED, "bad links") : s;
}

/* Only what can be a file: a wikilink without a suffix names a note that is not there yet. */
static bool may_be_file(const struct found_link *found)
{
    const struct stored_link *link = &found->link;
    if (link->external || found->to || link->target.len == 0 || link->kind == LINK_FIELD)
        return false;
    return link->kind == LINK_MARKDOWN || sv_rchr(sv_basename(link->target), '.') != SIZE_MAX;
}

status found_links_attach(struct catalogue *catalogue, struct found_links *links, struct err *err)
{
    status s = DONE;
    for (size_t i = 0; s == DONE && i < links->count; i++) {
        struct found_link *found = &links->items[i];
        if (!may_be_file(found))
            continue;
        s = attachments_find(&catalogue->attachments, catalogue->vault, row_path(found->from), found->link.target,
                             found->link.kind != LINK_MARKDOWN, &found->attachment, err);
        if (s == NOT_FOUND)
            s = DONE;
    }
    return s;
}

bool found_link_is_unresolved(const struct found_link *link)
{
    return !link->link.external && !link->to && link->attachment.len == 0;
}

static status add_callers(struct resolver *resolver, struct sv name, struct id_set *ids, struct err *err)
{
    struct stmt *stmt;
    struct buf *term = &resolver->key;
    status s = db_statement(resolver->catalogue->db, "SELECT first, ids FROM posting WHERE term=?", &stmt, err);
    if (s != DONE)
        return s;
    struct sv fold = fold_copy(&resolver->arena, &resolver->scratch, name);
    buf_clear(term);
    term_put_number(term, TERM_WANT, (uint64_t)name_hash(fold));
    if (!fold.ptr || term->failed)
        return err_no_memory(err);
    stmt_bind_blob(stmt, 1, buf_view(term));
    return posting_collect(stmt, ids, err);
}

static status read_aliases(struct resolver *resolver, int64_t id, struct unpack *aliases_out, struct err *err)
{
    struct stmt *stmt;
    *aliases_out = (struct unpack){0};
    status s = db_statement(resolver->catalogue->db, "SELECT aliases FROM part WHERE note=?", &stmt, err);
    if (s != DONE)
        return s;
    stmt_bind_i64(stmt, 1, id);
    s = stmt_step(stmt, err);
    if (s != DONE)
        return s == NOT_FOUND ? DONE : s;
    aliases_out->rest = arena_copy(&resolver->arena, stmt_blob(stmt, 0));
    stmt_reset(stmt);
    return aliases_out->rest.ptr ? DONE : err_no_memory(err);
}

status resolver_callers(struct resolver *resolver, int64_t id, struct id_set *ids, struct err *err)
{
    const struct row *row = rows_by_id(&resolver->catalogue->rows, id);
    struct unpack aliases;
    if (!row)
        return DONE;
    status s = read_aliases(resolver, id, &aliases, err);
    if (s == DONE)
        s = add_callers(resolver, sv_basename(without_note_suffix(row_path(row))), ids, err);
    while (s == DONE && unpack_more(&aliases))
        s = add_callers(resolver, unpack_text(&aliases), ids, err);
    id_set_sort(ids);
    return s == DONE && aliases.failed ? err_set(err, DB_DAMAGED, "bad aliases") : s;
}
