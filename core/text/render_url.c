#include "text/render_parts.h"

#include <string.h>

/* What a link may lead to. Anything that is not known to be harmless is not linked. */
static const char *const schemes[] = {"http", "https", "mailto", "tel",    "ftp", "sms",
                                      "xmpp", "irc",   "ircs",   "matrix", "geo", "sip"};
static const char *const data_types[] = {"data:image/png;", "data:image/gif;", "data:image/jpeg;", "data:image/webp;"};
static const char *const image_suffixes[] = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".avif", ".bmp"};

static bool starts_nocase(struct sv s, const char *prefix)
{
    return sv_eq_nocase(sv_sub(s, 0, strlen(prefix)), sv_of(prefix));
}

/* A browser drops white space and control characters inside a scheme; here whatever stands in front of the first ':'
 * must be a scheme of the list, so they make it none. */
bool render_url_is_safe(struct sv url, bool image)
{
    for (size_t i = 0; image && i < sizeof data_types / sizeof *data_types; i++)
        if (starts_nocase(url, data_types[i]))
            return true;
    size_t end = 0;
    while (end < url.len && strchr(":/?#", url.ptr[end]) == NULL)
        end++;
    if (end == url.len || url.ptr[end] != ':')
        return true;
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (sv_eq_nocase(sv_sub(url, 0, end), sv_of(schemes[i])))
            return true;
    return false;
}

void render_put_url(struct sv url, struct buf *out)
{
    static const char hex[] = "0123456789ABCDEF";
    for (size_t i = 0; i < url.len; i++) {
        unsigned char c = (unsigned char)url.ptr[i];
        if (c > ' ' && c < 0x7f && strchr("\"'<>`{}|\\^", c) == NULL) {
            buf_char(out, (char)c);
        } else {
            buf_char(out, '%');
            buf_char(out, hex[c >> 4]);
            buf_char(out, hex[c & 15]);
        }
    }
}

bool render_url_is_image(struct sv url)
{
    for (size_t i = 0; i < sizeof image_suffixes / sizeof *image_suffixes; i++) {
        struct sv suffix = sv_of(image_suffixes[i]);
        if (url.len > suffix.len && sv_eq_nocase(sv_from(url, url.len - suffix.len), suffix))
            return true;
    }
    return false;
}
