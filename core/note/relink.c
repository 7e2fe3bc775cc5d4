#include "note/relink.h"

#include "base/i18n.h"
#include "base/map.h"
#include "base/utf8.h"
#include "note/ref.h"
#include "text/link_write.h"
#include "text/yaml_write.h"

#include <string.h>

struct relinker {
    const struct note *note;
    relink_fn fn;
    void *payload;
    struct splices *splices;
    struct err *err;
    struct map done; /* where targets begin that are replaced */
    struct buf text;
};

/* --- front matter --- */

struct found {
    const struct value *value;
    const struct member *key; /* the offset stands in a key instead */
    bool flow;
};

static bool holds(size_t begin, size_t end, size_t at)
{
    return begin <= at && at < end;
}

/* The scalar or key that the offset stands in. */
static void find_scalar(struct sv bytes, const struct value *in, bool flow, size_t at, struct found *found)
{
    flow = flow || (in->begin < bytes.len && in->count > 0 && strchr("[{", bytes.ptr[in->begin]) != NULL);
    for (size_t i = 0; i < in->count; i++) {
        const struct member *member = &in->members[i];
        if (holds(member->key_begin, member->key_end, at))
            *found = (struct found){.key = member, .flow = flow};
        else if (member->value->count > 0)
            find_scalar(bytes, member->value, flow, at, found);
        else if (holds(member->value->begin, member->value->end, at))
            *found = (struct found){.value = member->value, .flow = flow};
    }
}

/* Needs no quotes and no escapes, wherever it is put. */
static bool is_harmless(struct sv target)
{
    return yaml_is_plain(target) && sv_chr(target, '"') == SIZE_MAX && sv_chr(target, '\'') == SIZE_MAX &&
           sv_chr(target, '\\') == SIZE_MAX;
}

static status take_text(struct relinker *r, size_t begin, size_t end)
{
    struct sv text = arena_copy(r->splices->arena, buf_view(&r->text));
    bool failed = r->text.failed || text.ptr == NULL;
    buf_clear(&r->text);
    if (failed)
        return err_no_memory(r->err);
    splices_add(r->splices, begin, end, text);
    return DONE;
}

static status refused(struct relinker *r, const struct link *link, struct sv target)
{
    return err_at(r->err, REFUSED, r->note->path, link->at.line, link->at.column,
                  _("a link here cannot lead to '%.*s': the name has characters that would end it"), SV_ARG(target));
}

/* The whole scalar or key again, with other words where the target stood. */
static status rewrite_scalar(struct relinker *r, const struct link *link, struct sv target)
{
    struct found found = {0};
    struct sv bytes = r->note->bytes;
    find_scalar(bytes, r->note->front.root, false, link->target_at.begin, &found);
    if (found.value == NULL && found.key == NULL)
        return refused(r, link, target);
    struct sv old = found.key != NULL ? found.key->key : found.value->text;
    size_t before = (size_t)(link->target.ptr - old.ptr), behind = before + link->target.len;
    if (link->target.ptr < old.ptr || behind > old.len)
        return refused(r, link, target);
    struct buf whole = {0};
    buf_put(&whole, sv_sub(old, 0, before));
    buf_put(&whole, target);
    buf_put(&whole, sv_from(old, behind));
    struct value value = {.kind = VALUE_TEXT, .quoted = true, .text = buf_view(&whole)};
    size_t begin = found.key != NULL ? found.key->key_begin : found.value->begin;
    size_t end = found.key != NULL ? found.key->key_end : found.value->end;
    struct yaml_form form = {.style = yaml_style_of(sv_from(bytes, begin)), .flow = found.flow, .one_line = true};
    if (found.key != NULL)
        yaml_put_key(&r->text, buf_view(&whole));
    else
        yaml_put_inline(&r->text, &value, &form);
    r->text.failed = r->text.failed || whole.failed;
    buf_release(&whole);
    return take_text(r, begin, end);
}

static status put_field(struct relinker *r, const struct link *link, struct sv target)
{
    struct span at = link->target_at;
    struct ref ref;
    if (!utf8_is_valid(target) || !ref_parse(target, &ref) || ref.bracketed || !sv_eq(ref.target, target) ||
        sv_chr(target, '#') != SIZE_MAX)
        return refused(r, link, target);
    bool exact = sv_eq(sv_sub(r->note->bytes, at.begin, at.end - at.begin), link->target);
    if (!exact || !is_harmless(target))
        return rewrite_scalar(r, link, target);
    buf_put(&r->text, target);
    return take_text(r, at.begin, at.end);
}

