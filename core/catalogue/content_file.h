/* What the two halves of the content store know of its file. Numbers are the machine's own: it is read where it was
 * written. */
#ifndef CATALOGUE_CONTENT_FILE_H
#define CATALOGUE_CONTENT_FILE_H

#include "catalogue/content.h"

#define CONTENT_PREFIX "content-"

enum { CONTENT_ALIGN = 8 };

struct content_file_head {
    char magic[16];
    char name[CONTENT_NAME_SIZE];
};

/* Behind it the title and the note, a NUL behind each: regex.h wants one. */
struct content_head {
    uint64_t check; /* of all that follows */
    uint64_t hash;
    uint64_t path; /* its hash */
    uint32_t title, bytes;
};

/* O_RDONLY or O_RDWR. DONE, or NOT_FOUND as content_open. */
status content_open_file(const char *dir, const char *name, int flags, uint64_t end, int *fd_out, struct err *err);
void content_file_head(const char *name, struct content_file_head *head_out);

#endif
