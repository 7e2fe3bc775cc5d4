#include "text/task_edit.h"

#include "base/i18n.h"
#include "base/utf8.h"

void task_set_done(struct splices *splices, struct sv note, const struct task *task, bool done)
{
    uint32_t rune;
    size_t len = utf8_decode(note, task->mark, &rune);
    if (task->done != done)
        splices_add(splices, task->mark, task->mark + (len > 0 ? len : 1), done ? SV("x") : SV(" "));
}

status task_set_text(struct splices *splices, const struct task *task, struct sv text, struct err *err)
{
    if (sv_trim(text).len == 0 || sv_chr(text, '\n') != SIZE_MAX || sv_chr(text, '\r') != SIZE_MAX)
        return err_set(err, USAGE, _("the text of a task is one line"));
    splices_add(splices, task->at.begin, task->at.end, sv_trim(text));
    return DONE;
}
