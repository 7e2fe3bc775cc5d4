/* The frozen layout of ABI 1: where every member of every public struct stands, on machines with 64-bit pointers. A
 * member that is appended gets a line of its own here and changes the SIZE; no line is ever changed or taken away. It
 * is enough that this compiles. */
#include "chiron/plugin.h"

#define AT(type, member, offset) _Static_assert(offsetof(type, member) == (offset), #type "." #member " has moved")
#define SIZE(type, size)         _Static_assert(sizeof(type) == (size), #type " has another size")
#define ID(name, text)           _Static_assert(__builtin_strcmp(name, text) == 0, #name " has another text")
#define VALUE(name, value)       _Static_assert((name) == (value), #name " has another value")

_Static_assert(sizeof(void *) == 8, "this table is for 64-bit pointers");

AT(chiron_sv, ptr, 0);
AT(chiron_sv, len, 8);
SIZE(chiron_sv, 16);

AT(chiron_host, struct_size, 0);
AT(chiron_host, abi_minor, 4);
AT(chiron_host, version, 8);
AT(chiron_host, get_extension, 16);
AT(chiron_host, fail, 24);
AT(chiron_host, cancelled, 32);
AT(chiron_host, progress, 40);
AT(chiron_host, scratch, 48);
AT(chiron_host, config, 56);
SIZE(chiron_host, 64);

AT(chiron_heading, struct_size, 0);
AT(chiron_heading, level, 4);
AT(chiron_heading, line, 8);
AT(chiron_heading, text, 16);
SIZE(chiron_heading, 32);

AT(chiron_link, struct_size, 0);
AT(chiron_link, line, 4);
AT(chiron_link, column, 8);
AT(chiron_link, target, 16);
AT(chiron_link, path, 32);
AT(chiron_link, anchor, 48);
AT(chiron_link, label, 64);
AT(chiron_link, kind, 80);
SIZE(chiron_link, 96);

AT(chiron_notes_v1, struct_size, 0);
AT(chiron_notes_v1, id, 8);
AT(chiron_notes_v1, text, 16);
AT(chiron_notes_v1, utf8, 24);
AT(chiron_notes_v1, words, 32);
AT(chiron_notes_v1, body_line, 40);
AT(chiron_notes_v1, field, 48);
AT(chiron_notes_v1, tag, 56);
AT(chiron_notes_v1, alias, 64);
AT(chiron_notes_v1, heading, 72);
AT(chiron_notes_v1, link, 80);
SIZE(chiron_notes_v1, 88);

AT(chiron_query_v1, struct_size, 0);
AT(chiron_query_v1, each, 8);
AT(chiron_query_v1, count, 16);
AT(chiron_query_v1, find, 24);
AT(chiron_query_v1, get, 32);
SIZE(chiron_query_v1, 40);

AT(chiron_out_v1, struct_size, 0);
AT(chiron_out_v1, column, 8);
AT(chiron_out_v1, begin_map, 16);
AT(chiron_out_v1, end_map, 24);
AT(chiron_out_v1, begin_list, 32);
AT(chiron_out_v1, end_list, 40);
AT(chiron_out_v1, key, 48);
AT(chiron_out_v1, string, 56);
AT(chiron_out_v1, integer, 64);
AT(chiron_out_v1, number, 72);
AT(chiron_out_v1, boolean, 80);
AT(chiron_out_v1, line, 88);
SIZE(chiron_out_v1, 96);

AT(chiron_templates_v1, struct_size, 0);
AT(chiron_templates_v1, read, 8);
SIZE(chiron_templates_v1, 16);

AT(chiron_data_v1, struct_size, 0);
AT(chiron_data_v1, dir, 8);
SIZE(chiron_data_v1, 16);

AT(chiron_option, struct_size, 0);
AT(chiron_option, name, 8);
AT(chiron_option, short_name, 16);
AT(chiron_option, value_name, 24);
AT(chiron_option, summary, 32);
SIZE(chiron_option, 40);

