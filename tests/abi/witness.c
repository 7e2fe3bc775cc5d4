/* One variable of every public type and every id, so that abidiff sees them: tables travel as `const void *`, and a
 * plugin alone shows none of them. Compared with witness.abi. */
#include "chiron/plugin.h"

CHIRON_EXPORT chiron_sv witness_sv;
CHIRON_EXPORT chiron_host witness_host;
CHIRON_EXPORT chiron_heading witness_heading;
CHIRON_EXPORT chiron_link witness_link;
CHIRON_EXPORT chiron_notes_v1 witness_notes_v1;
CHIRON_EXPORT chiron_query_v1 witness_query_v1;
CHIRON_EXPORT chiron_out_v1 witness_out_v1;
CHIRON_EXPORT chiron_templates_v1 witness_templates_v1;
CHIRON_EXPORT chiron_data_v1 witness_data_v1;
CHIRON_EXPORT chiron_option witness_option;
CHIRON_EXPORT chiron_argument witness_argument;
CHIRON_EXPORT chiron_command_v1 witness_command_v1;
CHIRON_EXPORT chiron_search_node witness_search_node;
CHIRON_EXPORT chiron_search_query witness_search_query;
CHIRON_EXPORT chiron_snippet witness_snippet;
CHIRON_EXPORT chiron_hit witness_hit;
CHIRON_EXPORT chiron_respelling witness_respelling;
CHIRON_EXPORT chiron_searcher_v1 witness_searcher_v1;
CHIRON_EXPORT chiron_match_input witness_match_input;
CHIRON_EXPORT chiron_factor witness_factor;
CHIRON_EXPORT chiron_suggestion witness_suggestion;
CHIRON_EXPORT chiron_pair witness_pair;
CHIRON_EXPORT chiron_matcher_v1 witness_matcher_v1;
CHIRON_EXPORT chiron_kpi_definition witness_kpi_definition;
CHIRON_EXPORT chiron_window witness_window;
CHIRON_EXPORT chiron_kpi_value witness_kpi_value;
CHIRON_EXPORT chiron_kpi_v1 witness_kpi_v1;
CHIRON_EXPORT chiron_tree_v1 witness_tree_v1;
CHIRON_EXPORT chiron_exporter_v1 witness_exporter_v1;
CHIRON_EXPORT chiron_finding witness_finding;
CHIRON_EXPORT chiron_check_v1 witness_check_v1;
CHIRON_EXPORT chiron_consumer_v1 witness_consumer_v1;
CHIRON_EXPORT chiron_entry witness_entry;
CHIRON_EXPORT chiron_status witness_status;
CHIRON_EXPORT chiron_notes_fn witness_notes_fn;
CHIRON_EXPORT chiron_hit_fn witness_hit_fn;
CHIRON_EXPORT chiron_respelling_fn witness_respelling_fn;
CHIRON_EXPORT chiron_suggestion_fn witness_suggestion_fn;
CHIRON_EXPORT chiron_finding_fn witness_finding_fn;
CHIRON_EXPORT chiron_note *witness_note;
CHIRON_EXPORT chiron_call *witness_call;
CHIRON_EXPORT chiron_out *witness_out;
CHIRON_EXPORT chiron_tree *witness_tree;
