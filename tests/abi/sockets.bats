#!/usr/bin/env bats
# What plugins offer is used like what core offers: options, help, formats.

load ../cmd/helper

setup() {
  setup_home
  plain_repository
  mkdir -p "$work/plugins/sockets"
  chmod 755 "$work" "$work/plugins" "$work/plugins/sockets"
  cat >"$work/plugins/sockets/plugin.conf" <<'TXT'
[plugin]
	id = sockets
	version = 1.0.0
	abi = 1
	summary = Says something
	license = MIT
	kind = command
	command = greet
	kind = exporter
	format = titles
	permission = notes:read
TXT
  "${CC:-cc}" -std=c17 -fPIC -shared -fvisibility=hidden -I "$CHIRON_TEST_SOURCE/core" "$CHIRON_TEST_SOURCE/tests/abi/sockets.c" \
    -o "$work/plugins/sockets/sockets.so"
  export CHIRON_PLUGIN_PATH=$work/plugins
}

@test "a plugin's command: its option, every output format, its help" {
  run -0 chiron greet --format '{{said}}'
  expect "$output" hello
  run -0 chiron greet --greeting 'dzień dobry' --json
  expect "$(jq -r '.[0].said' <<<"$output")" "dzień dobry"
  run -0 chiron greet --help
  contains "$output" "--greeting=TEXT"
  run -0 chiron help greet
  contains "$output" "what to say"
  run -0 chiron help
  contains "$output" "greet"
  run -2 chiron greet --greting x
  contains "$output" "--greeting"
  run -2 chiron help nosuch
}

@test "an exporter: its option, a query, a file, stdout, help" {
  run -0 chiron export titles
  expect "${lines[0]}" hello
  expect "${#lines[@]}" 5
  run -0 chiron export titles --greeting hej tag:shell
  expect "$output" "hej
Tmux panes"
  run -0 chiron export titles -g hej -tag:shell --out "$work/titles.txt"
  expect "$(wc -l <"$work/titles.txt")" 4
  run -0 chiron export titles --help
  contains "$output" "--greeting=TEXT"
  run -2 chiron export titles --nonsense
  run -2 chiron export nosuch
  contains "$output" titles
  run -1 chiron export titles tag:none --out "$work/none.txt"
  [ ! -e "$work/none.txt" ]
  run -2 chiron export titles 'type:log ('
}
