#!/usr/bin/env bats
# The header stands alone, in C and C++, for every compiler there is; what is frozen has not moved.

bats_require_minimum_version 1.5.0

setup() {
  work=$(mktemp -d)
  abi=$CHIRON_TEST_SOURCE/tests/abi
  core=$CHIRON_TEST_SOURCE/core
}

teardown() {
  rm -rf "$work"
}

compilers() {
  local found=()
  for compiler in "$@"; do
    command -v "$compiler" >/dev/null && found+=("$compiler")
  done
  [ "${#found[@]}" -gt 0 ] || skip "none of $* is installed"
  printf '%s\n' "${found[@]}"
}

@test "alone as C17, C11 and C99 with every warning" {
  printf '#include <chiron/plugin.h>\n' >"$work/alone.c"
  for compiler in $(compilers gcc clang); do
    for standard in c17 c11 c99; do
      "$compiler" -std=$standard -pedantic -Wall -Wextra -Wshadow -Wconversion -Werror -I "$core" -c "$work/alone.c" -o "$work/alone.o"
    done
  done
}

@test "alone as C++17" {
  printf '#include <chiron/plugin.h>\nCHIRON_EXPORT extern const chiron_entry chiron_plugin;\n' >"$work/alone.cpp"
  for compiler in $(compilers g++ clang++); do
    "$compiler" -std=c++17 -pedantic -Wall -Wextra -Wshadow -Wconversion -Werror -I "$core" -c "$work/alone.cpp" -o "$work/alone.o"
  done
}

@test "the layout of every struct is the frozen one" {
  for compiler in $(compilers gcc clang); do
    "$compiler" -std=c17 -Werror -I "$core" -c "$abi/layout.c" -o "$work/layout.o"
  done
}

@test "every struct and every member of the header stands in the frozen layout" {
  sed -n 's/^typedef struct \(chiron_[a-z0-9_]*\) {.*/\1/p' "$core/chiron/plugin.h" >"$work/structs"
  [ "$(wc -l <"$work/structs")" -ge 20 ]
  while read -r name; do
    grep -q "^SIZE($name," "$abi/layout.c" || { echo "$name is not frozen"; return 1; }
    grep -q "witness_${name#chiron_};" "$abi/witness.c" || { echo "$name has no witness"; return 1; }
  done <"$work/structs"
}

@test "abidiff finds no change against the baseline" {
  command -v abidiff >/dev/null || skip "abidiff is not installed (package abigail-tools)"
  [ "$(uname -m)" = x86_64 ] || skip "the baseline is of x86_64"
  gcc -std=c17 -g -shared -fPIC -fvisibility=hidden -I "$core" "$abi/witness.c" -o "$work/witness.so"
  # An appended member is a change too, and an allowed one: README.md says how the baseline follows.
  run -0 abidiff "$abi/witness.abi" "$work/witness.so"
}
