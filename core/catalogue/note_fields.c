#include "catalogue/note_fields.h"

#include "catalogue/fold_key.h"

status catalogue_note_fields(struct catalogue *catalogue, const struct record *record, note_field_fn fn, void *payload,
                             struct err *err)
{
    const struct types *types;
    struct arena arena = {0};
    struct buf bytes = {0};
    struct note note;
    struct err why = {0};
    status s = catalogue_types(catalogue, &types, err);
    if (s == DONE)
        s = catalogue_read(catalogue, record, &bytes, &why);
    if (s == DONE)
        s = note_parse(record->path, buf_view(&bytes), types, &arena, &note, err);
    if (s == DONE)
        s = note_each_field(&note, types, fn, payload, err);
    buf_release(&bytes);
    arena_release(&arena);
    if (why.code == NO_MEMORY)
        return err_no_memory(err);
    return why.code == DONE ? s : DONE;
}

bool note_field_is(struct sv key, struct sv name)
{
    struct arena arena = {0};
    struct buf scratch = {0};
    struct sv left = fold_field_key(&arena, &scratch, key), right = fold_field_key(&arena, &scratch, name);
    bool same = left.ptr && right.ptr && sv_eq(left, right);
    buf_release(&scratch);
    arena_release(&arena);
    return same;
}
