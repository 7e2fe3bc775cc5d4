"""A vault, read the slow and obvious way: all files, each time, with nothing kept but what a note says.

Written from what the documentation promises (core/catalogue/README.md, templates/README.md), and from nothing else: it shares no
code with the program. It knows as much Markdown as the notes need that it is asked about.
"""
import dataclasses
import datetime
import functools
import glob
import os
import re
import subprocess
import unicodedata
import urllib.parse

import yaml

SKIPPED = {'.git', '.obsidian', '.zk', '.foam', '.trash', '.chiron', 'node_modules'}
PLAIN = {'æ': 'ae', 'ð': 'd', 'ø': 'o', 'þ': 'th', 'đ': 'd', 'ħ': 'h', 'ı': 'i', 'ł': 'l', 'œ': 'oe', 'ŧ': 't'}


@functools.lru_cache(maxsize=None)
def fold(text):
    return unicodedata.normalize('NFC', unicodedata.normalize('NFC', text).casefold())


def without_marks(word, digraphs):
    word = word.replace('ø', 'oe').replace('å', 'aa') if digraphs else word
    bare = ''.join(c for c in unicodedata.normalize('NFD', word) if not unicodedata.combining(c))
    return ''.join(PLAIN.get(c, c) for c in bare)


@functools.lru_cache(maxsize=None)
def spellings(word):
    """How a word may be typed: as it is, without marks, and as people write it who have no such keys."""
    word = fold(word)
    return {word, without_marks(word, False), without_marks(word, True)}


def words_of(text):
    return re.findall(r'[^\W_]+', unicodedata.normalize('NFC', text))


def a_date(text):
    try:
        return datetime.date.fromisoformat(text.strip()) if re.fullmatch(r'\d{4}-\d\d-\d\d', text.strip()) else None
    except ValueError:
        return None


def a_number(text):
    return float(text) if re.fullmatch(r'[+-]?\d+(\.\d+)?', text.strip()) else None


def without_suffix(path):
    return re.sub(r'(?i)(?<=.)\.(md|markdown)$', '', path)


# --- note types ---

class Types:
    """What the templates declare: which fields refer to notes."""

    def __init__(self, folder):
        self.fields = {}
        for file in glob.glob(os.path.join(folder, '*', 'type.yaml')):
            with open(file, encoding='utf-8') as opened:
                declared = yaml.load(opened, yaml.BaseLoader)
            self.fields[declared['type']] = {field['name']: field for field in declared['fields']}

    def field(self, type_name, key):
        return self.fields.get(type_name, {}).get(key) or self.fields['note'].get(key)


def is_reference(field):
    return bool(field) and (field['kind'] == 'ref' or (field['kind'] in ('list', 'map') and field.get('of') == 'ref'))


# --- front matter ---

class Duplicate(Exception):
    pass


def plain_value(node):
    """Scalars stay texts; what says nothing is None."""
    if isinstance(node, yaml.MappingNode):
        members = [(key.value, plain_value(value)) for key, value in node.value]
        if len(dict(members)) < len(members):
            raise Duplicate
        return dict(members)
    if isinstance(node, yaml.SequenceNode):
        return [plain_value(child) for child in node.value]
    return None if node.style is None and node.value in ('', '~', 'null', 'Null', 'NULL') else node.value


def front_matter(text):
    """The fields and where the body begins. Fields that cannot be read are none, and None tells."""
    match = re.match(r'---[ \t]*\n(.*?\n)?---[ \t]*(\n|\Z)', text, re.S)
    if not match:
        return {}, 0
    try:
        node = yaml.compose(match.group(1) or '', yaml.SafeLoader)
        fields = plain_value(node) if node else {}
        return fields if isinstance(fields, dict) else None, match.end()
    except (yaml.YAMLError, Duplicate):
        return None, match.end()


def scalars(value):
    return [v for v in value if isinstance(v, str)] if isinstance(value, list) else [value] if isinstance(value, str) else []


# --- the body ---

