#include "text/markdown.h"

#include "base/i18n.h"
#include "text/md_mask.h"

#include <string.h>

/* Measured on cmark-gfm 0.29.0.gfm.6. Each guards something whose cost grows with the square of its number, or that
 * costs microseconds a byte; notes that people write stay far below. What slips through is caught by the budget of
 * md_pool.h. */
enum {
    IMAGES_MAX = 10000,   /* "![": 20,000 of "![[]()" take 0.7 s */
    SPECIALS_MAX = 2000,  /* "<?" and "<!" without an end are each searched for up to the end */
    ADDRESSES_MAX = 50000 /* '@': the autolink extension takes 3 us for each */
};
/* Closing brackets in an address, counted again for each one of them: brackets times bytes of the word. */
static const uint64_t BRACKETS_MAX = 20000000;

status md_check_blocks(struct sv source, struct err *err)
{
    if (source.len > MD_SOURCE_MAX)
        return err_set(err, REFUSED, _("larger than %d bytes"), MD_SOURCE_MAX);
    if (source.len > 0 && memchr(source.ptr, '\0', source.len) != NULL)
        return err_set(err, REFUSED, "%s", _("holds NUL bytes"));
    struct md_lines lines = {.source = source};
    struct sv line;
    while (md_lines_next(&lines, &line))
        if (md_is_too_deep(line))
            return err_set(err, REFUSED, "%s", _("nested too deep"));
    return DONE;
}

struct load {
    size_t images, specials, addresses;
    uint64_t brackets;
    size_t word, word_brackets; /* of the word being read */
};

static void end_word(struct load *load)
{
    load->brackets += (uint64_t)load->word * load->word_brackets;
    load->word = load->word_brackets = 0;
}

static struct load measure(struct sv source)
{
    struct load load = {0};
    for (size_t i = 0; i < source.len; i++) {
        char c = source.ptr[i], next = i + 1 < source.len ? source.ptr[i + 1] : ' ';
        load.word++;
        if (c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '<')
            end_word(&load);
        load.images += c == '!' && next == '[';
        load.specials += c == '<' && (next == '?' || next == '!');
        load.addresses += c == '@';
        load.word_brackets += c == ')';
    }
    end_word(&load);
    return load;
}

status md_check(struct sv source, struct err *err)
{
    status s = md_check_blocks(source, err);
    if (s != DONE)
        return s;
    struct load load = measure(source);
    if (load.images > IMAGES_MAX)
        return err_set(err, REFUSED, "%s", _("too many images"));
    if (load.specials > SPECIALS_MAX)
        return err_set(err, REFUSED, "%s", _("too many HTML declarations"));
    if (load.addresses > ADDRESSES_MAX)
        return err_set(err, REFUSED, "%s", _("too many addresses"));
    if (load.brackets > BRACKETS_MAX)
        return err_set(err, REFUSED, "%s", _("too many brackets in one word"));
    return DONE;
}
