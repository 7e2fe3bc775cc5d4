#!/usr/bin/env bats
# A repository of Markdown that knows nothing of chiron.

load helper

setup() {
  setup_home
  plain_repository
}

@test "list names every note, with title, type and date" {
  commit_all
  run -0 chiron list --format '{{path}}|{{title}}|{{type}}' --sort path
  expect "$output" "README.md|Today I learned|note
git/rebase.md|Rebase onto another branch|note
shell/tmux.md|Tmux panes|note
zażółć/gęślą jaźń.md|Zaufanie|note"
}

@test "a date comes from front matter, else the name, else history" {
  echo "# named" >2026-02-03-named.md
  git add -A
  GIT_AUTHOR_DATE=2025-05-06T10:00:00Z GIT_COMMITTER_DATE=2025-05-06T10:00:00Z git commit -q -m first
  run -0 chiron list --sort +path --format '{{path}} {{date}}'
  contains "$output" "shell/tmux.md 2026-03-05"
  contains "$output" "2026-02-03-named.md 2026-02-03"
  contains "$output" "README.md 2025-05-06"
}

@test "search ranks, marks and gives lines" {
  run -0 chiron search trust --json
  expect "$(jq -r '.[0].path' <<<"$output")" git/rebase.md
  expect "$(jq -r '.[0].snippets[0].line' <<<"$output")" 3
  expect "$(jq -r '.[0].snippets[0] | .marks[0] as $m | (.text | explode | .[$m[0]:$m[1]] | implode)' <<<"$output")" trust
}

@test "a word finds what means the same in other languages, quotes and the user can say no, a vault has words of its own" {
  run -0 chiron search zaufanie --format paths
  expect "$output" "zażółć/gęślą jaźń.md
git/rebase.md"
  run -0 chiron search '"zaufanie"' --format paths
  expect "$output" "zażółć/gęślą jaźń.md"
  run -0 chiron list --format paths -- -zaufanie
  contains "$output" git/rebase.md
  note .chiron/templates/thesaurus.yaml <<'TXT'
- en: confidence
  en: panes
TXT
  run -0 chiron search confidence --format paths
  expect "$output" shell/tmux.md
  mkdir -p "$XDG_CONFIG_HOME/chiron"
  git config -f "$XDG_CONFIG_HOME/chiron/config" plugin.search.thesaurus false
  run -0 chiron search zaufanie --format paths
  expect "$output" "zażółć/gęślą jaźń.md"
  run -1 chiron search confidence
}

@test "search folds accents and finds other forms" {
  run -0 chiron search zaufanie --format paths
  expect "${lines[0]}" "zażółć/gęślą jaźń.md"
  run -0 chiron search roSNie --format paths
  expect "$output" "zażółć/gęślą jaźń.md"
}

@test "full text, fields and regular expressions compose" {
  run -0 chiron search 'reflog OR tag:shell' --format paths
  expect "$(sort <<<"$output")" "git/rebase.md
shell/tmux.md"
  run -0 chiron search '/reb[aä]se/' -tag:shell --format paths
  expect "$(sort <<<"$output")" "README.md
git/rebase.md"
  run -1 chiron search trust tag:shell
  run -0 chiron list tag:git --format paths
  expect "$output" "git/rebase.md"
  run -0 chiron list tag:git 'in:git/' --count
  expect "$output" 1
}

@test "show renders for a terminal and as HTML" {
  run -0 chiron show tmux
  contains "$output" "Tmux panes"
  lacks "$output" "[["
  run -0 chiron show rebase --html
  contains "$output" "<code>git rebase --onto</code>"
  run -0 chiron show rebase --raw
  expect "$output" "$(cat git/rebase.md)"
}

@test "show --at reads any revision, and a date" {
  git add -A
  GIT_AUTHOR_DATE=2026-01-10T10:00:00Z GIT_COMMITTER_DATE=2026-01-10T10:00:00Z git commit -q -m first
  echo "later words" >>git/rebase.md
  git commit -qam second
  run -0 chiron show rebase --at HEAD~1
  lacks "$output" "later words"
  run -0 chiron show rebase --at HEAD --raw
  contains "$output" "later words"
  run -0 chiron show rebase --at 2026-01-31 --raw
  lacks "$output" "later words"
  run -0 chiron show git/rebase.md --at HEAD~1 --json
  expect "$(jq -r '.[0].title' <<<"$output")" "Rebase onto another branch"
  run -3 chiron show rebase --at nonsense
  contains "$output" nonsense
}

