/* A plugin's results on their way to the user's format: whatever the plugin does, a well-formed answer comes out. */
#ifndef HOST_SINK_H
#define HOST_SINK_H

#include "host/lend.h"
#include "out/out.h"

enum { SINK_DEPTH_MAX = 32 };

struct sink {
    struct chiron_out lent; /* first: what the plugin is given */
    struct out *out;
    char nesting[SINK_DEPTH_MAX]; /* 'm' a map that waits for a key, 'v' for the key's value, 'l' a list */
    size_t depth;
    bool began;     /* a record has begun: no column may follow */
    struct err err; /* the first misuse; all after it is refused */
};

void sink_init(struct sink *sink, struct out *out);
/* Closes what the plugin left open; FAILED with its first misuse. */
status sink_finish(struct sink *sink, struct err *err);

#endif
