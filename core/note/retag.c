#include "note/retag.h"

#include "base/i18n.h"
#include "text/fold.h"
#include "text/front_edit.h"
#include "text/marks.h"
#include "text/splice.h"
#include "text/yaml_write.h"

struct retagger {
    const struct note *note;
    struct sv from, to;
    struct arena arena;
    struct buf left, right; /* folded names */
    struct err *err;
    struct front_change *changes;
    size_t count, capacity;
    size_t places;
};

bool tag_name_parse(struct sv text, struct sv *name_out)
{
    struct sv name = sv_trim(text);
    if (name.len > 0 && name.ptr[0] == '#')
        name = sv_from(name, 1);
    *name_out = name;
    struct buf probe = {0};
    buf_char(&probe, '#');
    buf_put(&probe, name);
    bool is_tag = !probe.failed && tag_at(buf_view(&probe), 0) == name.len + 1;
    buf_release(&probe);
    return is_tag;
}

static bool parts_tags(char c, bool at_blanks)
{
    return c == ',' || (at_blanks && (c == ' ' || c == '\t' || c == '\n' || c == '\r'));
}

bool tag_text_next(struct sv text, bool keywords, size_t *at, struct sv *piece_out)
{
    bool at_blanks = !keywords || sv_chr(text, ',') == SIZE_MAX;
    while (*at < text.len) {
        size_t begin = *at, end = begin;
        while (end < text.len && !parts_tags(text.ptr[end], at_blanks))
            end++;
        *at = end + 1;
        *piece_out = sv_trim(sv_sub(text, begin, end - begin));
        if (piece_out->len > 0)
            return true;
    }
    return false;
}

static bool same_word(struct retagger *r, struct sv a, struct sv b)
{
    buf_clear(&r->left);
    buf_clear(&r->right);
    fold_case(a, &r->left);
    fold_case(b, &r->right);
    return sv_eq(buf_view(&r->left), buf_view(&r->right));
}

/* How many bytes of the tag `from` is: all, or those in front of a '/'. 0: it is another tag. Folding may change
 * lengths, so the tags are compared level by level. */
static size_t match(struct retagger *r, struct sv tag)
{
    struct sv rest = r->from, ours;
    size_t at = 0;
    while (sv_next(&rest, '/', &ours)) {
        if (at > tag.len)
            return 0;
        struct sv theirs = sv_from(tag, at);
        theirs = sv_sub(theirs, 0, sv_chr(theirs, '/'));
        if (!same_word(r, ours, theirs))
            return 0;
        at += theirs.len + 1;
    }
    return at - 1;
}

/* The renamed tag in the arena, what stands in front of the name ('#') kept; an empty view when it is another. */
static struct sv renamed(struct retagger *r, struct sv tag)
{
    size_t sign = 0;
    while (sign < tag.len && tag.ptr[sign] == '#')
        sign++;
    struct sv name = sv_from(tag, sign);
    size_t len = match(r, name);
    if (len == 0)
        return (struct sv){0};
    struct sv behind = sv_from(name, len);
    return arena_printf(&r->arena, "%.*s%.*s%.*s", (int)sign, tag.ptr, SV_ARG(r->to), SV_ARG(behind));
}

/* --- front matter --- */

static void add_change(struct retagger *r, enum front_action action, struct sv path, struct sv text)
{
    struct front_change *grown = arena_grow(&r->arena, r->changes, &r->capacity, r->count, sizeof *grown);
    struct value *value = yaml_text(&r->arena, text);
    if (grown == NULL || value == NULL || path.ptr == NULL || (action == FRONT_SET && text.ptr == NULL)) {
        r->left.failed = true;
        return;
    }
    r->changes = grown;
    r->changes[r->count++] = (struct front_change){.action = action, .path = path, .value = value};
    r->places++;
}

