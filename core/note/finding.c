#include "note/finding.h"

#include <stdarg.h>
#include <stdio.h>

const char *finding_level_name(enum finding_level level)
{
    switch (level) {
    case FINDING_ERROR:
        return "error";
    case FINDING_WARNING:
        return "warning";
    case FINDING_STYLE:
        break;
    }
    return "style";
}

/* Messages quote what stands in notes, and a message is one line. */
static void flatten(char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
            text[i] = ' ';
}

static struct sv message_format(struct arena *arena, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    char *text = len < 0 ? NULL : arena_alloc(arena, (size_t)len + 1);
    if (text != NULL) {
        vsnprintf(text, (size_t)len + 1, format, again);
        flatten(text, (size_t)len);
    }
    va_end(again);
    return sv_make(text, text == NULL ? 0 : (size_t)len);
}

void finding_add(struct findings *findings, const char *rule, enum finding_level level, unsigned line, unsigned column,
                 const char *format, ...)
{
    if (findings == NULL)
        return;
    va_list args;
    va_start(args, format);
    struct sv message = message_format(findings->arena, format, args);
    va_end(args);
    struct finding *items =
        arena_grow(findings->arena, findings->items, &findings->capacity, findings->count, sizeof(*items));
    if (message.ptr == NULL || items == NULL) {
        findings->failed = true;
        return;
    }
    findings->items = items;
    items[findings->count++] =
        (struct finding){.rule = rule, .level = level, .line = line, .column = column, .message = message};
}
