#!/usr/bin/env bats
# Plugins that misbehave (bad.c): each ends its own command with a message that names it, and the vault stays as it was.

load ../cmd/helper

setup() {
  setup_home
  plain_repository
  commit_all
  plugins=$work/plugins
  mkdir -p "$plugins/bad" "$XDG_CONFIG_HOME/chiron"
  chmod 755 "$work" "$plugins" "$plugins/bad"
  export CHIRON_PLUGIN_PATH=$plugins
  git config -f "$XDG_CONFIG_HOME/chiron/config" plugin.timeout 3
  vault_before=$(vault_sum)
}

vault_sum() {
  find . -path ./.git/chiron -prune -o -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum
}

manifest() {
  printf '[plugin]\n\tid = bad\n\tversion = 1.0.0\n\tabi = 1\n\tsummary = Misbehaves\n\tlicense = MIT\n\tcommand = bad\n\tformat = bad\n'
  printf '\tkind = %s\n' "$@"
  printf '\tpermission = notes:read\n'
}

# build KIND [-DMACRO...]
build() {
  local kind=$1
  shift
  manifest "$kind" >"$plugins/bad/plugin.conf"
  "${CC:-cc}" -std=gnu17 -fPIC -shared -fvisibility=hidden -I "$CHIRON_TEST_SOURCE/core" "$@" "$CHIRON_TEST_SOURCE/tests/abi/bad.c" -o "$plugins/bad/bad.so"
}

# The command fails with 3 and says this, naming the plugin.
ends_with() {
  local words=$1
  shift
  run -3 --separate-stderr chiron "$@"
  contains "$stderr" "'bad'"
  contains "$stderr" "$words"
  expect "$(vault_sum)" "$vault_before"
}

# It is refused when it is loaded.
refused() {
  local words=$1
  shift
  build command "$@"
  ends_with "$words" bad
  # Everything else goes on.
  run -0 chiron list --format paths
}

# It is refused without being loaded, so the listing says so too.
refused_unloaded() {
  local reason
  reason=$(chiron plugin list --json | jq -r '.[] | select(.path | startswith(env.CHIRON_PLUGIN_PATH // "/")) | select(.id == "bad") | .state + ": " + .reason')
  contains "$reason" refused
  contains "$reason" "$1"
  ends_with "$1" bad
}

@test "a well-behaved one is fine" {
  build command
  run -0 chiron bad --json
  expect "$(jq -c . <<<"$output")" '[{"answer":42}]'
  run -0 chiron plugin info bad
}

@test "it is seen before it is loaded, and no code of it runs" {
  build command -DCRASH_IN_CONSTRUCTOR
  run -0 chiron plugin list --json
  expect "$(jq -r '.[] | select(.id == "bad") | .state' <<<"$output")" available
}

# --- what is refused unseen ---

@test "writable by others: the object, the manifest, the folder, the folder of plugins" {
  build command
  for path in bad/bad.so bad/plugin.conf bad .; do
    chmod o+w "$plugins/$path"
    refused_unloaded "everybody may write it"
    chmod o-w "$plugins/$path"
  done
  run -0 chiron bad
}

@test "below a folder that others may write" {
  mkdir -p "$work/open/plugins"
  build command
  mv "$plugins/bad" "$work/open/plugins/"
  chmod 777 "$work/open"
  export CHIRON_PLUGIN_PATH=$work/open/plugins
  refused_unloaded "writable by others"
}

@test "owned by somebody else" {
  [ "$(id -u)" -eq 0 ] || skip "only root can give files away"
  build command
  chown 65534 "$plugins/bad/bad.so"
  refused_unloaded "belongs to another user"
}

@test "symbolic links: the object, the manifest, the folder" {
  build command
  mkdir "$work/elsewhere"
  for file in bad.so plugin.conf; do
    mv "$plugins/bad/$file" "$work/elsewhere/"
    ln -s "$work/elsewhere/$file" "$plugins/bad/$file"
    refused_unloaded "is a symbolic link"
    rm "$plugins/bad/$file"
    mv "$work/elsewhere/$file" "$plugins/bad/"
  done
  mv "$plugins/bad" "$work/elsewhere/bad"
  ln -s "$work/elsewhere/bad" "$plugins/bad"
  refused_unloaded "is a symbolic link"
}

