/* A database that a disk, a copy or a person changed behind SQLite's back can be well-formed and still give wrong
 * answers. SQLite reserves room at the end of each page for layers like this one: on writing, the last eight bytes
 * become a hash of the rest and of the page's place; on reading, a page that does not fit is SQLITE_IOERR_DATA.
 * Journals have checksums of their own and pass through. The catalogue does the same; a plugin shares no code with it.
 */
#include "checksum.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* The layer's file; the real one's memory follows behind it. */
struct checked_file {
    sqlite3_file base;
    sqlite3_file *real;
    bool unchecked;
};

static const char vfs_name[] = "chiron-search-checksum";

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((struct checked_file *)file)->real;
}

/* Four lanes, so that the multiplications overlap: 0.3 us a page. A damage is found, an attack is not. */
static uint64_t page_hash(const void *page, sqlite3_int64 offset)
{
    enum { WORDS = (CHECKSUM_PAGE - CHECKSUM_BYTES) / sizeof(uint64_t) };
    const uint64_t odd = 0x9e3779b97f4a7c15u;
    uint64_t words[WORDS], lanes[4] = {1, 2, 3, (uint64_t)(offset / CHECKSUM_PAGE + 1)};
    memcpy(words, page, sizeof words);
    for (size_t i = 0; i < WORDS; i++) {
        uint64_t mixed = (lanes[i % 4] ^ words[i]) * odd;
        lanes[i % 4] = mixed ^ (mixed >> 29);
    }
    uint64_t hash = 0;
    for (size_t i = 0; i < 4; i++)
        hash = (hash ^ lanes[i]) * odd;
    return hash ^ (hash >> 32);
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
    if (amount != CHECKSUM_PAGE || offset % CHECKSUM_PAGE != 0)
        return SQLITE_IOERR_DATA;
    uint64_t stored;
    memcpy(&stored, (const char *)into + CHECKSUM_PAGE - CHECKSUM_BYTES, sizeof stored);
    return stored == page_hash(into, offset) ? SQLITE_OK : SQLITE_IOERR_DATA;
}

static int file_write(sqlite3_file *file, const void *from, int amount, sqlite3_int64 offset)
{
    sqlite3_file *real = real_of(file);
    if (amount != CHECKSUM_PAGE || offset % CHECKSUM_PAGE != 0)
        return real->pMethods->xWrite(real, from, amount, offset);
    char page[CHECKSUM_PAGE];
    memcpy(page, from, sizeof page);
    uint64_t hash = page_hash(page, offset);
    memcpy(page + CHECKSUM_PAGE - CHECKSUM_BYTES, &hash, sizeof hash);
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
    if (op == CHECKSUM_CONTROL) {
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

static sqlite3_vfs layer;
static int registered = SQLITE_ERROR;

static void register_vfs(void)
{
    sqlite3_vfs *real = sqlite3_vfs_find(NULL);
    if (!real)
        return;
    layer = *real;
    layer.zName = vfs_name;
    layer.pNext = NULL;
    layer.pAppData = real;
    layer.szOsFile = (int)sizeof(struct checked_file) + real->szOsFile;
    layer.xOpen = vfs_open;
    registered = sqlite3_vfs_register(&layer, 0);
}

const char *checksum_vfs(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, register_vfs);
    return registered == SQLITE_OK ? vfs_name : NULL;
}
