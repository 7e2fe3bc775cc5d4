#!/usr/bin/env bats
# The catalogue and the search index are derived: losing or spoiling them changes no answer.

load helper

setup() {
  setup_home
  plain_repository
  for i in $(seq 60); do
    printf -- '---\ntitle: Note %s\ndate: 2026-01-%02d\ntags: [t%s]\n---\nbody %s trust [[tmux]]\n' "$i" $((i % 28 + 1)) $((i % 5)) "$i" >"n$i.md"
  done
  commit_all
  answers >"$work/expected"
}

answers() {
  chiron -q list --json --sort path
  chiron -q search trust --format paths | sort
  chiron -q links tmux --back --json
  chiron -q tags --json
}

same() {
  answers >"$work/now"
  cmp "$work/expected" "$work/now"
}

derived() {
  find .git/chiron -type f \( -name '*.db' -o -name '*.seg' -o -name manifest \)
}

@test "it lies in the git directory, for its owner alone" {
  [ "$(derived | wc -l)" -ge 3 ]
  for file in $(derived); do expect "$(stat -c %a "$file")" 600; done
}

@test "deleted" {
  rm -rf .git/chiron
  same
}

@test "truncated, at many lengths" {
  for size in 0 1 100 4096 20000; do
    for file in $(derived); do truncate -s "$size" "$file"; done
    same
  done
}

@test "cut by less than a page" {
  for less in 8 100 500 1000 2000 3000 4000; do
    for file in $(derived); do truncate -s "-$less" "$file"; done
    same
  done
}

@test "garbled, at many places" {
  for seed in 1 2 3 4 5 6 7 8; do
    for file in $(derived); do
      python3 - "$file" "$seed" <<'PY'
import random, sys
random.seed(int(sys.argv[2]))
data = bytearray(open(sys.argv[1], 'rb').read())
for _ in range(200):
    data[random.randrange(len(data))] = random.randrange(256)
open(sys.argv[1], 'wb').write(data)
PY
      rm -f "$file-wal" "$file-shm"
    done
    same
  done
}

@test "replaced by something else" {
  for file in $(derived); do
    rm -f "$file"*
    echo "no database" >"$file"
  done
  same
}

@test "a refresh that is killed changes no answer" {
  for delay in 0.002 0.005 0.01 0.02 0.04; do
    rm -rf .git/chiron
    timeout -s KILL "$delay" "$CHIRON_TEST_BIN/chiron" search trust >/dev/null 2>&1 || true
    same
  done
}

@test "two processes at once" {
  rm -rf .git/chiron
  for i in 1 2 3 4; do chiron search trust --format paths --limit 0 >"$work/out$i" & done
  wait
  for i in 2 3 4; do cmp "$work/out1" "$work/out$i"; done
  same
}

@test "a read-only git directory sends it to the cache" {
  [ "$(id -u)" -ne 0 ] || skip "root writes everywhere"
  rm -rf .git/chiron
  chmod -w .git
  same
  chmod +w .git
  [ ! -e .git/chiron ]
}
