/* Tasks ticked and reworded where they stand. */
#ifndef TEXT_TASK_EDIT_H
#define TEXT_TASK_EDIT_H

#include "text/outline.h"
#include "text/splice.h"

/* "[x]" or "[ ]". Nothing is added where the task is so already; another mark ("[-]") counts as open, and stays. */
void task_set_done(struct splices *splices, struct sv note, const struct task *task, bool done);
/* The line's text behind the brackets, due date and block id included. USAGE for several lines or none. */
status task_set_text(struct splices *splices, const struct task *task, struct sv text, struct err *err);

#endif