AT(chiron_argument, struct_size, 0);
AT(chiron_argument, name, 8);
AT(chiron_argument, value, 16);
SIZE(chiron_argument, 32);

AT(chiron_command_v1, struct_size, 0);
AT(chiron_command_v1, name, 8);
AT(chiron_command_v1, usage, 16);
AT(chiron_command_v1, summary, 24);
AT(chiron_command_v1, options, 32);
AT(chiron_command_v1, run, 40);
SIZE(chiron_command_v1, 48);

AT(chiron_search_node, struct_size, 0);
AT(chiron_search_node, kind, 4);
AT(chiron_search_node, scope, 8);
AT(chiron_search_node, text, 16);
AT(chiron_search_node, ids, 32);
AT(chiron_search_node, id_count, 40);
AT(chiron_search_node, children, 48);
AT(chiron_search_node, child_count, 56);
AT(chiron_search_node, within, 64);
SIZE(chiron_search_node, 72);

AT(chiron_search_query, struct_size, 0);
AT(chiron_search_query, root, 8);
AT(chiron_search_query, lang, 16);
AT(chiron_search_query, limit, 32);
SIZE(chiron_search_query, 40);

AT(chiron_snippet, struct_size, 0);
AT(chiron_snippet, line, 4);
AT(chiron_snippet, text, 8);
AT(chiron_snippet, marks, 24);
AT(chiron_snippet, mark_count, 32);
SIZE(chiron_snippet, 40);

AT(chiron_hit, struct_size, 0);
AT(chiron_hit, id, 8);
AT(chiron_hit, score, 16);
AT(chiron_hit, snippets, 24);
AT(chiron_hit, snippet_count, 32);
AT(chiron_hit, terms, 40);
AT(chiron_hit, term_count, 48);
SIZE(chiron_hit, 56);

AT(chiron_respelling, struct_size, 0);
AT(chiron_respelling, from, 8);
AT(chiron_respelling, to, 24);
SIZE(chiron_respelling, 40);

AT(chiron_searcher_v1, struct_size, 0);
AT(chiron_searcher_v1, name, 8);
AT(chiron_searcher_v1, search, 16);
AT(chiron_searcher_v1, suggest, 24);
AT(chiron_searcher_v1, related, 32);
SIZE(chiron_searcher_v1, 40);

AT(chiron_match_input, struct_size, 0);
AT(chiron_match_input, mentors, 8);
AT(chiron_match_input, mentor_count, 16);
AT(chiron_match_input, mentees, 24);
AT(chiron_match_input, mentee_count, 32);
SIZE(chiron_match_input, 40);

AT(chiron_factor, struct_size, 0);
AT(chiron_factor, name, 8);
AT(chiron_factor, points, 16);
AT(chiron_factor, note, 24);
SIZE(chiron_factor, 40);

AT(chiron_suggestion, struct_size, 0);
AT(chiron_suggestion, mentor, 8);
AT(chiron_suggestion, mentee, 16);
AT(chiron_suggestion, score, 24);
AT(chiron_suggestion, factors, 32);
AT(chiron_suggestion, factor_count, 40);
AT(chiron_suggestion, reason, 48);
SIZE(chiron_suggestion, 64);

AT(chiron_pair, mentor, 0);
AT(chiron_pair, mentee, 8);
SIZE(chiron_pair, 16);

AT(chiron_matcher_v1, struct_size, 0);
AT(chiron_matcher_v1, name, 8);
AT(chiron_matcher_v1, summary, 16);
AT(chiron_matcher_v1, match, 24);
AT(chiron_matcher_v1, score, 32);
SIZE(chiron_matcher_v1, 40);

