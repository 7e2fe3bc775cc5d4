#!/usr/bin/env bats
# A stranger's way: chiron is installed somewhere, `plugin new` writes a plugin, make builds it with nothing but
# pkg-config, and its own test runs it. One test a kind.

load ../cmd/helper

setup_file() {
  # Installed once for all kinds; into a folder whose path says nothing of the build.
  export PREFIX=$(mktemp -d)/usr
  DESTDIR= cmake --install "$CHIRON_TEST_BUILD" --prefix "$PREFIX" >"$BATS_FILE_TMPDIR/install.log" 2>&1 || {
    cat "$BATS_FILE_TMPDIR/install.log" >&2
    return 1
  }
}

teardown_file() {
  rm -rf "${PREFIX%/usr}"
}

setup() {
  setup_home
  export PATH=$PREFIX/bin:$PATH
  export PKG_CONFIG_PATH=$(dirname "$(find "$PREFIX" -name chiron-plugin.pc)")
  cd "$work"
}

# What a kind's plugin must do: build without a warning, pass its test, be listed.
tutorial() {
  "$PREFIX/bin/chiron" plugin new "my-$1" --kind "$1"
  cd "my-$1"
  ! grep -rw tutorial . || return 1
  make CFLAGS="-O1 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror"
  [ "$(nm -D --defined-only "my-$1.so" | awk '{print $3}')" = chiron_plugin ]
  make test
  cd "$work/vault"
  run -0 env CHIRON_PLUGIN_PATH="$work" "$PREFIX/bin/chiron" plugin list --json
  expect "$(jq -r ".[] | select(.id == \"my-$1\") | .state + \" \" + (.kinds | join(\",\"))" <<<"$output" | cut -d' ' -f1)" available
}

@test "command" {
  tutorial command
}

@test "searcher" {
  tutorial searcher
}

@test "matcher" {
  tutorial matcher
}

@test "kpi" {
  tutorial kpi
}

@test "exporter" {
  tutorial exporter
}

@test "check" {
  tutorial check
}

@test "consumer" {
  tutorial consumer
}

@test "plugin new refuses a name that is none, and a folder that is there" {
  run -2 "$PREFIX/bin/chiron" plugin new "Bad_Name" --kind command
  mkdir there
  run -3 "$PREFIX/bin/chiron" plugin new there --kind command
  [ -z "$(ls -A there)" ]
}
