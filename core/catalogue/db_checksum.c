/* A database that a disk, a copy or a person changed behind SQLite's back can be well-formed and still give wrong
 * answers. SQLite reserves room at the end of each page for layers like this one: on writing, the last eight bytes
 * become a hash of the rest and of the page's place; on reading, a page that does not fit is SQLITE_IOERR_DATA, which
 * db.c reports as damage. Journals have checksums of their own and pass through.
 * Erasing a damaged database reads its pages too, so a connection can switch the check off. */
#include "catalogue/db_checksum.h"

#include "base/sv.h"

#include <pthread.h>
#include <sqlite3.h>
#include <string.h>

/* The layer's file; the real one's memory follows behind it. */
struct checked_file {
    sqlite3_file base;
    sqlite3_file *real;
    bool unchecked;
};

static const char vfs_name[] = "chiron-checksum";

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((struct checked_file *)file)->real;
}

static uint64_t page_hash(const void *page, sqlite3_int64 offset)
{
    uint64_t hash = sv_hash(sv_make(page, DB_PAGE_SIZE - DB_CHECKSUM_SIZE));
    return hash ^ ((uint64_t)(offset / DB_PAGE_SIZE + 1) * 0x9e3779b97f4a7c15u);
}

static int file_close(sqlite3_file *file)
{
    sqlite3_file *real = real_of(file);
    return real->pMethods ? real->pMethods->xClose(real) : SQLITE_OK;
}

static int file_read(sqlite3_file *file, void *into, int amount, sqlite3_int64 offset)
{
    sqlite3_file *real = real_of(file);
    int code = real->pMethods->xRead(real, into, amount, offset);
    /* What is asked of the header before the page size is known is no page. */
    if (((struct checked_file *)file)->unchecked || amount < 512)
        return code;
    /* SQLite takes the missing end of a page for zeros, and so the rows on it for never written. */
    if (code == SQLITE_IOERR_SHORT_READ)
        return SQLITE_IOERR_DATA;
    if (code != SQLITE_OK)
        return code;
    if (amount != DB_PAGE_SIZE || offset % DB_PAGE_SIZE != 0)
        return SQLITE_IOERR_DATA;
    uint64_t stored;
    memcpy(&stored, (const char *)into + DB_PAGE_SIZE - DB_CHECKSUM_SIZE, sizeof stored);
    return stored == page_hash(into, offset) ? SQLITE_OK : SQLITE_IOERR_DATA;
}

static int file_write(sqlite3_file *file, const void *from, int amount, sqlite3_int64 offset)
{
    sqlite3_file *real = real_of(file);
    if (amount != DB_PAGE_SIZE || offset % DB_PAGE_SIZE != 0)
        return real->pMethods->xWrite(real, from, amount, offset);
    char page[DB_PAGE_SIZE];
    memcpy(page, from, sizeof page);
    uint64_t hash = page_hash(page, offset);
    memcpy(page + DB_PAGE_SIZE - DB_CHECKSUM_SIZE, &hash, sizeof hash);
    return real->pMethods->xWrite(real, page, amount, offset);
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    return real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int file_sync(sqlite3_file *file, int flags)
{
    return real_of(file)->pMethods->xSync(real_of(file), flags);
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size_out)
{
    return real_of(file)->pMethods->xFileSize(real_of(file), size_out);
}

static int file_lock(sqlite3_file *file, int lock)
{
    return real_of(file)->pMethods->xLock(real_of(file), lock);
}

static int file_unlock(sqlite3_file *file, int lock)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), lock);
}

static int file_check_lock(sqlite3_file *file, int *result_out)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), result_out);
}

static int file_control(sqlite3_file *file, int op, void *argument)
{
    if (op == DB_CHECKSUM_OFF) {
        ((struct checked_file *)file)->unchecked = *(const int *)argument != 0;
        return SQLITE_OK;
    }
    return real_of(file)->pMethods->xFileControl(real_of(file), op, argument);
}

static int file_sector_size(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int file_device(sqlite3_file *file)
{
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

/* Version 1: neither shared memory (no WAL) nor memory maps, which would go around file_read. */
static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_device,
};

static sqlite3_vfs *real_vfs(sqlite3_vfs *vfs)
{
    return vfs->pAppData;
}

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *flags_out)
{
    sqlite3_vfs *real = real_vfs(vfs);
    if (!(flags & SQLITE_OPEN_MAIN_DB))
        return real->xOpen(real, name, file, flags, flags_out);
    struct checked_file *checked = (struct checked_file *)file;
    *checked = (struct checked_file){.real = (sqlite3_file *)(checked + 1)};
    int code = real->xOpen(real, name, checked->real, flags, flags_out);
    if (code == SQLITE_OK)
        checked->base.pMethods = &methods;
    return code;
}

static sqlite3_vfs checksum_vfs;
static int registered = SQLITE_ERROR;

static void register_vfs(void)
{
    sqlite3_vfs *real = sqlite3_vfs_find(NULL);
    if (!real)
        return;
    checksum_vfs = *real;
    checksum_vfs.zName = vfs_name;
    checksum_vfs.pNext = NULL;
    checksum_vfs.pAppData = real;
    checksum_vfs.szOsFile = (int)sizeof(struct checked_file) + real->szOsFile;
    checksum_vfs.xOpen = vfs_open;
    registered = sqlite3_vfs_register(&checksum_vfs, 0);
}

const char *db_checksum_vfs(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, register_vfs);
    return registered == SQLITE_OK ? vfs_name : NULL;
}
