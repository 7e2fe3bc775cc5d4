/* Answers: one interface behind text, JSON, JSON Lines, CSV, paths and templates. A command gives records; the format
 * is the user's. */
#ifndef OUT_OUT_H
#define OUT_OUT_H

#include "base/buf.h"
#include "base/err.h"

enum out_format { OUT_TEXT, OUT_JSON, OUT_JSONL, OUT_CSV, OUT_PATHS, OUT_PATHS0, OUT_TEMPLATE };

struct out_options {
    enum out_format format;
    struct sv template; /* OUT_TEMPLATE: Mustache, applied to each record, a line each */
    int fd;             /* where it goes; -1: into `capture` */
    struct buf *capture;
    bool color;     /* text only */
    unsigned width; /* columns of text; 0: unlimited */
    bool single;    /* under OUT_JSON the answer is one object, not an array (`graph`) */
};

/* "text", "json", "jsonl", "csv", "paths", "paths0", a string with "{{", "@file" (read here). Anything else is USAGE
 * and lists the formats. The template text is copied into `storage`. */
status out_format_parse(struct sv text, struct out_options *options, struct buf *storage, struct err *err);

/* Failures (a full disk, a closed pipe, no memory) are sticky; out_close reports them. Not for two threads at once. */
struct out;
status out_open(const struct out_options *options, struct out **out_out, struct err *err);
/* Ends the answer (closing the JSON array, an empty one too) and flushes. REFUSED without words for a closed pipe: end
 * quietly. Frees `out` always. */
status out_close(struct out *out, struct err *err);

/* Instead of out_close after a failure: an answer without a record yet leaves nothing behind, a begun one is ended.
 * Frees `out` always. */
void out_abandon(struct out *out);

/* Whether a failure has happened: whatever follows is for nothing, so who makes much of it may stop. */
bool out_failed(const struct out *out);
bool out_is_text(const struct out *out);
enum out_format out_format_of(const struct out *out);
bool out_color(const struct out *out);
unsigned out_width(const struct out *out);
/* Records so far: an answer without any is exit code 1. */
size_t out_count(const struct out *out);

/* The columns of CSV and of the text table, in order, before the first record. `label` is for people; NULL: the key. A
 * record's other keys appear in JSON and templates only. Without any declared, the keys of the first record (of CSV: of
 * its scalars and lists) serve. */
void out_column(struct out *out, const char *key, const char *label);

/* A begin_map outside of any map or list starts a record. */
void out_begin_map(struct out *out);
void out_end_map(struct out *out);
void out_begin_list(struct out *out);
void out_end_list(struct out *out);
void out_key(struct out *out, struct sv key);
void out_string(struct out *out, struct sv text);
void out_int(struct out *out, int64_t number);
void out_number(struct out *out, double number);
void out_bool(struct out *out, bool value);
/* A finished JSON value as it stands ("[1,2]"), from a source that is trusted to be JSON. */
void out_json(struct out *out, struct sv json);

/* key and value in one; an empty text is left out (absent is absent). */
void out_put(struct out *out, const char *key, struct sv text);
void out_put_int(struct out *out, const char *key, int64_t number);
void out_put_number(struct out *out, const char *key, double number);
void out_put_bool(struct out *out, const char *key, bool value);
void out_put_json(struct out *out, const char *key, struct sv json);

/* Text format: a command that draws its own records turns the table off and writes lines for people; in other formats
 * these are nothing. Control characters of the text are made safe, but those of `style`. */
enum out_style {
    STYLE_NONE,
    STYLE_TITLE,
    STYLE_PATH,
    STYLE_DIM,
    STYLE_MATCH,
    STYLE_ERROR,
    STYLE_WARNING,
    STYLE_GOOD,
    STYLE_TAG
};
void out_table(struct out *out, bool on);
void out_text(struct out *out, enum out_style style, struct sv text);
void out_textf(struct out *out, enum out_style style, const char *format, ...) __attribute__((format(printf, 3, 4)));
void out_newline(struct out *out);
/* A file's own bytes, in text format: unchanged into a file or a pipe, made safe for a terminal. */
void out_bytes(struct out *out, struct sv bytes);
/* Bytes as they are, in text format: what a renderer made already safe. */
void out_raw(struct out *out, struct sv text);
/* Counts a record that was drawn by hand in text format. */
void out_counted(struct out *out);

#endif
