"""Random queries about a vault: half of what they ask for stands in it, so that answers are neither empty nor all notes."""
import calendar
import datetime

from query import And, DateField, Dates, Field, Letters, Near, Not, NumberField, Or, Presence, Regex, Words, needs_quotes
from vault import words_of

KEYS = ('stage', 'score', 'due', 'mood', 'effort', 'goals.gas', 'goal.gas', 'status')
DATES = ('before', 'after', 'on', 'date', 'task', 'due', 'created', 'modified', 'changed')
REGEXES = (r'\bzq', r'vx[aeo]lto\w*', r'k\w+ndra\b', r'^## ', r'\d{4}-0[1-6]', r'żółw|blåkr', r'Zqarbu', r'(brum|jol)[fp]', r'\w+ok\b', r'x{2}', r'[æøå]')


class Asker:
    def __init__(self, rng, words, known):
        """`words` to ask for; `known` says that they are of no language."""
        self.rng, self.words, self.known = rng, words, known

    def query(self, vault, depth=0):
        kind = self.rng.random()
        if depth < 3 and kind < 0.30:
            return And([self.query(vault, depth + 1) for _ in range(self.rng.randint(2, 3))])
        if depth < 3 and kind < 0.42:
            return Or([self.query(vault, depth + 1) for _ in range(self.rng.randint(2, 3))])
        if depth < 3 and kind < 0.52:
            return Not(self.query(vault, depth + 1))
        return self.rng.choice([self.word, self.word, self.key, self.key, self.builtin, self.builtin, self.date, self.number, self.letters, self.presence,
                                self.link, self.regex])(vault)

    def note(self, vault):
        return vault.notes[self.rng.choice(list(vault.notes))]

    def word(self, vault):
        scope, size = self.rng.choice(['', '', '', 'title', 'heading']), self.rng.random()
        word = self.rng.choice(self.words)
        if size < 0.2 and word.isascii():
            return Words((word[:self.rng.randint(2, len(word) - 1)],), prefix=True, scope=scope, known=self.known)
        if size < 0.3:
            return Near(tuple(self.rng.sample(self.words, self.rng.choice([2, 2, 3]))), known=self.known, within=self.rng.randint(1, 6))
        if size < 0.5:
            return Words(self.phrase(vault), scope=scope, known=self.known)
        return Words((word if self.rng.random() < 0.7 else word.upper(),), scope=scope, known=self.known)

    def phrase(self, vault):
        """Words as they stand side by side in some note, or not."""
        lines = [line for note in (self.note(vault) for _ in range(20)) for line in note.lines if not set(line) & set('#[]:<>`-*')]
        for line in lines:
            words = words_of(line)
            at = self.rng.randrange(max(1, len(words)))
            if len(words) - at >= 2 and (not self.known or all(w.lower() in self.words for w in words[at:at + 2])):
                return tuple(words[at:at + 2])
        return self.rng.choice(self.words), self.rng.choice(self.words)

    def shape(self, value):
        """A value as it is, in other case, or the beginning of it."""
        chance, beginning = self.rng.random(), value[:max(1, len(value) // 2)]
        if chance < 0.6 or (chance > 0.8 and needs_quotes(beginning)):
            return value  # in quotes a '*' stands for itself
        return value.upper() if chance < 0.8 else beginning + '*'

    def key(self, vault):
        name = self.rng.choice(KEYS)
        values = [folded for note in vault.notes.values() for key, folded, _, _ in note.rows if key == name and folded and '"' not in folded]
        return Field(name, self.shape(self.rng.choice(values))) if values else Presence('has', 'title')

    def builtin(self, vault):
        name = self.rng.choice(['type', 'tag', 'tag', 'in', 'lang', 'handle', 'alias', 'task', 'author', 'mentor', 'mentee'])
        note = self.note(vault)
        folder = note.path.rpartition('/')[0]
        people = [folded for n in vault.notes.values() for key, folded, _, _ in n.rows if key == name]
        authors = sorted({author for past in vault.history.values() for author in past.authors})
        value = {'type': note.declared_type or note.type, 'tag': self.rng.choice(sorted(note.tags) or ['none']), 'in': folder or note.path,
                 'lang': note.lang or 'pl', 'handle': note.stem, 'alias': self.rng.choice(note.aliases or ['nobody']),
                 'task': self.rng.choice(['open', 'done', 'any']), 'author': self.rng.choice(authors or ['nobody']),
                 'mentor': self.rng.choice(people or ['nobody']), 'mentee': self.rng.choice(people or ['nobody'])}[name]
        if name == 'tag' and '/' in value and self.rng.random() < 0.5:
            value = value.split('/')[0]
        return Field(name, value if name in ('in', 'task', 'author') else self.shape(value))

    def span(self, vault):
        """A day, a month, a quarter or a year near some note's date, as written and as its first and last day."""
        day = vault.date(self.note(vault)) or datetime.date(2026, 1, 31)
        kind, year = self.rng.choice(['day', 'month', 'quarter', 'year']), day.year
        if kind == 'day':
            return day.isoformat(), day, day
        if kind == 'year':
            return str(year), datetime.date(year, 1, 1), datetime.date(year, 12, 31)
        last = day.month if kind == 'month' else (day.month + 2) // 3 * 3
        first = last if kind == 'month' else last - 2
        written = f'{year}-{day.month:02d}' if kind == 'month' else f'{year}-q{last // 3}'
        return written, datetime.date(year, first, 1), datetime.date(year, last, calendar.monthrange(year, last)[1])

    def date(self, vault):
        name = self.rng.choice(DATES)
        written, first, last = self.span(vault)
        if name in ('before', 'after', 'on'):
            return DateField(name, Dates({'before': '<', 'after': '>', 'on': ''}[name], first, last), written)
        op = self.rng.choice(['', '<', '<=', '>', '>=', '..'])
        if name == 'due' and op == '' and written.isdigit():
            op = '>='  # a year alone is a number, too
        if name == 'due' and written.isdigit():
            written, first, last = f'{written}-01', first, datetime.date(first.year, 1, 31)
        if op != '..':
            return DateField(name, Dates(op, first, last), op + written)
        other, from_day, to_day = self.span(vault)
        if name == 'due' and other.isdigit():
            other, to_day = f'{other}-12', to_day
        if to_day < last:
            return DateField(name, Dates('', first, last), written)
        return DateField(name, Dates('..', first, to_day), f'{written}..{other}')

    def letters(self, vault):
        return Letters('stage', self.rng.choice(['<', '<=', '>', '>=']), self.rng.choice(['open', 'clo', 'åben', 'z', 'Żó']))

    def number(self, _):
        name, op = self.rng.choice(['score', 'effort', 'goals.gas', 'minutes', 'changes']), self.rng.choice(['', '<', '<=', '>', '>=', '..'])
        low = self.rng.choice([-1, 0, 1, 2, 2.5, 3, 10, 45, 60])
        return NumberField(name, op, low, low + self.rng.choice([0, 1, 20]))

    def presence(self, _):
        return Presence(self.rng.choice(['has', 'no']), self.rng.choice(sorted(Presence.TESTS) + ['title', 'score', 'goals', 'goals.gas', 'mood', 'stage']))

    def link(self, vault):
        note = self.note(vault)
        typed = note.path if self.rng.random() < 0.5 or vault.named(note.stem) != note.path else note.stem
        return Field(self.rng.choice(['link', 'linked']), typed)

    def regex(self, _):
        return Regex(self.rng.choice(REGEXES))
