#!/usr/bin/env bats
# What a command does not need it does not open: not a library, not a plugin, not the vault.

load helper

setup() {
  setup_home
  command -v strace >/dev/null || skip "strace is not installed"
  strace -f -o /dev/null true 2>/dev/null || skip "processes may not be traced here"
  # The leak checker cannot run under a tracer.
  export ASAN_OPTIONS=detect_leaks=0
  plain_repository
  commit_all
  chiron search trust >/dev/null
  chiron list >/dev/null
}

# The files that `chiron ARG...` opens and the programs that it runs, by all its processes; what is not there is not opened.
opened() {
  strace -f -qq -e trace=open,openat,openat2,execve -e signal=none -o "$work/trace" "$CHIRON_TEST_BIN/chiron" "$@" >/dev/null 2>&1 || true
  grep -v ' = -1 ' "$work/trace" | sed -n 's/^[^"]*"\([^"]*\)".*/\1/p' | tail -n +2
}

never_libgit2() {
  lacks "$1" libgit2
  lacks "$1" chiron/git.so
}

# Nothing below the vault, by its path or relative to its folder, nor what describes notes and plugins.
never_the_vault() {
  never_libgit2 "$1"
  lacks "$1" "$work/vault"
  lacks "$1" .md
  lacks "$1" .chiron
  lacks "$1" share/chiron/templates
  lacks "$1" chiron/plugins
}

@test "version, help and mistakes in the words open no vault, no plugin and no template" {
  for words in --version --help 'help list' 'help query' 'list --no-such' 'list --limit zero' 'list type:log(' 'search' 'links' \
    'search /a(/' 'list --format {{#x}}' 'show a b' 'search x --limit few' 'tags --sort size' 'list --group a:b:c' 'check /(/'; do
    # shellcheck disable=SC2086 # words are parted here
    files=$(opened $words)
    contains "$files" libc.so
    never_the_vault "$files"
  done
}

@test "a command that nobody has looks at manifests, and neither at notes nor into plugins" {
  files=$(opened lisst)
  contains "$files" plugin.conf
  never_libgit2 "$files"
  lacks "$files" .md
  lacks "$files" catalogue.db
  lacks "$files" search.so
}

@test "reading commands load neither libgit2 nor plugins, read no note, and run nothing" {
  for words in list 'list type:note --sort title' 'list --group tag' tags 'links rebase' 'links --back tmux' 'graph' 'list link:tmux'; do
    # shellcheck disable=SC2086
    files=$(opened $words)
    contains "$files" catalogue.db
    never_libgit2 "$files"
    lacks "$files" chiron/plugins
    lacks "$files" /bin/git
    lacks "$files" .md
  done
}

@test "a search loads the searcher and nothing else, and reads only notes that it shows" {
  files=$(opened search trust)
  contains "$files" plugins/search/search.so
  never_libgit2 "$files"
  lacks "$files" /bin/git
  lacks "$files" tmux.md
}

@test "showing a note reads that note" {
  files=$(opened show tmux)
  never_libgit2 "$files"
  lacks "$files" chiron/plugins
  lacks "$files" rebase.md
  lacks "$files" README.md
}
