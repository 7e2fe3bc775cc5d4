#include "note/near.h"

#include <string.h>

enum { WORD_MAX = 40 };

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static unsigned least(unsigned a, unsigned b, unsigned c)
{
    unsigned ab = a < b ? a : b;
    return ab < c ? ab : c;
}

unsigned near_distance(struct sv a, struct sv b, unsigned max)
{
    size_t apart = a.len > b.len ? a.len - b.len : b.len - a.len;
    if (a.len > WORD_MAX || b.len > WORD_MAX || apart > max)
        return max + 1;
    unsigned rows[3][WORD_MAX + 1];
    unsigned *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b.len; j++)
        above[j] = (unsigned)j;
    for (size_t i = 1; i <= a.len; i++) {
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b.len; j++) {
            char x = lower(a.ptr[i - 1]), y = lower(b.ptr[j - 1]);
            row[j] = least(above[j] + 1, row[j - 1] + 1, above[j - 1] + (x != y));
            bool swapped = i > 1 && j > 1 && x == lower(b.ptr[j - 2]) && y == lower(a.ptr[i - 2]);
            if (swapped && before[j - 2] + 1 < row[j])
                row[j] = before[j - 2] + 1;
        }
        unsigned *old = before;
        before = above;
        above = row;
        row = old;
    }
    return above[b.len] <= max ? above[b.len] : max + 1;
}

struct sv near_word(struct sv word, const struct sv *words, size_t count)
{
    unsigned best = (word.len < 6 ? 1 : 2) + 1;
    struct sv found = {0};
    for (size_t i = 0; i < count && best > 0; i++) {
        unsigned distance = near_distance(word, words[i], best - 1);
        /* Half of a very short word mistyped is another word. */
        if (distance < best && (distance == 0 || word.len > 2)) {
            best = distance;
            found = words[i];
        }
    }
    return found;
}