@test "inside the vault, also through a link to it" {
  build command
  mkdir tools
  cp -r "$plugins/bad" tools/bad
  vault_before=$(vault_sum)
  export CHIRON_PLUGIN_PATH=$PWD/tools
  refused_unloaded "inside the vault"
  ln -s "$PWD/tools" "$work/link"
  export CHIRON_PLUGIN_PATH=$work/link
  refused_unloaded "inside the vault"
}

@test "a path that is not absolute" {
  build command
  cd "$work"
  CHIRON_PLUGIN_PATH=plugins run -0 "$CHIRON_TEST_BIN/chiron" -C "$work/vault" plugin list --json
  contains "$(jq -r '.[] | select(.id == "bad") | .reason' <<<"$output")" "not an absolute path"
}

@test "an id that is not its folder's, another ABI, a kind or a permission that nobody knows, a broken manifest" {
  build command
  manifest command >"$work/good"
  try() {
    sed "$1" "$work/good" >"$plugins/bad/plugin.conf"
    run -0 chiron plugin list --json
    contains "$(jq -r '.[] | select(.state == "refused") | .reason' <<<"$output")" "$2"
  }
  try 's/id = bad/id = good/' "not the name of its folder"
  try 's/id = bad/id = ..\/bad/' "not made of"
  try 's/abi = 1/abi = 2/' "plugin ABI '2'"
  try 's/kind = command/kind = virus/' "'virus'"
  try 's/notes:read/root/' "'root'"
  try 's/\[plugin\]/[plugin/' ""
  try 's/Misbehaves/"\\t\\b"/' "control characters"
}

@test "two of the same id: the first counts" {
  build command
  mkdir "$work/more"
  cp -r "$plugins/bad" "$work/more/"
  export CHIRON_PLUGIN_PATH=$plugins:$work/more
  run -0 chiron plugin list --json
  expect "$(jq -r '[.[] | select(.id == "bad") | .state] | join(",")' <<<"$output")" available,refused
  run -0 chiron bad
}

@test "a vault's own configuration names no plugin folder" {
  build command
  unset CHIRON_PLUGIN_PATH
  mkdir .chiron
  git config -f .chiron/config plugin.path "$plugins"
  run -0 chiron plugin list --json
  expect "$(jq -r '[.[] | select(.id == "bad")] | length' <<<"$output")" 0
  git config -f "$XDG_CONFIG_HOME/chiron/config" plugin.path "$plugins"
  run -0 chiron bad
}

@test "no object, a folder as the object, a fifo as the object" {
  manifest command >"$plugins/bad/plugin.conf"
  refused_unloaded "is missing"
  mkdir "$plugins/bad/bad.so"
  refused_unloaded "not a plain file"
  rmdir "$plugins/bad/bad.so"
  mkfifo "$plugins/bad/bad.so"
  refused_unloaded "not a plain file"
}

# --- what is refused when it is loaded ---

@test "garbage, an empty file, half an object" {
  build command
  head -c 3000 "$plugins/bad/bad.so" >"$work/half"
  for content in "$work/half" /dev/null "$CHIRON_TEST_SOURCE/LICENSE"; do
    cat "$content" >"$plugins/bad/bad.so"
    ends_with "" bad
  done
  head -c 20000 /dev/urandom >"$plugins/bad/bad.so"
  ends_with "" bad
}

@test "wrong major, short struct, wrong id, wrong version, missing functions" {
  refused "plugin ABI 99" -DWRONG_MAJOR
  refused "too short" -DSHORT_ENTRY
  refused "id is not the manifest's" -DWRONG_ID
  refused "id is not the manifest's" -DNULL_ID
  refused "version is not the manifest's" -DWRONG_VERSION
  refused "function" -DNULL_OPEN
}

@test "no symbol, a function in its place, a symbol that nobody defines" {
  refused "no symbol 'chiron_plugin'" -DNO_SYMBOL
  refused "no symbol 'chiron_plugin'" -DSYMBOL_IS_A_FUNCTION
  refused "nowhere_to_be_found" -DUNDEFINED_SYMBOL
}

