/* Packed: how many members the object has; for each a head (its form, whether rows follow from it, its key), the key
 * where it is none of the usual ones, the value; then, to the end, the rows that do not follow from a member. */
#include "catalogue/field_pack.h"

#include "catalogue/fold_key.h"

/* What a value is. A string is kept as JSON writes it, without the quotes. */
enum form {
    FORM_STRING,
    FORM_RAW,  /* a number, true, false; or something nested, whole */
    FORM_LIST, /* of strings and raw scalars */
    FORM_TAGS, /* a list of the note's first tags */
    FORM_TITLE,
    FORM_DATE,
    FORM_LANG,
    FORM_TYPE
};
enum { FORM_MASK = 7, QUIET_BIT = 8, KEY_SHIFT = 4 }; /* quiet: no rows follow from it */

/* Stored by their number, from 1, so only ever grow the list (or raise SCHEMA_VERSION). The first few fit into the
 * head's first byte. */
static const struct sv usual_keys[] = {
    SV_INIT("title"),        SV_INIT("type"),        SV_INIT("date"),         SV_INIT("lang"),
    SV_INIT("tags"),         SV_INIT("status"),      SV_INIT("charter"),      SV_INIT("session"),
    SV_INIT("depth"),        SV_INIT("model"),       SV_INIT("minutes"),      SV_INIT("mode"),
    SV_INIT("form"),         SV_INIT("start"),       SV_INIT("end"),          SV_INIT("mentor"),
    SV_INIT("mentee"),       SV_INIT("goals"),       SV_INIT("actions"),      SV_INIT("aliases"),
    SV_INIT("owner"),        SV_INIT("programme"),   SV_INIT("person"),       SV_INIT("due"),
    SV_INIT("method"),       SV_INIT("level"),       SV_INIT("kind"),         SV_INIT("skill"),
    SV_INIT("context"),      SV_INIT("updated"),     SV_INIT("visibility"),   SV_INIT("topics"),
    SV_INIT("author"),       SV_INIT("next_review"), SV_INIT("review_every"), SV_INIT("planned_sessions"),
    SV_INIT("initiated_by"), SV_INIT("paid"),        SV_INIT("supervisor"),   SV_INIT("participants"),
    SV_INIT("offers"),       SV_INIT("needs"),       SV_INIT("wants"),        SV_INIT("emails"),
    SV_INIT("languages"),    SV_INIT("timezone"),    SV_INIT("functions"),    SV_INIT("seniority"),
    SV_INIT("capacity"),     SV_INIT("manager"),     SV_INIT("roles"),        SV_INIT("purpose"),
    SV_INIT("url"),          SV_INIT("format"),      SV_INIT("hours"),        SV_INIT("learning"),
    SV_INIT("intervision"),  SV_INIT("kpis"),        SV_INIT("created"),      SV_INIT("modified"),
    SV_INIT("description"),  SV_INIT("category"),    SV_INIT("categories"),   SV_INIT("draft"),
    SV_INIT("publish"),      SV_INIT("cssclass"),    SV_INIT("id"),           SV_INIT("name"),
    SV_INIT("from"),         SV_INIT("to"),          SV_INIT("source")};
enum { USUAL_COUNT = sizeof usual_keys / sizeof *usual_keys };

static size_t key_number(struct sv key)
{
    for (size_t i = 0; i < USUAL_COUNT; i++)
        if (sv_eq(usual_keys[i], key))
            return i + 1;
    return 0;
}

static struct sv column(const struct field_context *context, enum form form)
{
    switch (form) {
    case FORM_TITLE:
        return context->title;
    case FORM_DATE:
        return context->date;
    case FORM_LANG:
        return context->lang;
    case FORM_TYPE:
        return context->type;
    default:
        return (struct sv){0};
    }
}

/* --- the object taken apart --- */

/* Behind the string that begins at the front of `rest`; its content in `*content_out`. */
static struct sv take_string(struct sv rest, struct sv *content_out)
{
    size_t end = 1;
    while (end < rest.len && rest.ptr[end] != '"')
        end += rest.ptr[end] == '\\' ? 2 : 1;
    *content_out = sv_sub(rest, 1, end < rest.len ? end - 1 : rest.len);
    return sv_from(rest, end + 1);
}

