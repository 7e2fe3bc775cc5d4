#include "catalogue/query_saved.h"

#include "base/i18n.h"
#include "catalogue/eval_run.h"
#include "note/near.h"

#include <stdlib.h>
#include <string.h>

static const struct sv section = SV_INIT("query.");

/* "query.NAME.KEY" -> NAME; NAME may have dots. */
static bool split_key(struct sv key, struct sv *name_out, struct sv *last_out)
{
    size_t dot = sv_rchr(key, '.');
    if (!sv_starts(key, section) || dot < section.len)
        return false;
    *name_out = sv_sub(key, section.len, dot - section.len);
    *last_out = sv_from(key, dot + 1);
    return true;
}

const struct config_entry *query_saved_entry(const struct config *config, struct sv name, const char *key)
{
    struct sv its_name, its_key;
    for (size_t i = config->count; i-- > 0;)
        if (split_key(config->entries[i].key, &its_name, &its_key) && sv_eq(its_name, name) && sv_eq_c(its_key, key))
            return &config->entries[i];
    return NULL;
}

const struct config_entry *query_saved_text(const struct config *config, struct sv name)
{
    return query_saved_entry(config, name, "q");
}

static int compare_names(const void *a, const void *b)
{
    return sv_cmp(*(const struct sv *)a, *(const struct sv *)b);
}

status query_saved_names(const struct config *config, struct arena *arena, struct sv **names_out, size_t *count_out,
                         struct err *err)
{
    struct sv *names = arena_array(arena, config->count, sizeof *names), key;
    size_t count = 0, kept = 0;
    if (!names)
        return err_no_memory(err);
    for (size_t i = 0; i < config->count; i++)
        count += split_key(config->entries[i].key, &names[count], &key);
    if (count > 1)
        qsort(names, count, sizeof *names, compare_names);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || !sv_eq(names[kept - 1], names[i]))
            names[kept++] = names[i];
    *names_out = names;
    *count_out = kept;
    return DONE;
}

status query_saved_unknown(const struct config *config, struct sv name, struct err *err)
{
    static const struct config none;
    struct arena arena = {0};
    struct sv *names = NULL;
    size_t count = 0;
    status s = query_saved_names(config ? config : &none, &arena, &names, &count, err);
    struct sv near = s == DONE ? near_word(name, names, count) : (struct sv){0};
    if (s == DONE && near.len > 0)
        s = err_set(err, USAGE, _("there is no saved query '%.*s'; did you mean '@%.*s'?"), SV_ARG(name), SV_ARG(near));
    else if (s == DONE)
        s = err_set(err, USAGE,
                    _("there is no saved query '%.*s': 'chiron list --saved' lists them; in quotes a '@' stands for "
                      "itself"),
                    SV_ARG(name));
    arena_release(&arena);
    return s;
}

static status check_name(const struct config_entry *entry, struct sv name, struct err *err)
{
    bool callable = name.len > 0;
    for (size_t i = 0; i < name.len; i++)
        callable = callable && (unsigned char)name.ptr[i] > ' ' && !strchr("()\"", name.ptr[i]);
    return callable ? DONE
                    : err_at(err, USAGE, entry->file, entry->line, entry->column,
                             _("no query can call '%.*s': a name has no spaces, quotes or parentheses"), SV_ARG(name));
}

status query_saved_check(const struct config *config, struct sv name, struct err *err)
{
    const struct config_entry *entry = query_saved_text(config, name);
    struct arena arena = {0};
    struct query *query = NULL;
    unsigned called;
    for (size_t i = config->count; !entry && i-- > 0;) {
        struct sv its_name, key;
        if (split_key(config->entries[i].key, &its_name, &key) && sv_eq(its_name, name))
            return err_at(err, USAGE, config->entries[i].file, config->entries[i].line, config->entries[i].column,
                          _("the saved query '%.*s' has no q"), SV_ARG(name));
    }
    if (!entry)
        return query_saved_unknown(config, name, err);
    status s = check_name(entry, name, err);
    struct sv call = arena_printf(&arena, "@%.*s", SV_ARG(name));
    if (s == DONE && !call.ptr)
        s = err_no_memory(err);
    if (s == DONE)
        s = query_parse_saved(call, date_today(), config, &arena, &query, &called, err);
    if (s == DONE)
        s = eval_regex_check(query, err);
    arena_release(&arena);
    return s;
}

struct sv query_saved_leading(struct sv text)
{
    size_t end = 1;
    text = sv_trim_left(text);
    if (!sv_starts(text, SV("@")))
        return (struct sv){0};
    while (end < text.len && (unsigned char)text.ptr[end] > ' ' && !strchr("()\"", text.ptr[end]))
        end++;
    return sv_sub(text, 1, end - 1);
}
