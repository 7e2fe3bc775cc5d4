load helper

setup() {
  setup_home
  git init -q .
  printf -- '---\r\ntype: session   # a comment\r\ndate: 2026-11-20\r\nstatus: planned\r\ntags: [a, trust/deep]\r\ncharter: "[[plan]]"\r\n---\r\n# One\r\n\r\n#trust and #trustee\r\n' >one.md
  note plan.md <<'TXT'
---
type: charter
goals:
  - id: g1
    title: Listen
tags:
  - trust
---
# Plan
TXT
  commit_all first
}

@test "set changes the value alone, in one commit that undo takes back" {
  cp one.md "$work/before"
  expect "$(chiron set one status=held minutes=45 tags+=b)" "changed one.md"
  expect "$(diff "$work/before" one.md | grep -c '^>')" 3
  contains "$(cat one.md)" "type: session   # a comment"
  contains "$(cat one.md)" "tags: [a, trust/deep, b]"
  expect "$(chiron list status:held minutes:45 --format paths)" one.md
  expect "$(git log -1 --format=%s)" "set: one"
  chiron undo
  cmp one.md "$work/before"
}

@test "set reaches into lists; unset takes keys out" {
  chiron set plan 'goals[0].gas=1'
  contains "$(cat plan.md)" "    gas: 1"
  chiron unset plan 'goals[0].gas' tags
  lacks "$(cat plan.md)" gas
  lacks "$(cat plan.md)" trust
}

@test "set: what the type does not allow is told, and nothing is written" {
  run -2 chiron set one status=nonsense
  contains "$output" "one.md: 'status' is 'nonsense', not one of planned, held"
  run -2 chiron set one status=held minutes=many
  contains "$output" minutes
  run -2 chiron set one status
  run -3 chiron set one visibility=private
  contains "$output" "move it into a space of its own first"
  expect "$(git status --porcelain)" ""
  expect "$(git log --format=%s)" first
}

@test "set: what is so already is no commit; a dry run is none either" {
  chiron set one status=planned
  expect "$(chiron set one -n status=held)" "would change one.md"
  expect "$(git log --format=%s)" first
}

@test "retag renames a tag and those below it, in front matter and text" {
  run chiron retag trust zaufanie
  contains "$output" "changed one.md"
  contains "$output" "changed plan.md"
  contains "$(cat one.md)" "tags: [a, zaufanie/deep]"
  contains "$(cat one.md)" "#zaufanie and #trustee"
  contains "$(cat plan.md)" "  - zaufanie"
  expect "$(git rev-list --count HEAD)" 2
  run -1 chiron retag trust other
  run -2 chiron retag trust 'no tag'
  chiron undo
  expect "$(git diff HEAD~2 | wc -c)" 0
}