/* The whole value at the front of `rest`, of any depth. */
static struct sv take_value(struct sv *rest)
{
    struct sv at = *rest, content;
    size_t depth = 0;
    while (at.len > 0) {
        char c = at.ptr[0];
        if (depth == 0 && (c == ',' || c == '}' || c == ']'))
            break;
        depth += c == '{' || c == '[';
        depth -= c == '}' || c == ']';
        at = c == '"' ? take_string(at, &content) : sv_from(at, 1);
    }
    struct sv value = sv_sub(*rest, 0, rest->len - at.len);
    *rest = at;
    return value;
}

static void skip_comma(struct sv *rest)
{
    if (sv_starts(*rest, SV(",")))
        *rest = sv_from(*rest, 1);
}

/* The next element of a list or, with its key, member of an object, whose brackets are off. */
static bool next_value(struct sv *rest, struct sv *value_out)
{
    if (rest->len == 0)
        return false;
    *value_out = take_value(rest);
    skip_comma(rest);
    return true;
}

static bool next_member(struct sv *rest, struct sv *key_out, struct sv *value_out)
{
    if (rest->len == 0)
        return false;
    *rest = take_string(*rest, key_out);
    *rest = sv_from(*rest, 1); /* the colon */
    *value_out = take_value(rest);
    skip_comma(rest);
    return true;
}

static struct sv without_ends(struct sv s)
{
    return s.len < 2 ? (struct sv){0} : sv_sub(s, 1, s.len - 2);
}

static bool is_string(struct sv value)
{
    return sv_starts(value, SV("\""));
}

static bool is_nested(struct sv value)
{
    return sv_starts(value, SV("{")) || sv_starts(value, SV("["));
}

/* --- packing --- */

static bool is_flat_list(struct sv value, size_t *count_out)
{
    struct sv rest = without_ends(value), element;
    *count_out = 0;
    if (!sv_starts(value, SV("[")))
        return false;
    for (; next_value(&rest, &element); ++*count_out)
        if (is_nested(element))
            return false;
    return true;
}

static bool are_tags(struct sv value, const struct field_context *context)
{
    struct sv rest = without_ends(value), element;
    struct unpack tags = {.rest = context->tags};
    while (next_value(&rest, &element))
        if (!is_string(element) || !unpack_more(&tags) || !sv_eq(unpack_text(&tags), without_ends(element)))
            return false;
    return true;
}

static enum form form_of(struct sv value, const struct field_context *context)
{
    size_t count;
    if (is_flat_list(value, &count))
        return count > 0 && are_tags(value, context) ? FORM_TAGS : FORM_LIST;
    if (!is_string(value))
        return FORM_RAW;
    struct sv content = without_ends(value);
    for (enum form form = FORM_TITLE; form <= FORM_TYPE; form++)
        if (content.len > 0 && sv_eq(column(context, form), content))
            return form;
    return FORM_STRING;
}

static void pack_elements(struct buf *out, struct sv value)
{
    struct sv rest = without_ends(value), element;
    while (next_value(&rest, &element)) {
        bool string = is_string(element);
        struct sv bytes = string ? without_ends(element) : element;
        pack_number(out, (uint64_t)bytes.len << 1 | !string);
        buf_put(out, bytes);
    }
}

static void pack_member(struct buf *out, enum form form, bool quiet, struct sv key, struct sv value)
{
    size_t number = key_number(key), count;
    pack_number(out, (uint64_t)form | (quiet ? QUIET_BIT : 0) | (uint64_t)number << KEY_SHIFT);
    if (number == 0)
        pack_text(out, key);
    if (form == FORM_STRING || form == FORM_RAW)
        pack_text(out, form == FORM_STRING ? without_ends(value) : value);
    if (form != FORM_LIST && form != FORM_TAGS)
        return;
    is_flat_list(value, &count);
    pack_number(out, count);
    if (form == FORM_LIST)
        pack_elements(out, value);
}

/* --- unpacking --- */

struct member {
    enum form form;
    bool quiet;
    size_t number;    /* of a usual key, else 0 */
    struct sv key;    /* as JSON has it */
    struct sv value;  /* of a string or raw value */
    uint64_t count;   /* of a list */
    struct unpack at; /* its elements */
};

