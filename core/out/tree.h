/* Reading JSON: a tree of values. The one door to jansson. */
#ifndef OUT_TREE_H
#define OUT_TREE_H

#include "base/err.h"

enum tree_kind { TREE_NULL, TREE_BOOL, TREE_INT, TREE_NUMBER, TREE_TEXT, TREE_LIST, TREE_MAP };

/* A value inside a tree; lives as long as its root. Reading is safe from any thread. */
struct tree;

/* Any JSON value; MALFORMED with line and column otherwise. The tree copies what it needs. */
status tree_parse(struct sv json, struct tree **root_out, struct err *err);
void tree_free(struct tree *root);

/* All take NULL: it has kind TREE_NULL, no members and no elements. */
enum tree_kind tree_kind(const struct tree *value);
/* A map's member, or NULL. */
const struct tree *tree_get(const struct tree *map, struct sv key);
/* "goals[0].gas": members and elements; NULL when it leads nowhere. */
const struct tree *tree_at(const struct tree *value, struct sv path);
/* Elements of a list, members of a map, 0 otherwise. */
size_t tree_count(const struct tree *value);
const struct tree *tree_nth(const struct tree *list, size_t n);
/* A text's bytes (UTF-8); empty for anything else. */
struct sv tree_text(const struct tree *value);
bool tree_bool(const struct tree *value);
int64_t tree_int(const struct tree *value);
double tree_number(const struct tree *value);

/* Calls `fn` for every member of a map, in the order of the source. Not DONE ends it and is returned. */
typedef status (*tree_member_fn)(void *payload, struct sv key, const struct tree *value, struct err *err);
status tree_members(const struct tree *map, tree_member_fn fn, void *payload, struct err *err);

#endif
