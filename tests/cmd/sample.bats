#!/usr/bin/env bats
# The sample vault: its history is made, it is clean under its own types, and it answers in three languages.

load helper

setup() {
  setup_home
  "$CHIRON_TEST_SOURCE/sample-vault/make-history" "$work/sample"
  cd "$work/sample"
}

@test "every repository has a clean work tree and sound objects" {
  for repository in . private pairs/*; do
    expect "$(git -C "$repository" status --porcelain)" ""
    git -C "$repository" fsck --strict --no-progress
    [ "$(git -C "$repository" log --format=%ae | sort -u | wc -l)" -ge 1 ]
  done
  [ "$(git log --format=%ae | sort -u | wc -l)" -ge 3 ]
  first=$(git log --reverse --format=%ad --date=format:%Y-%m | head -1)
  [[ $first < 2025-11 ]]
}

@test "made again it is the same" {
  before=$(git rev-parse HEAD)
  "$CHIRON_TEST_SOURCE/sample-vault/make-history" "$work/sample"
  expect "$(git -C "$work/sample" rev-parse HEAD)" "$before"
}

@test "check has nothing to say" {
  run -0 --separate-stderr chiron check --json
  expect "$output" "[]"
}

@test "all ten types, all models, three languages" {
  run -0 chiron list --group type --json
  expect "$(jq length <<<"$output")" 10
  run -0 chiron list type:log --group model --format '{{group}}'
  expect "$(sort <<<"$output" | tr '\n' ' ')" "driscoll free gibbs johns kolb orid starr "
  run -0 chiron list --group lang --json
  jq -e 'all(.count >= 40)' <<<"$output"
}

@test "search finds in each language what is written in it" {
  for query in "trust first-watch" "zaufanie 2026-03-19-po-warsztacie" "tillid 2026-06-12-tallet-paa-tavlen"; do
    read -r word handle <<<"$query"
    run -0 chiron search "$word" --limit 20 --format '{{handle}}'
    contains "$output" "$handle"
  done
  run -0 chiron search '"informacja zwrotna"' --limit 20 --format '{{handle}}'
  contains "$output" 2026-10-06-marta-agnieszka
  # Without its letters, in another form, in another case.
  run -0 chiron search POUFNOSC --format '{{handle}}'
  contains "$output" wino-na-tarasie
}

@test "a renamed note keeps its history, a charter its earlier rules" {
  run -0 chiron list handle:the-obvious-question --sort created --format '{{created}}'
  [[ $output < 2026-03-07 ]]
  run -0 chiron show marta-agnieszka --at 2025-12-31 --raw
  contains "$output" 48
  run -0 chiron list type:session status:planned after:2026-11-24 --count
  expect "$output" 5
}

@test "a reader's three languages" {
  for lang in en pl da; do
    run -0 chiron --lang $lang list --limit 1
    run -0 chiron --lang $lang help
    run -2 chiron --lang $lang list 'type:log ('
  done
  run -0 chiron --lang pl help
  contains "$output" "Polecenia"
  run -0 chiron --lang da help
  contains "$output" "Kommandoer"
  run -0 env LANGUAGE= LC_ALL= LC_MESSAGES= LANG=pl_PL.UTF-8 "$CHIRON_TEST_BIN/chiron" help
  contains "$output" "Polecenia"
}
