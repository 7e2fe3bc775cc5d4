/* The socket of matchers: people in, suggestions out. */
#include "base/i18n.h"
#include "base/utf8.h"
#include "host/feed.h"
#include "host/lent_note.h"
#include "host/source.h"

#include <math.h>
#include <stdlib.h>

enum { SUGGESTION_SIZE_MIN = 64, FACTOR_SIZE_MIN = 40, FACTORS_MAX = 256, SCORE_BATCH = 4096 };

struct matching {
    struct plugin *plugin;
    struct notes_kept mentors, mentees;
    chiron_match_input input;
    struct out *out;
    status got; /* a misuse, or what became of the output */
    struct err err;
};

/* --- suggestions --- */

static struct sv handle_of(const struct notes_kept *people, size_t index)
{
    const struct record *record = &people->notes[index]->record;
    return record->short_handle.len > 0 ? record->short_handle : record->handle;
}

static void put_valid(struct out *out, const char *key, struct sv text)
{
    struct buf valid = {0};
    utf8_put_valid(&valid, text);
    if (!valid.failed)
        out_put(out, key, buf_view(&valid));
    buf_release(&valid);
}

static bool is_factor(const chiron_factor *factor)
{
    return factor != NULL && factor->struct_size >= FACTOR_SIZE_MIN && factor->name != NULL &&
           utf8_is_valid(sv_of(factor->name)) && isfinite(factor->points);
}

static void put_factors(struct out *out, const chiron_suggestion *suggestion)
{
    out_key(out, SV("factors"));
    out_begin_list(out);
    for (size_t i = 0; i < suggestion->factor_count; i++) {
        const chiron_factor *factor = suggestion->factors[i];
        out_begin_map(out);
        out_put(out, "name", sv_of(factor->name));
        out_put_number(out, "points", factor->points);
        put_valid(out, "note", take_sv(factor->note));
        out_end_map(out);
    }
    out_end_list(out);
}

static bool is_well_formed(const struct matching *matching, const chiron_suggestion *suggestion)
{
    if (suggestion == NULL || suggestion->struct_size < SUGGESTION_SIZE_MIN)
        return false;
    if (suggestion->mentee >= matching->mentees.count || !isfinite(suggestion->score))
        return false;
    if (suggestion->mentor != SIZE_MAX && suggestion->mentor >= matching->mentors.count)
        return false;
    if (suggestion->factor_count > FACTORS_MAX || (suggestion->factor_count > 0 && suggestion->factors == NULL))
        return false;
    for (size_t i = 0; i < suggestion->factor_count; i++)
        if (!is_factor(suggestion->factors[i]))
            return false;
    return true;
}

static chiron_status receive(void *payload, const chiron_suggestion *suggestion)
{
    struct matching *matching = payload;
    struct out *out = matching->out;
    if (matching->got != DONE)
        return CHIRON_EFAILED;
    if (!is_well_formed(matching, suggestion)) {
        matching->got = err_set(&matching->err, FAILED, _("it gave a suggestion that is not well formed"));
        return CHIRON_EFAILED;
    }
    out_begin_map(out);
    if (suggestion->mentor == SIZE_MAX) {
        out_put(out, "handle", handle_of(&matching->mentees, suggestion->mentee));
        put_valid(out, "reason", take_sv(suggestion->reason));
    } else {
        out_put(out, "mentor", handle_of(&matching->mentors, suggestion->mentor));
        out_put(out, "mentee", handle_of(&matching->mentees, suggestion->mentee));
        out_put_number(out, "score", suggestion->score);
        put_factors(out, suggestion);
    }
    out_end_map(out);
    return CHIRON_OK;
}

static status match(struct matching *matching, const chiron_matcher_v1 *matcher, struct err *err)
{
    struct plugin *plugin = matching->plugin;
    struct chiron_call call;
    status got = plugin_enter(plugin, &call, err);
    if (got != DONE)
        return got;
    got = matcher->match(plugin->instance.self, &call, &matching->input, receive, matching);
    if (matching->got < 0) {
        call.err = matching->err;
        got = matching->got;
    }
    got = plugin_leave(plugin, &call, got, err);
    return got > 0 ? DONE : got;
}

/* --- a matcher that only gives points: every pair with its points, the best first --- */

struct scored {
    chiron_pair pair;
    double points;
};

static int best_first(const void *a, const void *b)
{
    const struct scored *left = a, *right = b;
    if (left->points != right->points)
        return left->points > right->points ? -1 : 1;
    if (left->pair.mentee != right->pair.mentee)
        return left->pair.mentee < right->pair.mentee ? -1 : 1;
    return left->pair.mentor < right->pair.mentor ? -1 : left->pair.mentor > right->pair.mentor;
}