def without_code(body):
    """The lines that are prose: code, comments and HTML comments are emptied, so that lines keep their places."""
    lines, fence = [], None
    for line in body.split('\n'):
        mark = re.match(r' {0,3}(`{3,}|~{3,})', line)
        if fence:
            fence = None if mark and mark.group(1).startswith(fence) and not line.strip().strip('`~') else fence
            lines.append('')
        elif mark:
            fence = mark.group(1)
            lines.append('')
        else:
            lines.append(re.sub(r'(`+)[^`]+\1|%%.*?%%|<!--.*?-->', '', line))
    return lines


@dataclasses.dataclass(frozen=True)
class Link:
    target: str
    field: str = ''  # of the front matter, with its place in a list


@dataclasses.dataclass(frozen=True)
class Task:
    done: bool
    due: datetime.date


DEFINITION = re.compile(r' {0,3}\[([^\[\]^][^\[\]]*)\]:\s+<?([^\s<>]+)>?')


def markdown_target(text):
    """The target of a Markdown link without its anchor; nothing for an address."""
    return '' if re.match(r'[a-zA-Z][a-zA-Z0-9+.-]+:|//', text) else urllib.parse.unquote(text.split('#')[0])


def links_in(line, definitions):
    found = []
    for match in re.finditer(r'\[\[([^\[\]\n]+)\]\]', line):
        found.append(match.group(1).split('|')[0].split('#')[0].strip())
    for match in re.finditer(r'(?<!\])\[[^\[\]]*\]\((?:<([^<>]*)>|([^()\s]*))(?:\s+"[^"]*")?\)', line):
        found.append(markdown_target(match.group(1) if match.group(1) is not None else match.group(2)))
    for match in re.finditer(r'(?<![\[\]])\[([^\[\]]+)\](?:\[([^\[\]]*)\])?(?![\[(:\]])', line):
        label = fold(match.group(2) or match.group(1))
        if label in definitions and not DEFINITION.match(line):
            found.append(markdown_target(definitions[label]))
    return [Link(target) for target in found if target]


def tags_in(line):
    line = unicodedata.normalize('NFC', line)
    line = re.sub(r'\[\[[^\[\]\n]*\]\]|\]\([^()\s]*\)|\]\(<[^<>]*>\)|\S+://\S*', ' ', line)
    names = [m.group(1).rstrip('/') for m in re.finditer(r'(?:^|(?<=[\s({"\'*_~|,;:>]))#([\w/-]+)', line)]
    return [n for n in names if re.search(r'[^\d/]', n) and re.search(r'\w', n) and not n.startswith('/')]


def task_in(line):
    match = re.match(r'\s*(?:[-*+]|\d+[.)])\s+\[(.)\]\s+(.*)', line)
    if not match:
        return None
    due = re.search(r'📅\ufe0f? *(\d{4}-\d\d-\d\d)|[\[(]due:: *(\d{4}-\d\d-\d\d)[\])]', match.group(2))
    return Task(match.group(1) in 'xX', a_date(due.group(1) or due.group(2)) if due else None)


def inline_fields_in(line):
    alone = re.match(r'\s*(?:[-*+]\s+)?([\w -]+?)::\s+(\S.*)$', line)
    inside = [m.groups() for m in re.finditer(r'[\[(]([\w -]+?):: +([^\])]*?)[\])]', line)]
    return ([alone.groups()] if alone and not inside else []) + inside


# --- a note ---