static void skip_elements(struct unpack *in, struct member *member)
{
    for (uint64_t i = 0; i < member->count && !in->failed; i++) {
        uint64_t length = unpack_number(in) >> 1;
        in->failed = in->failed || length > in->rest.len;
        in->rest = in->failed ? (struct sv){0} : sv_from(in->rest, (size_t)length);
    }
}

static bool unpack_member(struct unpack *in, const struct field_context *context, struct member *member)
{
    uint64_t head = unpack_number(in), number = head >> KEY_SHIFT;
    *member = (struct member){.form = (enum form)(head & FORM_MASK), .quiet = head & QUIET_BIT};
    in->failed = in->failed || number > USUAL_COUNT;
    if (in->failed)
        return false;
    member->number = (size_t)number;
    member->key = number > 0 ? usual_keys[number - 1] : unpack_text(in);
    if (member->form == FORM_STRING || member->form == FORM_RAW)
        member->value = unpack_text(in);
    else if (member->form == FORM_LIST || member->form == FORM_TAGS)
        member->count = unpack_number(in);
    else
        member->value = column(context, member->form);
    member->at = member->form == FORM_TAGS ? (struct unpack){.rest = context->tags} : *in;
    if (member->form == FORM_LIST)
        skip_elements(in, member);
    return !in->failed;
}

/* The next of a list's elements, or the one value. */
static bool next_element(struct member *member, struct sv *value_out, bool *string_out)
{
    bool list = member->form == FORM_LIST;
    if (!list && member->form != FORM_TAGS) {
        *value_out = member->value;
        *string_out = member->form != FORM_RAW;
        return true;
    }
    if (member->count == 0 || !unpack_more(&member->at))
        return false;
    member->count--;
    *string_out = true;
    if (!list) {
        *value_out = unpack_text(&member->at);
        return true;
    }
    uint64_t head = unpack_number(&member->at);
    *string_out = !(head & 1);
    *value_out = sv_sub(member->at.rest, 0, (size_t)(head >> 1));
    member->at.rest = sv_from(member->at.rest, (size_t)(head >> 1));
    return true;
}

static void put_value(struct buf *out, struct sv value, bool string)
{
    if (string)
        buf_char(out, '"');
    buf_put(out, value);
    if (string)
        buf_char(out, '"');
}

static void put_member(struct buf *out, struct member *member)
{
    bool list = member->form == FORM_LIST || member->form == FORM_TAGS, string = false;
    struct sv value;
    put_value(out, member->key, true);
    buf_char(out, ':');
    if (!list) {
        next_element(member, &value, &string);
        put_value(out, value, string);
        return;
    }
    buf_char(out, '[');
    for (bool first = true; next_element(member, &value, &string); first = false) {
        if (!first)
            buf_char(out, ',');
        put_value(out, value, string);
    }
    buf_char(out, ']');
}

bool field_unpack_json(struct sv packed, const struct field_context *context, struct buf *out)
{
    struct unpack in = {.rest = packed};
    struct member member;
    uint64_t count = unpack_more(&in) ? unpack_number(&in) : 0;
    buf_char(out, '{');
    for (uint64_t i = 0; i < count && unpack_member(&in, context, &member); i++) {
        if (i > 0)
            buf_char(out, ',');
        put_member(out, &member);
    }
    buf_char(out, '}');
    return !in.failed;
}

/* --- rows --- */

struct rows_job {
    struct arena *arena;
    struct buf *scratch;
    field_row_fn fn;
    void *payload;
    struct err *err;
};

static status member_rows(struct rows_job *job, struct member *member)
{
    struct field_row row = {.key = member->key};
    struct sv value;
    bool string;
    status s = DONE;
    if (member->quiet || (member->form == FORM_RAW && is_nested(member->value)))
        return DONE;
    if (member->number == 0)
        row.key = fold_field_key(job->arena, job->scratch, member->key);
    if (!row.key.ptr)
        return err_no_memory(job->err);
    bool list = member->form == FORM_LIST || member->form == FORM_TAGS;
    while (s == DONE && next_element(member, &value, &string)) {
        row.value = fold_copy(job->arena, job->scratch, sv_trim(value));
        s = row.value.ptr ? job->fn(job->payload, &row, job->err) : err_no_memory(job->err);
        if (!list)
            break;
    }
    return s;
}

