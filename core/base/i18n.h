/* Messages in the user's language, by gettext. */
#ifndef BASE_I18N_H
#define BASE_I18N_H

#include <libintl.h>

#define _(text)  gettext(text)
#define N_(text) (text)
/* One plural form of several, by the rules of the language; `n` is also printed by the caller. */
#define Q_(one, many, n) ngettext(one, many, (unsigned long)(n))

/* Binds the catalogue: the program's own `share/locale`. `lang` ("en", "pl", "da", NULL: LC_ALL, LC_MESSAGES, LANG) is
 * what the messages speak; works on machines without that locale installed, since only the messages depend on it. */
void i18n_init(const char *lang);
/* The language in use as two letters: "en" unless a catalogue speaks another. Static string. */
const char *i18n_lang(void);

#endif
