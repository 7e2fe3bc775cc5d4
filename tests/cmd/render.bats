#!/usr/bin/env bats
# render: query blocks become tables, in place, and nothing else in a note changes.

load helper

setup() {
  setup_home
  git init -q .
  for row in "a 2026-11-02 60 First" "b 2026-11-20 30 Pipe|and_[brackets]" "c 2026-10-05 45 Third"; do
    read -r name date minutes title <<<"$row"
    printf -- '---\ntitle: "%s"\ndate: %s\nminutes: %s\nmentor: "[[anna]]"\ntags: [meeting]\n---\nBody of %s.\n' \
      "$title" "$date" "$minutes" "$name" | note "$name.md"
  done
  note anna.md <<<"# Anna"
}

board() {
  note board.md <<'TXT'
# Board

```chiron
list tag:meeting
columns: date, title, mentor, minutes
sort: -date
limit: 2
```

Words behind it.
TXT
}

@test "a table of notes, and the second time changes no byte" {
  board
  run -0 chiron render
  contains "$output" "board.md:3: written, 2 rows"
  expect "$(sed 's/begin [0-9a-f]*/begin STAMP/' board.md)" "# Board

\`\`\`chiron
list tag:meeting
columns: date, title, mentor, minutes
sort: -date
limit: 2
\`\`\`

<!-- chiron:begin STAMP -->

| Date | Title | Mentor | Minutes per session |
| --- | --- | --- | ---: |
| 2026-11-20 | [[b]] Pipe\\|and\\_\\[brackets\\] | [[anna]] | 30 |
| 2026-11-02 | [[a\\|First]] | [[anna]] | 60 |

<!-- chiron:end -->

Words behind it."
  cp board.md "$work/once"
  run -0 chiron render
  expect "$output" ""
  cmp board.md "$work/once"
  sed -i 's/minutes: 60/minutes: 90/' a.md
  run -0 chiron render board
  contains "$(cat board.md)" "| [[anna]] | 90 |"
  run -0 diff <(grep -v -e 90 -e begin board.md) <(grep -v -e 60 -e begin "$work/once")
}

@test "groups and figures, in the note's language" {
  note tablica.md <<'TXT'
---
lang: pl
---
```chiron
list has:minutes
group: date:month
sum: minutes
```
TXT
  LANGUAGE=da chiron render
  contains "$(cat tablica.md)" "| Miesiąc | Notatki | Długość sesji w minutach (suma) |
| --- | ---: | ---: |
| 2026-10 | 1 | 45 |
| 2026-11 | 2 | 90 |"
  sed -i 's/lang: pl/lang: da/' tablica.md
  chiron render
  contains "$(cat tablica.md)" "| Måned | Noter | Minutter pr. møde (sum) |"
}

@test "check and dry-run write nothing" {
  board
  cp board.md "$work/before"
  run -1 chiron render --check
  contains "$output" "board.md:3: out of date"
  run -1 chiron render --check --json
  expect "$(jq -c '.[0]' <<<"$output")" '{"path":"board.md","line":3,"state":"stale","rows":2}'
  run -0 chiron render --dry-run
  contains "$output" "+| Date | Title |"
  cmp board.md "$work/before"
  chiron render
  run -0 chiron render --check
  sed -i 's/First/Premier/' a.md
  run -0 chiron render --dry-run
  contains "$output" "-| 2026-11-02 | [[a\\|First]]"
  contains "$output" "+| 2026-11-02 | [[a\\|Premier]]"
  run -1 chiron render --check
}

@test "line ends, the last line and a table without one stay" {
  printf 'x  \r\n```chiron\r\nlist tag:meeting\r\n```' >crlf.md
  chiron render
  expect "$(grep -c $'\r$' crlf.md)" "$(wc -l <crlf.md)"
  expect "$(head -c 6 crlf.md | od -An -c | tr -d ' ')" 'x\r\n`'
  cp crlf.md "$work/once"
  chiron render
  cmp crlf.md "$work/once"
}

@test "what a hand changed is not written over, unless asked" {
  board
  chiron render
  sed -i 's/^| 2026-11-02 .*/&\n| my own line | | | |/' board.md
  cp board.md "$work/mine"
  run -3 chiron render
  contains "$output" "board.md:10:1: this table was changed by hand"
  cmp board.md "$work/mine"
  run -3 chiron render --json
  contains "$output" '"state":"error"'
  run -0 chiron render --force
  lacks "$(cat board.md)" "my own line"
  # Aligned by a formatter it says the same.
  sed -i 's/| --- |/| ---------- |/; s/| 2026-11-20 |/|  2026-11-20  |/' board.md
  cp board.md "$work/aligned"
  run -0 chiron render
  cmp board.md "$work/aligned"
}

@test "broken markers cost no text" {
  board
  chiron render
  sed -i '/chiron:end/d' board.md
  cp board.md "$work/broken"
  run -3 chiron render
  contains "$output" "board.md:10:1: where this table ends is not marked"
  cmp board.md "$work/broken"
  note stray.md <<<$'<!-- chiron:begin 1 -->\nwords\n<!-- chiron:end -->\n\n<!-- chiron:end -->'
  note nested.md <<<$'> ```chiron\n> list\n> ```\n\n```chiron\nlist'
  cp stray.md nested.md "$work"
  run -3 chiron render stray nested
  contains "$output" "stray.md:1:1: this table stands below no query block"
  contains "$output" "stray.md:5:1: this marker ends no table"
  contains "$output" "nested.md:1:1: a query block within a quote or a list"
  contains "$output" "nested.md:5:1: this query block is never closed"
  cmp stray.md "$work/stray.md"
  cmp nested.md "$work/nested.md"
}