@test "links, both ways" {
  run -0 chiron links tmux --json
  expect "$(jq -r '.[] | [.target, .to // "-", .anchor // "-", .label // "-", .kind, .line, .column] | @tsv' <<<"$output")" \
    "rebase	git/rebase.md	Rebase onto another branch	rebase	wikilink	8	5
nowhere	-	-	-	wikilink	8	54"
  run -0 chiron links rebase --back --format '{{from}}:{{line}} {{kind}}'
  expect "$output" "README.md:3 markdown
shell/tmux.md:8 wikilink"
  run -0 chiron links 'terminal multiplexer' --back --format paths
  expect "$output" README.md
}

@test "graph finds orphans and unresolved links" {
  run -0 chiron graph --json
  expect "$(jq -r '.orphans[]' <<<"$output")" "zażółć/gęślą jaźń.md"
  expect "$(jq -r '.unresolved[].target' <<<"$output")" nowhere
  expect "$(jq '.nodes | length' <<<"$output")" 4
  run -0 chiron graph --format dot
  contains "$output" '"shell/tmux.md" -> "git/rebase.md"'
}

@test "tags, front matter's and inline ones" {
  run -0 chiron tags --format '{{tag}} {{notes}}'
  expect "$output" "git/history 1
shell 1"
}

@test "nothing is written into the work tree" {
  commit_all
  chiron list >/dev/null
  chiron search trust >/dev/null
  chiron show tmux >/dev/null
  chiron links tmux >/dev/null
  chiron check >/dev/null || true
  chiron graph >/dev/null
  chiron tags >/dev/null
  expect "$(git status --porcelain --ignored)" ""
}

@test "a folder without git, a repository without a commit, a subfolder" {
  rm -rf .git
  run -0 chiron list --count
  expect "$output" 4
  git init -q .
  run -0 chiron list --count
  expect "$output" 4
  cd git
  run -0 chiron list --count
  expect "$output" 4
  run -0 "$CHIRON_TEST_BIN/chiron" -C "$work/vault/shell" list --count
  expect "$output" 4
}

@test "a repository with a missing blob still answers" {
  commit_all
  blob=$(git rev-parse HEAD:git/rebase.md)
  rm -f ".git/objects/${blob:0:2}/${blob:2}"
  run -0 chiron list --sort created --format paths
  contains "$output" git/rebase.md
  run -0 chiron search reflog --format paths
  expect "$output" git/rebase.md
  run -3 chiron show rebase --at HEAD
  contains "$output" "$blob"
}

@test "changes are seen at once, also in the same second" {
  for version in 1 2 3 4 5; do
    echo "# Version $version word$version" >moving.md
    run -0 chiron list handle:moving --format '{{title}}'
    expect "$output" "Version $version word$version"
    run -0 chiron search "word$version" --format paths
    expect "$output" moving.md
  done
  rm moving.md
  run -1 chiron search word5
  expect "$output" ""
}

@test ".gitignore is honoured" {
  printf 'drafts/\n*.tmp.md\n!keep.tmp.md\n' >.gitignore
  note drafts/a.md <<<"# hidden"
  note b.tmp.md <<<"# hidden"
  note keep.tmp.md <<<"# kept"
  run -0 chiron list --format paths --sort path
  lacks "$output" drafts/a.md
  lacks "$output" b.tmp.md
  contains "$output" keep.tmp.md
}

@test "a person's notes in several spaces are one person, not duplicates" {
  git init -q private
  note people/jan-kos.md <<<$'---\ntype: person\ntitle: Jan Kos\n---\nSays hello.'
  note private/people/jan-kos.md <<<$'---\ntype: person\ntitle: Jan Kos\nmanager: jan-kos\n---\nSays more.'
  note about.md <<<$'# About\n\n[[jan-kos]]'
  run -0 chiron check 'handle:jan-kos OR handle:about' --json
  expect "$(jq -r '.[].rule' <<<"$output")" ""
  run -0 chiron show jan-kos
  contains "$output" "Says hello."
  run -0 chiron show private/people/jan-kos
  contains "$output" "Says more."
  note people/other/jan-kos.md <<<$'---\ntype: person\ntitle: Another\n---\n'
  run -3 chiron show jan-kos
  run chiron check handle:jan-kos --json
  contains "$output" handle-duplicate
}

