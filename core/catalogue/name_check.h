/* File names that some system a peer may use cannot hold. */
#ifndef CATALOGUE_NAME_CHECK_H
#define CATALOGUE_NAME_CHECK_H

#include "note/finding.h"

/* Adds "name-unsafe" where a part of the path would not survive on Windows or macOS. */
void name_check(struct sv path, struct findings *findings);

#endif
