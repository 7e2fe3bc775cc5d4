#include "git/commits.h"

#include "base/file.h"
#include "base/i18n.h"
#include "base/map.h"
#include "git/dir.h"
#include "git/program.h"

#include <string.h>

enum { CUT_BYTES_MAX = 8 * 1024 * 1024 };

/* The years 1 to 9999 UTC: beyond them nothing else here can say a date. */
static const int64_t time_first = -62135596800, time_last = 253402300799;

struct reader {
    struct git_commits *commits;
    struct map positions; /* a commit's id -> its number as a parent */
    struct map people;    /* "name\naddress" -> index */
    struct buf cut;       /* commits whose parents a shallow clone lacks, a line each */
};

bool git_id_parse(struct sv text, struct git_id *id_out)
{
    static const char digits[] = "0123456789abcdef";

    if (text.len != 2 * (size_t)GIT_ID_BYTES || memchr(text.ptr, '\0', text.len) != NULL)
        return false;
    for (size_t i = 0; i < GIT_ID_BYTES; i++) {
        const char *high = strchr(digits, text.ptr[2 * i]), *low = strchr(digits, text.ptr[2 * i + 1]);

        if (high == NULL || low == NULL)
            return false;
        id_out->bytes[i] = (unsigned char)((high - digits) << 4 | (low - digits));
    }
    return true;
}

void git_id_format(const struct git_id *id, char into[41])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < GIT_ID_BYTES; i++) {
        into[2 * i] = digits[id->bytes[i] >> 4];
        into[2 * i + 1] = digits[id->bytes[i] & 15];
    }
    into[2 * (size_t)GIT_ID_BYTES] = '\0';
}

static struct sv id_key(const struct git_id *id)
{
    return sv_make((const char *)id->bytes, GIT_ID_BYTES);
}

/* --- one commit */

static status author_find(struct reader *reader, struct sv person, uint32_t *author_out, struct err *err)
{
    struct git_commits *commits = reader->commits;
    struct map_entry *entry = map_get(&reader->people, person);
    struct git_person *people;

    if (entry == NULL) {
        struct sv key = arena_copy(&commits->arena, person), address = key, name = {0};

        people = arena_grow(&commits->arena, commits->people, &commits->people_capacity, commits->people_count,
                            sizeof(*people));
        entry = key.ptr != NULL && people != NULL ? map_put(&reader->people, key, NULL) : NULL;
        if (entry == NULL)
            return err_no_memory(err);
        sv_next(&address, '\n', &name);
        commits->people = people;
        people[commits->people_count] = (struct git_person){name, address};
        entry->value.number = commits->people_count++;
    }
    *author_out = (uint32_t)entry->value.number;
    return DONE;
}

/* A parent that is not known yet is none of these commits, for those come before their children. */
static status parent_find(struct reader *reader, const struct git_id *id, uint32_t *parent_out, struct err *err)
{
    struct git_commits *commits = reader->commits;
    struct map_entry *entry = map_get(&reader->positions, id_key(id));

    if (entry == NULL) {
        struct git_id *outside = arena_grow(&commits->arena, commits->outside, &commits->outside_capacity,
                                            commits->outside_count, sizeof(*outside));
        struct sv key = arena_copy(&commits->arena, id_key(id));

        entry = key.ptr != NULL && outside != NULL ? map_put(&reader->positions, key, NULL) : NULL;
        if (entry == NULL)
            return err_no_memory(err);
        commits->outside = outside;
        outside[commits->outside_count] = *id;
        entry->value.number = (uint64_t)GIT_OUTSIDE + commits->outside_count++;
    }
    *parent_out = (uint32_t)entry->value.number;
    return DONE;
}

static status not_understood(struct sv piece, struct err *err)
{
    return err_set(err, MALFORMED, _("unable to understand what 'git log' prints: '%.*s'"), SV_ARG(piece));
}

static status sides_read(struct reader *reader, struct git_commit *commit, struct sv parents, struct err *err)
{
    struct sv text, rest = parents;
    struct git_id id;

    commit->side_count = (uint32_t)((parents.len + 1) / (2 * (size_t)GIT_ID_BYTES + 1));
    commit->sides =
        arena_array(&reader->commits->arena, commit->side_count > 0 ? commit->side_count : 1, sizeof(*commit->sides));
    if (commit->sides == NULL)
        return err_no_memory(err);
    for (uint32_t i = 0; i < commit->side_count; i++) {
        status rc;

        if (!sv_next(&rest, ' ', &text) || !git_id_parse(text, &id))
            return not_understood(parents, err);
        rc = parent_find(reader, &id, &commit->sides[i].parent, err);
        if (rc != DONE)
            return rc;
    }
    if (commit->side_count == 0) {
        commit->side_count = 1;
        commit->sides[0].parent = GIT_NO_PARENT;
    }
    return DONE;
}

static status commit_add(struct reader *reader, const struct git_commit *commit, struct err *err)
{
    struct git_commits *commits = reader->commits;
    struct git_commit *items =
        arena_grow(&commits->arena, commits->items, &commits->capacity, commits->count, sizeof(*items));
    struct sv key = arena_copy(&commits->arena, id_key(&commit->id));
    struct map_entry *entry = key.ptr != NULL ? map_put(&reader->positions, key, NULL) : NULL;

    if (items == NULL || entry == NULL)
        return err_no_memory(err);
    if (commits->count >= GIT_OUTSIDE)
        return err_set(err, FAILED, _("the repository has more commits than chiron can count"));
    commits->items = items;
    items[commits->count] = *commit;
    entry->value.number = commits->count++;
    return DONE;
}

