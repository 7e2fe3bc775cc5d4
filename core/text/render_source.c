#include "text/render_parts.h"

#include <stdlib.h>
#include <string.h>

/* A token is its number between two characters of the private use area. Notes' own ones are taken out first. */
#define TOKEN_BEGIN "\xee\x80\x80"
#define TOKEN_END   "\xee\x80\x81"
#define REPLACEMENT "\xef\xbf\xbd"

enum { MARK_BYTES = 3 };

/* One place of the body that is not copied as it stands. */
struct edit {
    size_t begin, end;
    enum { EDIT_REMOVE, EDIT_TOKEN } action;
    struct token token;
};

struct editor {
    struct render_source *source;
    struct sv body;
    struct edit *edits;
    size_t count, capacity;
    bool failed;
};

static void add_edit(struct editor *e, struct edit edit)
{
    struct edit *grown = arena_grow(&e->source->arena, e->edits, &e->capacity, e->count, sizeof(struct edit));
    if (grown == NULL) {
        e->failed = true;
        return;
    }
    e->edits = grown;
    edit.token.source = sv_sub(e->body, edit.begin, edit.end - edit.begin);
    e->edits[e->count++] = edit;
}

static void add_token(struct editor *e, size_t begin, size_t end, enum token_kind kind, const struct link *link)
{
    add_edit(e, (struct edit){.begin = begin, .end = end, .action = EDIT_TOKEN, .token = {.kind = kind, .link = link}});
}

static bool is_wiki(const struct editor *e, const struct link *link)
{
    return sv_starts(sv_from(e->body, link->at.begin + (e->body.ptr[link->at.begin] == '!')), SV("[["));
}

static int edit_cmp(const void *left, const void *right)
{
    const struct edit *a = left, *b = right;
    return a->begin < b->begin ? -1 : a->begin > b->begin;
}

static void find_edits(struct editor *e)
{
    const struct outline *o = &e->source->outline;
    for (size_t i = 0; i < o->link_count; i++)
        if (is_wiki(e, &o->links[i]))
            add_token(e, o->links[i].at.begin, o->links[i].at.end, TOKEN_LINK, &o->links[i]);
    for (size_t i = 0; i < o->tag_count; i++)
        add_token(e, o->tags[i].at.begin, o->tags[i].at.end, TOKEN_TAG, NULL);
    for (size_t i = 0; i < o->block_id_count; i++)
        add_token(e, o->block_ids[i].at.begin, o->block_ids[i].at.end, TOKEN_BLOCK_ID, NULL);
    for (size_t i = 0; i < o->highlight_count; i++) {
        add_token(e, o->highlights[i].begin, o->highlights[i].begin + 2, TOKEN_MARK_OPEN, NULL);
        add_token(e, o->highlights[i].end - 2, o->highlights[i].end, TOKEN_MARK_CLOSE, NULL);
    }
    for (size_t i = 0; i < o->comment_count; i++)
        add_edit(e, (struct edit){.begin = o->comments[i].begin, .end = o->comments[i].end, .action = EDIT_REMOVE});
    if (e->count > 1)
        qsort(e->edits, e->count, sizeof(struct edit), edit_cmp);
}

static void put_clean(struct sv s, struct buf *out)
{
    while (s.len > 0) {
        size_t at = sv_find(s, SV("\xee\x80"));
        if (at == SIZE_MAX || at + 2 >= s.len) {
            buf_put(out, s);
            return;
        }
        bool ours = s.ptr[at + 2] == TOKEN_BEGIN[2] || s.ptr[at + 2] == TOKEN_END[2];
        buf_put(out, sv_sub(s, 0, at));
        buf_put(out, ours ? SV(REPLACEMENT) : sv_sub(s, at, MARK_BYTES));
        s = sv_from(s, at + MARK_BYTES);
    }
}

static void put_token(struct editor *e, const struct token *token)
{
    struct render_source *source = e->source;
    struct token *grown =
        arena_grow(&source->arena, source->tokens, &source->token_capacity, source->token_count, sizeof(struct token));
    if (grown == NULL) {
        e->failed = true;
        return;
    }
    source->tokens = grown;
    source->tokens[source->token_count] = *token;
    buf_printf(&source->text, TOKEN_BEGIN "%zu" TOKEN_END, source->token_count++);
}

static void apply_edits(struct editor *e)
{
    size_t at = 0;
    for (size_t i = 0; i < e->count && !e->failed; i++) {
        const struct edit *edit = &e->edits[i];
        if (edit->begin < at)
            continue;
        put_clean(sv_sub(e->body, at, edit->begin - at), &e->source->text);
        if (edit->action == EDIT_TOKEN)
            put_token(e, &edit->token);
        at = edit->end;
    }
    put_clean(sv_from(e->body, at), &e->source->text);
}

status render_source_init(struct render_source *source, struct sv body, struct err *err)
{
    *source = (struct render_source){0};
    status s = outline_parse(body, 0, 1, &source->arena, &source->outline, err);
    if (s != DONE)
        return s;
    if (source->outline.plain)
        return REFUSED; /* with the words that outline_parse left */
    struct editor e = {.source = source, .body = body};
    find_edits(&e);
    apply_edits(&e);
    return e.failed ? err_no_memory(err) : buf_check(&source->text, err);
}

void render_source_release(struct render_source *source)
{
    buf_release(&source->text);
    arena_release(&source->arena);
}

const struct token *render_next_token(const struct render_source *source, struct sv text, size_t from,
                                      size_t *begin_out, size_t *end_out)
{
    for (;;) {
        size_t found = sv_find(sv_from(text, from), SV(TOKEN_BEGIN));
        if (found == SIZE_MAX)
            return NULL;
        size_t begin = from + found, at = begin + MARK_BYTES, number = 0;
        while (at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9' && number < source->token_count)
            number = number * 10 + (size_t)(text.ptr[at++] - '0');
        if (sv_starts(sv_from(text, at), SV(TOKEN_END)) && number < source->token_count) {
            *begin_out = begin;
            *end_out = at + MARK_BYTES;
            return &source->tokens[number];
        }
        from = begin + MARK_BYTES;
    }
}

void render_put_source(const struct render_source *source, struct sv text, struct buf *out)
{
    size_t at = 0, begin, end;
    const struct token *token;
    while ((token = render_next_token(source, text, at, &begin, &end)) != NULL) {
        buf_put(out, sv_sub(text, at, begin - at));
        buf_put(out, token->source);
        at = end;
    }
    buf_put(out, sv_from(text, at));
}