static bool list_says(struct retagger *r, const struct value *list, struct sv name, size_t before)
{
    for (size_t i = 0; i < list->count; i++) {
        struct sv there = sv_trim(value_text(list->members[i].value));
        struct sv as = i < before ? renamed(r, there) : (struct sv){0};
        there = as.len > 0 ? as : there;
        if (there.len > 0 && there.ptr[0] == '#')
            there = sv_from(there, 1);
        if (same_word(r, there, name))
            return true;
    }
    return false;
}

/* From the end, so that indexes stay true. */
static void retag_list(struct retagger *r, struct sv key, const struct value *list)
{
    for (size_t i = list->count; i-- > 0;) {
        struct sv old = sv_trim(value_text(list->members[i].value)), new = renamed(r, old);
        if (new.len == 0 || sv_eq(new, old))
            continue;
        struct sv name = new.ptr[0] == '#' ? sv_from(new, 1) : new;
        struct sv path = arena_printf(&r->arena, "%.*s[%zu]", SV_ARG(key), i);
        add_change(r, list_says(r, list, name, i) ? FRONT_UNSET : FRONT_SET, path, new);
    }
}

static void retag_text(struct retagger *r, struct sv key, struct sv text)
{
    struct splices splices = {.arena = &r->arena};
    struct buf edited = {0};
    struct sv piece;
    for (size_t at = 0; tag_text_next(text, sv_eq(key, SV("keywords")), &at, &piece);) {
        struct sv new = renamed(r, piece);
        size_t begin = (size_t)(piece.ptr - text.ptr);
        if (new.len > 0 && !sv_eq(new, piece))
            splices_add(&splices, begin, begin + piece.len, new);
    }
    if (splices.count > 0 && splices_apply(&splices, text, &edited, r->err) == DONE)
        add_change(r, FRONT_SET, key, arena_copy(&r->arena, buf_view(&edited)));
    buf_release(&edited);
}

static void retag_front(struct retagger *r)
{
    static const struct sv keys[] = {SV_INIT("tags"), SV_INIT("tag"), SV_INIT("keywords")};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const struct value *value = value_get(r->note->front.root, keys[i]);
        if (value != NULL && value->kind == VALUE_LIST)
            retag_list(r, keys[i], value);
        else if (value_text(value).len > 0)
            retag_text(r, keys[i], value->text);
    }
}

/* --- the whole note --- */

/* The body first: the front matter stands in front of it, and its edit moves nothing there. */
static status retag_body(struct retagger *r, struct buf *text)
{
    struct splices splices = {.arena = &r->arena};
    const struct outline *outline = &r->note->outline;
    for (size_t i = 0; i < outline->tag_count; i++) {
        size_t len = match(r, outline->tags[i].name), begin = outline->tags[i].at.begin + 1;
        if (len > 0 && !sv_eq(sv_sub(outline->tags[i].name, 0, len), r->to))
            splices_add(&splices, begin, begin + len, r->to);
    }
    r->places += splices.count;
    return splices_apply(&splices, r->note->bytes, text, r->err);
}

static status retag(struct retagger *r, struct buf *out)
{
    struct buf body = {0};
    status s = retag_body(r, &body);
    retag_front(r);
    if (s == DONE && (r->left.failed || r->right.failed))
        s = err_no_memory(r->err);
    if (s == DONE && r->places > 0) {
        s = front_edit(buf_view(&body), r->changes, r->count, out, r->err);
    } else if (s == DONE) {
        buf_put(out, r->note->bytes);
        s = buf_check(out, r->err);
    }
    buf_release(&body);
    return s;
}

status note_retag(const struct note *note, struct sv from, struct sv to, struct buf *out, size_t *count_out,
                  struct err *err)
{
    struct retagger r = {.note = note, .err = err};
    *count_out = 0;
    if (!tag_name_parse(from, &r.from) || !tag_name_parse(to, &r.to))
        return err_set(err, USAGE, _("'%.*s' is no tag: letters, digits, '_', '-' and '/', not digits alone"),
                       SV_ARG(tag_name_parse(from, &r.from) ? to : from));
    status s = retag(&r, out);
    if (s == DONE)
        *count_out = r.places;
    buf_release(&r.left);
    buf_release(&r.right);
    arena_release(&r.arena);
    return s;
}
