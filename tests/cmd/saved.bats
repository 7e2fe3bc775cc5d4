#!/usr/bin/env bats
# Saved queries: named once in a configuration, called by their name.

load helper

setup() {
  setup_home
  mkdir .chiron "$XDG_CONFIG_HOME/chiron"
  cat >.chiron/config <<'TXT'
[query "held"]
	q = status:held
	description = Meetings that took place
	sort = +minutes
	limit = 2
[query "hours"]
	q = @held
	group = mentor
	sum = minutes
[query "broken"]
	q = type:log (
TXT
  for row in "a anna 60 held" "b anna 30 held" "c ola 45 held" "d ola 50 planned"; do
    read -r name mentor minutes status <<<"$row"
    printf -- '---\ndate: 2026-11-02\nmentor: %s\nminutes: %s\nstatus: %s\n---\n# %s trust\n' "$mentor" "$minutes" "$status" "$name" |
      note "$name.md"
  done
}

@test "called by name, with its order and limit unless given" {
  run -0 chiron list @held --format paths
  expect "$output" "b.md
c.md"
  run -0 chiron list @held --limit 5 --sort path --format paths
  expect "$output" "a.md
b.md
c.md"
  run -0 chiron list @held --count
  expect "$output" 3
  run -0 chiron list -@held --format paths
  expect "$output" d.md
  run -0 chiron list mentor:ola @held --format paths
  expect "$output" c.md
  run -0 chiron search '(@held OR status:planned) trust mentor:ola' --format paths
  expect "$(sort <<<"$output")" "c.md
d.md"
}

@test "with its groups and figures" {
  run -0 chiron list @hours --format '{{group}} {{sum.minutes}}'
  expect "$output" "anna 90
ola 45"
  run -0 chiron list @hours --group status --format '{{group}} {{count}}'
  expect "$output" "held 3"
}

@test "one's own configuration adds and wins" {
  printf '[query "held"]\nlimit = 1\n[query "mine"]\nq = @held mentor:anna\n' >"$XDG_CONFIG_HOME/chiron/config"
  run -0 chiron list @held --format paths
  expect "$output" b.md
  run -0 chiron list @mine --sort path --format paths
  expect "$output" "a.md
b.md"
}

@test "a mistake has its place in the file and the way that led there" {
  run -2 --separate-stderr chiron list 'trust @broken'
  contains "$stderr" "trust @broken
        ^"
  contains "$stderr" ".chiron/config:11:15: in the query: in '@broken': this parenthesis is never closed"
  run -2 --separate-stderr chiron list @broken --json
  expect "$(jq -c '.error | [.path, .line, .column]' <<<"$stderr")" '[".chiron/config",11,15]'
  run -2 chiron list @hold
  contains "$output" "did you mean '@held'?"
  printf '[query "held"]\nq = -@hours\n' >"$XDG_CONFIG_HOME/chiron/config"
  run -2 --separate-stderr chiron list @hours
  contains "$stderr" "$XDG_CONFIG_HOME/chiron/config:2:6"
  contains "$stderr" "'hours' calls itself"
  run -2 chiron --lang pl list @nikt
  contains "$output" "zapisanego zapytania"
  run -2 chiron --lang da list @ingen
  contains "$output" "gemt forespørgsel"
}

@test "they are listed, and what is wrong with them is told" {
  run -0 --separate-stderr chiron list --saved --json
  expect "$(jq -c '[.[].name]' <<<"$output")" '["broken","held","hours"]'
  expect "$(jq -c '.[1]' <<<"$output")" \
    '{"name":"held","query":"status:held","description":"Meetings that took place","sort":"+minutes","limit":2,"path":".chiron/config","line":2}'
  contains "$(jq -r '.[0].error' <<<"$output")" "never closed"
  contains "$stderr" ".chiron/config:11:15"
  run chiron doctor
  contains "$output" ".chiron/config:11:15"
  run -2 chiron list --saved held
  printf '[vault]\nlang = en\n' >.chiron/config
  run -1 chiron list --saved
}

@test "a vault without any says so; an address is a word" {
  rm .chiron/config
  run -2 chiron list @held
  contains "$output" "no saved query 'held'"
  note m.md <<<"write to ada@example.org"
  run -0 chiron list 'ada@example.org' --format paths
  expect "$output" m.md
}
