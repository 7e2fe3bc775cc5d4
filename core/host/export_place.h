/* Where an export goes: what may be replaced, and how it is replaced in one step. */
#ifndef HOST_EXPORT_PLACE_H
#define HOST_EXPORT_PLACE_H

#include "base/err.h"

/* A file may replace a plain file or nothing. */
status export_place_check_file(const char *target, struct err *err);
/* A folder may replace nothing, an empty folder, or one that an earlier export made and in which nobody has put
 * anything since. REFUSED otherwise, and what is in the way is named. */
status export_place_check_folder(const char *target, struct err *err);

/* A temporary file or folder beside the target. `name_out` is to be freed. */
status export_place_file(const char *target, char **name_out, int *fd_out, struct err *err);
status export_place_folder(const char *target, char **name_out, int *fd_out, struct err *err);

/* On disk, then renamed over the target; the check of before is made again. */
status export_place_put_file(const char *temporary, const char *target, struct err *err);
status export_place_put_folder(const char *temporary, const char *target, struct err *err);

/* A file, or a folder with all that is in it; follows no link. */
void export_place_remove(const char *path);

#endif
