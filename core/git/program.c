#include "git/program.h"

#include "base/arena.h"
#include "base/i18n.h"
#include "git/dir.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* See reliability.md, "Who does what with git": what keeps data on disk, and what keeps a repository's own
 * configuration from running code or its trees from reaching outside. Hooks, signing and identity stay the user's. */
static const char *const settings[] = {
    "core.fsync=all",        "core.fsmonitor=false",      "core.symlinks=false",          "core.protectHFS=true",
    "core.protectNTFS=true", "transfer.fsckObjects=true", "safe.bareRepository=explicit", "submodule.recurse=false",
    "log.showRoot=true",
};

static const char *const environment[] = {
    "LC_ALL=C",     "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0", "GIT_LITERAL_PATHSPECS=1",
    "GIT_EDITOR=:", "GIT_SEQUENCE_EDITOR=:", "GIT_PAGER=cat",        "GIT_MERGE_AUTOEDIT=no",
};

/* Whole buffers come through the pipe, not a line for each commit: two switches between processes less for each. */
static const char environment_buffered[] = "GIT_FLUSH=0";

/* With no protocol allowed, a partial clone cannot make a reading command run what its configuration names as a
 * transport; newer gits have a switch of their own for it. */
static const char *const environment_offline[] = {"GIT_ALLOW_PROTOCOL=", "GIT_NO_LAZY_FETCH=1"};

/* Compares commits and nothing else. Left to itself it reads the index first, to take contents from the work tree:
 * twenty times the cost of one commit in a large vault, and a rename would be found or not with what lies there. */
static const char subcommand_of_commits[] = "diff-tree", environment_of_commits[] = "GIT_INDEX_FILE=/nonexistent/index";

static const char *const subcommands_online[] = {"fetch", "push",   "pull",     "ls-remote", "clone",
                                                 "merge", "commit", "checkout", "add",       "restore"};

/* Who the user is, where their configuration stands and how they reach a remote: theirs to say. A name that ends in "="
 * is whole, any other is a beginning. */
static const char *const environment_kept[] = {
    "GIT_AUTHOR_",          "GIT_COMMITTER_", "GIT_CONFIG_GLOBAL=", "GIT_CONFIG_SYSTEM=",
    "GIT_CONFIG_NOSYSTEM=", "GIT_SSH",        "GIT_SSL_",
};

static const char *const environment_dropped[] = {"GIT_*", NULL};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct strings {
    const char **items;
    size_t count, capacity;
    bool failed;
};

/* One call of git. `arena` holds what the options point at. */
struct call {
    struct arena arena;
    struct strings argv, env;
    struct proc_options options;
};

static void strings_add(struct call *call, struct strings *strings, const char *text)
{
    const char **items = arena_grow(&call->arena, strings->items, &strings->capacity, strings->count, sizeof(*items));

    if (items == NULL) {
        strings->failed = true;
        return;
    }
    strings->items = items;
    strings->items[strings->count++] = text;
}

static bool is_kept(const char *pair)
{
    for (size_t i = 0; i < COUNT(environment_kept); i++)
        if (strncmp(pair, environment_kept[i], strlen(environment_kept[i])) == 0)
            return true;
    return false;
}

static bool is_online(const char *subcommand)
{
    for (size_t i = 0; i < COUNT(subcommands_online); i++)
        if (strcmp(subcommand, subcommands_online[i]) == 0)
            return true;
    return false;
}

static void environment_fill(struct call *call, const char *subcommand)
{
    bool online = is_online(subcommand);

    for (char **pair = environ; pair != NULL && *pair != NULL; pair++)
        if (is_kept(*pair))
            strings_add(call, &call->env, *pair);
    for (size_t i = 0; i < COUNT(environment); i++)
        strings_add(call, &call->env, environment[i]);
    for (size_t i = 0; !online && i < COUNT(environment_offline); i++)
        strings_add(call, &call->env, environment_offline[i]);
    strings_add(call, &call->env, environment_buffered);
    if (strcmp(subcommand, subcommand_of_commits) == 0)
        strings_add(call, &call->env, environment_of_commits);
    strings_add(call, &call->env, NULL);
}

