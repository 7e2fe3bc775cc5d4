/* A socket in the data folder, which is its owner's alone. A connection is a question; the answer is a text:
 *
 *   chiron-watch 1 LF  id SPACE change SPACE refreshed SPACE paths LF  { path NUL }
 *
 * and ends with the connection. */
#include "catalogue/watched.h"

#include "base/i18n.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static const char first_line[] = "chiron-watch 1\n", socket_name[] = "watch", lock_name[] = "watch.lock";

enum {
    ANSWER_MAX = 64 * 1024,
    /* A watcher that is busy is not waited for: the files can be looked at meanwhile. */
    PATIENCE_MS = 30,
    BACKLOG = 64
};

struct watched_server {
    int dir_fd, lock_fd, socket_fd;
};

/* A path of the data folder may be longer than an address can be; by way of its descriptor it is not. */
static void address_of(int dir_fd, struct sockaddr_un *address)
{
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    snprintf(address->sun_path, sizeof address->sun_path, "/proc/self/fd/%d/%s", dir_fd, socket_name);
}

/* --- asking --- */

static int connect_to(const char *data_dir)
{
    struct sockaddr_un address;
    int dir_fd = open(data_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int fd = dir_fd < 0 ? -1 : socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0) {
        address_of(dir_fd, &address);
        if (connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
            close(fd);
            fd = -1;
        }
    }
    if (dir_fd >= 0)
        close(dir_fd);
    return fd;
}

static bool is_ours(int fd)
{
    struct ucred peer;
    socklen_t size = sizeof peer;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == geteuid();
}

/* Until the connection ends. */
static bool read_answer(int fd, struct buf *answer)
{
    struct pollfd waiting = {.fd = fd, .events = POLLIN};
    while (answer->len <= ANSWER_MAX && poll(&waiting, 1, PATIENCE_MS) > 0) {
        if (!buf_reserve(answer, ANSWER_MAX / 8))
            return false;
        ssize_t got = read(fd, answer->ptr + answer->len, ANSWER_MAX / 8);
        if (got <= 0)
            return got == 0;
        answer->len += (size_t)got;
    }
    return false;
}

static bool parse_mark(struct sv line, struct catalogue_mark *mark, int64_t *folders)
{
    struct sv id, change, refreshed;
    if (!sv_next(&line, ' ', &id) || !sv_next(&line, ' ', &change) || !sv_next(&line, ' ', &refreshed) ||
        id.len != sizeof mark->id - 1)
        return false;
    memcpy(mark->id, id.ptr, id.len);
    mark->id[id.len] = '\0';
    return sv_to_i64(change, &mark->change) && sv_to_i64(refreshed, &mark->refreshed_ns) && sv_to_i64(line, folders);
}

static bool parse_folders(struct sv rest, struct arena *arena, struct watched *watched)
{
    struct sv path;
    size_t capacity = 0;
    while (rest.len > 0 && sv_next(&rest, '\0', &path)) {
        struct sv *folders = arena_grow(arena, watched->folders, &capacity, watched->folder_count, sizeof *folders);
        struct sv copy = arena_copy(arena, path);
        if (!folders || !copy.ptr)
            return false;
        watched->folders = folders;
        folders[watched->folder_count++] = copy;
    }
    return true;
}

static bool parse_answer(struct sv answer, struct arena *arena, struct watched *watched)
{
    struct sv line;
    int64_t folders;
    if (!sv_starts(answer, sv_of(first_line)))
        return false;
    answer = sv_from(answer, sizeof first_line - 1);
    /* What was cut off has fewer folders than it says. */
    return sv_next(&answer, '\n', &line) && parse_mark(line, &watched->mark, &folders) &&
           parse_folders(answer, arena, watched) && (size_t)folders == watched->folder_count;
}

