#include "hits.h"

#include <stdlib.h>

void hits_release(struct hits *hits)
{
    if (hits == NULL)
        return;
    free(hits->list);
    *hits = (struct hits){0};
}

bool hits_add(struct hits *hits, int64_t id, double score)
{
    if (hits->count == hits->room) {
        size_t room = hits->room > 0 ? 2 * hits->room : 64;
        struct hit *list = realloc(hits->list, room * sizeof *list);
        if (list == NULL)
            return false;
        hits->list = list;
        hits->room = room;
    }
    hits->list[hits->count++] = (struct hit){id, score};
    return true;
}

static int by_id(const void *a, const void *b)
{
    int64_t left = ((const struct hit *)a)->id, right = ((const struct hit *)b)->id;
    return (left > right) - (left < right);
}

void hits_sort(struct hits *hits)
{
    for (size_t i = 1; i < hits->count; i++) {
        if (hits->list[i - 1].id > hits->list[i].id) {
            qsort(hits->list, hits->count, sizeof *hits->list, by_id);
            return;
        }
    }
}

static bool is_better(const struct hit *a, const struct hit *b)
{
    return a->score > b->score || (a->score >= b->score && a->id < b->id);
}

static int by_rank(const void *a, const void *b)
{
    return is_better(a, b) ? -1 : is_better(b, a) ? 1 : 0;
}

/* Restores the heap below `at`: the worst of `count` hits on top. */
static void sift(struct hit *heap, size_t count, size_t at)
{
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && is_better(&heap[child], &heap[child + 1]))
            child++;
        if (!is_better(&heap[at], &heap[child]))
            return;
        struct hit hit = heap[at];
        heap[at] = heap[child];
        heap[child] = hit;
    }
}

void hits_best(struct hits *hits, size_t limit)
{
    if (limit > 0 && limit < hits->count) {
        for (size_t i = limit / 2; i-- > 0;)
            sift(hits->list, limit, i);
        for (size_t i = limit; i < hits->count; i++) {
            if (is_better(&hits->list[i], &hits->list[0])) {
                hits->list[0] = hits->list[i];
                sift(hits->list, limit, 0);
            }
        }
        hits->count = limit;
    }
    if (hits->count > 1)
        qsort(hits->list, hits->count, sizeof *hits->list, by_rank);
}

bool hits_offer(struct hits *hits, size_t limit, int64_t id, double score)
{
    struct hit hit = {id, score};
    if (hits->count < limit) {
        if (!hits_add(hits, id, score))
            return false;
        /* Full: from here on the worst is on top. */
        for (size_t i = limit / 2; hits->count == limit && i-- > 0;)
            sift(hits->list, limit, i);
        return true;
    }
    if (is_better(&hit, &hits->list[0])) {
        hits->list[0] = hit;
        sift(hits->list, limit, 0);
    }
    return true;
}

double hits_least(const struct hits *hits, size_t limit)
{
    return hits->count == limit ? hits->list[0].score : -1;
}

/* ---- set algebra: each leaves its result in `a` ---- */

static void intersect(struct hits *a, const struct hits *b)
{
    size_t kept = 0;
    for (size_t i = 0, k = 0; i < a->count && k < b->count;) {
        int64_t left = a->list[i].id, right = b->list[k].id;
        if (left == right)
            a->list[kept++] = (struct hit){left, a->list[i].score + b->list[k].score};
        i += left <= right;
        k += right <= left;
    }
    a->count = kept;
}

static void subtract(struct hits *a, const struct hits *b)
{
    size_t kept = 0;
    for (size_t i = 0, k = 0; i < a->count; i++) {
        while (k < b->count && b->list[k].id < a->list[i].id)
            k++;
        if (k == b->count || b->list[k].id != a->list[i].id)
            a->list[kept++] = a->list[i];
    }
    a->count = kept;
}

static bool unite(struct hits *a, const struct hits *b)
{
    struct hits sum = {0};
    size_t i = 0, k = 0;
    while (i < a->count || k < b->count) {
        bool takes_a = i < a->count && (k == b->count || a->list[i].id <= b->list[k].id);
        bool takes_b = k < b->count && (i == a->count || b->list[k].id <= a->list[i].id);
        int64_t id = takes_a ? a->list[i].id : b->list[k].id;
        double score = (takes_a ? a->list[i].score : 0) + (takes_b ? b->list[k].score : 0);
        if (!hits_add(&sum, id, score)) {
            hits_release(&sum);
            return false;
        }
        i += takes_a;
        k += takes_b;
    }
    hits_release(a);
    *a = sum;
    return true;
}

/* ---- the tree ---- */

struct evaluation {
    const struct job *job;
    const struct hits_source *source;
};

/* CHIRON_NONE: the node says nothing (NODE_VOID), `out` stays empty. */
static chiron_status evaluate(const struct evaluation *ev, const struct node *node, struct hits *out);

static chiron_status evaluate_set(const struct evaluation *ev, const struct node *node, struct hits *out)
{
    if (ev->source->set != NULL)
        return ev->source->set(ev->source->payload, node->ids, node->id_count, out);
    for (size_t i = 0; i < node->id_count; i++)
        if (!hits_add(out, node->ids[i], 0))
            return job_no_memory(ev->job);
    return CHIRON_OK;
}

