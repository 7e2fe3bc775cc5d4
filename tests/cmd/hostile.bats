#!/usr/bin/env bats
# What a peer may push: every good note is there, every bad one has a finding, memory is bounded.

load helper

setup() {
  setup_home
  git init -q .
  note good.md <<<"# A good note about trust"
}

finding() {
  jq -r --arg path "$1" '[.[] | select(.path == $path) | "\(.rule) \(.level)"] | unique | .[]' <<<"$checked"
}

check_json() {
  checked=$(chiron check --json) || [ $? -eq 1 ]
}

@test "broken front matter is a finding with a place, and the note is found" {
  printf -- '---\ntitle: x\ntags: [a, b\nstatus: y\n---\n# Broken but here\ntrust\n' >broken.md
  run -1 chiron check
  [[ $output =~ broken.md:[0-9]+:[0-9]+:\ error ]]
  run -0 chiron search trust --format paths
  contains "$output" broken.md
  contains "$output" good.md
}

@test "duplicate keys drop the fields, keep the body, and make the note private" {
  printf -- '---\ntitle: one\ntitle: two\nvisibility: group\n---\n# Body\n' >twice.md
  run -0 chiron list handle:twice --json
  expect "$(jq -r '.[0] | .visibility, (.fields | length)' <<<"$output")" "private
0"
  check_json
  expect "$(finding twice.md)" "front-matter error"
}

@test "invalid UTF-8, NUL bytes, CRLF and a byte-order mark" {
  printf '# Caf\xe9 trust\n' >latin.md
  printf '# Nul\0 trust\n' >nul.md
  printf -- '---\r\ntitle: Windows\r\ntags:\r\n  - crlf\r\n---\r\n# x\r\n\r\n[[good]]\r\n' >crlf.md
  printf '\xef\xbb\xbf---\ntitle: Marked\n---\n# x\n' >bom.md
  run -0 chiron list --format '{{handle}}={{title}}' --sort path
  contains "$output" "bom=Marked"
  contains "$output" "crlf=Windows"
  run -0 chiron list tag:crlf --count
  run -0 chiron links crlf --format '{{to}}:{{line}}:{{column}}'
  expect "$output" "good.md:8:1"
  run -0 chiron list --json
  jq -e 'length == 5' <<<"$output"
  check_json
  contains "$(finding latin.md)" encoding
  contains "$(finding nul.md)" nul
  expect "$(finding good.md)" ""
}

@test "a 100 MB file is a finding, and memory stays bounded" {
  printf '# Huge\n' >huge.md
  truncate -s 100M huge.md
  # A sanitizer's shadow takes terabytes of addresses.
  limit='ulimit -v 600000'
  ! grep -q __asan_init "$CHIRON_TEST_BIN/chiron" || limit=:
  run -0 bash -c "$limit"'; "$CHIRON_TEST_BIN/chiron" list --format paths --sort path'
  contains "$output" good.md
  run -0 chiron search trust --format paths
  expect "$output" good.md
  run -0 chiron search huge --format paths
  expect "$output" huge.md
  check_json
  contains "$(finding huge.md)" too-large
}

@test "symbolic links out of the vault are never followed" {
  mkdir "$work/outside"
  echo "# outside secret" >"$work/outside/o.md"
  ln -s /etc/passwd passwd.md
  ln -s "$work/outside" folder
  ln -s "$work/outside/o.md" o.md
  run -0 chiron list --format paths
  expect "$output" good.md
  run -1 chiron search secret
  run -3 chiron show o
  run -3 chiron show passwd.md
  check_json
  contains "$(finding passwd.md)" symlink
}

@test "ten thousand brackets, in front matter and in the body" {
  { printf -- '---\na: '; printf '%010000d' 0 | tr 0 '['; printf '\n---\n# yaml\n'; } >yaml.md
  { echo "# body"; printf '%010000d' 0 | tr 0 '['; } >body.md
  { echo "# embeds"; for i in $(seq 8000); do printf '![[]()'; done; } >embeds.md
  { echo "# quotes"; printf '%0100000d' 0 | sed 's/0/> /g'; } >quotes.md
  SECONDS=0
  run -0 chiron list --count
  expect "$output" 5
  [ "$SECONDS" -lt 20 ]
  check_json
  contains "$(finding yaml.md)" "front-matter error"
}