status field_unpack_rows(struct sv packed, const struct field_context *context, struct arena *arena,
                         struct buf *scratch, field_row_fn fn, void *payload, struct err *err)
{
    struct rows_job job = {.arena = arena, .scratch = scratch, .fn = fn, .payload = payload, .err = err};
    struct unpack in = {.rest = packed};
    struct member member;
    status s = DONE;
    uint64_t count = unpack_more(&in) ? unpack_number(&in) : 0;
    for (uint64_t i = 0; s == DONE && i < count && unpack_member(&in, context, &member); i++)
        s = member_rows(&job, &member);
    while (s == DONE && unpack_more(&in)) {
        struct field_row row = {.key = unpack_text(&in)};
        row.value = unpack_text(&in);
        if (!in.failed)
            s = fn(payload, &row, err);
    }
    return s == DONE && in.failed ? STOP : s;
}

/* Rows of a member as they would follow from it, against those that there are. */
struct expected {
    const struct field_row *rows;
    size_t count, at;
};

static status expect(void *payload, const struct field_row *row, struct err *err)
{
    struct expected *expected = payload;
    (void)err;
    if (expected->at == expected->count)
        return STOP;
    const struct field_row *next = &expected->rows[expected->at++];
    return sv_eq(next->key, row->key) && sv_eq(next->value, row->value) ? DONE : STOP;
}

/* How many of `rows` are of a member: under its folded key or below it. */
static size_t rows_of(struct sv key, const struct field_row *rows, size_t count)
{
    size_t i = 0;
    while (i < count && sv_starts(rows[i].key, key) && (rows[i].key.len == key.len || rows[i].key.ptr[key.len] == '.'))
        i++;
    return i;
}

struct packer {
    const struct field_context *context;
    struct rows_job job;
    struct buf members, others;
    const struct field_row *rows; /* those left */
    size_t count;
};

static void pack_rows(struct buf *out, const struct field_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        pack_text(out, rows[i].key);
        pack_text(out, rows[i].value);
    }
}

static status add_member(struct packer *packer, struct sv key, struct sv value)
{
    struct sv folded = fold_field_key(packer->job.arena, packer->job.scratch, key);
    if (!folded.ptr)
        return err_no_memory(packer->job.err);
    enum form form = form_of(value, packer->context);
    struct expected expected = {packer->rows, rows_of(folded, packer->rows, packer->count), 0};
    size_t begin = packer->members.len;
    pack_member(&packer->members, form, false, key, value);
    status s = buf_check(&packer->members, packer->job.err);
    if (s != DONE)
        return s;
    struct unpack in = {.rest = sv_from(buf_view(&packer->members), begin)};
    struct member member;
    packer->job.payload = &expected;
    if (unpack_member(&in, packer->context, &member))
        s = member_rows(&packer->job, &member);
    if (s == STOP || (s == DONE && expected.at < expected.count)) {
        buf_truncate(&packer->members, begin);
        pack_member(&packer->members, form, true, key, value);
        pack_rows(&packer->others, expected.rows, expected.count);
        s = DONE;
    }
    packer->rows += expected.count;
    packer->count -= expected.count;
    return s;
}

status field_pack(struct buf *out, const struct field_context *context, struct sv json, const struct field_row *rows,
                  size_t count, struct arena *arena, struct err *err)
{
    struct buf scratch = {0};
    struct packer packer = {.context = context,
                            .job = {.arena = arena, .scratch = &scratch, .fn = expect, .err = err},
                            .rows = rows,
                            .count = count};
    struct sv rest = without_ends(json), key, value;
    uint64_t member_count = 0;
    status s = DONE;
    for (; s == DONE && next_member(&rest, &key, &value); member_count++)
        s = add_member(&packer, key, value);
    pack_rows(&packer.others, packer.rows, packer.count);
    if (member_count > 0 || packer.others.len > 0)
        pack_number(out, member_count);
    buf_put(out, buf_view(&packer.members));
    buf_put(out, buf_view(&packer.others));
    out->failed = out->failed || packer.members.failed || packer.others.failed;
    buf_release(&scratch);
    buf_release(&packer.members);
    buf_release(&packer.others);
    return s == DONE ? buf_check(out, err) : s;
}
