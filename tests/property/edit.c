/* Edits front matter as it is asked on its standard input, for the script beside it: one process for many thousands.
 *
 *     ACTION KIND PATH VALUE NOTE      lengths in bytes, in figures, and a line end; then the bytes of each
 *     STATUS CHANGED LENGTH            the answer, then the note as it is after, or the message
 *
 * ACTION is an enum front_action, KIND 0 for a text and 1 for a scalar without quotes. */
#include "text/front_edit.h"
#include "text/yaml_write.h"

#include <stdio.h>
#include <stdlib.h>

enum { LENGTH_MAX = 16 * 1024 * 1024 };

static struct sv take(size_t len)
{
    char *bytes = malloc(len + 1);
    if (bytes == NULL || fread(bytes, 1, len, stdin) != len)
        exit(EXIT_FAILURE);
    return sv_make(bytes, len);
}

static void answer(struct sv note, struct front_change *change)
{
    struct buf out = {0};
    struct err err = {0};
    status s = front_edit(note, change, 1, &out, &err);
    struct sv text = s == DONE ? buf_view(&out) : sv_of(err.text);
    printf("%d %d %zu\n", s, change->changed, text.len);
    fwrite(text.ptr, 1, text.len, stdout);
    fflush(stdout);
    buf_release(&out);
}

int main(void)
{
    unsigned action, kind;
    size_t path_len, value_len, note_len;
    while (scanf("%u %u %zu %zu %zu", &action, &kind, &path_len, &value_len, &note_len) == 5) {
        if (getchar() != '\n' || path_len > LENGTH_MAX || value_len > LENGTH_MAX || note_len > LENGTH_MAX)
            return EXIT_FAILURE;
        struct arena arena = {0};
        struct sv path = take(path_len), value = take(value_len), note = take(note_len);
        struct front_change change = {.action = (enum front_action)action,
                                      .path = path,
                                      .value = kind == 0 ? yaml_text(&arena, value) : yaml_plain(&arena, value)};
        answer(note, &change);
        free((char *)path.ptr);
        free((char *)value.ptr);
        free((char *)note.ptr);
        arena_release(&arena);
    }
    return EXIT_SUCCESS;
}