@test "a mistake in a block has its place; the other blocks are rendered" {
  note wrong.md <<<$'---\ntitle: x\n---\n```chiron\nlist tag:meeting\n  (open\n```\n\n```chiron\nlist\nlimit: none\n```\n\n```chiron\nlist @nobody\n```\n'
  board
  run -3 chiron render
  contains "$output" "wrong.md:6:3: this parenthesis is never closed"
  contains "$output" "wrong.md:11:8: limit takes a whole number"
  contains "$output" "wrong.md:15:6: there is no saved query 'nobody'"
  contains "$output" "3 query blocks are not rendered"
  contains "$(cat board.md)" "[[a\\|First]]"
  run -3 chiron --lang pl render wrong
  contains "$output" "bloki zapytań"
  run -3 chiron --lang da render wrong
  contains "$output" "forespørgselsblokke"
}

@test "saved queries: of the vault in a shared note, one's own in a private one too" {
  git init -q private
  mkdir -p .chiron "$XDG_CONFIG_HOME/chiron"
  printf '[query "meetings"]\nq = tag:meeting\nsort = +date\nlimit = 1\n[query "bad"]\nq = (\n' >.chiron/config
  printf '[query "own"]\nq = @meetings\n' >"$XDG_CONFIG_HOME/chiron/config"
  note shared.md <<<$'```chiron\nlist @meetings\n```\n'
  note mine.md <<<$'```chiron\nlist @own\n```\n'
  note bad.md <<<$'```chiron\nlist x @bad\n```\n'
  cp mine.md private/mine.md
  run -3 chiron render
  contains "$output" "shared.md:1: written, 1 row"
  contains "$output" "mine.md:2:6: there is no saved query 'own'"
  contains "$output" "private/mine.md:1: written, 3 rows"
  contains "$output" "bad.md:2:8: .chiron/config:6:5: in '@bad'"
  contains "$(cat shared.md)" "[[c\\|Third]]"
}

@test "nobody reads in a table what they could not read before" {
  git init -q private
  git init -q pairs/ola
  printf -- '---\ntitle: Secret\ntags: [meeting]\nmentor: anna\n---\n' | note private/secret.md
  printf -- '---\ntitle: Pair\ntags: [meeting]\n---\n' | note pairs/ola/p.md
  printf -- '---\ntitle: Narrow\ntags: [meeting]\nvisibility: private\n---\n' | note narrow.md
  printf -- '---\ntitle: Told\ntags: [told]\nabout: "[[secret]]"\n---\n' | note told.md
  board
  sed -i '/^limit/d' board.md
  cp board.md pairs/ola/board.md
  cp board.md private/board.md
  note refs.md <<<$'```chiron\nlist tag:told\ncolumns: about\n```\n'
  run -0 chiron render --json
  expect "$(jq -c 'map({path, rows, hidden})' <<<"$output")" \
    '[{"path":"board.md","rows":3,"hidden":3},{"path":"pairs/ola/board.md","rows":4,"hidden":2},{"path":"private/board.md","rows":6,"hidden":null},{"path":"refs.md","rows":1,"hidden":null}]'
  lacks "$(cat board.md pairs/ola/board.md)" "Secret"
  lacks "$(cat board.md)" "Pair"
  lacks "$(cat board.md)" "Narrow"
  contains "$(cat pairs/ola/board.md)" "[[p\\|Pair]]"
  contains "$(cat private/board.md)" "[[secret\\|Secret]]"
  # What a visible note says itself is told, but leads nowhere.
  contains "$(cat refs.md)" "| secret |"
}

@test "a table feeds nothing back" {
  note found.md <<<$'---\ntitle: Trust in words\n---\ntrust'
  note report.md <<<$'# Report\n\n```chiron\nlist trust\ncolumns: title\n```\n\n```chiron\nlist link:found OR has:task OR tag:x\n```\n'
  chiron render
  contains "$(cat report.md)" "[[found\\|Trust in words]]"
  cp report.md "$work/once"
  run -0 chiron render --check
  run -1 chiron links found --back
  run -0 chiron list words:..1 handle:report --count
  expect "$output" 1
  run -0 chiron list trust --format paths
  expect "$output" found.md
}

@test "a note that is not there, a prefix of one" {
  board
  run -3 chiron render nosuch
  run -3 chiron render boa
  run -0 chiron render board
}

@test "a vault without a block" {
  run -0 --separate-stderr chiron render
  expect "$output" ""
  run -0 chiron render --json
  expect "$output" "[]"
}

@test "the sample vault renders once and for all" {
  "$CHIRON_TEST_SOURCE/sample-vault/make-history" "$work/sample" >/dev/null
  cd "$work/sample"
  for place in . pairs/agnieszka private; do
    {
      for key in type tag:1 mentor date:quarter folder; do
        printf '```chiron\nlist\ngroup: %s\nsum: minutes, words\nmedian: minutes\n```\n' "$key"
      done
      printf '```chiron\nlist trust OR zaufanie OR tillid\ncolumns: title, tags, mentor, goals.gas, words\n```\n'
      printf '```chiron\nlist has:task link:welcome OR /chiron/\n```\nEnd.'
    } | note "$place/report.md"
  done
  run -0 chiron render
  cp report.md "$work/once"
  run -0 chiron render --check
  expect "$output" ""
  cmp report.md "$work/once"
  lacks "$(cat report.md)" private/
  run chiron check handle:report
  lacks "$output" link-unresolved
}
