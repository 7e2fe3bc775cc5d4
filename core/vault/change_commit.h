/* Inside change: committing, and what a git that died left in the way. */
#ifndef VAULT_CHANGE_COMMIT_H
#define VAULT_CHANGE_COMMIT_H

#include "vault/change_plan.h"

/* Commits what the plan changed, space by space, and remembers the commits for change_last. Waits for other processes'
 * git up to ten seconds. `git_died`: one of ours did, and its locks may be there still; set where one does now. */
status plan_commit(struct vault *vault, const struct change_plan *plan, bool *git_died, struct err *err);

#endif