static chiron_status evaluate_not(const struct evaluation *ev, const struct node *node, struct hits *out)
{
    struct hits without = {0};
    chiron_status st = evaluate(ev, node->children[0], &without);
    if (st == CHIRON_OK)
        st = ev->source->all(ev->source->payload, out);
    if (st == CHIRON_OK)
        subtract(out, &without);
    hits_release(&without);
    return st;
}

static chiron_status evaluate_or(const struct evaluation *ev, const struct node *node, struct hits *out)
{
    bool is_void = true;
    for (size_t i = 0; i < node->child_count; i++) {
        struct hits part = {0};
        chiron_status st = evaluate(ev, node->children[i], &part);
        if (st == CHIRON_OK && !unite(out, &part))
            st = job_no_memory(ev->job);
        hits_release(&part);
        if (st != CHIRON_OK && st != CHIRON_NONE)
            return st;
        is_void = is_void && st == CHIRON_NONE;
    }
    return is_void ? CHIRON_NONE : CHIRON_OK;
}

static double best_score(const struct hits *hits)
{
    double best = 0;
    for (size_t i = 0; i < hits->count; i++)
        best = hits->list[i].score > best ? hits->list[i].score : best;
    return best;
}

/* What else is said for the same counts less: the best of it half as much as the best of what was asked for, so that
 * exact forms of the word itself (rank.h) stay in front, however rare the others are. */
static void lower(const struct hits *own, struct hits *others)
{
    double most = best_score(own) / 2, best = best_score(others);
    if (own->count == 0 || best <= most)
        return;
    for (size_t i = 0; i < others->count; i++)
        others->list[i].score *= most / best;
}

static chiron_status evaluate_any(const struct evaluation *ev, const struct node *node, struct hits *out)
{
    struct node rest = {.kind = NODE_OR, .children = node->children + 1, .child_count = node->child_count - 1};
    struct hits others = {0};
    chiron_status st = evaluate(ev, node->children[0], out);
    if (st == CHIRON_OK)
        st = evaluate_or(ev, &rest, &others);
    if (st == CHIRON_OK) {
        lower(out, &others);
        st = unite(out, &others) ? CHIRON_OK : job_no_memory(ev->job);
    }
    hits_release(&others);
    return st;
}

/* One part of a conjunction. `is_first` stays true until a part without a NOT has come. */
static chiron_status narrow(const struct evaluation *ev, const struct node *part, bool *is_first, struct hits *out)
{
    struct hits found = {0};
    bool is_not = part->kind == NODE_NOT;
    chiron_status st = evaluate(ev, is_not ? part->children[0] : part, &found);
    if (st == CHIRON_OK && is_not) {
        subtract(out, &found);
    } else if (st == CHIRON_OK && *is_first) {
        struct hits empty = *out;
        *out = found;
        found = empty;
        *is_first = false;
    } else if (st == CHIRON_OK) {
        intersect(out, &found);
    }
    hits_release(&found);
    return st;
}

/* What must match goes first, so that what must not match is taken from little; with nothing that must, from all. */
static chiron_status evaluate_and(const struct evaluation *ev, const struct node *node, struct hits *out)
{
    bool is_first = true, has_not = false;
    for (size_t i = 0; i < node->child_count && (is_first || out->count > 0); i++) {
        if (node->children[i]->kind == NODE_NOT) {
            has_not = true;
            continue;
        }
        chiron_status st = narrow(ev, node->children[i], &is_first, out);
        if (st != CHIRON_OK && st != CHIRON_NONE)
            return st;
    }
    if (is_first && !has_not)
        return CHIRON_NONE;
    bool is_void = is_first;
    if (is_first) {
        chiron_status st = ev->source->all(ev->source->payload, out);
        if (st != CHIRON_OK)
            return st;
    }
    for (size_t i = 0; i < node->child_count; i++) {
        if (node->children[i]->kind != NODE_NOT)
            continue;
        chiron_status st = narrow(ev, node->children[i], &is_first, out);
        if (st != CHIRON_OK && st != CHIRON_NONE)
            return st;
        is_void = is_void && st == CHIRON_NONE;
    }
    if (is_void)
        out->count = 0;
    return is_void ? CHIRON_NONE : CHIRON_OK;
}

static chiron_status evaluate(const struct evaluation *ev, const struct node *node, struct hits *out)
{
    switch (node->kind) {
    case NODE_AND:
        return evaluate_and(ev, node, out);
    case NODE_OR:
        return evaluate_or(ev, node, out);
    case NODE_NOT:
        return evaluate_not(ev, node, out);
    case NODE_TEXT:
        return ev->source->text(ev->source->payload, node->pattern, out);
    case NODE_ANY:
        return evaluate_any(ev, node, out);
    case NODE_SET:
        return evaluate_set(ev, node, out);
    case NODE_VOID:
        break;
    }
    return CHIRON_NONE;
}

chiron_status hits_evaluate(const struct job *job, const struct node *root, const struct hits_source *source,
                            struct hits *out)
{
    struct evaluation ev = {job, source};
    chiron_status st = evaluate(&ev, root, out);
    if (st == CHIRON_NONE)
        return CHIRON_OK;
    if (st != CHIRON_OK)
        hits_release(out);
    return st;
}
