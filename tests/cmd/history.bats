#!/usr/bin/env bats
# What git knows of notes, as users ask for it: dates, authors, numbers of changes, through all that happens to a history.
load helper

setup() {
  setup_home
  git init -q .
}

# commit WHO DATE: everything, by WHO on DATE.
commit() {
  git add -A
  GIT_AUTHOR_DATE=${2}T12:00:00Z git commit -q -m "$1" --author "$1 <${1,,}@example.org>"
}

# PATH created modified changes authors, a line each.
pasts() {
  chiron list --sort path --format '{{path}} {{created}} {{modified}} {{changes}} {{authors}}' "$@"
}

@test "a renamed note keeps its past, and every change counts" {
  note plan.md <<<$'# Plan\n\none\ntwo\nthree\nfour\nfive'
  commit Ada 2024-01-10
  echo six >>plan.md
  commit Bo 2024-05-05
  mkdir done
  git mv plan.md done/the-plan.md
  commit Cy 2025-02-02
  run -0 pasts --sort changes
  expect "$output" "done/the-plan.md 2024-01-10 2025-02-02 3 Ada, Bo, Cy"
  run -0 chiron list changed:2024-q2 --format paths
  expect "$output" done/the-plan.md
  run -1 chiron list changed:2024-q3 --format paths
  run -0 chiron list 'changes:>=3 author:bo' --format paths
  expect "$output" done/the-plan.md
  run -0 chiron show the-plan --json
  expect "$(jq -c '.[0] | [.created, .modified, .changes, .authors]' <<<"$output")" \
    '["2024-01-10","2025-02-02",3,["Ada","Bo","Cy"]]'
}

@test "a note that is shown has the history of now, once anybody asked for history" {
  note a.md <<<"# A"
  commit Ada 2024-01-10
  run -0 chiron show a --json
  expect "$(jq -c '.[0].changes' <<<"$output")" null
  run -0 pasts --sort created
  echo more >>a.md
  commit Bo 2024-02-20
  run -0 chiron show a --json
  expect "$(jq -c '.[0] | [.modified, .changes]' <<<"$output")" '["2024-02-20",2]'
}

@test "a merge brings what both sides did, and is no change itself" {
  note a.md <<<$'# A\n\n1\n2\n3\n4\n5\n6\n7\n8\n9'
  note b.md <<<"# B"
  commit Ada 2024-01-10
  git branch side
  sed -i 's/^1$/one/' a.md
  commit Bo 2024-02-20
  run -0 pasts --sort created
  git checkout -q side
  sed -i 's/^9$/nine/' a.md
  git mv b.md c.md
  commit Cy 2024-03-03
  git checkout -q main
  git merge -q --no-edit side
  run -0 pasts
  expect "$output" "a.md 2024-01-10 2024-03-03 3 Ada, Bo, Cy
c.md 2024-01-10 2024-03-03 2 Ada, Cy"
}

@test "an amended commit, a rebased branch, another branch: the history is that of HEAD" {
  note a.md <<<"# A"
  commit Ada 2024-01-10
  note b.md <<<"# B"
  commit Bo 2024-02-20
  run -0 pasts --sort created
  git commit -q --amend --no-edit --author "Di <di@example.org>" --date 2024-04-04T12:00:00Z
  run -0 pasts
  expect "$output" "a.md 2024-01-10 2024-01-10 1 Ada
b.md 2024-04-04 2024-04-04 1 Di"
  git checkout -q -b topic HEAD~1
  note c.md <<<"# C"
  commit Ed 2024-05-05
  run -0 pasts
  expect "$output" "a.md 2024-01-10 2024-01-10 1 Ada
c.md 2024-05-05 2024-05-05 1 Ed"
  git rebase -q main
  run -0 pasts
  contains "$output" "b.md 2024-04-04 2024-04-04 1 Di"
  contains "$output" "c.md 2024-05-05 2024-05-05 1 Ed"
  git checkout -q --detach HEAD~1
  run -0 pasts
  lacks "$output" c.md
  contains "$output" "b.md 2024-04-04 2024-04-04 1 Di"
  git reflog expire --expire=now --all
  git branch -q -D main topic
  git checkout -q --orphan new
  commit Fay 2025-01-01
  git gc -q --prune=now
  run -0 pasts
  expect "$output" "a.md 2025-01-01 2025-01-01 1 Fay
b.md 2025-01-01 2025-01-01 1 Fay"
}