@test "tables that are missing, short, or filled with rubbish" {
  refused "promises a command" -DNO_TABLES
  refused "too short" -DSHORT_TABLE
  refused "name is not the manifest's" -DNULL_NAME
  refused "name is not the manifest's" -DWRONG_NAME
  refused "lacks" -DNULL_FUNCTION
  refused "lacks" -DESCAPE_IN_SUMMARY
}

@test "it crashes, exits, hangs or fails while it is opened" {
  refused "signal 11" -DCRASH_IN_CONSTRUCTOR
  refused "signal 11" -DCRASH_IN_OPEN
  refused "exit code 7" -DEXIT_IN_OPEN
  refused "not today" -DFAIL_IN_OPEN
  refused "without saying why" -DSILENT_IN_OPEN
  refused "plugin.timeout" -DHANG_IN_OPEN
}

# --- what ends its own call ---

@test "it crashes, aborts or exits in a call" {
  refused "signal 11" -DCRASH_IN_CALL
  refused "signal 6" -DABORT_IN_CALL
  refused "exit code 0" -DEXIT_IN_CALL
}

@test "it hangs, waiting or spinning" {
  refused "plugin.timeout" -DHANG_IN_CALL
  refused "plugin.timeout" -DSPIN_IN_CALL
}

@test "it takes memory without end" {
  if nm "$CHIRON_TEST_BIN/chiron" | grep -q __asan_init; then skip "no limit under a sanitizer"; fi
  git config -f "$XDG_CONFIG_HOME/chiron/config" plugin.memory 128
  git config -f "$XDG_CONFIG_HOME/chiron/config" plugin.timeout 60
  refused "plugin.memory" -DEAT_MEMORY
}

@test "it answers with rubbish, or closes the line" {
  refused "rubbish" -DRUBBISH_ON_THE_WIRE
  refused "rubbish" -DSHORT_FRAME
  refused "ended its process" -DCLOSES_THE_WIRE
}

@test "it writes to a terminal that is not its own" {
  build command -DPRINTS
  run -0 --separate-stderr chiron bad --json
  lacks "$output$stderr" "printed by a plugin"
}

@test "statuses that do not exist, failures without words" {
  refused "does not exist, 77" -DSTRANGE_STATUS
  refused "without saying why" -DSILENT_FAILURE
}

@test "its words reach the terminal as one plain line" {
  refused "line one line two" -DTERMINAL_ESCAPE
  lacks "$stderr" $'\033'
  lacks "$stderr" $'\007'
  [ "$(wc -l <<<"$stderr")" -eq 1 ]
}

@test "an answer that is not well formed is an error, and what stands there still parses" {
  refused "not ended" -DOPEN_MAP
  refused "without a key" -DVALUE_WITHOUT_KEY
  refused "not open" -DENDS_TOO_OFTEN
  refused "not made of a-z" -DBAD_KEY
  refused "not made of a-z" -DNULL_KEY
  refused "not finite" -DNOT_A_NUMBER
  for macro in OPEN_MAP VALUE_WITHOUT_KEY BAD_KEY; do
    build command -D$macro
    run -3 --separate-stderr chiron bad --json
    [ -z "$output" ] || jq . <<<"$output"
  done
}

@test "invalid UTF-8 and control characters in an answer" {
  build command -DINVALID_UTF8
  run -0 chiron bad --json
  expect "$(jq -r '.[0].text' <<<"$output")" $'a\xef\xbf\xbd\xef\xbf\xbd b \033[31m'
  run -0 chiron bad
  lacks "$output" $'\033'
}

@test "questions within questions without end" {
  refused "within notes too often" -DENDLESS_NESTING
}

@test "output without end stops when nobody reads" {
  build command -DENDLESS_OUTPUT
  run bash -c "'$CHIRON_TEST_BIN/chiron' bad | head -3"
  expect "${lines[0]}" "and on"
}

@test "what was not asked for in the manifest is not given" {
  build command -DREADS_WITHOUT_LEAVE
  grep -v permission "$plugins/bad/plugin.conf" >"$work/manifest"
  cp "$work/manifest" "$plugins/bad/plugin.conf"
  ends_with "nothing to read with" bad
}

@test "a crash or a hang when it is closed changes nothing" {
  build command -DCRASH_IN_CLOSE
  run -0 chiron bad --json
  build command -DHANG_IN_CLOSE
  run -0 chiron bad --json
}

