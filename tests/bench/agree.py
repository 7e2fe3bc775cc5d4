"""Before anything is timed: do both sides find the same?"""
import re
import sys

from queries import prose, read
from rows import RG


def lines(output):
    return {line.decode('utf-8', 'replace').removeprefix('./') for line in output.split(b'\n') if line}


def has_word(text, word):
    """In prose: ripgrep also finds what stands in front matter, code and addresses."""
    return re.search(rf'(?<!\w){re.escape(word)}(?!\w)', prose(text), re.I)


def fail(what, missing):
    sys.exit(f'bench: {what}: {len(missing)} notes that the other side finds were not found, such as {sorted(missing)[0]!r}')


def check_word(bench, word):
    """chiron finds every note that has the word itself (and more: other forms of it)."""
    ours = lines(bench.measure.output([bench.program, '-q', 'search', word, '--limit', '0', '--format', 'paths']))
    theirs = lines(bench.measure.output([*RG, '-liw', word, '.']))
    missing = {path for path in theirs - ours if has_word(read(bench.prepared, path), word)}
    if missing:
        fail(f'the word {word!r}', missing)


def check_regex(bench, row):
    """The same notes, but for what only their front matter says."""
    ours = lines(bench.measure.output([bench.program, '-q', 'list', '--format', 'paths', row.commands[0][-1]]))
    theirs = lines(bench.measure.output(row.peers['rg'](0)))
    pattern = re.compile(row.commands[0][-1].strip('/'), re.I)
    missing = {path for path in theirs - ours if pattern.search(re.sub(r'\A---\n.*?\n---\n', '', read(bench.prepared, path), flags=re.S))}
    if missing:
        fail(row.name, missing)
    if ours - theirs:
        sys.exit(f'bench: {row.name}: {sorted(ours - theirs)[0]!r} was found, and by ripgrep not')


def check_list(bench):
    ours = lines(bench.measure.output([bench.program, '-q', 'list', '--format', 'paths']))
    if ours != set(bench.prepared.notes):
        sys.exit(f'bench: list: {len(ours)} notes, and {len(bench.prepared.notes)} files')


def check(bench, queries, rows):
    check_list(bench)
    words = queries.words()
    for word in words[::max(1, len(words) // 10)]:
        check_word(bench, word)
    for row in rows:
        if row.group == 'regex':
            check_regex(bench, row)
