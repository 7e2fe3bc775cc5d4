/* tutorial: a matcher. `chiron match --using tutorial` gives each mentee the mentor who offers most of what is needed,
 * as long as that mentor has room. command.c is the tutorial with the most comments; read it first. */
#include <chiron/plugin.h>

#include <stdlib.h>
#include <string.h>

struct plugin {
    const chiron_host *host;
    const chiron_notes_v1 *notes;
};

static bool same(chiron_sv a, chiron_sv b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* "offers[3].skill" without a formatter: a plugin needs nothing but the C library, and this needs little of that. */
static void skill_path(char path[32], const char *list, unsigned n)
{
    size_t len = strlen(list);
    memcpy(path, list, len);
    path[len++] = '[';
    if (n >= 10)
        path[len++] = (char)('0' + n / 10);
    path[len++] = (char)('0' + n % 10);
    memcpy(path + len, "].skill", sizeof("].skill"));
}

/* Skills that the mentor offers and the mentee needs; lists of more than 100 are cut. */
static unsigned shared_skills(const chiron_notes_v1 *notes, const chiron_note *mentor, const chiron_note *mentee)
{
    unsigned shared = 0;
    for (unsigned i = 0; i < 100; i++) {
        char path[32];
        chiron_sv need, offer;
        skill_path(path, "needs", i);
        if (notes->field(mentee, path, 0, &need) != CHIRON_OK)
            break;
        for (unsigned k = 0; k < 100; k++) {
            skill_path(path, "offers", k);
            if (notes->field(mentor, path, 0, &offer) != CHIRON_OK)
                break;
            shared += same(need, offer);
        }
    }
    return shared;
}

/* One open place, unless the mentor says otherwise. */
static unsigned capacity(const chiron_notes_v1 *notes, const chiron_note *mentor)
{
    chiron_sv text;
    unsigned places = 0;
    if (notes->field(mentor, "capacity", 0, &text) != CHIRON_OK)
        return 1;
    for (size_t i = 0; i < text.len && text.ptr[i] >= '0' && text.ptr[i] <= '9' && places < 1000; i++)
        places = places * 10 + (unsigned)(text.ptr[i] - '0');
    return places;
}

static chiron_status suggest(size_t mentor, size_t mentee, unsigned points, chiron_suggestion_fn fn, void *payload)
{
    static const char nobody[] = "no mentor with room offers what is needed";
    chiron_factor skills = {.struct_size = sizeof(skills), .name = "skills", .points = points};
    const chiron_factor *const factors[] = {&skills};
    chiron_suggestion suggestion = {.struct_size = sizeof(suggestion), .mentor = mentor, .mentee = mentee};
    if (points == 0) {
        suggestion.mentor = SIZE_MAX;
        suggestion.reason = (chiron_sv){nobody, strlen(nobody)};
        return fn(payload, &suggestion);
    }
    suggestion.score = points;
    suggestion.factors = factors;
    suggestion.factor_count = 1;
    return fn(payload, &suggestion);
}

static chiron_status match(void *self, chiron_call *call, const chiron_match_input *input, chiron_suggestion_fn fn,
                           void *payload)
{
    const struct plugin *plugin = self;
    /* Scratch is zeroed and freed by the host when this call returns. */
    unsigned *taken = plugin->host->scratch(call, (input->mentor_count + 1) * sizeof(*taken));
    if (taken == NULL)
        return plugin->host->fail(call, CHIRON_ENOMEM, "out of memory");
    for (size_t i = 0; i < input->mentee_count; i++) {
        size_t best = 0;
        unsigned best_points = 0;
        chiron_status status;
        for (size_t k = 0; k < input->mentor_count; k++) {
            unsigned points = shared_skills(plugin->notes, input->mentors[k], input->mentees[i]);
            if (points > best_points && taken[k] < capacity(plugin->notes, input->mentors[k])) {
                best = k;
                best_points = points;
            }
        }
        taken[best] += best_points > 0;
        status = suggest(best, i, best_points, fn, payload);
        if (status != CHIRON_OK)
            return status;
        plugin->host->progress(call, i + 1, input->mentee_count);
    }
    return CHIRON_OK;
}

static const chiron_matcher_v1 matcher = {
    .struct_size = sizeof(matcher),
    .name = "tutorial",
    .summary = "by skills offered and needed, first come, first served",
    .match = match,
};

/* ---- the frame ---- */

static chiron_status open_plugin(const chiron_host *host, chiron_call *call, void **self_out)
{
    struct plugin *plugin = calloc(1, sizeof(*plugin));
    if (plugin == NULL)
        return host->fail(call, CHIRON_ENOMEM, "out of memory");
    plugin->host = host;
    plugin->notes = host->get_extension(host, CHIRON_EXT_NOTES);
    if (plugin->notes == NULL) {
        free(plugin);
        return host->fail(call, CHIRON_EFAILED, "the permission notes:read is missing");
    }
    *self_out = plugin;
    return CHIRON_OK;
}

static const void *get_extension(void *self, const char *id)
{
    (void)self;
    return strcmp(id, CHIRON_EXT_MATCHER) == 0 ? &matcher : NULL;
}

static void close_plugin(void *self)
{
    free(self);
}

CHIRON_EXPORT const chiron_entry chiron_plugin = {
    sizeof(chiron_entry), CHIRON_ABI_MAJOR, CHIRON_ABI_MINOR, "tutorial", "1.0.0",
    open_plugin,          get_extension,    close_plugin,
};
