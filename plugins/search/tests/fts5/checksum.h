/* A SQLite file system layer that puts a checksum into every page of a database and looks at it on reading. */
#ifndef SEARCH_CHECKSUM_H
#define SEARCH_CHECKSUM_H

enum { CHECKSUM_PAGE = 4096, CHECKSUM_BYTES = 8 };

/* An operation for sqlite3_file_control: the argument, an int, switches the check off (1) and on (0) for a connection,
 * so that a damaged database can be emptied. */
enum { CHECKSUM_CONTROL = 0x53484b };

/* Registers the layer once for the process; its name for sqlite3_open_v2, or NULL: no memory. Any thread. */
const char *checksum_vfs(void);

#endif
