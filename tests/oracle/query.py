"""Queries that can write themselves down and answer themselves, each note at a time.

An answer is two sets: notes that must be found, and notes that may be. They differ for words of real languages only, where a stemmer
and a thesaurus may find more than the word itself.
"""
import dataclasses
import datetime
import functools
import itertools
import re

from vault import a_number, fold, reference, spellings, without_suffix, words_of

CHARTER_TYPE = 'charter'


@dataclasses.dataclass(frozen=True)
class Answer:
    sure: frozenset
    possible: frozenset


def exactly(paths):
    found = frozenset(paths)
    return Answer(found, found)


def notes_where(vault, test):
    return exactly(note.path for note in vault.notes.values() if test(note))


# --- together ---

@dataclasses.dataclass
class And:
    parts: list

    def text(self):
        return ' '.join(f'({p.text()})' if isinstance(p, Or) else p.text() for p in self.parts)

    def answer(self, vault):
        answers = [part.answer(vault) for part in self.parts]
        return Answer(frozenset.intersection(*(a.sure for a in answers)), frozenset.intersection(*(a.possible for a in answers)))


@dataclasses.dataclass
class Or:
    parts: list

    def text(self):
        return ' OR '.join(part.text() for part in self.parts)

    def answer(self, vault):
        answers = [part.answer(vault) for part in self.parts]
        return Answer(frozenset.union(*(a.sure for a in answers)), frozenset.union(*(a.possible for a in answers)))


@dataclasses.dataclass
class Not:
    part: object

    def text(self):
        return f'-({self.part.text()})' if isinstance(self.part, (And, Or)) else '-' + self.part.text()

    def answer(self, vault):
        inner, every = self.part.answer(vault), frozenset(vault.notes)
        return Answer(every - inner.possible, every - inner.sure)


# --- words ---

@dataclasses.dataclass
class Words:
    """A word, a phrase or a prefix, anywhere or in titles (`title`) or headings (`heading`). `known`: no stemmer has a say in it."""
    words: tuple
    prefix: bool = False
    scope: str = ''
    known: bool = True

    def text(self):
        words = ' '.join(self.words)
        return (self.scope + ':' if self.scope else '') + (f'"{words}"' if len(self.words) > 1 else words + '*' * self.prefix)

    def answer(self, vault):
        sure = frozenset(note.path for note in vault.notes.values() if self.found_in(self.places(note)))
        if not self.known:
            return Answer(sure, frozenset(vault.notes))
        return Answer(sure, sure | {note.path for note in vault.notes.values() if self.found_in(self.joined(note))})

    def found_in(self, places):
        return any(self.is_at(words, at) for words in places for at in range(len(words)))

    def places(self, note):
        titles, headings = [note.title] + note.aliases, note.headings
        texts = titles if self.scope == 'title' else headings if self.scope == 'heading' else titles + headings + list(note.tags.values())
        return [words_of(text) for text in texts] + ([] if self.scope else prose_of(note))

    def joined(self, note):
        """A phrase may go on in the next paragraph: nothing is promised about that."""
        return [] if self.scope or len(self.words) == 1 else [[word for words in prose_of(note) for word in words]]

    def is_at(self, words, at):
        if self.prefix:
            return any(s.startswith(fold(self.words[0])) for s in spellings(words[at]))
        return len(words) - at >= len(self.words) and all(
            spellings(asked) & spellings(words[at + i]) if self.known else fold(asked) == fold(words[at + i]) for i, asked in enumerate(self.words))


@dataclasses.dataclass
class Near(Words):
    """All words, in any order, with at most `within` others between the first and the last."""
    within: int = 0

    def text(self):
        return f'"{" ".join(self.words)}"~{self.within}'

    def is_at(self, words, at):
        """The first of them stands at `at`, and all of them in the window behind it."""
        window = [spellings(word) for word in words[at:at + len(self.words) + self.within]]
        asked = [spellings(word) for word in self.words]
        return any(all(asked[i] & window[place] for i, place in enumerate(places))
                   for places in itertools.permutations(range(len(window)), len(asked)) if 0 in places)


