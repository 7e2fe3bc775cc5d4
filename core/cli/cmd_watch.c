/* Keeps the catalogue and the search index as the files are, and tells every other command which folders changed since,
 * so that these need not look at the rest. Each round opens everything anew: what else may have changed meanwhile
 * (spaces, configuration, another process that refreshed) is met as any command would meet it. */
#include "base/i18n.h"
#include "base/map.h"
#include "catalogue/watched.h"
#include "cli/cmd.h"
#include "vault/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

enum {
    QUIET_MS = 150,   /* a change is followed by others: editors write twice, git many files */
    LATEST_MS = 2000, /* but not for ever */
    LOOK_MS = 2000,   /* where the kernel tells nothing */
    ROUNDS_MAX = 5,   /* folders that appear while they are being watched */
    DIRTY_MAX = 256   /* more are not worth telling: whoever asks is faster with a look at all */
};

struct watcher {
    struct cmd *cmd;
    struct watch *watch; /* NULL: the kernel does not tell */
    struct watched_server *server;
    const char *data_dir;
    struct watched now;         /* an empty mark: not known */
    struct arena arena;         /* of the dirty folders */
    struct map dirty;           /* their paths */
    uint64_t first_ms, last_ms; /* changes that no round has seen; 0: none */
};

/* --- what changes --- */

static void forget(struct watcher *watcher)
{
    watcher->now = (struct watched){0};
    map_release(&watcher->dirty);
    arena_reset(&watcher->arena);
}

static status note_change(void *payload, struct sv folder, struct err *err)
{
    struct watcher *watcher = payload;
    watcher->last_ms = clock_ms();
    if (watcher->first_ms == 0)
        watcher->first_ms = watcher->last_ms;
    if (map_get(&watcher->dirty, folder))
        return DONE;
    struct sv copy = arena_copy(&watcher->arena, folder);
    return copy.ptr && map_put(&watcher->dirty, copy, NULL) ? DONE : err_no_memory(err);
}

/* After this `now` is true of the files as they are. */
static status drain(struct watcher *watcher, struct err *err)
{
    if (!watcher->watch)
        return DONE;
    status code = watch_drain(watcher->watch, note_change, watcher, err);
    if (code == STOP) {
        forget(watcher);
        watcher->first_ms = watcher->last_ms = clock_ms();
        return DONE;
    }
    if (code != DONE || watcher->now.mark.id[0] == '\0')
        return code;
    if (watcher->dirty.count > DIRTY_MAX) {
        forget(watcher);
        return DONE;
    }
    struct sv *folders = arena_array(&watcher->arena, watcher->dirty.count, sizeof *folders);
    if (!folders)
        return err_no_memory(err);
    for (size_t i = 0; i < watcher->dirty.count; i++)
        folders[i] = watcher->dirty.entries[i].key;
    watcher->now.folders = folders;
    watcher->now.folder_count = watcher->dirty.count;
    return DONE;
}

/* --- a round --- */

struct folder_list {
    struct arena arena;
    struct sv *items;
    size_t count, capacity;
};

static status add_folder(void *payload, struct sv path, struct err *err)
{
    struct folder_list *list = payload;
    struct sv *items = arena_grow(&list->arena, list->items, &list->capacity, list->count, sizeof *items);
    struct sv copy = arena_copy(&list->arena, path);
    if (!items || !copy.ptr)
        return err_no_memory(err);
    list->items = items;
    items[list->count++] = copy;
    return DONE;
}

static status feed_searcher(struct cmd *cmd, struct err *err)
{
    struct plugin *plugin;
    struct err why = {0};
    status code = cmd_need_plugins(cmd, err);
    if (code == DONE && plugins_pick(cmd->plugins, PLUGIN_SEARCHER, (struct sv){0}, &plugin, &why) == DONE)
        code = plugin_catch_up(plugin, err);
    return code;
}

