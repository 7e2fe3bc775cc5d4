# What every command test loads: a home of its own, the program, small makers of vaults.
bats_require_minimum_version 1.5.0

setup_home() {
  work=$(mktemp -d "${BATS_TMPDIR:-/tmp}/chiron.XXXXXX")
  export HOME=$work/home XDG_CONFIG_HOME=$work/home/.config XDG_CACHE_HOME=$work/home/.cache
  export GIT_CONFIG_GLOBAL=$work/home/gitconfig GIT_CONFIG_SYSTEM=/dev/null
  export LC_ALL=C.UTF-8 LANGUAGE=en CHIRON_TODAY=2026-11-24
  unset CHIRON_VAULT CHIRON_PLUGIN_PATH NO_COLOR CLICOLOR_FORCE COLUMNS PAGER LANG
  mkdir -p "$XDG_CONFIG_HOME" "$work/vault"
  git config --global user.name "Ada Test"
  git config --global user.email ada@example.org
  git config --global init.defaultBranch main
  cd "$work/vault" || return 1
}

teardown() {
  cd /
  chmod -R u+rwX "$work" 2>/dev/null || true
  rm -rf "$work"
}

chiron() {
  "$CHIRON_TEST_BIN/chiron" "$@"
}

# note PATH <<text: a file with its folders.
note() {
  mkdir -p "$(dirname "$1")"
  cat >"$1"
}

commit_all() {
  git add -A && git commit -q -m "${1:-notes}"
}

# Fails, and shows both, unless the two texts are equal.
expect() {
  [ "$1" = "$2" ] || { printf 'expected:\n%s\ngot:\n%s\n' "$2" "$1" >&2; return 1; }
}

contains() {
  [[ $1 == *"$2"* ]] || { printf 'expected to contain: %s\ngot:\n%s\n' "$2" "$1" >&2; return 1; }
}

lacks() {
  [[ $1 != *"$2"* ]] || { printf 'expected not to contain: %s\ngot:\n%s\n' "$2" "$1" >&2; return 1; }
}

# A small repository that knows nothing of chiron.
plain_repository() {
  git init -q .
  note README.md <<'TXT'
# Today I learned

Small things, mostly [about git](git/rebase.md) and [[tmux]].
TXT
  note git/rebase.md <<'TXT'
# Rebase onto another branch

Use `git rebase --onto`. Build trust in the reflog. #git/history

- [ ] try it 📅 2026-12-01
- [x] read the manual
TXT
  note shell/tmux.md <<'TXT'
---
title: Tmux panes
date: 2026-03-05
tags:
  - shell
aliases: [terminal multiplexer]
---
See [[rebase#Rebase onto another branch|rebase]] and [[nowhere]].
TXT
  note 'zażółć/gęślą jaźń.md' <<'TXT'
# Zaufanie

Zaufanie rośnie powoli.
TXT
}