@dataclasses.dataclass
class Regex:
    pattern: str

    def text(self):
        return f'/{self.pattern}/'

    def answer(self, vault):
        compiled = re.compile(self.pattern, re.M if re.search('[A-Z]', re.sub(r'\\.', '', self.pattern)) else re.I | re.M)
        return notes_where(vault, lambda note: compiled.search(note.title) or compiled.search(note.body))


# --- fields ---

def is_text(asked, folded):
    """Equal without regard to case; or beginning so, where the asked text ends in '*'."""
    return folded.startswith(fold(asked[:-1])) if asked.endswith('*') else folded == fold(asked)


def shown(line):
    """What a reader sees of a line's links: the label, else what they lead to. No phrase goes on behind them."""
    line = re.sub(r'\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]', r' \n \1 \n ', line)
    return re.sub(r'\]\([^()]*\)|\S+://\S*|<[^<>]*>|&\w+;', ' \n ', line)


@functools.lru_cache(maxsize=None)
def prose_of(note):
    return [words_of(part) for line in note.lines for part in shown(line).split('\n')]


def needs_quotes(value):
    return re.search(r'[\s(),":]|\.\.', value)


def is_tag(asked, folded):
    return is_text(asked, folded) or folded.startswith(fold(asked.rstrip('*')) + '/')


@dataclasses.dataclass
class Dates:
    """How dates are asked for: `on` a span, or compared with it."""
    op: str  # '', '<', '<=', '>', '>=', '..'
    first: datetime.date
    last: datetime.date

    def holds(self, date):
        if date is None:
            return False
        return {'': self.first <= date <= self.last, '..': self.first <= date <= self.last, '<': date < self.first, '<=': date <= self.last,
                '>': date > self.last, '>=': date >= self.first}[self.op]


def number_holds(op, low, high, number):
    return number is not None and {'': number == low, '..': low <= number <= high, '<': number < low, '<=': number <= low, '>': number > low,
                                   '>=': number >= low}[op]


@dataclasses.dataclass
class Field:
    """name:value, where the value is text."""
    name: str
    value: str

    def text(self):
        return f'{self.name}:"{self.value}"' if needs_quotes(self.value) else f'{self.name}:{self.value}'

    def answer(self, vault):
        special = getattr(self, 'by_' + self.name, None)
        return special(vault) if special else notes_where(vault, self.has_key)

    def has_key(self, note):
        number = a_number(self.value)
        wanted = self.value if self.value.endswith('*') else None
        for key, folded, row_number, _ in note.rows:
            if key != fold(self.name):
                continue
            if is_text(self.value, folded) or (not wanted and folded == reference(self.value)) or (number is not None and row_number == number):
                return True
        return False

    def by_type(self, vault):
        return notes_where(vault, lambda note: is_text(self.value, fold(note.type)) or is_text(self.value, fold(note.declared_type)))

    def by_tag(self, vault):
        return notes_where(vault, lambda note: any(is_tag(self.value, folded) for folded in note.tags))

    def by_in(self, vault):
        if self.value.endswith('*'):
            return notes_where(vault, lambda note: note.path.startswith(self.value[:-1]))
        folder = self.value.rstrip('/')
        return notes_where(vault, lambda note: folder in (note.path, without_suffix(note.path)) or note.path.startswith(folder + '/'))

    def by_lang(self, vault):
        return notes_where(vault, lambda note: is_text(self.value, note.lang) or note.lang.startswith(fold(self.value) + '-'))

    def by_handle(self, vault):
        return notes_where(vault, lambda note: is_text(self.value, fold(note.stem)))

    def by_alias(self, vault):
        return notes_where(vault, lambda note: any(is_text(self.value, fold(alias)) for alias in note.aliases))

    def by_task(self, vault):
        return notes_where(vault, lambda note: any(self.value == 'any' or t.done == (self.value == 'done') for t in note.tasks))

    def by_author(self, vault):
        def wrote(note):
            past = vault.history.get(note.path)
            return (past and any(fold(self.value) in fold(author) for author in past.authors)) or any(
                key == 'author' and is_text(self.value, folded) for key, folded, _, _ in note.rows)
        return notes_where(vault, wrote)

    def by_link(self, vault):
        target = vault.named(self.value)
        return exactly(path for path, links in vault.leads_to.items() if any(to == target for _, to in links))

    def by_linked(self, vault):
        return exactly(to for _, to in vault.leads_to[vault.named(self.value)] if to)

    def by_mentor(self, vault):
        return self.by_charter(vault)

    def by_mentee(self, vault):
        return self.by_charter(vault)

    def by_charter(self, vault):
        """A note says it itself; or else its charter does, or the charter of its session."""
        said = {note.path for note in vault.notes.values() if self.has_key(note)}
        own = {note.path for note in vault.notes.values() if any(row[0] == self.name for row in note.rows)}
        charters = {path for path in said if vault.notes[path].type == CHARTER_TYPE}

        def inherit(key, sources):
            return {path for path, links in vault.leads_to.items() if path not in own
                    and any(link.field == key and to in sources for link, to in links)}
        sessions = inherit('charter', charters)
        return exactly(said | sessions | inherit('session', sessions))