AT(chiron_kpi_definition, struct_size, 0);
AT(chiron_kpi_definition, id, 8);
AT(chiron_kpi_definition, name, 16);
AT(chiron_kpi_definition, unit, 24);
AT(chiron_kpi_definition, formula, 32);
AT(chiron_kpi_definition, query, 40);
AT(chiron_kpi_definition, direction, 48);
SIZE(chiron_kpi_definition, 56);

AT(chiron_window, struct_size, 0);
AT(chiron_window, from, 8);
AT(chiron_window, to, 24);
AT(chiron_window, as_of, 40);
SIZE(chiron_window, 56);

AT(chiron_kpi_value, struct_size, 0);
AT(chiron_kpi_value, has_value, 4);
AT(chiron_kpi_value, value, 8);
AT(chiron_kpi_value, n, 16);
AT(chiron_kpi_value, reason, 24);
SIZE(chiron_kpi_value, 40);

AT(chiron_kpi_v1, struct_size, 0);
AT(chiron_kpi_v1, definitions, 8);
AT(chiron_kpi_v1, begin, 16);
AT(chiron_kpi_v1, add, 24);
AT(chiron_kpi_v1, finish, 32);
AT(chiron_kpi_v1, discard, 40);
SIZE(chiron_kpi_v1, 48);

AT(chiron_tree_v1, struct_size, 0);
AT(chiron_tree_v1, file, 8);
AT(chiron_tree_v1, write, 16);
SIZE(chiron_tree_v1, 24);

AT(chiron_exporter_v1, struct_size, 0);
AT(chiron_exporter_v1, format, 8);
AT(chiron_exporter_v1, suffix, 16);
AT(chiron_exporter_v1, summary, 24);
AT(chiron_exporter_v1, options, 32);
AT(chiron_exporter_v1, begin, 40);
AT(chiron_exporter_v1, add, 48);
AT(chiron_exporter_v1, finish, 56);
AT(chiron_exporter_v1, discard, 64);
SIZE(chiron_exporter_v1, 72);

AT(chiron_finding, struct_size, 0);
AT(chiron_finding, level, 4);
AT(chiron_finding, line, 8);
AT(chiron_finding, column, 12);
AT(chiron_finding, message, 16);
SIZE(chiron_finding, 32);

AT(chiron_check_v1, struct_size, 0);
AT(chiron_check_v1, rule, 8);
AT(chiron_check_v1, summary, 16);
AT(chiron_check_v1, query, 24);
AT(chiron_check_v1, check, 32);
SIZE(chiron_check_v1, 40);

AT(chiron_consumer_v1, struct_size, 0);
AT(chiron_consumer_v1, cursor, 8);
AT(chiron_consumer_v1, begin, 16);
AT(chiron_consumer_v1, changed, 24);
AT(chiron_consumer_v1, removed, 32);
AT(chiron_consumer_v1, finish, 40);
AT(chiron_consumer_v1, discard, 48);
SIZE(chiron_consumer_v1, 56);

AT(chiron_entry, struct_size, 0);
AT(chiron_entry, abi_major, 4);
AT(chiron_entry, abi_minor, 8);
AT(chiron_entry, id, 16);
AT(chiron_entry, version, 24);
AT(chiron_entry, open, 32);
AT(chiron_entry, get_extension, 40);
AT(chiron_entry, close, 48);
SIZE(chiron_entry, 56);

/* Functions that travel as values have a type too: a change of it does not compile here. */
_Static_assert(_Generic((chiron_notes_fn)0,
                        chiron_status (*)(void *, chiron_call *, const chiron_note *const *, size_t) : 1, default : 0),
               "chiron_notes_fn");
_Static_assert(_Generic((chiron_respelling_fn)0, chiron_status (*)(void *, const chiron_respelling *) : 1, default : 0),
               "chiron_respelling_fn");
_Static_assert(_Generic((chiron_hit_fn)0, chiron_status (*)(void *, const chiron_hit *) : 1, default : 0),
               "chiron_hit_fn");
