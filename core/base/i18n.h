/* Messages in the user's language, by gettext. */
#ifndef BASE_I18N_H
#define BASE_I18N_H

#include <libintl.h>

#define _(text)  gettext(text)
#define N_(text) (text)
/* One plural form of several, by the rules of the language; `n` is also printed by the caller. */
#define Q_(one, many, n) ngettext(one, many, (unsigned long)(n))

/* Binds the catalogue: the program's own `share/locale`. `lang` ("en", "pl", "da", "pl_PL.UTF-8", a list "de:pl"; NULL:
 * LANGUAGE, LC_ALL, LC_MESSAGES, LANG as gettext reads them) is what the messages speak; works on machines without that
 * locale installed, since only the messages depend on it. Sets LANGUAGE in the environment, so call it before threads
 * start; calling again changes the language. This function can't fail: what has no catalogue is English. */
void i18n_init(const char *lang);
/* As i18n_init, with the catalogues of another folder. */
void i18n_init_at(const char *locale_dir, const char *lang);
/* The language in use as two letters: "en" unless a catalogue speaks another. Static string. */
const char *i18n_lang(void);

#endif
