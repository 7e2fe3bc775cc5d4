load helper

setup() {
  setup_home
  git init -q .
  printf '# Plan\n\n- [ ] one\n\n## Notes\n\nSome text.\n\n\n## End\n\nlast [[other]]\n' >plan.md
  printf '\xef\xbb\xbf---\r\ntitle: Other  # mine\r\n---\r\nsee [[plan]]\r\n' >other.md
  commit_all first
}

subject() {
  git log -1 --format=%s
}

@test "append puts a text at the end of a section and leaves every other byte" {
  expect "$(chiron append plan --heading notes 'A thought.')" "changed plan.md"
  expect "$(cat plan.md)" "$(printf '# Plan\n\n- [ ] one\n\n## Notes\n\nSome text.\n\nA thought.\n\n\n## End\n\nlast [[other]]')"
  expect "$(subject)" "append: plan"
  expect "$(git status --porcelain)" ""
  chiron append other 'More.'
  expect "$(od -c other.md)" "$(printf '\xef\xbb\xbf---\r\ntitle: Other  # mine\r\n---\r\nsee [[plan]]\r\n\r\nMore.\r\n' | od -c)"
}

@test "append: an item goes on a list, standard input keeps its lines" {
  note list.md <<'TXT'
# List

- one
TXT
  chiron append list -- '- two' >/dev/null
  printf -- '- three\n  with more\n' | chiron append list --stdin --json >"$work/said"
  expect "$(cat list.md)" "$(printf '# List\n\n- one\n- two\n- three\n  with more')"
  expect "$(jq -c . "$work/said")" '[{"path":"list.md","action":"changed"}]'
}

@test "append: what cannot be is told, and nothing is written" {
  run -3 chiron append plan --heading nothing text
  contains "$output" "plan.md: the note has no heading 'nothing'"
  run -2 chiron append plan
  contains "$output" "there is no text to append"
  run -3 chiron append pla text
  contains "$output" "pla"
  expect "$(git status --porcelain)" ""
  expect "$(subject)" first
}

@test "remove tells who linked to it, and git keeps it" {
  cp other.md "$work/kept"
  run chiron remove other
  contains "$output" "plan.md:12:6 links to it"
  contains "$output" "removed other.md"
  [ ! -e other.md ]
  expect "$(subject)" "remove: other"
  git show HEAD^:other.md | cmp - "$work/kept"
}

@test "undo takes back one change after the other, and says when there is none" {
  before=$(git rev-parse 'HEAD^{tree}')
  chiron append plan one
  chiron remove other plan
  run chiron undo
  contains "$output" "added other.md"
  contains "$output" "added plan.md"
  contains "$(cat plan.md)" one
  chiron undo
  expect "$(git rev-parse 'HEAD^{tree}')" "$before"
  run -1 chiron undo
  contains "$output" "nothing to undo"
  expect "$(git log --format=%s | head -2)" "$(printf 'undo: append: plan\nundo: remove: other ...')"
}

@test "undo does not touch what was changed since" {
  chiron append plan one
  echo mine >>plan.md
  run -3 chiron undo
  contains "$output" "plan.md"
  contains "$output" "nothing was written"
  contains "$(cat plan.md)" mine
  expect "$(subject)" "append: plan"
}

@test "--dry-run tells and does nothing" {
  expect "$(chiron append plan -n text)" "would change plan.md"
  contains "$(chiron remove other --dry-run 2>/dev/null)" "would remove other.md"
  expect "$(git status --porcelain)" ""
  expect "$(subject)" first
}

@test "what is staged or being written elsewhere stays as it is" {
  echo staged >staged.md
  git add staged.md
  echo more >>other.md
  chiron append plan text
  expect "$(git status --porcelain)" "$(printf ' M other.md\nA  staged.md')"
}

@test "without commits, and without git, the files are written" {
  mkdir .chiron
  printf '[commit]\n\tauto = false\n' >.chiron/config
  chiron append plan text
  expect "$(subject)" first
  contains "$(cat plan.md)" text
  rm -rf .git
  chiron append plan again
  contains "$(cat plan.md)" again
}

@test "a hook that says no leaves the text and says what is left to do" {
  printf '#!/bin/sh\necho "error: not today" >&2\nexit 1\n' >.git/hooks/pre-commit
  chmod +x .git/hooks/pre-commit
  run -3 chiron append plan text
  contains "$output" "written, but not committed"
  contains "$output" "not today"
  contains "$(cat plan.md)" text
}

@test "two at once: both texts are there" {
  for n in 1 2 3 4 5 6; do
    chiron append plan "text $n" >/dev/null 3>&- &
  done
  wait
  for n in 1 2 3 4 5 6; do
    contains "$(cat plan.md)" "text $n"
  done
  expect "$(git log --format=%s | grep -c append)" 6
  expect "$(git status --porcelain)" ""
}

@test "beside a git that adds and commits in a loop no path and no text is lost" {
  (
    for n in $(seq 25); do
      echo "line $n" >>loop.md
      git add loop.md 2>/dev/null || true
      git commit -qm "loop $n" -- loop.md 2>/dev/null || true
    done
  ) 3>&- &
  loop=$!
  for n in $(seq 8); do
    chiron append plan "text $n" >/dev/null
  done
  wait "$loop" || true
  for n in $(seq 8); do
    contains "$(git show HEAD:plan.md)" "text $n"
  done
  expect "$(wc -l <loop.md)" 25
  git fsck --strict
}