@test "a shallow clone knows no beginnings, and learns them when it is deepened" {
  note a.md <<<"# A"
  commit Ada 2024-01-10
  echo more >>a.md
  note b.md <<<"# B"
  commit Bo 2024-02-20
  echo more >>a.md
  commit Cy 2024-03-03
  git clone -q --depth 2 "file://$PWD" "$work/clone"
  cd "$work/clone"
  run -0 pasts --sort created
  expect "$output" "a.md  2024-03-03  Cy
b.md    "
  run -1 chiron list has:changes
  git fetch -q --unshallow
  run -0 pasts
  expect "$output" "a.md 2024-01-10 2024-03-03 3 Ada, Bo, Cy
b.md 2024-02-20 2024-02-20 1 Bo"
}

@test "each space has a history of its own" {
  note a.md <<<"# A"
  note .gitignore <<<"private/"
  commit Ada 2024-01-10
  git init -q private
  note private/a.md <<<"# Mine"
  (cd private && commit Bo 2024-02-20)
  run -0 pasts --sort created
  run -0 pasts
  expect "$output" "a.md 2024-01-10 2024-01-10 1 Ada
private/a.md 2024-02-20 2024-02-20 1 Bo"
}

# A git that stops before it compares, until it is let go.
slow_git() {
  mkdir -p "$work/slow"
  cat >"$work/slow/git" <<END
#!/bin/sh
case "\$*" in
*diff-tree*) : >"$work/waits"; while [ ! -e "$work/go" ]; do sleep 0.05; done ;;
esac
exec "$(command -v git)" "\$@"
END
  chmod +x "$work/slow/git"
}

@test "nobody waits for git: another command may write the catalogue meanwhile, and both answers are right" {
  slow_git
  note a.md <<<"# A"
  commit Ada 2024-01-10
  run -0 chiron list --count
  PATH=$work/slow:$PATH "$CHIRON_TEST_BIN/chiron" list --sort created --format '{{path}} {{created}}' >"$work/first" 3>&- &
  first=$!
  while [ ! -e "$work/waits" ]; do sleep 0.05; done
  note b.md <<<"# B trust"
  run -0 timeout 50 "$CHIRON_TEST_BIN/chiron" list --sort path --format paths
  expect "$output" "a.md
b.md"
  run -0 timeout 50 "$CHIRON_TEST_BIN/chiron" list --sort created --format '{{path}} {{created}}' in:a.md
  : >"$work/go"
  wait "$first"
  expect "$(cat "$work/first")" "a.md 2024-01-10"
  run -0 pasts in:a.md
  expect "$output" "a.md 2024-01-10 2024-01-10 1 Ada"
}

@test "an interrupted look at history leaves nothing behind" {
  slow_git
  note a.md <<<"# A"
  commit Ada 2024-01-10
  PATH=$work/slow:$PATH "$CHIRON_TEST_BIN/chiron" list --sort created >"$work/first" 2>&1 3>&- &
  first=$!
  while [ ! -e "$work/waits" ]; do sleep 0.05; done
  kill -TERM "$first"
  code=0
  wait "$first" || code=$?
  [ "$code" -ne 0 ]
  expect "$(find .git/chiron -name '*-journal' -size +0)" ""
  : >"$work/go"
  run -0 pasts --sort created
  expect "$output" "a.md 2024-01-10 2024-01-10 1 Ada"
}

@test "history in a repository without notes, commits or git is empty" {
  run -1 chiron list --sort created
  note a.md <<<"# A"
  run -0 pasts --sort modified
  expect "$output" "a.md    "
  run -1 chiron list author:ada
  rm -rf .git
  run -0 pasts --sort created
  expect "$output" "a.md    "
}