class Note:
    def __init__(self, path, data, types):
        text = data.decode('utf-8', 'replace').removeprefix('\ufeff').replace('\r\n', '\n')
        self.path = path
        self.stem = without_suffix(os.path.basename(path))
        fields, at = front_matter(text)
        self.broken = fields is None
        self.front = fields or {}
        self.body = text[at:]
        self.lines = without_code(self.body)
        self.declared_type = self.text('type')
        self.type = self.declared_type if self.declared_type in types.fields else 'note'
        self.headings = [m.group(1) for m in (re.match(r'#{1,6}\s+(.*?)\s*#*\s*$', line) for line in self.lines) if m]
        self.title = self.text('title') or next((h for h in self.headings if h), None) or self.spoken_stem()
        self.own_date = a_date(self.text('date')) or self.date_of_name()
        self.lang = fold(self.text('lang'))
        self.aliases = [t.strip() for key in ('aliases', 'alias') for t in scalars(self.front.get(key)) if t.strip()]
        self.tags = self.all_tags()
        self.tasks = [t for t in map(task_in, self.lines) if t]
        definitions = {fold(m.group(1)): m.group(2) for m in map(DEFINITION.match, self.lines) if m}
        self.links = list(self.field_links(types)) + [link for line in self.lines for link in links_in(line, definitions)]
        self.rows = list(self.field_rows(types))

    def text(self, key):
        value = self.front.get(key)
        return value.strip() if isinstance(value, str) else ''

    def spoken_stem(self):
        return re.sub(r'(?<=[^ ])[-_](?=[^ ])', lambda m: m.group(0) if re.match(r'\d[-_]\d', m.string[m.start() - 1:m.end() + 1]) else ' ', self.stem)

    def date_of_name(self):
        match = re.match(r'(\d{4}-\d\d-\d\d)(?!\d)', self.stem)
        return a_date(match.group(1)) if match else None

    def all_tags(self):
        names = []
        for key in ('tags', 'tag'):
            value = self.front.get(key)
            names += re.split(r'[\s,]+', value) if isinstance(value, str) else scalars(value)
        names = [name.strip().lstrip('#') for name in names] + [tag for line in self.lines for tag in tags_in(line)]
        return {fold(name): name for name in reversed(names) if name}

    # --- fields, flat ---

    def field_rows(self, types):
        """(key, folded text, number, date) of every scalar."""
        pairs = [row for key, value in self.front.items() for row in self.flat(key, value, types.field(self.type, key))]
        for line in self.lines:
            for key, value in inline_fields_in(line):
                if key.strip() not in self.front and value.strip():
                    pairs.append((key.strip(), value.strip(), types.field(self.type, key.strip())))
        for key, text, field in pairs:
            refers = is_reference(field) or text.startswith('[[')
            yield fold(key), reference(text) if refers else fold(text.strip()), a_number(text), a_date(text)

    def flat(self, key, value, field):
        if isinstance(value, list):
            for element in value:
                yield from self.flat(key, element, field)
        elif isinstance(value, dict):
            for name, member in value.items():
                cells = {c['name']: c for c in field.get('fields', [])} if field and field['kind'] == 'table' else {}
                yield from self.flat(f'{key}.{name}', member, field if field and field['kind'] == 'map' else cells.get(name))
        elif value is not None:
            yield key, value, field

    # --- references in front matter ---

    def field_links(self, types):
        for key, value in self.front.items():
            yield from self.refs(key, value, types.field(self.type, key))

    def refs(self, key, value, field):
        if is_reference(field):
            several = isinstance(value, list)
            for number, element in enumerate(value if several else [value]):
                if isinstance(element, str) and bare_target(element):
                    yield Link(bare_target(element), f'{key}[{number}]' if several else key)
        elif field and field['kind'] == 'table':
            cells = {c['name']: c for c in field['fields']}
            for number, row in enumerate(value if isinstance(value, list) else []):
                for name, cell in row.items() if isinstance(row, dict) else []:
                    yield from self.refs(f'{key}[{number}].{name}', cell, cells.get(name))
        elif field and field['kind'] == 'map':
            for name in value if isinstance(value, dict) else []:
                yield Link(name, f'{key}.{name}')
        else:
            yield from self.any_refs(key, value)

    def any_refs(self, key, value):
        """Where nothing is declared, only a wikilink that stands alone is meant as one."""
        if isinstance(value, str) and re.fullmatch(r'\s*\[\[[^\[\]]+\]\]\s*', value):
            yield Link(bare_target(value), key)
        elif isinstance(value, list) and len(value) == 1 and isinstance(value[0], list) and len(value[0]) == 1:
            yield Link(bare_target(f'[[{value[0][0]}]]'), key)
        elif isinstance(value, list):
            for number, element in enumerate(value):
                yield from self.any_refs(f'{key}[{number}]', element)
        elif isinstance(value, dict):
            for name, member in value.items():
                yield from self.any_refs(f'{key}.{name}', member)


