#!/usr/bin/env bats
# Where notes name a note without linking to it.

load helper

setup() {
  setup_home
  git init -q .
  note anna.md <<'TXT'
---
title: Anna Nowak
aliases: [the coordinator, Ann]
---
Anna Nowak is herself.
TXT
  note one.md <<'TXT'
---
title: One
---
Asked ANNA NOWAK.

Then the coordinator, and Ann, answered; `Anna Nowak` is code.
TXT
  note two.md <<'TXT'
Anna Nowak, see [[anna]].
TXT
  commit_all
}

@test "mentions: path, line, column and text; not in notes that link to it" {
  run -0 chiron mentions anna --json
  expect "$(jq -c '[.[] | [.path, .line, .column, .text, .name]]' <<<"$output")" \
    '[["one.md",4,7,"Asked ANNA NOWAK.","Anna Nowak"],["one.md",6,6,"Then the coordinator, and Ann, answered; `Anna Nowak` is code.","the coordinator"]]'
  run -0 chiron mentions anna
  expect "${lines[0]}" "one.md:4:7  Asked ANNA NOWAK."
  run -0 chiron mentions anna --all --json
  expect "$(jq -r '[.[].path] | unique | join(" ")' <<<"$output")" "one.md two.md"
}

@test "mentions: none is 1, no such note is 3" {
  run -1 chiron mentions one
  run -3 chiron mentions nobody
  run -2 chiron mentions
}

@test "mentions: a word that everybody uses names nothing, and it is said" {
  note word.md <<<'# Meeting'
  for n in $(seq 30); do note "m$n.md" <<<"a meeting"; done
  run -1 --separate-stderr chiron mentions word
  contains "$stderr" "'Meeting' is left out: 31 notes"
}