@test "spaces: private and nested repositories are seen and narrowed" {
  git init -q private
  note private/secret.md <<<"# Secret trust"
  git init -q pairs/anna-jan
  note pairs/anna-jan/s.md <<<"# Pair trust"
  run -0 chiron list --format '{{space}} {{visibility}} {{path}}' --sort path
  contains "$output" "private private private/secret.md"
  contains "$output" "pairs/anna-jan pair pairs/anna-jan/s.md"
  run -0 chiron --space private list --format paths
  expect "$output" private/secret.md
  run -0 chiron search trust space:private --format paths
  expect "$output" private/secret.md
  run -2 chiron --space nowhere list
  contains "$output" "pairs/anna-jan"
}

@test "a note by its path from where one stands, and within one space" {
  cd shell
  run -0 chiron show ../git/rebase.md
  contains "$output" "Rebase onto"
  run -0 chiron show ./tmux.md --raw
  contains "$output" "Tmux panes"
  run -0 chiron show "$PWD/tmux.md" --raw
  contains "$output" "Tmux panes"
  run -0 chiron -C "$work/vault/git" links ../shell/tmux.md --format '{{target}}'
  contains "$output" rebase
  run -3 chiron show ../../outside.md
  contains "$output" "../../outside.md"
  cd "$work/vault"
  git init -q private
  note private/rebase.md <<<"# Mine alone"
  note private/deep/tmux.md <<<"# Mine, too"
  run -0 chiron --space private show rebase --raw
  expect "$output" "# Mine alone"
  run -0 chiron --space private show tmu --raw
  expect "$output" "# Mine, too"
  run -0 chiron --space . show git/rebase --raw
  contains "$output" "Rebase onto"
  run -3 chiron --space private show README
  contains "$output" "README"
}

@test "a reader that leaves early is met with silence" {
  for words in help "help query" "list --help" "list --format paths"; do
    # shellcheck disable=SC2086
    { code=0; chiron $words 2>"$work/said" || code=$?; echo "$code" >"$work/code"; } | true
    # What went into the pipe before its end was closed is no failure.
    [[ $(cat "$work/code") =~ ^(0|141)$ ]]
    expect "$(cat "$work/said")" ""
  done
}

@test "in a shallow clone a note is as old as nobody knows" {
  git init -q "$work/deep"
  note "$work/deep/old.md" <<<"# Old"
  note "$work/deep/touched.md" <<<"# Touched"
  git -C "$work/deep" add -A
  GIT_AUTHOR_DATE=2020-01-01T12:00:00Z git -C "$work/deep" commit -q -m one
  echo more >>"$work/deep/touched.md"
  GIT_AUTHOR_DATE=2021-01-01T12:00:00Z git -C "$work/deep" commit -q -a -m two
  note "$work/deep/other.txt" <<<"x"
  git -C "$work/deep" add -A
  GIT_AUTHOR_DATE=2022-01-01T12:00:00Z git -C "$work/deep" commit -q -m three
  echo again >>"$work/deep/touched.md"
  note "$work/deep/new.md" <<<"# New"
  git -C "$work/deep" add -A
  GIT_AUTHOR_DATE=2023-01-01T12:00:00Z git -C "$work/deep" commit -q -m four
  git clone -q --depth 2 "file://$work/deep" "$work/shallow"
  run -0 chiron -C "$work/shallow" list --sort path --format '{{handle}} {{created}} {{modified}}'
  expect "$output" "new 2023-01-01 2023-01-01
old  
touched  2023-01-01"
  run -0 chiron -C "$work/shallow" list has:created --format paths
  expect "$output" new.md
  run -0 chiron -C "$work/deep" list --sort path --format '{{handle}} {{created}}'
  expect "$output" "new 2023-01-01
old 2020-01-01
touched 2020-01-01"
}

@test "a note without a heading is called after its file, and a date stays a date" {
  for name in 2026-01-31 2026-01-31-first_meeting "T - to do" build-trust; do
    echo "just text" | note "$name.md"
  done
  run -0 chiron list --sort path --format '{{title}}' "just text"
  expect "$output" "2026-01-31 first meeting
2026-01-31
T - to do
build trust"
}

@test "search --limit 0 gives all, best first" {
  plain_repository
  note a.md <<<$'# Words\n\nzebra'
  note b.md <<<$'# Zebra zebra\n\nzebra zebra'
  note c.md <<<$'# Other\n\nmany other words stand here beside one zebra, so that it weighs less'
  expect "$(chiron search zebra --limit 0 --format paths)" "$(chiron search zebra --limit 3 --format paths)"
  expect "$(chiron search zebra --limit 0 --format paths | head -1)" b.md
}
