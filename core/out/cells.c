/* A finished JSON value inside a record: as it stands for JSON, taken apart into its cell for the rest. */
#include "base/json.h"
#include "out/format.h"
#include "out/tree.h"

static void put_tree(struct out *out, const struct tree *value);

static status put_member(void *payload, struct sv key, const struct tree *value, struct err *err)
{
    struct out *out = payload;
    (void)err;
    out_key(out, key);
    put_tree(out, value);
    return DONE;
}

static void put_tree(struct out *out, const struct tree *value)
{
    switch (tree_kind(value)) {
    case TREE_MAP:
        out_begin_map(out);
        tree_members(value, put_member, out, NULL);
        out_end_map(out);
        break;
    case TREE_LIST:
        out_begin_list(out);
        for (size_t i = 0; i < tree_count(value); i++)
            put_tree(out, tree_nth(value, i));
        out_end_list(out);
        break;
    case TREE_TEXT:
        out_string(out, tree_text(value));
        break;
    case TREE_INT:
        out_int(out, tree_int(value));
        break;
    case TREE_NUMBER:
        out_number(out, tree_number(value));
        break;
    case TREE_BOOL:
        out_bool(out, tree_bool(value));
        break;
    case TREE_NULL:
        break;
    }
}

void out_json(struct out *out, struct sv json)
{
    struct err err = {0};
    struct tree *tree = NULL;
    if (out->format->need == NEED_JSON) {
        if (out->comma)
            buf_char(&out->record, ',');
        out->comma = true;
        buf_put(&out->record, json);
        return;
    }
    if (out->format->need == NEED_PLAIN_CELLS)
        return;
    if (tree_parse(json, &tree, &err) != DONE) {
        out_fail(out, err.code, err.text);
        return;
    }
    put_tree(out, tree);
    tree_free(tree);
}
