#!/usr/bin/env bats
# What plugins see and what their answers look like: the same in the program and in a worker.

load ../cmd/helper

setup() {
  setup_home
  plain_repository
  plugins=$work/plugins
  mkdir -p "$plugins" "$XDG_CONFIG_HOME/chiron"
  chmod 755 "$work" "$plugins"
  export CHIRON_PLUGIN_PATH=$plugins
  config=$XDG_CONFIG_HOME/chiron/config
}

compile() {
  "${CC:-cc}" -std=c17 -fPIC -shared -fvisibility=hidden -I "$CHIRON_TEST_SOURCE/core" "$1" -o "$2"
}

# tutorial KIND: that kind's tutorial as it stands, under its own name.
tutorial() {
  mkdir -p "$plugins/tutorial"
  compile "$CHIRON_TEST_SOURCE/plugins/template/$1.c" "$plugins/tutorial/tutorial.so"
  cp "$CHIRON_TEST_SOURCE/plugins/template/$1.conf" "$plugins/tutorial/plugin.conf"
}

# A vault with one note of every kind of trouble.
many_notes() {
  note goals.md <<'TXT'
---
type: charter
title: "Goals: \"all\" of them"
date: 2026-02-03
tags: [a/b, ż]
aliases: [aims]
goals:
  - {title: one, gas: -2}
---
# Heading with `code`

See [[tmux#panes|Panes]], ![[rebase]] and <https://example.org>. #inline
TXT
  printf -- '---\ntitle: bad bytes\n---\n\xff\xfe body\r\nmore\0end\n' >bytes.md
  printf -- '---\ntitle: never closed\n' >open.md
  printf '\xef\xbb\xbf---\r\ntitle: marked\r\n---\r\n\r\n## Two\r\n' >bom.md
  : >empty.md
  for i in $(seq 300); do printf '# Note %s\n\ntext [[tmux]]\n' "$i" >"n$i.md"; done
  commit_all
}

@test "every question has the same answer in the program and in a worker" {
  many_notes
  git config -f "$config" plugin.probe.greeting "good day"
  git config -f "$config" plugin.probe.grant data
  mkdir -p "$plugins/probe"
  compile "$CHIRON_TEST_SOURCE/tests/abi/probe.c" "$plugins/probe/probe.so"
  printf '[plugin]\nid = probe\nversion = 1.0.0\nabi = 1\nkind = command\ncommand = probe\npermission = notes:read\npermission = data\n' >"$plugins/probe/plugin.conf"
  mkdir -p .chiron/templates
  printf 'two words' >.chiron/templates/words.txt
  run -0 --separate-stderr chiron probe --json
  expect "$stderr" ""
  printf '%s\n' "$output" >"$work/worker.json"
  # The same object beside the program, as if it had come with chiron.
  local bin=$CHIRON_TEST_BIN/chiron relative
  relative=$(cd "$CHIRON_TEST_STAGE" && find . -type d -path '*chiron/plugins')
  mkdir -p "$work/prefix/bin" "$work/prefix/${relative%/plugins}"
  cp "$bin" "$work/prefix/bin/"
  cp -r "$CHIRON_TEST_STAGE/${relative%/plugins}/." "$work/prefix/${relative%/plugins}/"
  cp -r "$CHIRON_TEST_STAGE/share" "$work/prefix/"
  mv "$plugins/probe" "$work/prefix/$relative/"
  unset CHIRON_PLUGIN_PATH
  run -0 "$work/prefix/bin/chiron" plugin info probe
  contains "$output" "in this process"
  run -0 --separate-stderr "$work/prefix/bin/chiron" probe --json
  printf '%s\n' "$output" >"$work/program.json"
  cmp "$work/program.json" "$work/worker.json"
  # And the answers are right, not only alike.
  expect "$(jq -c '.[0]' "$work/worker.json")" '{"scratch":0,"greeting":"good day","config_null":1,"find":0,"found":"shell/tmux.md","find_none":1,"get_none":1,"count_wrong":-3,"data":0,"template":0,"template_has_bytes":true,"template_own":0,"template_text":"two words","template_none":1,"template_up":-1,"template_whose":1,"unknown_table":false}'
  expect "$(jq 'length' "$work/worker.json")" "$(($(chiron list --count --format json | jq '.[0].count // .count // .') + 1))"
  expect "$(jq -c '.[] | select(.path == "goals.md") | [.type, .gas, .tags, .aliases, .body_line, .utf8, .shorter_is_safe, .got_by_id, .nested_status]' "$work/worker.json")" '["charter","-2",["a/b","ż","inline"],["aims"],10,true,true,true,2]'
  expect "$(jq -c '.[] | select(.path == "goals.md") | .links | map([.kind, .target, .to, .anchor, .label])' "$work/worker.json")" '[["wikilink","tmux","shell/tmux.md","panes","Panes"],["embed","rebase","git/rebase.md","",""],["markdown","https://example.org","","",""]]'
  expect "$(jq -c '.[] | select(.path == "goals.md") | .headings' "$work/worker.json")" '[{"level":1,"line":10,"text":"Heading with code"}]'
  expect "$(jq -c '.[] | select(.path == "bytes.md") | .utf8' "$work/worker.json")" false
  expect "$(jq -r '.[] | select(.path == "bom.md") | .body' "$work/worker.json" | tr -d '\r')" $'\n## Two'
}

@test "a figure tells its window, the one before, and why it has no value" {
  tutorial kpi
  for day in 2025-12-30 2026-01-10 2026-01-20 2026-02-05; do
    printf -- '---\ndate: %s\n---\none two\n' "$day" >"$day.md"
  done
  printf -- '---\ndate: 2026-02-06\n---\none two three four\n' >more.md
  run -0 chiron kpi --using tutorial --from 2026-02 --to 2026-02 --json
  expect "$(jq -c '.[0] | [.id, .value, .unit, .n, .from, .to, .previous]' <<<"$output")" '["words_per_note",3,"words",2,"2026-02-01","2026-02-28",2]'
  run -0 chiron kpi --using tutorial --from 2026-01 --to 2026-01 --json
  expect "$(jq -c '.[0] | [.n, .previous]' <<<"$output")" '[2,2]'
  run -0 chiron kpi --using tutorial --from 2020-01-01 --to 2020-01-10 --json
  expect "$(jq -c '.[0] | [has("value"), .reason, has("previous")]' <<<"$output")" '[false,"no dated note in this time",false]'
  run -0 chiron kpi words_per_note --using tutorial --json
  expect "$(jq length <<<"$output")" 1
  run chiron kpi nothing --using tutorial
  [ "$status" -ge 2 ]
}

@test "a matching tells pairs with their factors, and who is left" {
  tutorial matcher
  note people/anna.md <<<$'---\ntype: person\ntitle: Anna\nroles: [mentor]\ncapacity: 1\noffers: [{skill: c, level: 4}]\n---'
  note people/jan.md <<<$'---\ntype: person\ntitle: Jan\nroles: [mentee]\nneeds: [{skill: c, level: 2}]\n---'
  note people/ola.md <<<$'---\ntype: person\ntitle: Ola\nroles: [mentee]\nneeds: [{skill: c, level: 2}]\n---'
  run -0 chiron match --using tutorial --json
  expect "$(jq -c . <<<"$output")" '[{"mentor":"anna","mentee":"jan","score":1,"factors":[{"name":"skills","points":1}]},{"handle":"ola","reason":"no mentor with room offers what is needed"}]'
}

@test "a check's findings stand beside the others, and narrow with the query" {
  tutorial check
  note loud.md <<<$'# LISTEN TO ME'
  note sub/loud.md <<<$'# LISTEN TO ME TOO'
  run chiron check --json
  expect "$(jq -c '[.[] | select(.rule == "tutorial/no-shouting") | [.path, .level, .line]]' <<<"$output")" '[["loud.md","warning",1],["sub/loud.md","warning",1]]'
  run chiron check 'in:sub' --json
  expect "$(jq -c '[.[] | select(.rule == "tutorial/no-shouting") | .path]' <<<"$output")" '["sub/loud.md"]'
}

@test "an export of one file goes to a file or to standard output" {
  tutorial exporter
  run -0 --separate-stderr chiron export tutorial
  contains "$output" $'Tmux panes\tshell/tmux.md'
  run -0 chiron export tutorial title:tmux --out "$work/list.txt"
  expect "$(cat "$work/list.txt")" $'Tmux panes\tshell/tmux.md'
  run -1 chiron export tutorial title:nothing-like-it --out "$work/none.txt"
  [ ! -e "$work/none.txt" ]
}

@test "a consumer has caught up when it is asked" {
  tutorial consumer
  run -3 --separate-stderr chiron tutorial --json
  contains "$stderr" "plugin.tutorial.grant"
  git config -f "$config" plugin.tutorial.grant data
  answer() {
    chiron tutorial --json | jq -c '.[0]'
  }
  notes() {
    answer | jq .notes
  }
  expect "$(notes)" 4
  before=$(answer)
  note new.md <<<'one two three'
  expect "$(notes)" 5
  mv new.md other.md
  expect "$(notes)" 5
  rm other.md
  expect "$(answer)" "$before"
  # Its data, or the catalogue, or both are spoilt or lost: it is told anew.
  data=$(find .git/chiron/plugins -name words)
  expect "$(stat -c %a "$(dirname "$data")")" 700
  for spoil in ': >' 'rm -f' 'head -c 5 /dev/urandom >' 'echo nonsense:1 >'; do
    eval "$spoil $data"
    expect "$(answer)" "$before"
  done
  rm -f .git/chiron/catalogue.db*
  expect "$(answer)" "$before"
  rm -rf .git/chiron
  expect "$(answer)" "$before"
  # A cursor of the future is none.
  sed -i '1s/:.*/:999999999/' "$data"
  expect "$(answer)" "$before"
}

@test "a searcher's answer composes with the rest of a query" {
  tutorial searcher
  run -0 chiron search --using tutorial tmux --json
  expect "$(jq -c '.[0] | [.path, .snippets[0].text, .snippets[0].marks]' <<<"$output" | sed 's/\[\[0,4\]\]/[0,4]/')" '["shell/tmux.md","Tmux panes",[0,4]]'
  run -0 chiron search --using tutorial 'tmux OR in:git' --format paths
  expect "$(sort <<<"$output")" $'git/rebase.md\nshell/tmux.md'
  run -1 chiron search --using tutorial 'tmux -tag:shell' --format paths
}

@test "permissions show whether they are granted" {
  tutorial consumer
  run chiron plugin info tutorial
  contains "$output" "data (not granted)"
  git config -f "$config" plugin.tutorial.grant data
  run -0 chiron plugin info tutorial
  lacks "$output" "not granted"
  # A vault grants nothing.
  git config -f "$config" --unset plugin.tutorial.grant
  mkdir .chiron
  git config -f .chiron/config plugin.tutorial.grant data
  run chiron plugin info tutorial
  contains "$output" "data (not granted)"
}
