/* The engine that the plugin's own is compared with. */
#ifndef SEARCH_TESTS_ORACLE_H
#define SEARCH_TESTS_ORACLE_H

#include "engine.h"

extern const struct engine_ops engine_fts5;

#endif
