"""Vaults to measure, made once and put back into their first state before each run of the script."""
import json
import os
import re
import shutil
import subprocess
import sys

from measure import BUILD, HERE

BRANCH = 'bench-switch'
NOTE = re.compile(r'(?i).\.(md|markdown)$')
QUIET = {**os.environ, 'GIT_CONFIG_GLOBAL': '/dev/null', 'GIT_CONFIG_SYSTEM': '/dev/null', 'LC_ALL': 'C.UTF-8'}


def git(folder, *words):
    return subprocess.run(['git', '-C', folder, *words], env=QUIET, check=True, capture_output=True, text=True).stdout


def notes_of(folder):
    found = []
    for base, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith('.') and f != 'node_modules')
        found += [os.path.relpath(os.path.join(base, name), folder) for name in sorted(names) if NOTE.search(name)]
    return found


class Prepared:
    """A folder with notes and, if it is a git repository, a branch on which a tenth of them (10,000 at most) are different."""

    def __init__(self, label, folder, shape=()):
        self.label, self.folder, self.shape = label, folder, shape
        self.derived = os.path.join(folder, '.git', 'chiron')
        self.is_git = os.path.isdir(os.path.join(folder, '.git'))
        if self.is_git:
            self.start()
        self.notes = notes_of(folder)
        self.bytes = sum(os.path.getsize(os.path.join(folder, path)) for path in self.notes)

    def start(self):
        """The first state, whatever an earlier run left."""
        self.forget()
        if not git(self.folder, 'tag', '-l', 'bench-start').strip():
            git(self.folder, 'tag', 'bench-start', 'HEAD')
        git(self.folder, 'checkout', '-q', '-f', '-B', 'main', 'bench-start')
        git(self.folder, 'clean', '-fdq')
        if not git(self.folder, 'branch', '--list', BRANCH).strip():
            self.make_branch()

    def make_branch(self):
        notes = notes_of(self.folder)
        git(self.folder, 'checkout', '-q', '-b', BRANCH)
        step = max(10, -(-len(notes) // 10000))
        for path in notes[::step]:
            with open(os.path.join(self.folder, path), 'ab') as file:
                file.write(b'\nWritten on another branch.\n')
        git(self.folder, '-c', 'user.name=Bench', '-c', 'user.email=bench@example.org', 'commit', '-q', '-a', '-m', 'another branch')
        git(self.folder, 'checkout', '-q', 'main')

    def forget(self):
        shutil.rmtree(self.derived, ignore_errors=True)

    def derived_bytes(self):
        """By file, below the git directory."""
        found = {}
        for base, _, names in os.walk(self.derived):
            for name in names:
                path = os.path.join(base, name)
                found[os.path.relpath(path, self.derived)] = os.path.getsize(path)
        return found

    def switch(self):
        other = BRANCH if git(self.folder, 'rev-parse', '--abbrev-ref', 'HEAD').strip() == 'main' else 'main'
        git(self.folder, 'checkout', '-q', '-f', other)

    def change(self, path):
        with open(os.path.join(self.folder, path), 'ab') as file:
            file.write(b'\n')

    def change_one(self):
        self.change(self.notes[len(self.notes) // 2])

    def commit_one(self):
        self.change_one()
        git(self.folder, '-c', 'user.name=Bench', '-c', 'user.email=bench@example.org', '-c', 'gc.auto=0', 'commit', '-q', '-a', '-m', 'one note')

    def commits(self):
        return int(git(self.folder, 'rev-list', '--count', 'HEAD')) if self.is_git else 0


def vault(what, shape=()):
    """A number is a vault made by make-vault, anything else a folder, which is copied without its derived data."""
    if what.isdigit():
        shape = [str(int(what) // 2) if word == 'half' else word for word in shape]
        folder = os.path.join(BUILD, 'vault-' + what + ''.join(shape).replace('--', '-').replace(' ', ''))
        if not os.path.isdir(folder):
            os.makedirs(BUILD, exist_ok=True)
            subprocess.run([sys.executable, os.path.join(HERE, 'make-vault'), folder, what, *shape], check=True)
        return Prepared(' '.join((what, *shape)), folder, shape)
    name = os.path.basename(os.path.abspath(what))
    folder = os.path.join(BUILD, 'copy-' + name)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(what, folder, symlinks=True)
    return Prepared(name, folder)


# --- notmuch ---

def mail_of(path, data):
    """A note as a mail that notmuch can index: its title is the subject, its path the id, its text the body."""
    text = data.decode('utf-8', 'replace')
    title = re.search(r'^(?:title: *|# )(.*)$', text, re.M)
    date = re.search(r'^date: (\d{4})-(\d\d)-(\d\d)$', text, re.M)
    month = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split()
    when = f'{date[3]} {month[int(date[2]) - 1]} {date[1]}' if date else '01 Jan 2020'
    identity = re.sub(r'[^a-zA-Z0-9]', lambda c: f'={ord(c[0]):x}', path)
    return (f'From: a@example.org\nTo: b@example.org\nSubject: {title[1] if title else path}\nDate: {when} 09:00:00 +0000\n'
            f'Message-ID: <{identity}@bench>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n'
            f'Content-Transfer-Encoding: 8bit\n\n{text}').encode()


def maildir(prepared):
    """A maildir with the same notes, indexed; returns notmuch's environment and how long `notmuch new` took, in ms."""
    place = prepared.folder + '.mail'
    config, marker = os.path.join(place, 'config'), os.path.join(place, 'indexed.json')
    environment = {**QUIET, 'NOTMUCH_CONFIG': config}
    if not os.path.exists(marker):
        shutil.rmtree(place, ignore_errors=True)
        for name in ('cur', 'new', 'tmp'):
            os.makedirs(os.path.join(place, 'mail', name))
        for number, path in enumerate(prepared.notes):
            with open(os.path.join(prepared.folder, path), 'rb') as note, open(os.path.join(place, 'mail', 'cur', f'{number}:2,S'), 'wb') as mail:
                mail.write(mail_of(path, note.read()))
        with open(config, 'w', encoding='utf-8') as file:
            file.write(f'[database]\npath={place}/mail\n[user]\nname=A\nprimary_email=a@example.org\n[new]\ntags=\n[search]\nexclude_tags=\n')
        begin = os.times()
        subprocess.run(['notmuch', 'new', '--quiet'], env=environment, check=True, capture_output=True)
        end = os.times()
        cpu = end.children_user + end.children_system - begin.children_user - begin.children_system
        with open(marker, 'w', encoding='utf-8') as file:
            json.dump({'ms': (end.elapsed - begin.elapsed) * 1000, 'cpu_ms': cpu * 1000}, file)
    with open(marker, encoding='utf-8') as file:
        return config, json.load(file)
