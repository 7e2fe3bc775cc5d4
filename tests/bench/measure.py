"""Whole processes, measured from outside: time, processor time and peak memory, warm or from a dropped page cache."""
import dataclasses
import json
import os
import statistics
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(ROOT, 'build', 'bench')


def tool(name):
    """once.c or sweep.c, compiled when it is not, or no longer, there."""
    source, program = os.path.join(HERE, name + '.c'), os.path.join(BUILD, name)
    if not os.path.exists(program) or os.path.getmtime(program) < os.path.getmtime(source):
        os.makedirs(BUILD, exist_ok=True)
        subprocess.run([os.environ.get('CC', 'cc'), '-std=c17', '-D_GNU_SOURCE', '-O2', '-pthread', '-o', program, source], check=True)
    return program


@dataclasses.dataclass(frozen=True)
class Run:
    ms: float
    user_ms: float
    sys_ms: float
    peak_mb: float
    read_mb: float  # from the disk: nothing, when all is warm
    exit: int
    bytes: int


class Measure:
    def __init__(self, folder):
        self.folder, self.once, self.sweep, self.names = folder, tool('once'), tool('sweep'), None

    def run(self, command):
        done = subprocess.run([self.once, '-C', self.folder, *command], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f'{" ".join(command)}: {done.stderr.strip()}')
        return Run(**json.loads(done.stdout))

    def output(self, command):
        with tempfile.NamedTemporaryFile() as file:
            subprocess.run([self.once, '-C', self.folder, '-o', file.name, *command], capture_output=True, check=True)
            return file.read()

    def floor(self, notes):
        """What asking the kernel about every file costs."""
        if not self.names:
            self.names = write_names(self.folder + '.names', notes)
        run = self.run([self.sweep, self.names])
        if run.exit != 0:
            raise RuntimeError(f'{self.names} does not name the files of {self.folder}')
        return run.ms


def write_names(path, notes):
    """What sweep.c reads: folders, and the names in them."""
    folders = {}
    for note in notes:
        folders.setdefault(os.path.dirname(note) or '.', []).append(os.path.basename(note))
    with open(path, 'w', encoding='utf-8') as file:
        file.writelines(f'{folder}/\n' + ''.join(name + '\n' for name in names) for folder, names in folders.items())
    return path


@dataclasses.dataclass
class Side:
    """What one program's runs of one row cost."""
    runs: list = dataclasses.field(default_factory=list)

    @property
    def ms(self):
        return statistics.median(run.ms for run in self.runs)

    def as_json(self):
        return {'ms': round(self.ms, 2), 'p99_ms': round(percentile([r.ms for r in self.runs], 99), 2), 'runs': len(self.runs),
                'cpu_ms': round(statistics.median(r.user_ms + r.sys_ms for r in self.runs), 2), 'peak_mb': round(max(r.peak_mb for r in self.runs), 1),
                'exit': max(r.exit for r in self.runs)}


def percentile(values, percent):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def ratio(ours, theirs):
    """How many times slower the other side is: the median over pairs of runs that stood side by side."""
    pairs = [(a, b) for a, b in zip(ours, theirs) if b is not None]
    return statistics.median(b.ms / a.ms for a, b in pairs) if pairs else None


# --- cold ---

def every_file(folder):
    for base, _, names in os.walk(folder):
        for name in names:
            yield os.path.join(base, name)


def drop_pages(folder):
    """Takes the content of all files of the folder out of memory; names and stat data stay, and other folders are left alone."""
    os.sync()
    for path in every_file(folder):
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        except OSError:
            continue
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(handle)


def drop_everything(_folder):
    """All caches of the machine. Only for one that nobody else uses."""
    os.sync()
    with open('/proc/sys/vm/drop_caches', 'w', encoding='ascii') as file:
        file.write('3\n')


def may_drop_everything():
    return os.access('/proc/sys/vm/drop_caches', os.W_OK)
