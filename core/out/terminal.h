/* The user's terminal: its width, colours, a pager. */
#ifndef OUT_TERMINAL_H
#define OUT_TERMINAL_H

#include "base/err.h"

enum color_when { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };
/* By --color, NO_COLOR, CLICOLOR_FORCE, TERM=dumb and whether fd is a terminal. */
bool terminal_color(int fd, enum color_when when);
/* Columns: COLUMNS, else the terminal's, else 80; 0 when fd is no terminal. */
unsigned terminal_width(int fd);

/* Sends what is written to stdout through the user's pager until pager_end: only when stdout is a terminal. The pager
 * is `command` ("less", "less -R": split at spaces, no shell); LESS=FRX and LV=-c are set unless the user has them. */
struct pager {
    int child, saved_stdout;
};
status pager_begin(struct pager *pager, struct sv command, struct err *err);
void pager_end(struct pager *pager);

#endif