static status score_batch(struct matching *matching, const chiron_matcher_v1 *matcher, struct scored *scored,
                          size_t count, struct err *err)
{
    struct plugin *plugin = matching->plugin;
    chiron_pair pairs[SCORE_BATCH];
    double points[SCORE_BATCH] = {0};
    struct chiron_call call;
    status got = plugin_enter(plugin, &call, err);
    if (got != DONE)
        return got;
    for (size_t i = 0; i < count; i++)
        pairs[i] = scored[i].pair;
    got = matcher->score(plugin->instance.self, &call, &matching->input, pairs, count, points);
    for (size_t i = 0; got == DONE && i < count; i++) {
        scored[i].points = points[i];
        if (!isfinite(points[i]))
            got = err_set(&call.err, FAILED, _("it gave points that are no finite number"));
    }
    return plugin_leave(plugin, &call, got, err);
}

static void put_scored(struct matching *matching, const chiron_matcher_v1 *matcher, const struct scored *scored)
{
    chiron_factor factor = {.struct_size = sizeof(factor), .name = matcher->name, .points = scored->points};
    const chiron_factor *factors[] = {&factor};
    chiron_suggestion suggestion = {
        .struct_size = sizeof(suggestion),
        .mentor = scored->pair.mentor,
        .mentee = scored->pair.mentee,
        .score = scored->points,
        .factors = factors,
        .factor_count = 1,
    };
    (void)receive(matching, &suggestion);
}

static status score(struct matching *matching, const chiron_matcher_v1 *matcher, struct err *err)
{
    size_t mentors = matching->mentors.count, mentees = matching->mentees.count, count = 0;
    struct scored *scored;
    status got = DONE;
    if (mentees > 0 && mentors > SIZE_MAX / sizeof(*scored) / mentees)
        return err_no_memory(err);
    scored = memory_zero(mentors * mentees + 1, sizeof(*scored));
    if (scored == NULL)
        return err_no_memory(err);
    for (size_t i = 0; i < mentors; i++)
        for (size_t k = 0; k < mentees; k++)
            scored[count++].pair = (chiron_pair){i, k};
    for (size_t at = 0; got == DONE && at < count; at += SCORE_BATCH)
        got = score_batch(matching, matcher, scored + at, count - at < SCORE_BATCH ? count - at : SCORE_BATCH, err);
    if (got == DONE)
        qsort(scored, count, sizeof(*scored), best_first);
    for (size_t i = 0; got == DONE && i < count; i++)
        put_scored(matching, matcher, &scored[i]);
    free(scored);
    return got > 0 ? DONE : got;
}

/* --- people --- */

static status keep_people(struct matching *matching, const char *query, const struct id_set *people,
                          struct notes_kept *kept_out, struct err *err)
{
    struct plugin *plugin = matching->plugin;
    struct id_set set = {0};
    size_t count = 0;
    status got = source_query(plugin, sv_of(query), &set, err);
    for (size_t i = 0; got == DONE && i < set.count; i++)
        if (people == NULL || id_set_has(people, set.ids[i]))
            set.ids[count++] = set.ids[i];
    set.count = count;
    if (got == DONE)
        got = notes_keep(plugin->owner->catalogue, &plugin->source.lender, &set, kept_out, err);
    id_set_release(&set);
    return got;
}

static void put_columns(struct out *out)
{
    out_column(out, "mentor", _("Mentor"));
    out_column(out, "mentee", _("Mentee"));
    out_column(out, "score", _("Score"));
    out_column(out, "handle", _("Without a mentor"));
    out_column(out, "reason", _("Reason"));
}

static status match_people(struct matching *matching, const chiron_matcher_v1 *matcher, const struct id_set *people,
                           struct err *err)
{
    status got = keep_people(matching, "type:person roles:mentor", people, &matching->mentors, err);
    if (got == DONE)
        got = keep_people(matching, "type:person roles:mentee", people, &matching->mentees, err);
    if (got != DONE)
        return got;
    matching->input = (chiron_match_input){
        .struct_size = sizeof(matching->input),
        .mentors = (const chiron_note *const *)matching->mentors.notes,
        .mentor_count = matching->mentors.count,
        .mentees = (const chiron_note *const *)matching->mentees.notes,
        .mentee_count = matching->mentees.count,
    };
    put_columns(matching->out);
    return matcher->match != NULL ? match(matching, matcher, err) : score(matching, matcher, err);
}

status plugin_match(struct plugin *plugin, const struct id_set *people, struct out *out, struct err *err)
{
    struct matching matching = {.plugin = plugin, .out = out};
    const void *table;
    status got = plugin_ready(plugin, PLUGIN_MATCHER, &table, err);
    if (got != DONE)
        return got;
    if (plugin->owner->catalogue == NULL)
        return err_set(err, FAILED, _("there is no vault here to ask"));
    got = match_people(&matching, table, people, err);
    notes_kept_release(&matching.mentors);
    notes_kept_release(&matching.mentees);
    return got;
}
