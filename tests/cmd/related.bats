#!/usr/bin/env bats
# Notes like a note; and what may have been meant when nothing was found.

load helper

setup() {
  setup_home
  git init -q .
  note chair.md <<'TXT'
---
title: The empty chair
tags: [exercise]
---
Put out an empty chair and let the person sit in it. See [[list]].
TXT
  note crate.md <<'TXT'
---
title: A crate
tags: [exercise]
---
We had no chair, so the person would sit on an empty crate. It is in the [[list]].
TXT
  note list.md <<'TXT'
# List

What we have: [[chair]], and other things.
TXT
  note other.md <<'TXT'
# Quarterly budget

Numbers.
TXT
  commit_all
}

@test "related: by words, tags and links, with reasons" {
  run -0 chiron related chair --json
  expect "$(jq -r '[.[].path] | join(" ")' <<<"$output")" "crate.md list.md"
  jq -e '.[0] | .score > 0.5 and .score <= 1' <<<"$output"
  expect "$(jq -c '.[0].shared | [.tags, .linked, .links]' <<<"$output")" '[["exercise"],false,1]'
  jq -e '.[0].shared.terms | index("empty") and index("chair")' <<<"$output"
  expect "$(jq -c '.[1].shared.linked' <<<"$output")" true
  jq -e '.[0].snippets[0].text | contains("empty crate")' <<<"$output"
  run -0 chiron related chair
  contains "$output" "#exercise"
  contains "$output" "1 link in common"
  lacks "$output" "Quarterly"
}

@test "related: a limit, nothing alike, no such note" {
  run -0 chiron related chair --limit 1 --format paths
  expect "$output" crate.md
  run -1 chiron related other
  run -3 chiron related nowhere
  contains "$output" "nowhere"
  run -2 chiron related
  run -2 chiron related chair crate
}

@test "search proposes what may have been meant, and only then" {
  run -1 --separate-stderr chiron search emtpy
  expect "$stderr" "chiron: nothing found; did you mean 'empty'?"
  expect "$output" ""
  run -1 --separate-stderr chiron search 'type:note (emtpy' OR 'chiar)'
  expect "$stderr" "chiron: nothing found; did you mean 'type:note (empty OR chair)'?"
  run -1 --separate-stderr chiron search emtpy --json
  expect "$output" "[]"
  expect "$(jq -r .suggestion.query <<<"$stderr")" empty
  run -1 --separate-stderr chiron -q search emtpy
  expect "$stderr" ""
  run -1 --separate-stderr chiron search empty budget
  expect "$stderr" ""
  run -0 --separate-stderr chiron search empty
  expect "$stderr" ""
}