@dataclasses.dataclass
class Letters:
    """name:>=value, where the value is neither a number nor a date: by folded letters."""
    name: str
    op: str
    value: str

    def text(self):
        return f'{self.name}:{self.op}{self.value}'

    def answer(self, vault):
        asked = fold(self.value)
        holds = {'<': lambda t: t < asked, '<=': lambda t: t <= asked, '>': lambda t: t > asked, '>=': lambda t: t >= asked}[self.op]
        return notes_where(vault, lambda note: any(key == self.name and holds(folded) for key, folded, _, _ in note.rows))


@dataclasses.dataclass
class DateField:
    name: str
    dates: Dates
    written: str

    def text(self):
        return f'{self.name}:{self.written}'

    def answer(self, vault):
        if self.name == 'task':
            return notes_where(vault, lambda note: any(not task.done and self.dates.holds(task.due) for task in note.tasks))
        if self.name in ('created', 'modified'):
            return notes_where(vault, lambda note: note.path in vault.history and self.dates.holds(getattr(vault.history[note.path], self.name)))
        if self.name == 'changed':
            return notes_where(vault, lambda note: note.path in vault.history and any(map(self.dates.holds, vault.history[note.path].days)))
        if self.name in ('before', 'after', 'on', 'date'):
            return notes_where(vault, lambda note: self.dates.holds(vault.date(note)))
        return notes_where(vault, lambda note: any(key == self.name and self.dates.holds(date) for key, _, _, date in note.rows))


@dataclasses.dataclass
class NumberField:
    name: str
    op: str
    low: float
    high: float = 0

    def text(self):
        return f'{self.name}:{self.low}..{self.high}' if self.op == '..' else f'{self.name}:{self.op}{self.low}'

    def answer(self, vault):
        if self.name == 'changes':
            return notes_where(vault, lambda note: note.path in vault.history
                               and number_holds(self.op, self.low, self.high, len(vault.history[note.path].days)))
        return notes_where(vault, lambda note: any(key == self.name and number_holds(self.op, self.low, self.high, number)
                                                   for key, _, number, _ in note.rows))


@dataclasses.dataclass
class Presence:
    word: str  # has, no
    name: str

    TESTS = {'tag': lambda v, n: n.tags, 'alias': lambda v, n: n.aliases, 'link': lambda v, n: n.links, 'task': lambda v, n: n.tasks,
             'heading': lambda v, n: n.headings, 'lang': lambda v, n: n.lang, 'date': lambda v, n: v.date(n), 'created': lambda v, n: v.created(n),
             'linked': lambda v, n: any(to == n.path for links in v.leads_to.values() for _, to in links)}

    def text(self):
        return f'{self.word}:{self.name}'

    def answer(self, vault):
        def has(note):
            test = self.TESTS.get(self.name)
            return test(vault, note) if test else any(key == self.name or key.startswith(self.name + '.') for key, _, _, _ in note.rows)
        return notes_where(vault, lambda note: bool(has(note)) == (self.word == 'has'))
