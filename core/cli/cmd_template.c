#include "base/i18n.h"
#include "cli/cmd.h"

static status load(struct cmd *cmd, struct types **types_out, struct err *err)
{
    struct buf warnings = {0};
    status code = vault_types(cmd->vault, types_out, &warnings, err);
    if (warnings.len > 0)
        cmd_warn(cmd, "%s", warnings.ptr);
    buf_release(&warnings);
    return code;
}

static status list(struct cmd *cmd, const struct types *types)
{
    static const char *const keys[] = {"type", "label", "visibility", "folder", "models", "summary", NULL};
    struct sv lang = sv_of(i18n_lang());
    for (size_t i = 0; keys[i]; i++)
        out_column(cmd->out, keys[i], NULL);
    for (size_t i = 0; i < types_count(types); i++) {
        const struct note_type *type = types_nth(types, i);
        out_begin_map(cmd->out);
        out_put(cmd->out, "type", type->name);
        out_put(cmd->out, "label", label_text(&type->label, lang, type->name));
        out_put(cmd->out, "visibility", sv_of(visibility_name(type->visibility)));
        out_put(cmd->out, "folder", type->folder);
        out_put(cmd->out, "summary", label_text(&type->summary, lang, SV("")));
        out_key(cmd->out, SV("models"));
        out_begin_list(cmd->out);
        for (size_t m = 0; m < type->model_count; m++)
            out_string(cmd->out, type->models[m].name);
        out_end_list(cmd->out);
        out_put_bool(cmd->out, "from_vault", type->from_vault);
        out_put(cmd->out, "path", type->path);
        out_end_map(cmd->out);
    }
    return DONE;
}

static void put_words(struct out *out, const char *key, const struct sv *words, size_t count)
{
    if (count == 0)
        return;
    out_key(out, sv_of(key));
    out_begin_list(out);
    for (size_t i = 0; i < count; i++)
        out_string(out, words[i]);
    out_end_list(out);
}

static void put_field(struct out *out, const struct field *field, struct sv lang, struct sv prefix)
{
    struct buf name = {0};
    buf_put(&name, prefix);
    buf_put(&name, field->name);
    out_begin_map(out);
    out_put(out, "field", buf_view(&name));
    out_put(out, "kind", sv_of(field_kind_name(field->kind)));
    if (field->kind == FIELD_LIST || field->kind == FIELD_MAP)
        out_put(out, "of", sv_of(field_kind_name(field->of)));
    out_put_bool(out, "required", field->required);
    put_words(out, "values", field->values, field->value_count);
    put_words(out, "to", field->to, field->to_count);
    if (field->has_min)
        out_put_number(out, "min", field->min);
    if (field->has_max)
        out_put_number(out, "max", field->max);
    out_put(out, "default", value_text(field->fallback));
    out_put(out, "label", label_text(&field->label, lang, field->name));
    out_end_map(out);
    buf_put(&name, SV("[]."));
    for (size_t i = 0; i < field->field_count; i++)
        put_field(out, &field->fields[i], lang, buf_view(&name));
    buf_release(&name);
}

static status show(struct cmd *cmd, const struct types *types, struct err *err)
{
    static const char *const keys[] = {"field", "kind", "of", "required", "values", "default", "label", NULL};
    if (cmd->word_count < 2)
        return err_set(err, USAGE, _("which type? 'chiron template list' shows all"));
    const struct note_type *type = types_get(types, cmd->words[1]);
    const struct note_type *common = types_for(types, SV("note"));
    struct sv lang = sv_of(i18n_lang());
    if (!type)
        return err_set(err, FAILED, _("no type '%.*s': 'chiron template list' shows all"), SV_ARG(cmd->words[1]));
    for (size_t i = 0; keys[i]; i++)
        out_column(cmd->out, keys[i], NULL);
    for (size_t i = 0; i < type->field_count; i++)
        put_field(cmd->out, &type->fields[i], lang, SV(""));
    for (size_t i = 0; type != common && i < common->field_count; i++)
        if (type_field(types, type, common->fields[i].name) == &common->fields[i])
            put_field(cmd->out, &common->fields[i], lang, SV(""));
    return DONE;
}

static status run(struct cmd *cmd, struct err *err)
{
    struct types *types = NULL;
    bool lists = sv_eq(cmd->words[0], SV("list")), shows = sv_eq(cmd->words[0], SV("show"));
    if (!lists && !shows)
        return err_set(err, USAGE, _("template takes list or show, not '%.*s'"), SV_ARG(cmd->words[0]));
    if (lists && cmd->word_count > 1)
        return err_set(err, USAGE, _("too many words: see 'chiron help template'"));
    status code = cmd_need_vault(cmd, err);
    if (code == DONE)
        code = load(cmd, &types, err);
    if (code == DONE)
        code = lists ? list(cmd, types) : show(cmd, types, err);
    types_free(types);
    return code;
}

const struct cmd_entry cmd_template = {
    .name = "template",
    .usage = N_("list | show TYPE"),
    .summary = N_("note types and their fields"),
    .needs = CMD_OUTPUT | CMD_PAGER,
    .words_min = 1,
    .words_max = 2,
    .run = run,
};