/* As a command would, with what is known. */
static status refresh(struct watcher *watcher, struct catalogue_refresh *result, struct err *err)
{
    struct cmd *cmd = watcher->cmd;
    const struct catalogue_options options = {.progress = &cmd->progress, .watched = &watcher->now};
    status code = cmd_need_vault(cmd, err);
    if (code == DONE)
        code = catalogue_open(cmd->vault, &options, &cmd->catalogue, NULL, err);
    if (code == DONE)
        code = catalogue_refresh(cmd->catalogue, result, err);
    progress_end(&cmd->progress);
    return code;
}

/* The folders as they are now. `*again_out`: some were not watched when they were looked at. */
static status follow_folders(struct watcher *watcher, bool *again_out, struct err *err)
{
    struct folder_list list = {0};
    struct catalogue_mark mark;
    struct err why = {0};
    size_t added = 0;
    status code = catalogue_mark(watcher->cmd->catalogue, &mark, add_folder, &list, err);
    if (code == DONE)
        code = watch_folders(watcher->watch, list.items, list.count, &added, &why);
    *again_out = added > 0;
    if (code == DONE)
        watcher->now.mark = mark;
    /* A folder could not be read to its end, or was going away: nothing is known until a look finds all whole. */
    if (code == NOT_FOUND)
        code = DONE;
    if (code == REFUSED) {
        cmd_warn(watcher->cmd, _("%s; looking every two seconds instead"), why.text);
        watch_close(watcher->watch);
        watcher->watch = NULL;
        code = DONE;
    } else if (code != DONE && why.code != DONE) {
        *err = why;
    }
    arena_release(&list.arena);
    return code;
}

static void close_round(struct cmd *cmd)
{
    plugins_free(cmd->plugins);
    catalogue_close(cmd->catalogue);
    vault_close(cmd->vault);
    cmd->plugins = NULL;
    cmd->catalogue = NULL;
    cmd->vault = NULL;
}

static void add_up(struct catalogue_refresh *total, const struct catalogue_refresh *one)
{
    total->notes = one->notes;
    total->added += one->added;
    total->changed += one->changed;
    total->removed += one->removed;
}

/* What is told from here on is newer than this look. */
static status look(struct watcher *watcher, bool *again_out, struct catalogue_refresh *total, struct err *err)
{
    struct catalogue_refresh result = {0};
    *again_out = false;
    status code = drain(watcher, err);
    watcher->first_ms = watcher->last_ms = 0;
    if (code == DONE)
        code = refresh(watcher, &result, err);
    add_up(total, &result);
    forget(watcher);
    if (code == DONE && watcher->watch)
        code = follow_folders(watcher, again_out, err);
    /* A folder that was not watched during the look may have changed since. */
    if (*again_out)
        forget(watcher);
    return code;
}

static status say(const struct catalogue_refresh *total, bool first, struct err *err)
{
    struct buf line = {0};
    if (first)
        buf_printf(&line, Q_("%zu note is watched", "%zu notes are watched", total->notes), total->notes);
    else if (total->added + total->changed + total->removed > 0)
        buf_printf(&line, _("%zu added, %zu changed, %zu removed"), total->added, total->changed, total->removed);
    if (line.len > 0)
        buf_char(&line, '\n');
    status code = cmd_print(&line, err);
    buf_release(&line);
    return code;
}

static status round_of(struct watcher *watcher, bool first, struct err *err)
{
    struct catalogue_refresh total = {0};
    bool again = true;
    status code = DONE;
    for (int i = 0; code == DONE && again && i < ROUNDS_MAX; i++) {
        close_round(watcher->cmd);
        code = look(watcher, &again, &total, err);
    }
    if (code == DONE)
        code = feed_searcher(watcher->cmd, err);
    close_round(watcher->cmd);
    return code == DONE && !watcher->cmd->quiet ? say(&total, first, err) : code;
}

/* --- waiting --- */

/* Whether the kernel will tell what changes from now on. */
static bool is_told(const struct watcher *watcher)
{
    return watcher->watch && watcher->now.mark.id[0] != '\0';
}

