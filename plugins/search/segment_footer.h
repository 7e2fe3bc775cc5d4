/* The end of a segment's file: where each member stands in it. */
#ifndef SEARCH_SEGMENT_FOOTER_H
#define SEARCH_SEGMENT_FOOTER_H

#include "table.h"

#define FOOTER_MAGIC 0x31746e656d676573u /* "segment1" */

enum {
    FOOTER_MAGIC_AT = 0,
    FOOTER_DOCS_AT = 8,
    FOOTER_PLACES_AT = 16,
    FOOTER_IDS_AT = 24,
    FOOTER_INFOS_AT = 32,
    FOOTER_ORDER_AT = 40,
    FOOTER_MEAN_AT = 48, /* a double */
    FOOTER_WORDS_AT = 56,
    FOOTER_FORMS_AT = FOOTER_WORDS_AT + TABLE_PLACE_BYTES,
    FOOTER_BYTES = FOOTER_FORMS_AT + TABLE_PLACE_BYTES
};

#endif