def bare_target(text):
    match = re.fullmatch(r'\[\[(.*)\]\]', text.strip(), re.S)
    return (match.group(1).split('|')[0].split('#')[0] if match else text).strip()


def reference(text):
    return fold(os.path.basename(without_suffix(bare_target(text))))


# --- all notes ---

class Vault:
    def __init__(self, root, types):
        self.root, self.types = root, types
        self.notes = {path: Note(path, data, types) for path, data in sorted(read_all(root).items())}
        self.history = history_of(root)
        self.called = {}
        for note in self.notes.values():
            for name in [note.stem] + note.aliases:
                self.called.setdefault(fold(name), []).append(note)
        self.leads_to = {note.path: [(link, self.resolve(link.target, note.path)) for link in note.links] for note in self.notes.values()}

    def created(self, note):
        return self.history[note.path].created if note.path in self.history else None

    def date(self, note):
        return note.own_date or self.created(note)

    def resolve(self, target, from_path=None):
        """By path, beside the linking note and from the root; else by the end of a path, the same without regard to case, an alias.
        Of several, the one nearest to the root, then the first."""
        rooted, target = target.startswith('/'), target.lstrip('/')
        folders = [''] if rooted or from_path is None else [os.path.dirname(from_path), '']
        for folder in folders:
            path = os.path.normpath(os.path.join(folder, target))
            for suffix in ('', '.md', '.markdown'):
                if path + suffix in self.notes:
                    return path + suffix
        bare = without_suffix(target)
        known = self.called.get(fold(os.path.basename(bare)), []) + self.called.get(fold(bare), [])
        for answers in (lambda n: ends_with(without_suffix(n.path), bare), lambda n: ends_with(fold(without_suffix(n.path)), fold(bare)),
                        lambda n: fold(bare) in map(fold, n.aliases)):
            found = [note.path for note in known if answers(note)]
            if found:
                return min(found, key=lambda path: (path.count('/'), path.encode()))
        return None

    def named(self, target):
        """The note that somebody types, or None when there are several."""
        bare = without_suffix(target)
        if target in self.notes or bare + '.md' in self.notes:
            return target if target in self.notes else bare + '.md'
        found = [note for note in self.called.get(fold(os.path.basename(bare)), []) if ends_with(without_suffix(note.path), bare)]
        return found[0].path if len(found) == 1 else None


def ends_with(path, end):
    return path == end or path.endswith('/' + end)


def read_all(root):
    found = {}
    for base, folders, names in os.walk(root):
        folders[:] = [f for f in folders if f not in SKIPPED]
        for name in names:
            if re.search(r'(?i).\.(md|markdown)$', name):
                path = os.path.join(base, name)
                with open(path, 'rb') as file:
                    found[os.path.relpath(path, root)] = file.read()
    return found


# --- history ---

@dataclasses.dataclass
class Past:
    created: datetime.date
    days: list  # of each commit
    authors: set

    @property
    def modified(self):
        return self.days[-1]


def history_of(root):
    """What git says of every path, following renames."""
    log = subprocess.run(['git', '-C', root, '-c', 'core.quotePath=false', 'log', '--reverse', '--topo-order', '-M', '--name-status', '-z',
                          '--format=%x01%cs%x02%an'], capture_output=True, text=True, check=False)
    pasts = {}
    for entry in log.stdout.split('\x01')[1:]:
        head, *rest = entry.split('\0')
        day, author = head.split('\x02')
        day, rest = datetime.date.fromisoformat(day), [word.lstrip('\n') for word in rest if word.strip('\n')]
        while rest:
            kind = rest.pop(0)[0]
            old = rest.pop(0)
            if kind == 'D':
                pasts.pop(old, None)
                continue
            path = rest.pop(0) if kind == 'R' else old
            past = pasts.pop(old, None) if kind in 'RM' else None
            past = past or Past(day, [], set())
            pasts[path] = Past(past.created, past.days + [day], past.authors | {author})
    return pasts