@test "ended by the user: it goes, and nothing stays behind" {
  build command -DHANG_IN_CALL
  git config -f "$XDG_CONFIG_HOME/chiron/config" plugin.timeout 60
  "$CHIRON_TEST_BIN/chiron" bad >"$work/out" 2>&1 &
  sleep 1
  kill -INT $!
  code=0
  wait $! || code=$?
  [ "$code" -ne 0 ]
  [ -z "$(pgrep -P $! || true)" ]
}

# --- the other kinds ---

@test "a check that misbehaves takes only its own findings with it" {
  for macro in BAD_LEVEL SHORT_FINDING CRASH_IN_CALL; do
    build check -D$macro
    run -3 --separate-stderr chiron check --json
    contains "$stderr" "'bad'"
    contains "$(jq -r '.[].rule' <<<"$output")" link
  done
  build check -DNULL_MESSAGE
  run chiron check --json
  [ "$status" -le 1 ]
  build check -DHUGE_LINE
  run chiron check --json
  [ "$status" -le 1 ]
  contains "$(jq -r '.[] | select(.rule == "bad/rule") | .message' <<<"$output")" "far off"
}

@test "a searcher with hits that are none" {
  build searcher
  run --separate-stderr chiron search --using bad word --json
  [ "$status" -le 3 ]
  [ -z "$output" ] || jq . <<<"$output"
  for macro in NEGATIVE_ID ENDLESS_HITS; do
    build searcher -D$macro
    run --separate-stderr chiron search --using bad word --json
    [ "$status" -le 3 ]
    [ -z "$output" ] || jq . <<<"$output"
  done
  build searcher -DNAN_SCORE
  ends_with "not well formed" search --using bad word
  build searcher -DCRASH_IN_CALL
  ends_with "signal 11" search --using bad word
}

@test "a searcher whose query needs itself" {
  build searcher -DASKS_ITSELF
  git config -f "$XDG_CONFIG_HOME/chiron/config" plugin.searcher bad
  ends_with "needs itself" search word
}

@test "figures that are no numbers, a query that is none, no figures" {
  build kpi
  ends_with "not a finite number" kpi --using bad
  build kpi -DCRASH_IN_CALL
  ends_with "signal 11" kpi --using bad
  build kpi -DBAD_QUERY
  run --separate-stderr chiron kpi --using bad
  [ "$status" -ge 2 ]
  contains "$stderr" "'bad'"
  build kpi -DNO_FIGURES
  ends_with "no figures" kpi --using bad
}

@test "an exporter writes beneath its folder, all or nothing" {
  for path in ../evil /tmp/evil a/../../evil '' . a//b a/ 'a\\b' .chiron-export; do
    build exporter "-DEXPORT_PATH=\"$path\""
    ends_with "not plain" export bad --out "$work/export"
    [ ! -e "$work/export" ] && [ ! -e "$work/evil" ]
  done
  build exporter -DWRITES_FIRST
  ends_with "before it had asked" export bad --out "$work/export"
  build exporter -DFAILS_IN_THE_MIDDLE
  ends_with "no more" export bad --out "$work/export"
  build exporter -DSAME_FILE_TWICE
  ends_with "" export bad --out "$work/export"
  build exporter -DCRASH_IN_CALL
  ends_with "signal 11" export bad --out "$work/export"
  # Nothing is left, not even a temporary folder.
  [ -z "$(find "$work" -maxdepth 1 -name '*export*')" ]
  build exporter
  run -0 chiron export bad --out "$work/export"
  expect "$(cat "$work/export/notes/a.txt")" bytes
}

@test "an export replaces an export, and nothing else" {
  build exporter
  mkdir "$work/export"
  run -0 chiron export bad --out "$work/export"
  run -0 chiron export bad --out "$work/export"
  echo mine >"$work/export/notes/mine.txt"
  run -3 --separate-stderr chiron export bad --out "$work/export"
  contains "$stderr" "mine.txt"
  expect "$(cat "$work/export/notes/mine.txt")" mine
  mkdir "$work/other" && echo mine >"$work/other/file"
  run -3 chiron export bad --out "$work/other"
  expect "$(cat "$work/other/file")" mine
  ln -s "$work/other" "$work/link"
  run -3 chiron export bad --out "$work/link"
  expect "$(cat "$work/other/file")" mine
}
