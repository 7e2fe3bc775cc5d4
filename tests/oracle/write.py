"""Small vaults that are hard: few names for many notes, other case, marks, missing and broken fields; and what happens to them."""
import datetime
import os
import subprocess
import unicodedata

# No language has these, so no stemmer, compound or thesaurus has a say in what they find.
KNOWN_WORDS = ('zqarbu', 'vxolto', 'kwindra', 'brumfok', 'jolpax', 'dirvuz', 'hyflok', 'gwazpu', 'tolbrox', 'pyxandu', 'żółwpik', 'blåkrup', 'møgdiz')
STEMS = ('alpha', 'Alpha', 'beta', 'gamma', 'delta-first', 'łódź', 'møde', 'two words', 'anna', 'Bo', 'x1')
FOLDERS = ('', 'logs/2026', 'people', 'Logs', 'a/b/c', 'zażółć')
STAGES = ('open', 'Żółty', 'åben', 'closed, late', 'OPEN', 'x: y', '[[alpha]]', '[[people/anna|Anna]]')
TAGS = ('area', 'area/sub', 'Area/Sub/deep', 'żółw', 'møde', 'x-1', 'plain')
AUTHORS = ('Ada Nowak', 'Søren Dam', 'Łucja Kot')
ENVIRONMENT = {**os.environ, 'GIT_CONFIG_GLOBAL': '/dev/null', 'GIT_CONFIG_SYSTEM': '/dev/null', 'TZ': 'UTC', 'LC_ALL': 'C.UTF-8', 'LANGUAGE': 'en'}