static int time_to_wait(const struct watcher *watcher)
{
    if (watcher->first_ms == 0)
        return is_told(watcher) ? -1 : LOOK_MS;
    uint64_t now = clock_ms(), quiet = watcher->last_ms + QUIET_MS, latest = watcher->first_ms + LATEST_MS;
    uint64_t due = quiet < latest ? quiet : latest;
    return due > now ? (int)(due - now) : 0;
}

/* What is wrong now (a configuration half written) is put right by a change, which is waited for. */
static status try_round(struct watcher *watcher, struct err *err)
{
    struct err why = {0};
    status code = round_of(watcher, false, &why);
    if (code == FAILED || code == MALFORMED || code == CONFLICTED) {
        cmd_warn(watcher->cmd, "%s", why.text);
        forget(watcher);
        return DONE;
    }
    if (code != DONE)
        *err = why;
    return code;
}

/* Who asked and could not use the answer, because another process refreshed meanwhile, can use the next one. */
static void answer(struct watcher *watcher)
{
    watched_answer(watcher->server, &watcher->now);
    if (is_told(watcher) && watcher->first_ms == 0 && !watched_is_kept(watcher->data_dir, &watcher->now.mark))
        watcher->first_ms = watcher->last_ms = clock_ms();
}

static status wait_once(struct watcher *watcher, struct err *err)
{
    struct pollfd on[2] = {{.fd = watched_fd(watcher->server), .events = POLLIN},
                           {.fd = watcher->watch ? watch_fd(watcher->watch) : -1, .events = POLLIN}};
    int wait = time_to_wait(watcher);
    int ready = poll(on, 2, wait);
    if (ready < 0)
        return errno == EINTR ? DONE : err_errno(err, errno, "%s", _("unable to wait for changes"));
    /* Whoever asks is told of all that happened before. */
    status code = drain(watcher, err);
    if (code == DONE && ready > 0 && (on[0].revents & POLLIN))
        answer(watcher);
    bool due = watcher->first_ms > 0 ? time_to_wait(watcher) == 0 : ready == 0 && !is_told(watcher);
    return code == DONE && due ? try_round(watcher, err) : code;
}

static status run(struct cmd *cmd, struct err *err)
{
    struct watcher watcher = {.cmd = cmd};
    struct buf dir = {0};
    const char *data_dir;
    status code = vault_data_dir(cmd->vault, &data_dir, err);
    /* Of its own, for each round opens the vault anew. */
    if (code == DONE) {
        buf_put_c(&dir, data_dir);
        code = buf_check(&dir, err);
    }
    watcher.data_dir = dir.ptr;
    int root_fd = code == DONE ? fcntl(cmd->vault->root_fd, F_DUPFD_CLOEXEC, 3) : -1;
    if (code == DONE)
        code = watched_open(watcher.data_dir, &watcher.server, err);
    if (code == DONE)
        code = watch_open(root_fd, &watcher.watch, err);
    if (code == DONE)
        code = round_of(&watcher, true, err);
    while (code == DONE && !cancel_requested())
        code = wait_once(&watcher, err);
    watch_close(watcher.watch);
    watched_close(watcher.server);
    map_release(&watcher.dirty);
    arena_release(&watcher.arena);
    buf_release(&dir);
    if (root_fd >= 0)
        close(root_fd);
    return code == CANCELLED && cancel_requested() ? DONE : code;
}

const struct cmd_entry cmd_watch = {
    .name = "watch",
    .usage = "",
    .summary = N_("keep the catalogue and the search index hot until interrupted"),
    .details =
        N_("While it runs, every other command asks it which folders changed instead of looking at every file: on\n"
           "large vaults an answer then takes milliseconds. It needs no setting up: start it beside an editor or\n"
           "a server, end it with Ctrl-C. Where the system allows no more watches it looks every two seconds.\n"
           "Changes that the kernel does not tell of are not seen until something else changes in the same\n"
           "folder: files written through a memory map, and another machine's writing on a network file system."),
    .needs = CMD_VAULT,
    .run = run,
};
