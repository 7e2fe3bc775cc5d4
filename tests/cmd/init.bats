#!/usr/bin/env bats
# init, doctor, template: making a vault and looking after it.

load helper

setup() {
  setup_home
}

@test "init makes a vault whose private space never enters the shared repository" {
  run -0 chiron init new --lang pl
  cd new
  expect "$(git config -f .chiron/config vault.lang)" pl
  [ -d private/.git ]
  expect "$(git status --porcelain --ignored)" "!! private/"
  expect "$(git ls-files private)" ""
  note private/log.md <<<"# Only mine"
  git add -A
  expect "$(git ls-files private)" ""
  run -0 chiron list --format '{{space}} {{path}}'
  contains "$output" "private private/log.md"
  [ -n "$(git log --format=%s)" ]
}

@test "init again changes nothing" {
  chiron init
  before=$(git rev-parse HEAD; git -C private rev-parse HEAD; cat .gitignore .chiron/config)
  run -0 chiron init
  expect "$(git rev-parse HEAD; git -C private rev-parse HEAD; cat .gitignore .chiron/config)" "$before"
}

@test "init adopts a repository, and touches nobody's staged work" {
  plain_repository
  commit_all
  printf 'build/\r\n' >.gitignore
  git add .gitignore && git commit -qm ignore
  echo "half done" >>README.md
  git add README.md
  echo "not staged" >>git/rebase.md
  run -0 chiron init
  expect "$(git diff --cached --name-only)" README.md
  expect "$(git diff --name-only)" git/rebase.md
  expect "$(git show HEAD:README.md | tail -1)" 'Small things, mostly [about git](git/rebase.md) and [[tmux]].'
  contains "$(cat .gitignore)" $'build/\r'
}

@test "init refuses a private/ that leads elsewhere" {
  git init -q .
  mkdir "$work/elsewhere"
  ln -s "$work/elsewhere" private
  run -3 chiron init
  contains "$output" private
  expect "$(ls -A "$work/elsewhere")" ""
}

@test "init without an identity says what to set, and goes on when it is" {
  git config --global --unset user.email
  git config --global --unset user.name
  git config --global user.useConfigOnly true
  run -3 chiron init fresh
  contains "$output" "user."
  [ -e fresh/.chiron/config ]
  git config --global user.email ada@example.org
  git config --global user.name Ada
  run -0 chiron init fresh
  [ -n "$(git -C fresh log --format=%s)" ]
}

@test "doctor finds a sound vault sound, and names what is not" {
  chiron init
  run -0 chiron doctor --json
  expect "$(jq -r '.[] | select(.state != "ok") | .check' <<<"$output")" ""
  contains "$(jq -r '.[].check' <<<"$output")" "plugin search"
  printf '[core]\n\teditor = vi\n[nonsense]\n\tkey = 1\n' >>.chiron/config
  run -0 chiron doctor --json
  contains "$(jq -r '.[] | select(.state == "warning") | .detail' <<<"$output")" core.editor
  contains "$(jq -r '.[] | select(.state == "warning") | .detail' <<<"$output")" nonsense
}

@test "templates: the ten types, and a vault's own" {
  chiron init
  run -0 chiron template list --format '{{type}}'
  expect "$(sort <<<"$output" | tr '\n' ' ')" "charter cpd feedback log note person programme resource session supervision "
  run -0 chiron template show session --json
  expect "$(jq -r '.[] | select(.field == "status") | .values | join(",")' <<<"$output")" "planned,held,cancelled,no-show,rescheduled"
  expect "$(jq -r '.[] | select(.field == "actions[].due") | .kind' <<<"$output")" date
  note .chiron/templates/retro/type.yaml <<'TXT'
type: retro
label: {en: Retrospective, pl: Retrospektywa, da: Tilbageblik}
folder: retros
file: "{{date}}"
visibility: group
fields:
  - name: mood
    kind: enum
    values: [good, bad]
    required: true
    label: {en: Mood, pl: Nastrój, da: Stemning}
TXT
  note retros/2026-01-01.md <<<$'---\ntype: retro\nmood: god\n---\n# Retro'
  run -0 chiron template list --format '{{type}} {{from_vault}}'
  contains "$output" "retro true"
  run -1 chiron check
  contains "$output" "retros/2026-01-01.md:3:7: error:"
  contains "$output" good
}

@test "a vault may not make a type wider" {
  chiron init
  note .chiron/templates/log/type.yaml <<'TXT'
type: log
label: {en: Log}
folder: logs
file: "{{date}}"
visibility: group
fields: []
TXT
  run -0 chiron template list --format '{{type}} {{visibility}}'
  contains "$output" "log private"
}
