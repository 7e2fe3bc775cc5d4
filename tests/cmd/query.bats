#!/usr/bin/env bats
# Mistakes in a query point at their character; arguments are split as documented.

load helper

setup() {
  setup_home
  note a.md <<'TXT'
---
title: Alpha
date: 2026-01-31
score: 3
status: active
---
one draft
TXT
  note b.md <<'TXT'
---
title: Beta
date: 2026-02-01
score: 10
status: paused
---
two -dash
TXT
}

column() {
  run -2 chiron list --json "$1"
  jq -r '.error.column' <<<"$output"
}

@test "a mistake is an error at its character" {
  expect "$(column 'type:log (trust')" 10
  expect "$(column '"open')" 1
  expect "$(column 'trust OR')" 7
  expect "$(column 'before:yesteryear')" 8
  expect "$(column '/a(b/')" 5
  run -2 chiron list 'type:log (trust'
  contains "$output" "^"
}

@test "a dash begins a word of the query; after the first word a dash belongs to the query" {
  run -0 chiron list score:1..20 -status:paused --format paths
  expect "$output" a.md
  run -0 chiron list --format paths -- -status:paused
  contains "$output" a.md
  run -0 chiron list -status:paused --format paths
  expect "$output" a.md
  run -0 chiron list -n 1 -status:paused --format paths
  expect "$output" a.md
  run -0 chiron list -n1 --format paths
  expect "${#lines[@]}" 1
  run -0 chiron list -C"$work/vault" --format paths
  run -2 chiron list -n0
  run -2 chiron list -x
}

@test "dates: after a month begins when it ends; ranges include both ends" {
  run -0 chiron list after:2026-01 --format paths
  expect "$output" b.md
  run -0 chiron list date:2026-01..2026-02 --count
  expect "$output" 2
  run -0 chiron list before:2026-02 --format paths
  expect "$output" a.md
  run -0 chiron list on:2026-q1 --count
  expect "$output" 2
}

@test "numbers compare as numbers, unknown fields warn" {
  run -0 chiron list 'score:>=5' --format paths
  expect "$output" b.md
  run -0 chiron list status:active,paused --count
  expect "$output" 2
  run -1 --separate-stderr chiron list nosuchfield:1
  contains "$stderr" nosuchfield
}

@test "options: unknown, without a value, with a wrong one" {
  run -2 chiron list --limt 3
  contains "$output" "--limit"
  run -2 chiron list --limit
  run -2 chiron list --limit zero
  run -2 chiron lisst
  contains "$output" "list"
  run -2 chiron
  run -0 chiron --version
  run -0 chiron help
  run -0 chiron list --help
  contains "$output" "--sort"
}

@test "named groups of a regular expression go with the answer" {
  note c.md <<<'mood: calm, then glad'
  note d.md <<<'mood: none;"x"'
  run -0 chiron list '/mood: (?<mood>\w+)(, then (?<later>\w+))?/' --json
  expect "$(jq -c '.[] | [.handle, .groups]' <<<"$output")" '["c",{"mood":"calm","later":"glad"}]
["d",{"mood":"none"}]'
  run -0 chiron search '/mood: (?<mood>\w+)/ -/(?<no>zzz)/' --format jsonl
  expect "$(jq -c .groups <<<"$output")" '{"mood":"calm"}
{"mood":"none"}'
  run -0 chiron list '/mood: (?<mood>.+)/' --format csv
  contains "$output" ',groups.mood
c.md,'
  contains "$output" ',"calm, then glad"
d.md,'
  contains "$output" ',"none;""x"""'
  run -0 chiron list '/mood: (?<mood>\w+)/' --format '{{handle}}={{groups.mood}}'
  expect "$output" 'c=calm
d=none'
  # Nothing new for people, and nothing where there are no names.
  run -0 chiron list '/mood: (?<mood>\w+)/'
  lacks "$output" calm
  run -0 chiron list '/mood: (\w+)/' --json
  lacks "$output" groups
}