/* --- all links --- */

/* True the first time for a place. */
static status is_first(struct relinker *r, size_t at, bool *first_out)
{
    size_t *key = arena_alloc(r->splices->arena, sizeof *key);
    if (key == NULL)
        return err_no_memory(r->err);
    *key = at;
    struct sv view = sv_make((const char *)key, sizeof *key);
    return map_put(&r->done, view, first_out) != NULL ? DONE : err_no_memory(r->err);
}

static status relink_one(struct relinker *r, const struct link *link)
{
    if (link->external || link->target.len == 0)
        return DONE;
    struct sv target = r->fn(link, r->payload);
    bool first;
    if (target.len == 0 || sv_eq(target, link->target))
        return DONE;
    status s = is_first(r, link->target_at.begin, &first);
    if (s != DONE || !first)
        return s;
    if (link->kind == LINK_FIELD)
        return put_field(r, link, target);
    s = link_put_target(&r->text, r->note->bytes, link, target, r->err);
    return s == DONE ? take_text(r, link->target_at.begin, link->target_at.end) : s;
}

status note_link_splices(const struct note *note, relink_fn fn, void *payload, struct splices *splices, struct err *err)
{
    struct relinker r = {.note = note, .fn = fn, .payload = payload, .splices = splices, .err = err};
    status s = DONE;
    for (size_t i = 0; s == DONE && i < note->field_link_count; i++)
        s = relink_one(&r, &note->field_links[i]);
    for (size_t i = 0; s == DONE && i < note->outline.link_count; i++)
        s = relink_one(&r, &note->outline.links[i]);
    if (s == DONE && splices->failed)
        s = err_no_memory(err);
    map_release(&r.done);
    buf_release(&r.text);
    return s;
}

/* --- proved --- */

static bool is_proved(const struct link *was, const struct link *is, relink_fn fn, void *payload)
{
    /* A label may hold links of its own. */
    bool labels = sv_eq(was->label, is->label) || sv_chr(was->label, '[') != SIZE_MAX;
    bool same = was->kind == is->kind && was->external == is->external && sv_eq(was->anchor, is->anchor) && labels;
    if (!same || was->external || was->target.len == 0)
        return same;
    struct sv target = fn(was, payload);
    return sv_eq(is->target, target.len > 0 ? target : was->target);
}

static bool are_proved(const struct link *old, size_t old_count, const struct link *new, size_t new_count, relink_fn fn,
                       void *payload)
{
    if (old_count != new_count)
        return false;
    for (size_t i = 0; i < old_count; i++)
        if (!is_proved(&old[i], &new[i], fn, payload))
            return false;
    return true;
}

static status prove(const struct note *note, struct sv bytes, const struct types *types, relink_fn fn, void *payload,
                    struct err *err)
{
    struct arena arena = {0};
    struct note after;
    status s = note_parse(note->path, bytes, types, &arena, &after, err);
    const struct outline *old = &note->outline, *new = &after.outline;
    if (s == DONE && !(are_proved(note->field_links, note->field_link_count, after.field_links, after.field_link_count,
                                  fn, payload) &&
                       are_proved(old->links, old->link_count, new->links, new->link_count, fn, payload) &&
                       old->heading_count == new->heading_count && old->task_count == new->task_count &&
                       old->tag_count == new->tag_count))
        s = err_at(err, FAILED, note->path, 0, 0,
                   _("internal error: leading links elsewhere would have changed more of the note; it was left as it "
                     "is"));
    arena_release(&arena);
    return s;
}

status note_relink(const struct note *note, const struct types *types, relink_fn fn, void *payload, struct buf *out,
                   size_t *count_out, struct err *err)
{
    struct arena arena = {0};
    struct splices splices = {.arena = &arena};
    struct buf text = {0};
    status s = note_link_splices(note, fn, payload, &splices, err);
    if (s == DONE)
        s = splices_apply(&splices, note->bytes, &text, err);
    if (s == DONE && splices.count > 0)
        s = prove(note, buf_view(&text), types, fn, payload, err);
    if (s == DONE) {
        *count_out = splices.count;
        buf_put(out, buf_view(&text));
        s = buf_check(out, err);
    }
    buf_release(&text);
    arena_release(&arena);
    return s;
}
