"""What is measured, and what it is measured beside. Why each pair is fair stands in README.md."""
import dataclasses
import os
import shutil
from typing import Callable, Optional

from prepare import maildir
from queries import Queries

RG = ['rg', '-g', '*.md']
GREP = ['git', 'grep', '-P']


@dataclasses.dataclass
class Row:
    """`commands` are chiron's arguments, one list per run, in turn; a peer's command is made from the run's number."""
    name: str
    group: str
    commands: list
    peers: dict = dataclasses.field(default_factory=dict)  # name -> function from a number to a command
    before: Optional[Callable] = None  # done before each run, not timed; with it nothing is warmed
    runs: Optional[int] = None
    peer_every: int = 1  # a peer runs beside every so many runs only


def always(*command):
    return lambda _: list(command)


def shell(text):
    return always('sh', '-c', text)


class Rows:
    def __init__(self, prepared, chiron, options):
        """`chiron` runs a command of it, untimed."""
        self.prepared, self.chiron = prepared, chiron
        self.queries = Queries(prepared, options.queries)
        hub = next((path for path in prepared.notes if path.endswith('-0.md')), None) if '--hub' in prepared.shape else None
        self.some = hub or prepared.notes[len(prepared.notes) // 3]
        self.stem = os.path.basename(self.some).rsplit('.', 1)[0]
        self.fd = shutil.which('fdfind') or shutil.which('fd')
        self.mail_cost = None
        if options.notmuch:
            os.environ['NOTMUCH_CONFIG'], self.mail_cost = maildir(prepared)

    def all(self):
        return self.lists() + self.reading() + self.searches() + self.regexes() + self.fresh() + self.builds() + self.past() + self.starts()

    def git_only(self, **peers):
        return peers if self.prepared.is_git else {}

    def with_fd(self, **peers):
        return {**({'fd': always(self.fd, '-e', 'md')} if self.fd else {}), **peers}

    def lists(self):
        type_of = "rg --no-filename -o '^type: .*' -g '*.md' . | sort | uniq -c"
        return [
            Row('list, 20 rows', 'list', [['list', '--limit', '20']], self.with_fd(**{'rg --files': always(*RG, '--files')})),
            Row('list, all paths', 'list', [['list', '--format', 'paths']], self.with_fd(find=always('find', '.', '-name', '*.md'))),
            Row('list, a filter', 'list', [['list', 'status:held', 'after:2020', '--limit', '20']], {'rg': always(*RG, '-l', '^status: held', '.')}),
            Row('list, three filters', 'list', [['list', 'type:log', 'depth:>=3', '-tag:plan', '--limit', '20']],
                {'rg': shell("rg -l '^type: log' -g '*.md' . | xargs -r rg -l '^depth: [34]' |"
                             " xargs -r rg --files-without-match '^  - plan$'")}),
            Row('list, a folder', 'list', [['list', 'in:' + (os.path.dirname(self.some) or '.'), '--limit', '20']],
                {'find': always('find', os.path.dirname(self.some) or '.', '-name', '*.md')}),
            Row('list --count', 'list', [['list', '--count', 'has:tag']], {'rg': shell("rg -l '^tags:' -g '*.md' . | wc -l")}),
            Row('list --sort title', 'list', [['list', '--sort', 'title', '--limit', '20']],
                {'rg': shell("rg '^title: ' -g '*.md' . | sort -t: -k3 | head -20")}),
            Row('list --sort words', 'list', [['list', '--sort', '-words', '--limit', '20']],
                {'wc': shell("find . -name '*.md' -print0 | xargs -0 wc -w | sort -rn | head -20")}),
            Row('list --group type', 'list', [['list', '--group', 'type']], {'rg': shell(type_of)}),
            Row('list, a task due', 'list', [['list', 'task:2020', '--limit', '20']], {'rg': always(*RG, '-l', r'^- \[ \].*📅 2020', '.')}),
            Row('list --json, all', 'list', [['list', '--json']], {'cat': shell("find . -name '*.md' -print0 | xargs -0 cat")}, runs=3),
        ]

    def reading(self):
        return [
            Row('show', 'read', [['show', self.stem]], {'cat': always('cat', self.some)}),
            Row('links', 'read', [['links', self.stem]], {'rg': always('rg', r'\[\[', self.some)}),
            Row('links --back', 'read', [['links', '--back', self.stem]], {'rg': always(*RG, '-F', '[[' + self.stem, '.')}),
            Row('list link:', 'read', [['list', 'link:' + self.stem]], {'rg': always(*RG, '-lF', '[[' + self.stem, '.')}),
            Row('tags', 'read', [['tags']], {'rg': shell("rg --no-filename -o '^  - .*' -g '*.md' . | sort | uniq -c")}),
            Row('graph', 'read', [['graph', '--format', 'json']], {'rg': shell(r"rg -o '\[\[[^\]]*' -g '*.md' . | sort")}, runs=3),
            Row('check', 'read', [['check']], {}, runs=3),
        ] + self.shaped()

    def shaped(self):
        """What only a vault of a hard shape has."""
        rows = []
        if '--tag-all' in self.prepared.shape:
            rows.append(Row('list tag:everyone', 'read', [['list', 'tag:everyone', '--limit', '20']],
                            {'rg': always(*RG, '-l', '^  - everyone$', '.')}))
        if '--big-note' in self.prepared.shape:
            big = max(self.prepared.notes, key=lambda path: os.path.getsize(os.path.join(self.prepared.folder, path)))
            rows.append(Row('show, the big note', 'read', [['show', big]], {'cat': always('cat', big)}))
            rows.append(Row('the big note changed', 'fresh', [['list', '--limit', '20']], {}, lambda: self.prepared.change(big)))
        return rows

    # --- search ---

    def rg_for(self, name, words):
        if name == 'three words':
            script = "rg -liw -g '*.md' -e \"$1\" . | xargs -r -d '\\n' rg -liw -e \"$2\" | xargs -r -d '\\n' rg -liw -e \"$3\""
            return ['sh', '-c', script, 'sh', *words]
        if name == 'prefix':
            return [*RG, '-li', r'\b' + words[0], '.']
        patterns = [' '.join(words)] if name == 'phrase' else words
        return [*RG, '-liw', *(part for word in patterns for part in ('-e', word)), '.']

    def grep_for(self, name, words):
        if name == 'prefix':
            return [*GREP, '-li', r'\b' + words[0]]
        patterns = [' '.join(words)] if name == 'phrase' else words
        every = ['--all-match'] if name == 'three words' else []
        return [*GREP, '-liw', *every, *(part for word in patterns for part in ('-e', word))]

    def notmuch_for(self, name, words):
        text = {'phrase': f'"{" ".join(words)}"', 'prefix': words[0] + '*', 'OR of three': ' or '.join(words)}.get(name, ' '.join(words))
        return ['notmuch', 'search', '--limit=20', text]

    def searches(self):
        rows = []
        for name, queries in self.queries.classes().items():
            def peer(make, name=name, queries=queries):
                return lambda number: make(name, queries[number % len(queries)][1])
            peers = {'rg': peer(self.rg_for), **self.git_only(**{'git grep': peer(self.grep_for)})}
            if self.mail_cost:
                peers['notmuch'] = peer(self.notmuch_for)
            commands = [['search', *query, '--limit', '20'] for query, _ in queries]
            rows.append(Row('search, ' + name, 'search', commands, peers, runs=len(queries), peer_every=max(1, len(queries) // 6)))
        return rows

    def regexes(self):
        patterns = {'a literal': 'feedback', 'a word': r'\bfeedback\b', 'alternatives': '(trust|zaufanie|tillid)',
                    'a class with UCP': r'\w+ing\b', 'nothing found': 'qzqzqz'}
        return [Row('regex, ' + name, 'regex', [['list', '--count', f'/{pattern}/']],
                    {'rg': always(*RG, '-li', pattern, '.'), **self.git_only(**{'git grep': always(*GREP, '-li', '-e', pattern)})},
                    runs=5) for name, pattern in patterns.items()]

    # --- fresh, from nothing, history ---

    def fresh(self):
        prepared, word = self.prepared, self.queries.ranked[0]
        rows = [Row('nothing changed', 'fresh', [['list', '--count']], self.git_only(**{'git status': always('git', 'status', '--porcelain')}))]
        rows.append(Row('one note changed: list', 'fresh', [['list', '--limit', '20']], rows[0].peers, prepared.change_one))
        rows.append(Row('one note changed: search', 'fresh', [['search', word, '--limit', '20']], rows[0].peers, prepared.change_one))
        if prepared.is_git:
            rows.append(Row('a tenth changed: list', 'fresh', [['list', '--limit', '20']], rows[0].peers, prepared.switch, 3))
            rows.append(Row('a tenth changed: search', 'fresh', [['search', word, '--limit', '20']], rows[0].peers, prepared.switch, 3))
        return rows

    def builds(self):
        prepared, word = self.prepared, self.queries.ranked[len(self.queries.ranked) // 10]
        search = os.path.join(prepared.derived, 'plugins', 'search')
        once = {'rg': always(*RG, '-w', word, '.')}
        return [Row('from nothing: catalogue', 'build', [['list', '--limit', '20']], once, prepared.forget, 3),
                Row('from nothing: search index', 'build', [['search', word, '--limit', '20']], once, lambda: shutil.rmtree(search, ignore_errors=True), 3),
                Row('from nothing: both', 'build', [['search', word, '--limit', '20']], once, prepared.forget, 3)]

    def past(self):
        prepared = self.prepared
        if not prepared.is_git:
            return []
        sorted_by = ['list', '--sort', '-created', '--limit', '20']

        def without_history():
            prepared.forget()
            self.chiron(['list', '--count'])
        log = {'git log --raw': always('git', 'log', '--raw', '--format=%H %at %an')}
        return [Row('history, first time', 'history', [sorted_by], log, without_history, 2),
                Row('history, after one commit', 'history', [sorted_by], {'git log --raw -1': always('git', 'log', '--raw', '-1')},
                    prepared.commit_one),
                Row('list --sort created', 'history', [sorted_by], log, runs=3),
                Row('list author:', 'history', [['list', 'author:Author', '--limit', '20']], 
                    {'git log --author': always('git', 'log', '--author=Author', '--name-only', '--format=')}, runs=3)]

    def starts(self):
        return [Row('--version', 'start', [['--version']], {'true': always('true'), 'git --version': always('git', '--version')}),
                Row('--help', 'start', [['--help']], {'git -h': always('git', '-h')}),
                Row('a usage error', 'start', [['list', '--no-such']], {'git': always('git', 'status', '--no-such')}),
                Row("a query's mistake", 'start', [['list', 'type:log (']], {})]
