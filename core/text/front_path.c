#include "text/front_edit.h"

#include "base/i18n.h"

static status not_a_path(struct err *err, struct sv path)
{
    return err_set(err, USAGE, _("'%.*s' is no path of a field, such as status, goals[0].gas or goals[+].title"),
                   SV_ARG(path));
}

/* Takes "[12]" or "[+]" off the front. */
static bool take_index(struct sv *rest, struct front_step *step)
{
    int64_t index = 0;
    size_t close = sv_chr(*rest, ']');
    struct sv inside = close == SIZE_MAX ? (struct sv){0} : sv_sub(*rest, 1, close - 1);
    bool is_new = sv_eq(inside, SV("+"));
    if (!is_new && (inside.len == 0 || inside.ptr[0] == '+' || !sv_to_i64(inside, &index) || index < 0))
        return false;
    *step = (struct front_step){.kind = is_new ? FRONT_NEW : FRONT_INDEX, .index = (size_t)index};
    *rest = sv_from(*rest, close + 1);
    return true;
}

static bool take_key(struct sv *rest, struct front_step *step)
{
    size_t end = 0;
    while (end < rest->len && rest->ptr[end] != '.' && rest->ptr[end] != '[' && rest->ptr[end] != ']')
        end++;
    *step = (struct front_step){.kind = FRONT_KEY, .key = sv_sub(*rest, 0, end)};
    *rest = sv_from(*rest, end);
    return end > 0;
}

status front_path_parse(struct sv path, struct front_step steps[FRONT_STEPS_MAX], size_t *count_out, struct err *err)
{
    struct sv rest = path;
    size_t count = 0;
    do {
        if (count == FRONT_STEPS_MAX)
            return err_set(err, USAGE, _("'%.*s' has more than %d steps"), SV_ARG(path), FRONT_STEPS_MAX);
        bool index = count > 0 && rest.ptr[0] == '[';
        if (count > 0 && !index && rest.ptr[0] != '.')
            return not_a_path(err, path);
        if (count > 0 && !index)
            rest = sv_from(rest, 1);
        if (index ? !take_index(&rest, &steps[count]) : !take_key(&rest, &steps[count]))
            return not_a_path(err, path);
        count++;
    } while (rest.len > 0);
    *count_out = count;
    return DONE;
}
