/* Hashes of content under a secret key, so that nobody can prepare two notes that look the same to the catalogue. */
#ifndef CATALOGUE_DIGEST_H
#define CATALOGUE_DIGEST_H

#include "base/sv.h"

enum { DIGEST_KEY_SIZE = 16 };

/* SipHash-1-3. */
uint64_t digest(const unsigned char key[DIGEST_KEY_SIZE], struct sv bytes);

#endif
