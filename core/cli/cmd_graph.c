#include "base/i18n.h"
#include "base/json.h"
#include "cli/cmd.h"
#include "cli/link_shape.h"

static const struct cmd_option options[] = {
    {"external", 0, NULL, N_("web addresses too")},
    {0},
};

/* The notes asked for, and which of them something links to or from. */
struct graph {
    struct cmd *cmd;
    struct id_set notes;
    bool *linked; /* beside notes.ids */
    size_t edges, orphans, unresolved;
};

/* --- gathering ------------------------------------------------------------------------------------------------- */

static void mark(struct graph *graph, int64_t id)
{
    size_t low = 0, high = graph->notes.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (graph->notes.ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < graph->notes.count && graph->notes.ids[low] == id)
        graph->linked[low] = true;
}

static bool is_linked(const struct graph *graph, int64_t id)
{
    for (size_t low = 0, high = graph->notes.count; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (graph->notes.ids[middle] == id)
            return graph->linked[middle];
        if (graph->notes.ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static status mark_link(void *payload, const struct link_record *link, struct err *err)
{
    struct graph *graph = payload;
    (void)err;
    if (!id_set_has(&graph->notes, link->from_id))
        return DONE;
    graph->edges++;
    if (link->to_id != 0 && link->to_id != link->from_id) {
        mark(graph, link->from_id);
        mark(graph, link->to_id);
    }
    if (link->to.len == 0 && !link->external)
        graph->unresolved++;
    return DONE;
}

static status each_link(struct graph *graph, bool unresolved, link_fn fn, struct err *err)
{
    struct link_filter filter = {.external = !unresolved && option_given(graph->cmd, "external"),
                                 .unresolved_only = unresolved};
    return catalogue_links(graph->cmd->catalogue, &filter, fn, graph, err);
}

/* --- json ------------------------------------------------------------------------------------------------------- */

static status put_node(void *payload, const struct record *record, struct err *err)
{
    struct out *out = ((struct graph *)payload)->cmd->out;
    (void)err;
    out_begin_map(out);
    out_put(out, "path", record->path);
    out_put(out, "handle", record->short_handle);
    out_put(out, "space", record->space);
    out_put(out, "type", record->type);
    out_put(out, "title", record->title);
    out_put(out, "date", record->date);
    out_end_map(out);
    return DONE;
}

static status put_edge(void *payload, const struct link_record *link, struct err *err)
{
    struct graph *graph = payload;
    (void)err;
    if (id_set_has(&graph->notes, link->from_id))
        link_put(graph->cmd->out, link);
    return DONE;
}

static status put_orphan_path(void *payload, const struct record *record, struct err *err)
{
    struct graph *graph = payload;
    (void)err;
    if (!is_linked(graph, record->id))
        out_string(graph->cmd->out, record->path);
    return DONE;
}

static status put_object(struct graph *graph, struct err *err)
{
    struct out *out = graph->cmd->out;
    struct sort by_path = {.key = SORT_PATH};
    out_begin_map(out);
    out_key(out, SV("nodes"));
    out_begin_list(out);
    status code = catalogue_each(graph->cmd->catalogue, &graph->notes, &by_path, 0, put_node, graph, err);
    out_end_list(out);
    out_key(out, SV("edges"));
    out_begin_list(out);
    if (code == DONE)
        code = each_link(graph, false, put_edge, err);
    out_end_list(out);
    out_key(out, SV("orphans"));
    out_begin_list(out);
    if (code == DONE)
        code = catalogue_each(graph->cmd->catalogue, &graph->notes, &by_path, 0, put_orphan_path, graph, err);
    out_end_list(out);
    out_key(out, SV("unresolved"));
    out_begin_list(out);
    if (code == DONE)
        code = each_link(graph, true, put_edge, err);
    out_end_list(out);
    out_end_map(out);
    return code;
}

/* --- dot ---------------------------------------------------------------------------------------------------------- */

/* A quoted string of the DOT language: only the quote and the backslash are special. */
static void put_quoted(struct out *out, struct sv text)
{
    struct buf quoted = {0};
    buf_char(&quoted, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"' || text.ptr[i] == '\\')
            buf_char(&quoted, '\\');
        buf_char(&quoted, text.ptr[i] == '\n' ? ' ' : text.ptr[i]);
    }
    buf_char(&quoted, '"');
    out_text(out, STYLE_NONE, buf_view(&quoted));
    buf_release(&quoted);
}

static status put_dot_node(void *payload, const struct record *record, struct err *err)
{
    struct out *out = ((struct graph *)payload)->cmd->out;
    (void)err;
    out_raw(out, SV("  "));
    put_quoted(out, record->path);
    out_raw(out, SV(" [label="));
    put_quoted(out, record->title);
    out_raw(out, SV(", class="));
    put_quoted(out, record->type);
    out_raw(out, SV("];\n"));
    return DONE;
}

static status put_dot_edge(void *payload, const struct link_record *link, struct err *err)
{
    struct graph *graph = payload;
    struct out *out = graph->cmd->out;
    (void)err;
    if (link->to_id == 0 || !id_set_has(&graph->notes, link->from_id) || !id_set_has(&graph->notes, link->to_id))
        return DONE;
    out_raw(out, SV("  "));
    put_quoted(out, link->from);
    out_raw(out, SV(" -> "));
    put_quoted(out, link->to);
    out_raw(out, SV(";\n"));
    return DONE;
}

static status put_dot(struct graph *graph, struct err *err)
{
    struct out *out = graph->cmd->out;
    struct sort by_path = {.key = SORT_PATH};
    out_raw(out, SV("digraph vault {\n  rankdir=LR;\n  node [shape=box, style=rounded];\n"));
    status code = catalogue_each(graph->cmd->catalogue, &graph->notes, &by_path, 0, put_dot_node, graph, err);
    if (code == DONE)
        code = each_link(graph, false, put_dot_edge, err);
    out_raw(out, SV("}\n"));
    return code;
}

/* --- text --------------------------------------------------------------------------------------------------------- */

static status put_orphan(void *payload, const struct record *record, struct err *err)
{
    struct graph *graph = payload;
    (void)err;
    if (!is_linked(graph, record->id)) {
        out_raw(graph->cmd->out, SV("  "));
        out_text(graph->cmd->out, STYLE_PATH, record->path);
        out_newline(graph->cmd->out);
    }
    return DONE;
}

static status put_unresolved(void *payload, const struct link_record *link, struct err *err)
{
    struct graph *graph = payload;
    struct out *out = graph->cmd->out;
    (void)err;
    if (!id_set_has(&graph->notes, link->from_id))
        return DONE;
    out_raw(out, SV("  "));
    out_text(out, STYLE_PATH, link->from);
    out_textf(out, STYLE_DIM, ":%u:%u  ", link->line, link->column);
    out_text(out, STYLE_ERROR, link->target);
    out_newline(out);
    return DONE;
}

static status put_summary(struct graph *graph, struct err *err)
{
    struct out *out = graph->cmd->out;
    struct sort by_path = {.key = SORT_PATH};
    status code = DONE;
    for (size_t i = 0; i < graph->notes.count; i++)
        graph->orphans += !graph->linked[i];
    out_textf(out, STYLE_TITLE, Q_("%zu note", "%zu notes", graph->notes.count), graph->notes.count);
    out_raw(out, SV(", "));
    out_textf(out, STYLE_TITLE, Q_("%zu link", "%zu links", graph->edges), graph->edges);
    out_newline(out);
    if (graph->orphans > 0) {
        out_newline(out);
        out_textf(out, STYLE_NONE,
                  Q_("%zu orphan (no link from or to another note):", "%zu orphans (no link from or to another note):",
                     graph->orphans),
                  graph->orphans);
        out_newline(out);
        code = catalogue_each(graph->cmd->catalogue, &graph->notes, &by_path, 0, put_orphan, graph, err);
    }
    if (code == DONE && graph->unresolved > 0) {
        out_newline(out);
        out_textf(out, STYLE_NONE, Q_("%zu unresolved link:", "%zu unresolved links:", graph->unresolved),
                  graph->unresolved);
        out_newline(out);
        code = each_link(graph, true, put_unresolved, err);
    }
    return code;
}

static status run(struct cmd *cmd, struct err *err)
{
    struct graph graph = {.cmd = cmd};
    status code = cmd_query_set(cmd, &graph.notes, err);
    if (code == DONE) {
        graph.linked = arena_array(&cmd->arena, graph.notes.count, sizeof *graph.linked);
        code = graph.linked ? each_link(&graph, false, mark_link, err) : err_no_memory(err);
    }
    if (code == DONE && cmd->extra_format)
        code = put_dot(&graph, err);
    else if (code == DONE && out_is_text(cmd->out))
        code = put_summary(&graph, err);
    else if (code == DONE)
        code = put_object(&graph, err);
    bool empty = graph.notes.count == 0;
    id_set_release(&graph.notes);
    return code == DONE && empty ? NOT_FOUND : code;
}

const struct cmd_entry cmd_graph = {
    .name = "graph",
    .usage = N_("[QUERY...]"),
    .summary = N_("how notes hang together: orphans, unresolved links"),
    .details = N_("--format json gives nodes and edges, --format dot a picture for Graphviz."),
    .options = options,
    .needs = CMD_QUERY | CMD_CATALOGUE | CMD_OUTPUT | CMD_PAGER | CMD_SINGLE,
    .extra_format = "dot",
    .run = run,
};
