#!/usr/bin/env bats
# list --group: counts and figures, in every format and language.

load helper

setup() {
  setup_home
  for row in "a 2026-11-02 anna 60" "b 2026-11-20 anna 30" "c 2026-10-05 ola 45" "d 2026-10-06 ola -"; do
    read -r name date mentor minutes <<<"$row"
    {
      printf -- '---\ndate: %s\nmentor: %s\ntags: [meeting/%s, all]\n' "$date" "$mentor" "$name"
      [ "$minutes" = - ] || printf 'minutes: %s\nspent: PT%sM\n' "$minutes" "$minutes"
      printf -- '---\n# %s\n' "$name"
    } | note "$name.md"
  done
}

@test "a table for people" {
  run -0 chiron list --group date:month --sum minutes --mean minutes
  expect "$output" "date:month  notes  n.minutes  sum.minutes  mean.minutes
2026-10     2      1          45           45
2026-11     2      2          90           45"
}

@test "json has the figures by measure and field, and no key for what is not there" {
  run -0 chiron list --group mentor --sum minutes,spent --max date --sort group --json
  expect "$(jq -c '.[0]' <<<"$output")" \
    '{"group":"anna","count":2,"n":{"minutes":2,"spent":2,"date":2},"sum":{"minutes":90,"spent":"PT1H30M"},"max":{"date":"2026-11-20"}}'
  expect "$(jq -c '.[1].n' <<<"$output")" '{"minutes":1,"spent":1,"date":2}'
  run -0 chiron list --group minutes --json
  expect "$(jq -c '[.[].group]' <<<"$output")" '[30,45,60,null]'
  expect "$(jq -c '.[3] | has("group")' <<<"$output")" false
  run -0 chiron list handle:d --group mentor --sum minutes --json
  expect "$(jq -c '.[0]' <<<"$output")" '{"group":"ola","count":1,"n":{"minutes":0}}'
}

@test "csv has the same by their paths, templates too" {
  run -0 chiron list --group mentor --mean minutes --sort group --format csv
  expect "$(tr -d '\r' <<<"$output")" "group,count,n.minutes,mean.minutes
anna,2,2,45
ola,2,1,45"
  run -0 chiron list --group mentor --sum minutes --sort sum --format '{{group}} {{sum.minutes}}'
  expect "$output" "anna 90
ola 45"
}

@test "parts of tags; a note is in each of its groups once; a limit" {
  run -0 chiron list --group tag:1 --sum minutes --sort group --format '{{group}} {{count}} {{sum.minutes}}'
  expect "$output" "all 4 135
meeting 4 135"
  run -0 chiron list --group tag -n 1 --format '{{group}}'
  expect "$output" all
}

@test "figures of all that was found, without groups" {
  run -0 chiron list mentor:anna --sum minutes --mean minutes --json
  expect "$(jq -c . <<<"$output")" '[{"count":2,"n":{"minutes":2},"sum":{"minutes":90},"mean":{"minutes":45}}]'
  run -1 chiron list mentor:nobody --sum minutes
  run -0 chiron list --sum Words --json
  expect "$(jq -c '.[0].n.Words' <<<"$output")" 4
}

@test "by author: the field, and who committed" {
  printf -- '---\nauthor: Grace\n---\n# e\n' | note e.md
  git init -q .
  commit_all
  echo more >>a.md
  git -c user.name="Jan Kos" -c user.email=jan@example.org commit -qam more
  run -0 chiron list --group author --format '{{group}} {{count}}'
  expect "$output" "Ada Test 5
Grace 1
Jan Kos 1"
  run -0 chiron list --group created:year --format '{{count}}'
  expect "$output" 5
}

@test "mistakes and unknown fields are told" {
  run -2 chiron list --group date:decade
  contains "$output" decade
  run -2 chiron list --group type --sort title
  contains "$output" title
  run -2 chiron list --group linked
  run -2 chiron list --sum ,
  run -0 --separate-stderr chiron list --group colour --sum height
  contains "$stderr" "no note has a field 'colour'"
  contains "$stderr" "no note has a field 'height'"
  run -0 --separate-stderr chiron list --sort colour
  contains "$stderr" "no note has a field 'colour'"
  run -0 --separate-stderr chiron list --sort minutes
  expect "$stderr" ""
}

@test "in Polish and Danish" {
  run -0 chiron --lang pl list --group minutes
  contains "$output" "(brak)"
  contains "$output" "notatki"
  run -0 chiron --lang da list --group minutes
  contains "$output" "(ingen)"
  run -2 chiron --lang pl list --group date:decade
  contains "$output" "nie można grupować"
}