static void arguments_fill(struct call *call, const char *root, const char *git_dir, const char *const *args)
{
    strings_add(call, &call->argv, "git");
    if (git_dir != NULL) {
        struct sv dir = arena_printf(&call->arena, "--git-dir=%s", git_dir);
        struct sv tree = arena_printf(&call->arena, "--work-tree=%s", root);

        call->argv.failed |= dir.ptr == NULL || tree.ptr == NULL;
        strings_add(call, &call->argv, dir.ptr);
        strings_add(call, &call->argv, tree.ptr);
    }
    strings_add(call, &call->argv, "--no-pager");
    for (size_t i = 0; i < COUNT(settings); i++) {
        strings_add(call, &call->argv, "-c");
        strings_add(call, &call->argv, settings[i]);
    }
    for (; *args != NULL; args++)
        strings_add(call, &call->argv, *args);
    strings_add(call, &call->argv, NULL);
}

/* `git_dir` NULL: git looks for the repository itself, from `root` on. */
static status call_init(struct call *call, const char *root, const char *git_dir, const char *const *args,
                        struct err *err)
{
    *call = (struct call){0};
    arena_init(&call->arena);
    environment_fill(call, args[0]);
    arguments_fill(call, root, git_dir, args);
    if (call->argv.failed || call->env.failed)
        return err_no_memory(err);
    call->options = (struct proc_options){
        .argv = call->argv.items, .env_set = call->env.items, .env_drop = environment_dropped, .dir = root};
    return DONE;
}

static status git_is_missing(struct err *err)
{
    return err_set(err, FAILED, _("the program 'git' is not installed"));
}

/* Runs git where it is to find the repository itself. */
static status plain_run(const char *root, const char *const *args, struct buf *output, struct buf *errors,
                        int *exit_code_out, struct err *err)
{
    struct call call;
    status rc = call_init(&call, root, NULL, args, err);

    if (rc == DONE)
        rc = proc_run(&call.options, output, errors, exit_code_out, err);
    arena_release(&call.arena);
    return rc == NOT_FOUND ? git_is_missing(err) : rc;
}

/* git's last line of complaint, without "fatal: "; hints come after it. */
static struct sv last_words(struct sv errors)
{
    struct sv line, words = {0}, complaint = {0};

    while (sv_next_line(&errors, &line)) {
        line = sv_trim(line);
        if (sv_starts(line, SV("fatal: ")) || sv_starts(line, SV("error: ")))
            complaint = sv_from(line, strlen("fatal: "));
        else if (line.len > 0)
            words = line;
    }
    return complaint.len > 0 ? complaint : words;
}

static bool says(struct sv errors, const char *words)
{
    return sv_find(errors, sv_of(words)) != SIZE_MAX;
}

/* The one translator of git's words into ours. */
static status complain(const char *root, const char *subcommand, int exit_code, struct sv errors, struct err *err)
{
    struct sv words = last_words(errors);

    if (says(errors, "dubious ownership")) {
        return err_set(err, REFUSED,
                       _("repository '%s' is owned by somebody else; if you trust it: "
                         "git config --global --add safe.directory '%s'"),
                       root, root);
    }
    if (says(errors, "Please tell me who you are") || says(errors, "empty ident name")) {
        return err_set(err, FAILED,
                       _("git does not know who you are: set 'git config --global user.name NAME' and "
                         "'git config --global user.email ADDRESS'"));
    }
    /* A lock that is there, or a branch that moved while this one was at work. */
    if (says(errors, ".lock': File exists") || says(errors, "cannot lock ref"))
        return err_set(err, CONFLICTED, _("another git process is at work in '%s': %.*s"), root, SV_ARG(words));
    if (words.len == 0)
        return err_set(err, FAILED, _("'git %s' failed in '%s' with exit code %d"), subcommand, root, exit_code);
    return err_set(err, FAILED, _("'git %s' failed in '%s': %.*s"), subcommand, root, SV_ARG(words));
}

static bool is_ours(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && info.st_uid == geteuid();
}