class Writer:
    def __init__(self, root, rng):
        self.root, self.rng, self.made, self.day = root, rng, 0, datetime.date(2026, 1, 1)

    # --- notes ---

    def words(self, count):
        words = [self.rng.choice(KNOWN_WORDS) for _ in range(count)]
        return ' '.join(word.capitalize() if self.rng.random() < 0.2 else word for word in words)

    def a_day(self):
        return datetime.date(2025, 1, 1) + datetime.timedelta(days=self.rng.randint(0, 700))

    def reference(self):
        stem = self.rng.choice(STEMS)
        return self.rng.choice([f'{stem}', f'"[[{stem}]]"', f'"[[people/{stem}|x]]"'])

    def front_matter(self):
        rng, lines = self.rng, []
        kind = rng.choice(['', 'note', 'log', 'session', 'charter', 'person', 'made-up', 'Log'])
        if kind:
            lines.append(f'type: {kind}')
        for chance, line in ((0.6, lambda: f'title: {self.words(rng.randint(1, 3))}'),
                             (0.5, lambda: f'date: {rng.choice([self.a_day(), self.a_day(), "soon", "2026-13-01"])}'),
                             (0.4, lambda: f'lang: {rng.choice(["en", "pl", "da", "pl-PL"])}'),
                             (0.5, lambda: f'score: {rng.choice([0, 1, 2, 2.5, 3, 10, -1, "many", "~"])}'),
                             (0.5, lambda: f'stage: "{rng.choice(STAGES)}"'),
                             (0.3, lambda: f'due: {self.a_day()}'),
                             (0.3, lambda: f'status: {rng.choice(["held", "planned", "active"])}'),
                             (0.3, lambda: f'tags: {rng.choice(TAGS)}, {rng.choice(TAGS)}'),
                             (0.3, lambda: 'goal:\n  gas: ' + rng.choice(['1', '2', '-1'])),
                             (0.3, lambda: 'goals:\n' + '\n'.join(f'  - id: g{n}\n    gas: {rng.randint(-2, 2)}' for n in range(rng.randint(1, 3)))),
                             (0.3, lambda: f'aliases:\n  - {self.words(1)} {rng.randint(1, 4)}'),
                             (0.3, lambda: f'mentor: {self.reference()}'),
                             (0.2, lambda: f'mentee:\n  - {self.reference()}\n  - {self.reference()}'),
                             (0.3, lambda: f'charter: {self.reference()}'),
                             (0.3, lambda: f'session: {self.reference()}'),
                             (0.2, lambda: f'author: {rng.choice(AUTHORS)}'),
                             (0.2, lambda: f'related: {self.reference()}'),
                             (0.03, lambda: rng.choice(['broken: [', 'score: 1\nscore: 2', 'a: b: c', '- x']))):
            if rng.random() < chance:
                lines.append(line())
        return '---\n' + '\n'.join(lines) + '\n---\n' if lines and rng.random() < 0.9 else ''

    def link(self):
        stem, folder = self.rng.choice(STEMS), self.rng.choice(FOLDERS)
        return self.rng.choice([f'[[{stem}]]', f'[[{stem.upper()}]]', f'[[{folder}/{stem}|label]]' if folder else f'[[/{stem}]]', f'[x](<{stem}.md>)',
                                f'[x](<../{stem}.md>)', f'![[{stem}#part]]', f'[[{self.words(1)} {self.rng.randint(1, 4)}]]', '[web](https://example.org/a)'])

    def line(self):
        rng = self.rng
        return rng.choice([lambda: self.words(rng.randint(3, 12)) + '.', lambda: self.words(rng.randint(3, 12)), lambda: '## ' + self.words(rng.randint(1, 3)),
                           lambda: f'See {self.link()} and {self.link()}.', lambda: f'About #{rng.choice(TAGS)} here',
                           lambda: f'- [{rng.choice(" xX-")}] {self.words(2)}' + rng.choice(['', f' 📅 {self.a_day()}', f' [due:: {self.a_day()}]']),
                           lambda: f'mood:: {rng.choice(["calm", "Żywy", "3"])}', lambda: f'some [effort:: {rng.randint(1, 5)}] here',
                           lambda: '```\n#nottag [[nowhere]]\n- [ ] no task\n```'])()

    def note(self):
        return self.front_matter() + '\n\n'.join(self.line() for _ in range(self.rng.randint(1, 8))) + '\n'

    # --- files ---

    def paths(self):
        found = []
        for base, folders, names in os.walk(self.root):
            folders[:] = [f for f in folders if f != '.git']
            found += [os.path.relpath(os.path.join(base, name), self.root) for name in names if name.endswith('.md')]
        return sorted(found)

    def full(self, path):
        full = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        return full

    def new_path(self):
        self.made += 1
        stem = self.rng.choice(STEMS) if self.rng.random() < 0.6 else f'{self.rng.choice(STEMS)}-{self.made}'
        stem = f'{self.a_day()}-{stem}' if self.rng.random() < 0.2 else stem
        return os.path.join(self.rng.choice(FOLDERS), stem + '.md')

    def write(self, path, text):
        """Most files as most editors write them."""
        chance = self.rng.random()
        ends = '\r\n' if chance < 0.1 else '\n'
        text = unicodedata.normalize('NFD', text) if 0.1 < chance < 0.17 else '\ufeff' + text if 0.17 < chance < 0.2 else text
        with open(self.full(path), 'w', encoding='utf-8', newline=ends) as file:
            file.write(text)

    def git(self, *words):
        who = self.rng.choice(AUTHORS)
        when = f'{self.day}T12:00:00Z'
        names = {'GIT_AUTHOR_NAME': who, 'GIT_AUTHOR_EMAIL': 'a@example.org', 'GIT_COMMITTER_NAME': who, 'GIT_COMMITTER_EMAIL': 'a@example.org',
                 'GIT_AUTHOR_DATE': when, 'GIT_COMMITTER_DATE': when}
        subprocess.run(['git', '-C', self.root, *words], env={**ENVIRONMENT, **names}, check=True, capture_output=True)

    # --- what happens ---

    def add(self):
        self.write(self.new_path(), self.note())

    def edit(self):
        self.write(self.rng.choice(self.paths()), self.note())

    def edit_in_place(self):
        """The same length: only times tell."""
        path = self.rng.choice(self.paths())
        with open(self.full(path), encoding='utf-8') as file:
            text = file.read()
        self.write(path, text.replace('zqarbu', 'dirvuz', 1) if 'zqarbu' in text else text.replace('dirvuz', 'zqarbu', 1))

    def touch(self):
        os.utime(self.full(self.rng.choice(self.paths())))

    def append(self):
        with open(self.full(self.rng.choice(self.paths())), 'a', encoding='utf-8') as file:
            file.write('\n' + self.line() + '\n')

    def remove(self):
        os.unlink(self.full(self.rng.choice(self.paths())))

    def rename(self):
        path, new = self.rng.choice(self.paths()), self.new_path()
        os.rename(self.full(path), self.full(new))

    def rename_folder(self):
        self.made += 1
        folder = os.path.dirname(self.rng.choice(self.paths())).split('/')[0]
        if folder:
            os.rename(self.full(folder), self.full(f'{folder}-{self.made}'))

    def commit(self):
        self.day += datetime.timedelta(days=self.rng.randint(1, 40))
        self.git('add', '-A')
        self.git('commit', '-q', '--allow-empty', '-m', 'notes')

    def rename_by_git(self):
        self.commit()
        path = self.rng.choice(self.paths())
        self.made += 1
        self.day += datetime.timedelta(days=1)
        new = f'moved/{self.made}.md'
        self.full(new)
        self.git('mv', path, new)
        self.git('commit', '-q', '-m', 'moved')

    def branch(self):
        """Other notes, and mostly back again for the next change."""
        self.made += 1
        self.commit()
        self.git('checkout', '-q', '-b', f'branch-{self.made}')
        for _ in range(10):
            self.rng.choice([self.add, self.edit, self.edit, self.remove])()
        self.commit()
        if self.rng.random() < 0.7:
            self.git('checkout', '-q', 'main')

    def start(self, count):
        subprocess.run(['git', 'init', '-q', '--template=', '-b', 'main', self.root], env=ENVIRONMENT, check=True)
        for number in range(count):
            self.add()
            if number % 10 == 9:
                self.commit()

    def change(self):
        """Some of all that, and a name for it."""
        steps = [self.rng.choice([self.add, self.edit, self.edit_in_place, self.touch, self.append, self.remove, self.rename, self.rename_folder,
                                  self.commit, self.rename_by_git, self.branch]) for _ in range(self.rng.randint(1, 5))]
        for step in steps:
            step()
        return ', '.join(step.__name__ for step in steps)
