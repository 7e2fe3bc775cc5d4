load helper

setup() {
  setup_home
  git init -q .
  for n in 1 2 3 4 5 6; do
    note "logs/a$n.md" <<<"# Log $n"
    note "people/deep/p$n.md" <<<"# Person $n"
  done
  # Young files are looked at again for a while, which is not what is tested here.
  sleep 0.1
  chiron list --count >/dev/null
}

teardown() {
  teardown_watch
  cd /
  rm -rf "$work"
}

teardown_watch() {
  [ -z "${watcher:-}" ] || kill -INT "$watcher" 2>/dev/null || true
  [ -z "${watcher:-}" ] || wait "$watcher" 2>/dev/null || true
}

begin_watch() {
  "$CHIRON_TEST_BIN/chiron" watch >"$work/said" 2>"$work/warned" 3>&- &
  watcher=$!
  for _ in $(seq 100); do
    grep -q watched "$work/said" && return 0
    sleep 0.05
  done
  cat "$work/said" "$work/warned" >&2
  return 1
}

# How many notes' stat data a command asks for.
stats() {
  strace -f -e trace=newfstatat,statx,fstatat64 -o "$work/trace" "$CHIRON_TEST_BIN/chiron" list --count >/dev/null
  grep -c '\.md"' "$work/trace" || true
}

@test "what the kernel told of is asked of the watcher, and nothing else is looked at" {
  [ "$(stats)" -ge 12 ]
  begin_watch
  expect "$(stats)" 0
  expect "$(cat "$work/said")" "12 notes are watched"
  echo "# Another title" >logs/a3.md
  expect "$(chiron list title:another --format paths)" logs/a3.md
  teardown_watch
  [ "$(stats)" -ge 12 ]
}

@test "every kind of change is seen at once" {
  begin_watch
  for round in 1 2 3; do
    echo "# Zebra $round" >"logs/z$round.md"
    expect "$(chiron list title:zebra --count)" "$round"
  done
  mkdir -p new/er/place
  echo "# Okapi" >new/er/place/o.md
  expect "$(chiron list title:okapi --format paths)" new/er/place/o.md
  sleep 0.4
  echo "# Okapi" >new/er/place/o2.md
  expect "$(chiron list title:okapi --count)" 2
  mv new/er other
  expect "$(chiron list title:okapi in:other --count)" 2
  sleep 0.4
  rm -r other
  run chiron list title:okapi --count
  expect "$output" 0
  echo 'z*.md' >.gitignore
  run chiron list title:zebra --count
  expect "$output" 0
  rm .gitignore
  expect "$(chiron list title:zebra --count)" 3
  git init -q people/deep
  expect "$(chiron list space:people/deep --count)" 6
  teardown_watch
}

@test "answers are those of a look at all files, whatever happens meanwhile" {
  begin_watch
  for round in $(seq 12); do
    printf '# Title %s\n\nwords %s\n' "$round" "$RANDOM" >"logs/a$((RANDOM % 6 + 1)).md"
    mv "people/deep/p$((RANDOM % 6 + 1)).md" "logs/m$round.md" 2>/dev/null || true
    [ $((RANDOM % 3)) -gt 0 ] || sleep 0.3
    told=$(chiron list --sort path --format '{{path}} {{title}} {{words}}
')
    looked=$(cp -r . "$work/copy" && rm -rf "$work/copy/.git/chiron" && chiron -C "$work/copy" list --sort path --format '{{path}} {{title}} {{words}}
')
    rm -rf "$work/copy"
    expect "$told" "$looked"
  done
  teardown_watch
}

@test "what another process stored is known to the watcher after it was asked once" {
  begin_watch
  # By a process that does not ask, for it has no data folder of the watcher's state.
  rm .git/chiron/rows .git/chiron/catalogue.db
  expect "$(chiron list --count)" 12
  for _ in $(seq 40); do
    [ "$(stats)" -gt 0 ] || break
    sleep 0.1
  done
  expect "$(stats)" 0
  teardown_watch
}

@test "a second watcher is told so, and a killed one leaves nothing that blocks" {
  begin_watch
  run -3 chiron watch
  contains "$output" "another process watches this vault already"
  kill -KILL "$watcher"
  wait "$watcher" 2>/dev/null || true
  echo "# Zebra" >logs/z.md
  expect "$(chiron list title:zebra --count)" 1
  begin_watch
  expect "$(stats)" 0
  teardown_watch
}

@test "where a watcher does not answer, the files are looked at" {
  begin_watch
  kill -STOP "$watcher"
  echo "# Zebra" >logs/z.md
  expect "$(chiron list title:zebra --count)" 1
  [ "$(stats)" -ge 12 ]
  kill -CONT "$watcher"
  teardown_watch
}

@test "without watches to be had it looks every two seconds, and says so" {
  if ! unshare -Ur true 2>/dev/null || ! unshare -Ur sysctl -q fs.inotify.max_user_watches >/dev/null 2>&1; then
    skip "no user namespaces here"
  fi
  unshare -Ur sh -c 'echo 1 >/proc/sys/user/max_inotify_watches' 2>/dev/null || skip "limits cannot be set here"
  unshare -Ur sh -c "echo 1 >/proc/sys/user/max_inotify_watches; exec '$CHIRON_TEST_BIN/chiron' watch" \
    >"$work/said" 2>"$work/warned" 3>&- &
  watcher=$!
  for _ in $(seq 60); do
    grep -q watched "$work/said" && break
    sleep 0.05
  done
  contains "$(cat "$work/warned")" "looking every two seconds instead"
  echo "# Zebra" >logs/z.md
  sleep 2.5
  contains "$(cat "$work/said")" "1 added, 0 changed, 0 removed"
  expect "$(chiron list title:zebra --count)" 1
  teardown_watch
}
