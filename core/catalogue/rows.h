/* What the catalogue knows of every file: enough to tell what changed, and which id stands for which path.
 *
 * All of it stands in one piece of memory in which nothing depends on the address, so that it can be written to a file
 * and mapped again by the next process, which then need not read a row of the database to learn that nothing changed.
 * rows_file.h */
#ifndef CATALOGUE_ROWS_H
#define CATALOGUE_ROWS_H

#include "base/buf.h"
#include "base/file.h"
#include "note/type.h"

enum {
    FACTS_HIDDEN = 1, /* a link or special file: no note, but a finding */
    FACTS_RETRY = 2,  /* could not be read; try again each time */
    FACTS_PERSON = 4, /* of type person: it may have halves in several spaces */
    FACTS_NO_VISIBILITY = 255,
    FACTS_SIZE = 58 /* bytes packed */
};

/* Of one file when it was read. The device is left out: it changes with each mount. */
struct facts {
    int64_t size, mtime_ns, ctime_ns;
    uint64_t inode, hash;
    uint32_t mode;
    uint32_t body;      /* offset behind the front matter */
    uint8_t visibility; /* the note's own, or FACTS_NO_VISIBILITY */
    uint8_t flags;
    uint64_t content_at; /* where the content store has it; 0: nowhere */
};

struct row {
    int64_t id;
    uint32_t path_at, path_length; /* from the row's own address; NUL-terminated */
    struct facts facts;
};

enum {
    FOLDER_TRANSIT = 1,   /* entered only because a declared space lies further down */
    FOLDER_REPOSITORY = 2 /* the root of a nested repository */
};

/* A folder that was walked, as it was when its entries were listed. */
struct folder_row {
    uint32_t path_at, path_length; /* as a row's */
    int64_t mtime_ns, ctime_ns;
    uint64_t inode;
    int64_t rules_size, rules_mtime_ns, rules_ctime_ns; /* of its .gitignore; size -1: it has none */
    uint64_t rules_inode;
    uint32_t first, count; /* its own files: rows->members[first .. first + count) */
    uint32_t folders;      /* how many of its folders were entered */
    uint32_t flags;
};

/* Zero-initialise, add in order of paths, then seal. */
struct rows {
    const struct row *items; /* sorted by path, bytewise */
    const uint32_t *by_id;   /* indexes into items in order of ids */
    const uint32_t *by_end;  /* indexes of notes in the order of their paths read from the end; see rows_own_end */
    const struct folder_row *folders; /* sorted by path; none where only the database was asked */
    const uint32_t *members;          /* indexes into items, folder by folder, ascending in each */
    size_t count, note_count, folder_count;
    int64_t change;   /* of the catalogue, when they were read */
    int64_t swept_ns; /* when the files were last found to be so, by the kernel's coarse clock */
    uint64_t rules;   /* of the walk that listed the folders; 0: the folders are not to be relied on. walk.h */
    bool loaded;      /* sealed, or mapped */

    char *image; /* what the above point into */
    size_t image_size;
    bool is_mapped;
    struct rows_draft *draft; /* until sealed */
};

void rows_release(struct rows *rows);
/* Appends; paths must come in order. The path is copied. */
status rows_add(struct rows *rows, int64_t id, struct sv path, const struct facts *facts, struct err *err);
/* Appends a folder: all of its members but `path_at`, `path_length`, `first` and `count` are taken from `folder`. */
status rows_add_folder(struct rows *rows, struct sv path, const struct folder_row *folder, struct err *err);
/* After the last of them. FAILED where the paths are too many for offsets of 32 bits. `before`, when it is not NULL,
 * are rows with nearly the same paths: the orders that stand there already are not sorted again. */
status rows_seal(struct rows *rows, const struct rows *before, struct err *err);

static inline struct sv row_path(const struct row *row)
{
    return sv_make((const char *)row + row->path_at, row->path_length);
}

static inline struct sv folder_row_path(const struct folder_row *folder)
{
    return sv_make((const char *)folder + folder->path_at, folder->path_length);
}

/* NULL when there is none. */
const struct row *rows_find(const struct rows *rows, struct sv path);
const struct row *rows_by_id(const struct rows *rows, int64_t id);
const struct folder_row *rows_find_folder(const struct rows *rows, struct sv path);
/* The first row whose path is not before `path`. */
size_t rows_lower_bound(const struct rows *rows, struct sv path);
/* Position of a row in the order of paths. */
size_t rows_rank(const struct rows *rows, const struct row *row);
bool row_is_note(const struct row *row);
/* The shortest end of the note's path, without .md, in whole parts, that is the end of no other note's: what people
 * call it. Empty where even the whole path is the end of another's, or equal but for the suffix. */
struct sv rows_own_end(const struct rows *rows, const struct row *row);
/* How many notes' paths, without .md, end so, in whole parts. */
size_t rows_count_end(const struct rows *rows, struct sv end);

void facts_pack(const struct facts *facts, char into[FACTS_SIZE]);
bool facts_unpack(struct sv bytes, struct facts *facts_out);
void facts_of_stamp(const struct file_stamp *stamp, struct facts *facts_out);
bool facts_same_stamp(const struct facts *facts, const struct file_stamp *stamp);

#endif
