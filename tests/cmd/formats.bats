#!/usr/bin/env bats
# The same notes in every format.

load helper

setup() {
  setup_home
  plain_repository
}

@test "json is an array that jq reads" {
  run -0 chiron list --json
  expect "$(jq 'length' <<<"$output")" 4
  expect "$(jq -r '.[] | select(.handle == "tmux") | .tags[0], .aliases[0], .date, .fields.title' <<<"$output")" "shell
terminal multiplexer
2026-03-05
Tmux panes"
  expect "$(jq -r '[.[] | to_entries[] | select(.value == null)] | length' <<<"$output")" 0
}

@test "jsonl is an object a line" {
  run -0 chiron list --format jsonl
  expect "${#lines[@]}" 4
  for line in "${lines[@]}"; do jq -e .path <<<"$line" >/dev/null; done
}

@test "csv is read by another reader" {
  printf -- '---\ntitle: "=cmd(), \\"quoted\\""\ntags: [a, b]\n---\n' >evil.md
  chiron list --format csv >"$work/out.csv"
  run -0 python3 - "$work/out.csv" <<'PY'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], newline='', encoding='utf-8')))
evil = [r for r in rows if r['path'] == 'evil.md'][0]
print(len(rows), evil['title'], evil['tags'])
PY
  expect "$output" "5 '=cmd(), \"quoted\" a;b"
}

@test "paths0 survives any file name" {
  printf '# newline\n' >"$(printf 'line\nbreak.md')"
  run -0 bash -c '"$CHIRON_TEST_BIN/chiron" list --format paths0 | xargs -0 -n1 test -f && "$CHIRON_TEST_BIN/chiron" list --format paths0 | tr -cd "\0" | wc -c'
  expect "$output" 5
}

@test "a template, given and from a file" {
  run -0 chiron list handle:tmux --format '{{title}}{{#tags}} #{{.}}{{/tags}} {{fields.date}}'
  expect "$output" "Tmux panes #shell 2026-03-05"
  printf '{{#aliases}}{{.}};{{/aliases}}\n' >"$work/t.mustache"
  run -0 chiron list handle:tmux --format "@$work/t.mustache"
  expect "$output" "terminal multiplexer;"
}

@test "an unknown format is a usage error that lists the formats" {
  run -2 chiron list --format xml
  contains "$output" "jsonl"
  run -2 chiron list --format '{{#open'
  contains "$output" "1:1"
}

@test "an error under --json is an object on stderr" {
  run -2 --separate-stderr chiron list --json 'type:log ('
  expect "$output" ""
  expect "$(jq -r '.error.column' <<<"$stderr")" 10
}

@test "nothing found is exit code 1 and still an answer" {
  run -1 chiron list tag:none
  expect "$output" ""
  run -1 --separate-stderr chiron list tag:none --json
  expect "$output" "[]"
  run -1 chiron list tag:none --count
  expect "$output" 0
}

@test "a full disk is no success" {
  run -3 bash -c '"$CHIRON_TEST_BIN/chiron" list --json >/dev/full'
  contains "$output" "no space left"
}

@test "a closed stdout is no success" {
  run -3 bash -c '"$CHIRON_TEST_BIN/chiron" list --json >&-'
}

@test "a reader that leaves early is no error" {
  run bash -c '"$CHIRON_TEST_BIN/chiron" list --json | head -c 1 >/dev/null; echo "${PIPESTATUS[0]}"'
  [[ $output == 0 || $output == 141 ]]
}

@test "groups and counts" {
  run -0 chiron list --group type --format '{{group}} {{count}}'
  expect "$output" "note 4"
  run -0 chiron list --group tag --json
  expect "$(jq -c '[.[] | select(.group) | .count] | add' <<<"$output")" 2
}

@test "colours only where asked for or on a terminal" {
  run -0 chiron list
  lacks "$output" $'\033'
  run -0 chiron --color always list
  contains "$output" $'\033['
  NO_COLOR=1 run -0 chiron list
  lacks "$output" $'\033'
}

@test "a terminal gets a pager, and the user's own" {
  command -v script >/dev/null || skip "script(1) is not here"
  printf '#!/bin/sh\nsed "s/^/paged: /"\n' >"$work/pager"
  chmod +x "$work/pager"
  PAGER=$work/pager run script -qec "$CHIRON_TEST_BIN/chiron list" /dev/null
  contains "$output" "paged: "
  PAGER=$work/pager run script -qec "$CHIRON_TEST_BIN/chiron --no-pager list" /dev/null
  lacks "$output" "paged: "
}
