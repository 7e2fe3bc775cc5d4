"""The small form: what is wrong by a factor. Times are compared with each other and with git's on the same notes, never with a clock;
what fails is measured again, so that a busy machine does not fail it."""
import os
import shutil
import subprocess
import sys
import tempfile

from measure import HERE, Measure, Side
from prepare import Prepared

SMALL, LARGE, RUNS, TRIES = 1000, 4000, 5, 3


class Small:
    def __init__(self, program, work):
        self.program, self.work, self.vaults, self.builds = program, work, {}, {}
        for size in (SMALL, LARGE):
            folder = os.path.join(work, str(size))
            subprocess.run([sys.executable, os.path.join(HERE, 'make-vault'), folder, str(size), '--commits', '100'], check=True)
            self.vaults[size] = Prepared(str(size), folder)

    def time(self, size, command, before=None, runs=RUNS):
        """The median, and the peak memory."""
        measure, side = Measure(self.vaults[size].folder), Side()
        for number in range(runs + (0 if before else 1)):
            if before:
                before()
            run = measure.run(command)
            if number > 0 or before:
                side.runs.append(run)
        return side.ms, max(run.peak_mb for run in side.runs)

    def chiron(self, size, *words, **options):
        return self.time(size, [self.program, '-q', *words], **options)

    def build(self, size):
        """Measured once for all that is compared with it, until something is wrong."""
        if size not in self.builds:
            self.builds[size] = self.chiron(size, 'search', 'trust', before=self.vaults[size].forget, runs=2)
        return self.builds[size]

    def derived_share(self):
        self.chiron(LARGE, 'search', 'trust', runs=1)
        return sum(self.vaults[LARGE].derived_bytes().values()) / self.vaults[LARGE].bytes

    def checks(self):
        """(what, a function that gives what it cost and what it is measured by, the largest factor between the two)."""
        large = self.vaults[LARGE]
        grep = ['git', 'grep', '-liwP', 'trust']
        return [
            ('a list beside git status', lambda: (self.chiron(LARGE, 'list', '--limit', '20')[0], self.time(LARGE, ['git', 'status', '--porcelain'])[0]), 3),
            ('a search beside git grep', lambda: (self.chiron(LARGE, 'search', 'trust')[0], self.time(LARGE, grep)[0]), 3),
            ('a regular expression beside git grep', lambda: (self.chiron(LARGE, 'list', '--count', r'/\w+ing\b/')[0],
                                                              self.time(LARGE, ['git', 'grep', '-lP', r'\w+ing\b'])[0]), 3),
            ('a list after one change beside a build', lambda: (self.chiron(LARGE, 'list', '--limit', '20', before=large.change_one)[0], self.build(LARGE)[0]), 0.5),
            ('a search after one change beside a build', lambda: (self.chiron(LARGE, 'search', 'trust', before=large.change_one)[0], self.build(LARGE)[0]), 0.5),
            (f'a build of {LARGE} notes beside one of {SMALL}', lambda: (self.build(LARGE)[0], self.build(SMALL)[0]), 2.5 * LARGE / SMALL),
            ('history beside git log --raw', lambda: (self.chiron(LARGE, 'list', '--sort', 'created', before=large.forget, runs=2)[0],
                                                      self.time(LARGE, ['git', 'log', '--raw'])[0] + self.build(LARGE)[0]), 5),
            ('--version beside git --version', lambda: (self.chiron(SMALL, '--version')[0], self.time(SMALL, ['git', '--version'])[0]), 4),
            ('memory of a search, by 64 MB', lambda: (self.chiron(LARGE, 'search', 'trust')[1], 64), 1),
            ('memory of a build, by 500 MB', lambda: (self.build(LARGE)[1], 500), 1),
            ('derived data, by the size of the notes', lambda: (self.derived_share(), 1), 4),
        ]


def holds(bench, what, cost, factor):
    for _ in range(TRIES):
        got, by = cost()
        if got <= factor * by:
            print(f'ok      {what}: {got / by:.2f}, at most {factor:.2f}', flush=True)
            return True
        bench.builds.clear()
    print(f'WRONG   {what}: {got / by:.2f}, at most {factor:.2f}', flush=True)
    return False


def check(program):
    work = tempfile.mkdtemp(prefix='chiron-bench.')
    try:
        bench = Small(program, work)
        results = [holds(bench, *one) for one in bench.checks()]
    finally:
        shutil.rmtree(work)
    return 0 if all(results) else 1
