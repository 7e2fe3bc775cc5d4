#include "thesaurus.h"

#include <stdlib.h>
#include <string.h>

#define FILE_NAME "thesaurus.yaml"

/* ---- reading: a list of maps, each from languages to ways to say it with commas between them ---- */

static chiron_sv trim(chiron_sv text)
{
    while (text.len > 0 && (text.ptr[0] == ' ' || text.ptr[0] == '\t'))
        text = (chiron_sv){text.ptr + 1, text.len - 1};
    while (text.len > 0 && strchr(" \t\r", text.ptr[text.len - 1]) != NULL)
        text.len--;
    return text;
}

/* Takes what stands before `separator` off the front; all of it where there is none. */
static chiron_sv take(chiron_sv *rest, char separator)
{
    const char *end = rest->len > 0 ? memchr(rest->ptr, separator, rest->len) : NULL;
    chiron_sv part = {rest->ptr, end != NULL ? (size_t)(end - rest->ptr) : rest->len};
    size_t taken = part.len + (end != NULL);
    *rest = (chiron_sv){rest->ptr + taken, rest->len - taken};
    return part;
}

static bool has_word(chiron_sv text)
{
    struct words words = {text.ptr, text.len, 0};
    struct word word;
    return words_next(&words, &word);
}

static bool add_entry(const struct job *job, struct thesaurus *thesaurus, const struct entry *entry)
{
    if (thesaurus->count == thesaurus->room) {
        size_t room = thesaurus->room > 0 ? 2 * thesaurus->room : 256;
        struct entry *entries = job_scratch(job, room, sizeof *entries);
        if (entries == NULL)
            return false;
        if (thesaurus->count > 0)
            memcpy(entries, thesaurus->entries, thesaurus->count * sizeof *entries);
        thesaurus->entries = entries;
        thesaurus->room = room;
    }
    thesaurus->entries[thesaurus->count++] = *entry;
    return true;
}

static bool read_line(const struct job *job, chiron_sv line, uint32_t *group, struct thesaurus *out)
{
    bool begins = line.len > 0 && line.ptr[0] == '-';
    if (line.len == 0 || (!begins && line.ptr[0] != ' '))
        return true;
    if (begins)
        (*group)++;
    chiron_sv values = {line.ptr + 1, line.len - 1};
    chiron_sv tag = trim(take(&values, ':'));
    while (values.len > 0) {
        struct entry entry = {trim(take(&values, ',')), language_of(tag), *group};
        if (has_word(entry.text) && !add_entry(job, out, &entry))
            return false;
    }
    return true;
}

static bool read_file(const struct job *job, chiron_sv bytes, uint32_t *group, struct thesaurus *out)
{
    while (bytes.len > 0)
        if (!read_line(job, take(&bytes, '\n'), group, out))
            return false;
    return true;
}

static bool is_off(const struct job *job)
{
    static const char *const words[] = {"false", "no", "off", "0"};
    chiron_sv value;
    if (job->host->config(job->call, "thesaurus", &value) != CHIRON_OK)
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (value.len == strlen(words[i]) && memcmp(value.ptr, words[i], value.len) == 0)
            return true;
    return false;
}

chiron_status thesaurus_read(const struct job *job, struct thesaurus *out)
{
    const chiron_templates_v1 *templates = job->host->get_extension(job->host, CHIRON_EXT_TEMPLATES);
    *out = (struct thesaurus){0};
    if (templates == NULL || is_off(job))
        return CHIRON_OK;
    uint32_t group = 0;
    for (uint32_t whose = CHIRON_TEMPLATES_INSTALLED; whose <= CHIRON_TEMPLATES_VAULT; whose++) {
        chiron_sv bytes;
        chiron_status st = templates->read(job->call, whose, FILE_NAME, &bytes);
        if (st == CHIRON_ENOMEM || st == CHIRON_ECANCELLED)
            return st;
        if (st == CHIRON_OK && !read_file(job, bytes, &group, out))
            return job_no_memory(job);
        group++;
    }
    return CHIRON_OK;
}

/* ---- finding ---- */

static bool share_a_term(const struct terms *a, const struct terms *b)
{
    for (size_t i = 0; i < a->count; i++) {
        chiron_sv left = terms_nth(a, i);
        for (size_t k = 0; k < b->count; k++) {
            chiron_sv right = terms_nth(b, k);
            if (left.len == right.len && memcmp(left.ptr, right.ptr, left.len) == 0)
                return true;
        }
    }
    return false;
}

struct finder {
    struct analyser *analyser;
    struct terms asked, written;
};

/* Neither stems nor folding change a first letter of ASCII, so most words are told apart by it. */
static bool may_be_same(const struct word *asked, const struct word *written)
{
    unsigned char a = (unsigned char)asked->text[0], b = (unsigned char)written->text[0];
    return a == b || a >= 0x80 || b >= 0x80;
}

/* How many of the query's words the entry is; 0: it does not stand there. */
static bool match(struct finder *finder, const struct entry *entry, const struct word *asked, size_t count,
                  size_t *words_out)
{
    struct words words = {entry->text.ptr, entry->text.len, 0};
    struct word written;
    size_t n = 0;
    *words_out = 0;
    for (; words_next(&words, &written); n++) {
        if (n == count || !may_be_same(&asked[n], &written))
            return true;
        if (!analyse_query(finder->analyser, &asked[n], entry->language, &finder->asked) ||
            !analyse_note(finder->analyser, &written, entry->language, &finder->written))
            return false;
        if (!share_a_term(&finder->asked, &finder->written))
            return true;
    }
    *words_out = n;
    return true;
}

static bool is_among(const uint32_t *groups, size_t count, uint32_t group)
{
    for (size_t i = 0; i < count; i++)
        if (groups[i] == group)
            return true;
    return false;
}

chiron_status thesaurus_find(const struct job *job, const struct thesaurus *thesaurus, struct analyser *analyser,
                             const struct word *words, const bool *ends, size_t count, struct synonyms *out)
{
    struct finder *finder = job_scratch(job, 1, sizeof *finder);
    size_t *lengths = job_scratch(job, thesaurus->count, sizeof *lengths), group_count = 0;
    uint32_t *groups = job_scratch(job, thesaurus->count, sizeof *groups);
    *out = (struct synonyms){.entries = job_scratch(job, thesaurus->count, sizeof(const struct entry *))};
    if (finder == NULL || lengths == NULL || groups == NULL || out->entries == NULL)
        return job_no_memory(job);
    finder->analyser = analyser;
    for (size_t i = 0; i < thesaurus->count; i++) {
        if (!match(finder, &thesaurus->entries[i], words, count, &lengths[i]))
            return job_no_memory(job);
        if (lengths[i] > out->words && ends[lengths[i] - 1])
            out->words = lengths[i];
    }
    for (size_t i = 0; out->words > 0 && i < thesaurus->count; i++)
        if (lengths[i] == out->words)
            groups[group_count++] = thesaurus->entries[i].group;
    for (size_t i = 0; i < thesaurus->count; i++)
        if (is_among(groups, group_count, thesaurus->entries[i].group) && lengths[i] != out->words)
            out->entries[out->count++] = &thesaurus->entries[i];
    return CHIRON_OK;
}