status watched_ask(const char *data_dir, struct arena *arena, struct watched *watched_out)
{
    struct buf answer = {0};
    int fd = connect_to(data_dir);
    *watched_out = (struct watched){0};
    if (fd < 0)
        return NOT_FOUND;
    bool told = is_ours(fd) && read_answer(fd, &answer) && parse_answer(buf_view(&answer), arena, watched_out);
    close(fd);
    buf_release(&answer);
    return told ? DONE : NOT_FOUND;
}

bool watched_is_kept(const char *data_dir, const struct catalogue_mark *mark)
{
    struct buf path = {0};
    struct rows_state state;
    int64_t change;
    path_join(&path, sv_of(data_dir), SV(ROWS_FILE));
    bool kept = !path.failed && rows_peek(path.ptr, &state, &change) == DONE && strcmp(state.id, mark->id) == 0 &&
                state.refreshed_ns == mark->refreshed_ns && change == mark->change;
    buf_release(&path);
    return kept;
}

/* --- answering --- */

/* Held as long as the process lives, so that a socket without it is a dead one's. */
static status take_lock(struct watched_server *server, struct err *err)
{
    server->lock_fd = openat(server->dir_fd, lock_name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (server->lock_fd < 0)
        return err_errno(err, errno, _("unable to write '%s'"), lock_name);
    struct err busy = {0};
    status s = fd_lock(server->lock_fd, true, 0, &busy);
    if (s == CONFLICTED)
        return err_set(err, CONFLICTED, "%s", _("another process watches this vault already"));
    if (s != DONE && err)
        *err = busy;
    return s;
}

static status bind_socket(struct watched_server *server, struct err *err)
{
    struct sockaddr_un address;
    address_of(server->dir_fd, &address);
    unlinkat(server->dir_fd, socket_name, 0);
    server->socket_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (server->socket_fd < 0 || bind(server->socket_fd, (const struct sockaddr *)&address, sizeof address) != 0 ||
        listen(server->socket_fd, BACKLOG) != 0)
        return err_errno(err, errno, "%s", _("unable to make a socket for other processes to ask"));
    return DONE;
}

status watched_open(const char *data_dir, struct watched_server **server_out, struct err *err)
{
    struct watched_server *server = memory_alloc(sizeof *server);
    if (!server)
        return err_no_memory(err);
    *server = (struct watched_server){.dir_fd = -1, .lock_fd = -1, .socket_fd = -1};
    status s = dir_open(data_dir, &server->dir_fd, err);
    if (s == DONE)
        s = take_lock(server, err);
    if (s == DONE)
        s = bind_socket(server, err);
    if (s != DONE) {
        watched_close(server);
        return s;
    }
    *server_out = server;
    return DONE;
}

void watched_close(struct watched_server *server)
{
    if (!server)
        return;
    if (server->socket_fd >= 0) {
        unlinkat(server->dir_fd, socket_name, 0);
        close(server->socket_fd);
    }
    if (server->lock_fd >= 0)
        close(server->lock_fd);
    if (server->dir_fd >= 0)
        close(server->dir_fd);
    free(server);
}

int watched_fd(const struct watched_server *server)
{
    return server->socket_fd;
}

static void print_answer(const struct watched *watched, struct buf *answer)
{
    if (watched->mark.id[0] == '\0')
        return;
    buf_printf(answer, "%s%s %" PRId64 " %" PRId64 " %zu\n", first_line, watched->mark.id, watched->mark.change,
               watched->mark.refreshed_ns, watched->folder_count);
    for (size_t i = 0; i < watched->folder_count; i++) {
        buf_put(answer, watched->folders[i]);
        buf_char(answer, '\0');
    }
}

/* An answer that does not go out at once is not worth waiting for. */
void watched_answer(struct watched_server *server, const struct watched *watched)
{
    struct buf answer = {0};
    int fd;
    print_answer(watched, &answer);
    while ((fd = accept4(server->socket_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0) {
        if (!answer.failed && answer.len > 0 && answer.len <= ANSWER_MAX &&
            send(fd, answer.ptr, answer.len, MSG_NOSIGNAL) != (ssize_t)answer.len)
            shutdown(fd, SHUT_RDWR);
        close(fd);
    }
    buf_release(&answer);
}