@test "duplicate handles are both there, and said" {
  note a/same.md <<<"# First"
  note b/same.md <<<"# Second"
  note from.md <<<"[[same]]"
  run -0 chiron list handle:same --format '{{handle}}' --sort path
  expect "$output" "a/same
b/same"
  check_json
  contains "$(finding a/same.md)" duplicate
  contains "$(finding b/same.md)" duplicate
  contains "$(finding from.md)" ambiguous
  run -3 chiron show same
  contains "$output" "a/same"
  contains "$output" "b/same"
  run -0 chiron show b/same
  contains "$output" "Second"
}

@test "control characters reach neither terminal nor HTML" {
  printf '# Title \033]0;owned\007 \xc2\x9b31m \xe2\x80\xae txt\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1)) trust\n' >evil.md
  for command in "list" "show evil" "search trust" "graph" "check"; do
    run chiron --color always $command
    lacks "$output" $'\007'
    lacks "$output" $'\033]0'
    lacks "$output" $'\xc2\x9b'
    lacks "$output" $'\xe2\x80\xae'
  done
  run -0 chiron show evil --html
  lacks "$output" "<script"
  lacks "$output" 'href="javascript'
}

@test "a vault's configuration runs nothing" {
  mkdir .chiron
  printf '[core]\n\teditor = touch %s\n\tpager = touch %s\n[plugin]\n\tpath = %s\n' "$work/ran" "$work/ran" "$work/vault/plugins" >.chiron/config
  git config core.pager "touch $work/ran"
  git config core.fsmonitor "touch $work/ran"
  git config diff.external "touch $work/ran"
  git add -A && git commit -qm x
  rm -f "$work/ran"
  chiron list --sort created >/dev/null
  chiron show good --at HEAD >/dev/null
  [ ! -e "$work/ran" ]
  run chiron doctor
  contains "$output" "core.editor"
}

@test "a broken vault configuration names its place and stops nothing" {
  mkdir .chiron
  printf '[vault\n' >.chiron/config
  run -0 chiron list --format paths
  contains "$output" good.md
  contains "$output" ".chiron/config:1:"
}

@test "an unreadable file and folder are findings" {
  [ "$(id -u)" -ne 0 ] || skip "root reads everything"
  note locked.md <<<"# x"
  chmod 000 locked.md
  run -0 chiron search trust --format paths
  expect "$output" good.md
  check_json
  contains "$(finding locked.md)" unreadable
}

@test "history that cannot be read costs its dates, not the notes" {
  commit_all
  git init -q --object-format=sha256 strange || skip "this git has no sha256"
  note strange/alien.md <<<"# Alien trust"
  git -C strange add -A && git -C strange commit -q -m alien
  run -0 --separate-stderr chiron list --format '{{path}}={{date}}'
  contains "$output" "strange/alien.md="
  contains "$output" "good.md=2"
  contains "$stderr" "sha256"
  run -0 chiron -C strange list --format paths -q
  run -0 chiron search trust --format paths
  contains "$output" "strange/alien.md"
}

@test "a name that begins with a space is answered to" {
  note " lead.md" <<<"# Led"
  run -0 chiron show " lead" --format '{{title}}'
  expect "$output" Led
  run -0 chiron show " lead.md" --format '{{title}}'
  expect "$output" Led
  run -0 chiron show " [[good]] " --format '{{handle}}'
  expect "$output" good
  run -0 chiron show " goo" --format '{{handle}}'
  expect "$output" good
}

@test "doctor names a type of the vault that is broken, or would widen who reads" {
  note .chiron/templates/odd/type.yaml <<<"type: [odd"
  note .chiron/templates/log/type.yaml <<<"type: log
visibility: group"
  run -0 chiron doctor
  contains "$output" ".chiron/templates/odd/type.yaml:"
  contains "$output" "cannot widen"
  expect "$(grep -c '^note types' <<<"$output")" 2
}
