/* How the things of the ABI travel on the wire. */
#ifndef HOST_CODEC_H
#define HOST_CODEC_H

#include "host/instance.h"
#include "host/lent_note.h"
#include "host/wire.h"

/* --- notes --- */

/* Their records; to a plugin that may not read notes, their ids only. */
void codec_put_notes(struct buf *out, const chiron_note *const *notes, size_t count, bool granted);
/* Notes in `arena`, an array of pointers as the ABI wants it. False: broken, or no memory. */
bool codec_take_notes(struct wire_reader *reader, struct lender *lender, struct arena *arena,
                      struct chiron_note ***notes_out, size_t *count_out);
void codec_put_note(struct buf *out, const chiron_note *note, bool granted);
bool codec_take_note(struct wire_reader *reader, struct lender *lender, struct arena *arena, struct chiron_note *note);
void codec_put_headings(struct buf *out, const struct chiron_note *note);
bool codec_take_headings(struct wire_reader *reader, struct chiron_note *note);
void codec_put_links(struct buf *out, const struct chiron_note *note);
bool codec_take_links(struct wire_reader *reader, struct chiron_note *note);

/* --- what calls take --- */

void codec_put_arguments(struct buf *out, const chiron_argument *const *arguments, size_t count);
bool codec_take_arguments(struct wire_reader *reader, struct arena *arena, const chiron_argument *const **arguments_out,
                          size_t *count_out);
void codec_put_query(struct buf *out, const chiron_search_query *query);
bool codec_take_query(struct wire_reader *reader, struct arena *arena, const chiron_search_query **query_out);

/* --- tables --- */

/* What of a table is data. `kind` is an index of kinds[]. */
void codec_put_table(struct buf *out, size_t kind, const void *table);
/* A table of the same data in `arena`, without functions: a union of all kinds, zeroed. */
union any_table {
    chiron_command_v1 command;
    chiron_searcher_v1 searcher;
    chiron_matcher_v1 matcher;
    chiron_kpi_v1 kpi;
    chiron_exporter_v1 exporter;
    chiron_check_v1 check;
    chiron_consumer_v1 consumer;
};
struct table_offers {      /* functions that a table may lack */
    bool match, score;     /* of a matcher */
    bool suggest, related; /* of a searcher */
};
bool codec_take_table(struct wire_reader *reader, size_t kind, struct arena *arena, union any_table *table_out,
                      struct table_offers *offers_out);

/* --- results --- */

enum emission { EMIT_OUT = 1, EMIT_FILE, EMIT_WRITE, EMIT_HIT, EMIT_FINDING, EMIT_SUGGESTION, EMIT_RESPELLING };

void codec_put_out(struct buf *out, const struct out_event *event);
void codec_put_hit(struct buf *out, const chiron_hit *hit);
void codec_put_respelling(struct buf *out, const chiron_respelling *respelling);
/* `note`: which of the batch it is about. */
void codec_put_finding(struct buf *out, size_t note, const chiron_finding *finding);
void codec_put_suggestion(struct buf *out, const chiron_suggestion *suggestion);

/* Where a worker's results go; what is NULL is not expected of this call. */
struct delivery {
    struct chiron_out *out;
    struct chiron_tree *tree;
    chiron_hit_fn hit_fn;
    chiron_respelling_fn respelling_fn;
    chiron_finding_fn finding_fn;
    size_t *note_out, note_count; /* set before finding_fn: which of the batch it is about */
    chiron_suggestion_fn suggestion_fn;
    void *payload;
};
/* Takes one event off the front and delivers it. False: rubbish. `answer_out`: what the receiver said. */
bool codec_deliver(struct wire_reader *reader, const struct delivery *delivery, struct arena *arena,
                   chiron_status *answer_out);

#endif
