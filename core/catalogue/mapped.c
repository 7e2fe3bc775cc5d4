/* The rows that an earlier process kept, mapped as soon as a catalogue is opened, and whoever can tell whether they
 * still hold: a watcher, or a sweep on the other cores. */
#include "catalogue/internal.h"

#include <string.h>

status catalogue_rows_file(struct catalogue *catalogue, struct buf *path, struct err *err)
{
    path_join(path, sv_of(catalogue->vault->data_dir), SV(ROWS_FILE));
    return buf_check(path, err);
}

/* Whether somebody knows what changed since the mapped rows. */
static bool ask_watcher(struct catalogue *catalogue)
{
    const struct rows_state *state = &catalogue->mapped_state;
    struct watched *watched = &catalogue->watched;
    arena_reset(&catalogue->watched_arena);
    if (catalogue->mapped.rules == 0)
        return false;
    if (catalogue->given)
        *watched = *catalogue->given;
    else if (watched_ask(catalogue->vault->data_dir, &catalogue->watched_arena, watched) != DONE)
        return false;
    return strcmp(watched->mark.id, state->id) == 0 && watched->mark.refreshed_ns == state->refreshed_ns &&
           watched->mark.change == catalogue->mapped.change;
}

/* As soon as the catalogue is opened: the other cores can ask for stat data while this one opens the database. */
status catalogue_sweep(struct catalogue *catalogue, struct err *err)
{
    struct buf path = {0};
    catalogue->is_watched = false;
    if (catalogue->in_memory || !catalogue->vault->data_dir)
        return DONE;
    status s = catalogue_rows_file(catalogue, &path, err);
    if (s == DONE && rows_map(path.ptr, &catalogue->mapped, &catalogue->mapped_state) == DONE) {
        catalogue->sweep_ns = sweep_clock_ns();
        catalogue->is_watched = ask_watcher(catalogue);
        if (!catalogue->is_watched)
            catalogue->sweep = sweep_begin(catalogue->vault, &catalogue->mapped);
    }
    buf_release(&path);
    return s;
}

void catalogue_sweep_end(struct catalogue *catalogue)
{
    sweep_end(catalogue->sweep);
    catalogue->sweep = NULL;
    catalogue->is_watched = false;
    rows_release(&catalogue->mapped);
}
