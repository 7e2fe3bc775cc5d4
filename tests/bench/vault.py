"""The notes of a generated vault: people, charters, sessions, logs and what else a programme writes, linked to each other.

`notes()` yields them oldest first, so that a link leads to what is there already. Nothing here knows of files or of git.
"""
import dataclasses
import datetime
import itertools
import os
import random

from words import LANGUAGES, NAMES, TAGS, Words, ascii_stem

START = datetime.date(2016, 1, 4)
DAYS = 3900
PEOPLE, CHARTERS = 24, 24  # these come first, so that everything else has somebody to be about
MIX = ['log'] * 45 + ['session'] * 30 + ['note'] * 12 + ['resource'] * 5 + ['charter'] * 4 + ['feedback'] * 3 + ['person']
FOLDER = {'log': 'logs', 'session': 'sessions', 'note': 'notes', 'resource': 'resources', 'charter': 'charters', 'feedback': 'feedback',
          'person': 'people'}
SHARDS = 20  # with the years of logs and sessions, 120 folders


@dataclasses.dataclass(frozen=True)
class Shape:
    """What makes a vault hard. None of it may change how costs grow."""
    hub: int = 0           # so many notes link to one
    tag_all: bool = False  # every note has the same tag
    big_note: int = 0      # megabytes of the largest note
    flat: bool = False     # all notes in one folder


@dataclasses.dataclass(frozen=True)
class Note:
    path: str
    date: datetime.date
    author: int
    data: bytes

    @property
    def stem(self):
        return os.path.basename(self.path)[:-len('.md')]


