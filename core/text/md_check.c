#include "text/markdown.h"

#include "base/i18n.h"

#include <string.h>

status md_check_blocks(struct sv source, struct err *err)
{
    if (source.len > MD_SOURCE_MAX)
        return err_set(err, REFUSED, _("larger than %d bytes"), MD_SOURCE_MAX);
    if (source.len > 0 && memchr(source.ptr, '\0', source.len) != NULL)
        return err_set(err, REFUSED, "%s", _("holds NUL bytes"));
    return DONE;
}

status md_check(struct sv source, struct err *err)
{
    return md_check_blocks(source, err);
}
