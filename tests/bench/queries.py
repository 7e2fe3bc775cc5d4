"""What is searched for: words of the vault itself from the commonest to the rarest, and what stands side by side in its notes."""
import collections
import os
import random
import re

WORD = re.compile(r'[^\W\d_]{2,}')
SAMPLE = 20000  # notes looked at to count words
TRIES = 1000  # notes looked at for words that stand together


def prose(text):
    """A note without front matter, code and link targets: where a word is one for every reader."""
    text = re.sub(r'\A---\n.*?\n---\n', '', text, flags=re.S)
    text = re.sub(r'^```.*?^```|`[^`\n]*`|\[\[[^\]\n]*\]\]|\]\([^)\n]*\)|\S+://\S*|<[^<>\n]*>|&\w+;', ' \n ', text, flags=re.S | re.M)
    return text


def read(prepared, path):
    with open(os.path.join(prepared.folder, path), encoding='utf-8', errors='replace') as file:
        return file.read()


class Queries:
    """Lists of query texts by class, each with the words or pattern that other tools are given for it."""

    def __init__(self, prepared, count, seed=1):
        self.rng, self.prepared, self.count = random.Random(seed), prepared, count
        step = max(1, len(prepared.notes) // SAMPLE)
        self.paths = prepared.notes[::step]
        self.frequency = collections.Counter()
        for path in self.paths:
            self.frequency.update({word.lower() for word in WORD.findall(prose(read(prepared, path)))})
        if not self.frequency:
            raise SystemExit(f'bench: the notes of {prepared.label} have no words')
        self.ranked = [word for word, _ in sorted(self.frequency.items(), key=lambda item: (-item[1], item[0]))]

    def words(self):
        """Ranks at equal distances on a logarithmic scale: the commonest word, the rarest, and all orders in between."""
        last = len(self.ranked) - 1
        ranks = sorted({round((last + 1) ** (n / (self.count - 1))) - 1 for n in range(self.count)})
        words = [self.ranked[min(rank, last)] for rank in ranks]
        return (words * self.count)[:self.count]

    def some_text(self):
        return prose(read(self.prepared, self.rng.choice(self.paths)))

    def side_by_side(self, size):
        """Words that follow each other within a line of some note."""
        pattern = re.compile(r'(?<![^ ])(?:[^\W\d_]{2,} ){%d}[^\W\d_]{2,}(?![^ .,])' % (size - 1))
        for _ in range(TRIES):
            found = pattern.findall(self.some_text())
            if found:
                return self.rng.choice(found).split()
        return self.ranked[:size]

    def of_one_note(self, size):
        for _ in range(TRIES):
            words = sorted({word.lower() for word in WORD.findall(self.some_text())})
            if len(words) >= size:
                return self.rng.sample(words, size)
        return self.ranked[:size]

    def classes(self):
        """(name, [(query, words)]); what the words stand for follows from the name."""
        many = range(self.count)
        return {'one word': [([word], [word]) for word in self.words()],
                'three words': [(words, words) for words in (self.of_one_note(3) for _ in many)],
                'phrase': [([f'"{" ".join(words)}"'], words) for words in (self.side_by_side(2) for _ in many)],
                'prefix': [([word[:-(len(word) // 3 or 1)] + '*'], [word[:-(len(word) // 3 or 1)]])
                           for word in (self.rng.choice([w for w in self.of_one_note(3) if len(w) > 2] or ['the']) for _ in many)],
                'OR of three': [([' OR '.join(words)], words) for words in (self.of_one_note(3) for _ in many)]}