class Maker:
    def __init__(self, count, seed, shape):
        self.count, self.shape = count, shape
        self.rng = random.Random(seed)
        self.words = {lang: Words(self.rng, lang) for lang in LANGUAGES}
        self.stems = {kind: [] for kind in FOLDER}
        self.paths = []
        self.hub_links = 0

    def notes(self):
        for number in range(self.count):
            kind = 'person' if number < PEOPLE else 'charter' if number < PEOPLE + CHARTERS else self.rng.choice(MIX)
            note = self.note(number, kind)
            self.stems[kind].append(note.stem)
            self.paths.append(note.path)
            yield note

    def note(self, number, kind):
        lang = self.rng.choice(LANGUAGES)
        date = START + datetime.timedelta(days=number * DAYS // self.count)
        title = f'{self.rng.choice(NAMES[lang])} {number}' if kind == 'person' else self.words[lang].title()
        path = self.path(number, kind, title, date)
        lines = ['---'] + self.front_matter(number, kind, lang, title, date) + ['---', '', f'# {title}', '']
        lines += self.body(number, lang, date, os.path.dirname(path))
        return Note(path, date, number % 9, ('\n'.join(lines) + '\n').encode())

    def path(self, number, kind, title, date):
        stem = ascii_stem(title if kind == 'person' else title.split()[0])
        if kind in ('log', 'session'):
            folder, stem = f'{FOLDER[kind]}/{date.year}', f'{date.isoformat()}-{stem}-{number}'
        else:
            folder, stem = f'{FOLDER[kind]}/{number % SHARDS:02d}', stem if kind == 'person' else f'{stem}-{number}'
        return ('' if self.shape.flat else folder + '/') + stem + '.md'

    # --- front matter ---

    def front_matter(self, number, kind, lang, title, date):
        rng = self.rng
        lines = ([] if kind == 'note' else [f'type: {kind}']) + [f'date: {date}']
        lines += [f'title: {title}', f'lang: {lang}', 'tags:']
        lines += [f'  - {tag}' for tag in sorted(rng.sample(TAGS[lang], rng.randint(1, 3)))]
        if self.shape.tag_all:
            lines.append('  - everyone')
        if rng.random() < 0.05:
            lines += ['aliases:', f'  - {self.words[lang].title()} {number}']
        return lines + getattr(self, kind + '_fields', lambda _: [])(date)

    def person_fields(self, _):
        rng = self.rng
        return ['roles:', f'  - {rng.choice(["mentor", "mentee"])}', f'capacity: {rng.randint(1, 4)}', 'languages:', f'  - {rng.choice(LANGUAGES)}']

    def charter_fields(self, date):
        mentor, mentee = self.rng.sample(self.stems['person'], 2)
        status = self.rng.choice(['draft', 'active', 'active', 'paused', 'closed'])
        return ['form: classic', f'mentor: {mentor}', f'mentee: {mentee}', f'status: {status}', f'start: {date}', 'planned_sessions: 10',
                'cadence: P3W']

    def session_fields(self, _):
        rng = self.rng
        return [f'charter: {rng.choice(self.stems["charter"])}', f'status: {rng.choice(["held", "held", "held", "planned", "cancelled"])}',
                f'minutes: {rng.choice([45, 60, 90])}']

    def log_fields(self, _):
        lines = [f'model: {self.rng.choice(["gibbs", "driscoll", "kolb", "free"])}', f'depth: {self.rng.randint(1, 4)}']
        return lines + ([f'session: {self.rng.choice(self.stems["session"])}'] if self.stems['session'] else [])

    def feedback_fields(self, _):
        return [f'charter: {self.rng.choice(self.stems["charter"])}', 'by: mentee', 'about: mentor', f'csat: {self.rng.randint(1, 5)}']

    def resource_fields(self, _):
        return [f'kind: {self.rng.choice(["article", "book", "tool", "exercise"])}']

    # --- body ---

    def links(self, folder):
        """Mostly to what is well known: a few notes have many links back, most have few."""
        if not self.paths or self.rng.random() > 0.4:
            return []
        path = self.paths[int(len(self.paths) * self.rng.random() ** 2)]
        if self.rng.random() < 0.8:
            return [f'[[{os.path.basename(path)[:-3]}]]']
        return [f'[{self.words["en"].take(1)[0]}](<{os.path.relpath(path, folder or ".")}>)']

    def body(self, number, lang, date, folder):
        rng, words, lines = self.rng, self.words[lang], []
        for _ in range(rng.randint(2, 4)):
            if rng.random() < 0.5:
                lines += ['## ' + ' '.join(words.take(2)).capitalize(), '']
            lines += [words.prose(rng.randint(20, 90), self.links(folder)), '']
        if rng.random() < 0.2:
            lines += [f'- [{rng.choice(" x")}] {" ".join(words.take(4))} 📅 {date + datetime.timedelta(days=14)}', '']
        if number > 0 and self.hub_links < self.shape.hub:
            self.hub_links += 1
            lines += [f'See [[{os.path.basename(self.paths[0])[:-3]}]].', '']
        if self.shape.big_note and number == self.count // 2:
            size = 0
            while size < self.shape.big_note * 1000000:
                lines += [words.prose(200), '']
                size += len(lines[-2].encode()) + 2
        return lines[:-1]


def notes(count, seed=1, shape=Shape()):
    if shape.hub >= count:
        raise ValueError('a hub needs as many other notes as it shall have links back')
    return Maker(count, seed, shape).notes()


def edited(note):
    return dataclasses.replace(note, data=note.data + b'\nA later thought.\n')


def first_path(note):
    """Where a note that was renamed later stood at first."""
    return f'inbox/{note.stem}.md'


def operations(made, seed):
    """What commits say of the notes: ('write', note), ('rename', note, from). One note in twenty is edited, one in a hundred
    renamed, each some time after it was written."""
    rng = random.Random(seed + 1)
    pending = {}
    for number in itertools.count():
        for operation in pending.pop(number, ()):
            yield operation
        note = next(made, None)
        if note is None:
            break
        chance = rng.random()
        later = number + rng.randint(1, 500)
        renamed = chance < 0.01
        yield ('write', dataclasses.replace(note, path=first_path(note)) if renamed else note)
        if renamed:
            pending.setdefault(later, []).append(('rename', note, first_path(note)))
        elif chance < 0.06:
            pending.setdefault(later, []).append(('write', edited(note)))
    for number in sorted(pending):
        yield from pending[number]
