#include "catalogue/kept.h"

#include "catalogue/schema.h"

#include <string.h>

/* --- the file --- */

static struct content_key key_of(const struct row *row)
{
    return (struct content_key){row->facts.content_at, row->facts.hash, row_path(row),
                                row->facts.size > NOTE_BYTES_MAX ? 0 : (size_t)row->facts.size};
}

/* "<name> <end> <dead>". What cannot be read says that there is none. */
static void parse_state(struct sv text, struct kept_state *state_out)
{
    struct sv name, end, dead;
    if (!sv_next(&text, ' ', &name) || !sv_next(&text, ' ', &end) || !sv_next(&text, ' ', &dead) ||
        name.len >= sizeof state_out->name || !sv_to_i64(end, &state_out->end) || !sv_to_i64(dead, &state_out->dead) ||
        state_out->end < 0 || state_out->dead < 0) {
        state_out->end = state_out->dead = 0;
        return;
    }
    memcpy(state_out->name, name.ptr, name.len);
}

status kept_open_state(struct catalogue *catalogue, const struct kept_state *state, struct err *err)
{
    const char *dir;
    struct err ignored = {0};
    if (catalogue->content && strcmp(content_name(catalogue->content), state->name) == 0)
        return DONE;
    content_close(catalogue->content);
    content_window_release(&catalogue->window);
    catalogue->content = NULL;
    if (!*state->name || catalogue->in_memory)
        return DONE;
    status s = vault_data_dir(catalogue->vault, &dir, &ignored);
    if (s == NO_MEMORY)
        return err_no_memory(err);
    s = s == DONE ? content_open(dir, state->name, (uint64_t)state->end, &catalogue->content, err) : NOT_FOUND;
    return s == NOT_FOUND ? DONE : s;
}

status kept_open(struct catalogue *catalogue, struct kept_state *state_out, struct err *err)
{
    struct kept_state state = {0};
    struct buf text = {0};
    status s = meta_get(catalogue->db, SV("content"), &text, err);
    if (s == DONE)
        parse_state(buf_view(&text), &state);
    buf_release(&text);
    if (s >= DONE)
        s = meta_get_i64(catalogue->db, SV("content_tried"), &state.tried_ns, err);
    if (s >= DONE)
        s = kept_open_state(catalogue, &state, err);
    if (state_out)
        *state_out = state;
    return s;
}

void kept_discard(struct catalogue *catalogue)
{
    const char *dir;
    if (catalogue->content && vault_data_dir(catalogue->vault, &dir, NULL) == DONE)
        content_remove(dir, content_name(catalogue->content));
    content_close(catalogue->content);
    content_window_release(&catalogue->window);
    catalogue->content = NULL;
}

/* --- notes --- */

bool kept_has(const struct catalogue *catalogue, const struct row *row)
{
    return catalogue->content && row->facts.content_at > 0;
}

status kept_read(const struct catalogue *catalogue, const struct row *row, struct content_window *window,
                 struct content_text *text_out, struct err *err)
{
    if (!kept_has(catalogue, row))
        return NOT_FOUND;
    struct content_key key = key_of(row);
    status s = content_find(catalogue->content, window, &key, text_out, err);
    return s == NOT_FOUND ? DB_DAMAGED : s;
}

status kept_read_in_order(struct catalogue *catalogue, const struct row *row, struct content_text *text_out,
                          struct err *err)
{
    enum { AHEAD = 256 * 1024, GAP = 4096 };
    struct content_window *window = &catalogue->window;
    if (!kept_has(catalogue, row))
        return NOT_FOUND;
    uint64_t at = row->facts.content_at, end = window->begin + window->bytes.len;
    uint64_t length = content_length(0, (size_t)row->facts.size);
    bool behind = at >= window->begin && at + length > end && at < end + GAP;
    status s = behind && end > 0 ? content_load(catalogue->content, window, at, at + length + AHEAD, err) : DONE;
    return s == DONE ? kept_read(catalogue, row, window, text_out, err) : s;
}