/* The lines of `format` below. */
static status piece_read(void *payload, struct sv piece, struct err *err)
{
    struct reader *reader = payload;
    struct git_commit commit = {0};
    struct sv rest = piece, id = {0}, parents = {0}, time = {0};
    status rc;

    if (!sv_next(&rest, '\n', &id) || !sv_next(&rest, '\n', &parents) || !sv_next(&rest, '\n', &time) ||
        !git_id_parse(id, &commit.id))
        return not_understood(id, err);
    if (!sv_to_i64(time, &commit.time) || commit.time < time_first || commit.time > time_last)
        commit.time = 0;
    commit.cut = sv_find(buf_view(&reader->cut), id) != SIZE_MAX;
    rc = sides_read(reader, &commit, parents, err);
    if (rc == DONE)
        rc = author_find(reader, rest, &commit.author, err);
    return rc == DONE ? commit_add(reader, &commit, err) : rc;
}

/* --- all of them */

static status log_read(struct reader *reader, const char *root, const char *head, const char *exclude, struct err *err)
{
    const char *const args[] = {"log",
                                "-s",
                                "-z",
                                "--format=%H%n%P%n%at%n%an%n%ae",
                                "--encoding=UTF-8",
                                "--reverse",
                                "--topo-order",
                                "--no-show-signature",
                                "--no-mailmap",
                                "--no-notes",
                                "--no-decorate",
                                "--no-color",
                                head,
                                exclude,
                                NULL};

    return git_lines(root, args, SV(""), '\0', piece_read, reader, err);
}

static status commit_is_there(const char *root, const char *id, struct err *err)
{
    const char *const args[] = {"cat-file", "-e", id, NULL};
    int exit_code = 0;
    status rc = git_try(root, args, NULL, NULL, &exit_code, err);

    if (rc == DONE && exit_code != 0)
        rc = err_set(err, CONFLICTED, _("the history of '%s' was rewritten: commit %s is no longer part of it"), root,
                     id);
    return rc;
}

/* The file of a shallow clone that lists the commits it was cut off at. */
static status cut_read(const char *git_dir, struct buf *cut, struct err *err)
{
    struct buf path = {0};
    status rc = git_dir_common(git_dir, &path, err);

    if (rc == DONE) {
        buf_put_c(&path, "/shallow");
        rc = buf_check(&path, err);
    }
    if (rc == DONE)
        rc = file_read(path.ptr, CUT_BYTES_MAX, cut, err);
    buf_release(&path);
    return rc == NOT_FOUND ? DONE : rc;
}

static status git_dir_of(const char *root, struct buf *git_dir, struct err *err)
{
    status rc = git_dir_find(root, git_dir, err);

    return rc == NOT_FOUND ? err_set(err, FAILED, _("'%s' is not the root of a git work tree"), root) : rc;
}

status git_commits_read(const char *root, const char *head, const char *since, struct git_commits *commits_out,
                        struct err *err)
{
    struct reader reader = {.commits = commits_out};
    struct buf git_dir = {0};
    struct err why = {0};
    char exclude[42] = "^";
    status rc;

    *commits_out = (struct git_commits){0};
    arena_init(&commits_out->arena);
    if (since != NULL)
        memcpy(exclude + 1, since, sizeof(exclude) - 1);
    rc = git_dir_of(root, &git_dir, err);
    if (rc == DONE)
        rc = cut_read(git_dir.ptr, &reader.cut, err);
    if (rc == DONE) {
        rc = log_read(&reader, root, head, since != NULL ? exclude : NULL, &why);
        /* Asked only after a failure: each run of git costs as much as reading one new commit. */
        if (rc == FAILED && since != NULL && commit_is_there(root, since, err) == CONFLICTED)
            rc = CONFLICTED;
        else if (rc != DONE && err != NULL)
            *err = why;
    }
    if (rc == DONE && since == NULL && commits_out->outside_count > 0)
        rc = not_understood((struct sv){0}, err); /* a parent that comes behind its child */
    buf_release(&git_dir);
    buf_release(&reader.cut);
    map_release(&reader.positions);
    map_release(&reader.people);
    return rc;
}

void git_commits_release(struct git_commits *commits)
{
    arena_release(&commits->arena);
    *commits = (struct git_commits){0};
}

status git_tip_read(const char *root, char head_out[41], uint64_t *shallow_out, struct err *err)
{
    struct buf git_dir = {0}, cut = {0};
    status rc = git_dir_of(root, &git_dir, err);

    head_out[0] = '\0';
    *shallow_out = 0;
    if (rc == DONE)
        rc = git_head_read(git_dir.ptr, head_out, err);
    rc = rc == NOT_FOUND ? DONE : rc;
    if (rc == DONE)
        rc = cut_read(git_dir.ptr, &cut, err);
    if (rc == DONE && cut.len > 0)
        *shallow_out = sv_hash(buf_view(&cut)) | 1;
    buf_release(&cut);
    buf_release(&git_dir);
    return rc;
}