/* With --git-dir given, git no longer asks whose repository it is. Where it is not plainly ours, git is asked the way
 * it does by itself, so that safe.directory counts. */
static status owner_check(const char *root, const char *git_dir, struct err *err)
{
    static const char *const args[] = {"rev-parse", "--git-dir", NULL};
    struct buf errors = {0};
    int exit_code = 0;
    status rc;

    if (is_ours(root) && is_ours(git_dir))
        return DONE;
    rc = plain_run(root, args, NULL, &errors, &exit_code, err);
    if (rc == DONE && exit_code != 0)
        rc = complain(root, args[0], exit_code, buf_view(&errors), err);
    buf_release(&errors);
    return rc;
}

/* A call on the repository whose work tree is `root`. Release its arena in any case. */
static status repository_call(struct call *call, const char *root, const char *const *args, struct err *err)
{
    struct buf git_dir = {0};
    status rc;

    *call = (struct call){0};
    rc = git_dir_find(root, &git_dir, err);
    if (rc == NOT_FOUND)
        rc = err_set(err, FAILED, _("'%s' is not the root of a git work tree"), root);
    if (rc == DONE)
        rc = owner_check(root, git_dir.ptr, err);
    if (rc == DONE)
        rc = call_init(call, root, git_dir.ptr, args, err);
    buf_release(&git_dir);
    return rc;
}

status git_feed(const char *root, const char *const *args, struct sv input, struct buf *output, struct buf *errors,
                int *exit_code_out, struct err *err)
{
    struct call call;
    status rc = repository_call(&call, root, args, err);

    if (rc == DONE) {
        call.options.input = input;
        rc = proc_run(&call.options, output, errors, exit_code_out, err);
        rc = rc == NOT_FOUND ? git_is_missing(err) : rc;
    }
    arena_release(&call.arena);
    return rc;
}

status git_try(const char *root, const char *const *args, struct buf *output, struct buf *errors, int *exit_code_out,
               struct err *err)
{
    return git_feed(root, args, (struct sv){0}, output, errors, exit_code_out, err);
}

status git_complain(const char *root, const char *subcommand, int exit_code, const struct buf *errors, struct err *err)
{
    return complain(root, subcommand, exit_code, buf_view(errors), err);
}

status git_run(const char *root, const char *const *args, struct buf *output, struct err *err)
{
    struct buf errors = {0};
    int exit_code = 0;
    status rc = git_try(root, args, output, &errors, &exit_code, err);

    if (rc == DONE && exit_code != 0)
        rc = complain(root, args[0], exit_code, buf_view(&errors), err);
    buf_release(&errors);
    return rc;
}

status git_lines(const char *root, const char *const *args, struct sv input, char separator, proc_line_fn fn,
                 void *payload, struct err *err)
{
    struct buf errors = {0};
    struct call call;
    int exit_code = 0;
    status rc = repository_call(&call, root, args, err);

    if (rc == DONE) {
        call.options.input = input;
        rc = proc_lines(&call.options, separator, fn, payload, &errors, &exit_code, err);
        rc = rc == NOT_FOUND ? git_is_missing(err) : rc;
    }
    if (rc == DONE && exit_code != 0)
        rc = complain(root, args[0], exit_code, buf_view(&errors), err);
    buf_release(&errors);
    arena_release(&call.arena);
    return rc;
}

status git_init(const char *root, struct err *err)
{
    static const char *const ask[] = {"config", "--get", "init.defaultBranch", NULL};
    const char *args[] = {"init", "--quiet", "--initial-branch=main", NULL};
    struct buf errors = {0};
    int exit_code = 0;
    status rc = plain_run(root, ask, NULL, NULL, &exit_code, err);

    if (rc == DONE && exit_code == 0)
        args[2] = NULL;
    if (rc == DONE)
        rc = plain_run(root, args, NULL, &errors, &exit_code, err);
    if (rc == DONE && exit_code != 0)
        rc = complain(root, args[0], exit_code, buf_view(&errors), err);
    buf_release(&errors);
    return rc;
}