_Static_assert(_Generic((chiron_suggestion_fn)0, chiron_status (*)(void *, const chiron_suggestion *) : 1, default : 0),
               "chiron_suggestion_fn");
_Static_assert(_Generic((chiron_finding_fn)0, chiron_status (*)(void *, const chiron_finding *) : 1, default : 0),
               "chiron_finding_fn");

VALUE(CHIRON_ABI_MAJOR, 1);
VALUE(CHIRON_OK, 0);
VALUE(CHIRON_NONE, 1);
VALUE(CHIRON_STOP, 2);
VALUE(CHIRON_EFAILED, -1);
VALUE(CHIRON_ENOMEM, -2);
VALUE(CHIRON_EUSAGE, -3);
VALUE(CHIRON_ECANCELLED, -4);
VALUE(CHIRON_NOTE_PATH, 1);
VALUE(CHIRON_NOTE_HANDLE, 2);
VALUE(CHIRON_NOTE_SPACE, 3);
VALUE(CHIRON_NOTE_VISIBILITY, 4);
VALUE(CHIRON_NOTE_TYPE, 5);
VALUE(CHIRON_NOTE_TITLE, 6);
VALUE(CHIRON_NOTE_DATE, 7);
VALUE(CHIRON_NOTE_CREATED, 8);
VALUE(CHIRON_NOTE_MODIFIED, 9);
VALUE(CHIRON_NOTE_LANG, 10);
VALUE(CHIRON_NOTE_BODY, 11);
VALUE(CHIRON_NOTE_BYTES, 12);
VALUE(CHIRON_NOTE_FIELDS, 13);
VALUE(CHIRON_SEARCH_AND, 1);
VALUE(CHIRON_SEARCH_OR, 2);
VALUE(CHIRON_SEARCH_NOT, 3);
VALUE(CHIRON_SEARCH_WORD, 4);
VALUE(CHIRON_SEARCH_PREFIX, 5);
VALUE(CHIRON_SEARCH_PHRASE, 6);
VALUE(CHIRON_SEARCH_SET, 7);
VALUE(CHIRON_SEARCH_NEAR, 8);
VALUE(CHIRON_SCOPE_ANYWHERE, 0);
VALUE(CHIRON_SCOPE_TITLE, 1);
VALUE(CHIRON_SCOPE_HEADING, 2);
VALUE(CHIRON_UP_IS_GOOD, 1);
VALUE(CHIRON_DOWN_IS_GOOD, 2);
VALUE(CHIRON_NEITHER, 0);
VALUE(CHIRON_STYLE, 0);
VALUE(CHIRON_WARNING, 1);
VALUE(CHIRON_ERROR, 2);

ID(CHIRON_PERMISSION_NOTES, "notes:read");
ID(CHIRON_PERMISSION_DATA, "data");
ID(CHIRON_PERMISSION_NETWORK, "network");
ID(CHIRON_EXT_NOTES, "chiron.notes/1");
ID(CHIRON_EXT_QUERY, "chiron.query/1");
ID(CHIRON_EXT_OUT, "chiron.out/1");
ID(CHIRON_EXT_TEMPLATES, "chiron.templates/1");
VALUE(CHIRON_TEMPLATES_INSTALLED, 0);
VALUE(CHIRON_TEMPLATES_VAULT, 1);
ID(CHIRON_EXT_DATA, "chiron.data/1");
ID(CHIRON_EXT_COMMAND, "chiron.command/1");
ID(CHIRON_EXT_SEARCHER, "chiron.searcher/1");
ID(CHIRON_EXT_MATCHER, "chiron.matcher/1");
ID(CHIRON_EXT_KPI, "chiron.kpi/1");
ID(CHIRON_EXT_EXPORTER, "chiron.exporter/1");
ID(CHIRON_EXT_TREE, "chiron.tree/1");
ID(CHIRON_EXT_CHECK, "chiron.check/1");
ID(CHIRON_EXT_CONSUMER, "chiron.consumer/1");
