/* A SQLite file system layer that puts a checksum into every page of a database and looks at it on reading. */
#ifndef CATALOGUE_DB_CHECKSUM_H
#define CATALOGUE_DB_CHECKSUM_H

enum { DB_PAGE_SIZE = 4096, DB_CHECKSUM_SIZE = 8 };

/* An operation for sqlite3_file_control: the argument, an int, switches the check off (1) and on (0) for a connection,
 * which lets a damaged database be emptied. */
enum { DB_CHECKSUM_OFF = 0x43484b };

/* Registers it once for the process. Returns its name for sqlite3_open_v2, or NULL when SQLite has no memory. */
const char *db_checksum_vfs(void);

#endif
