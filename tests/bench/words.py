"""Words of three languages for generated notes.

Real stems, inflected and compounded, drawn with a Zipf distribution: term frequencies, index sizes and ranking costs are those
of prose, not of random letters. A language has about 20,000 words, the rarest of which stand in some thirty of 100,000 notes.
"""
import itertools

LANGUAGES = ('en', 'pl', 'da')
STEMS = {
    'en': '''trust feedback session mentor mentee goal meeting question listen silence agenda review action plan reflect
learn notice doubt courage career manager team conflict boundary agreement purpose measure progress pause energy value choice
habit pattern story role change week month moment answer support challenge decision strength practice supervision room voice
time work talk point part reason word hand life day thing person side kind head house service friend father power hour game line
end member law car city community name president minute idea body information back parent face level office door health art war
history party result morning research girl guy food teacher force education foot boy age policy music market sense nation
college interest death experience effect use class control field development'''.split(),
    'pl': '''zaufanie spotkanie cel pytanie rozmowa sesja mentor słuchanie cisza plan działanie refleksja wniosek odwaga zespół
granica umowa miara postęp wartość wybór nawyk historia rola zmiana tydzień miesiąc odpowiedź wsparcie wyzwanie decyzja siła
praktyka superwizja pokój głos czas praca słowo ręka życie dzień rzecz osoba strona głowa dom usługa przyjaciel godzina koniec
prawo miasto nazwa minuta pomysł ciało rodzic twarz poziom biuro drzwi zdrowie sztuka wynik rano jedzenie nauczyciel wiek muzyka
rynek zmysł naród doświadczenie skutek klasa pole rozwój źródło ścieżka'''.split(),
    'da': '''tillid møde mål spørgsmål samtale session mentor lytte stilhed plan handling refleksion læring mod tvivl hold grænse
aftale værdi valg vane historie rolle ændring uge måned svar støtte udfordring beslutning styrke praksis supervision rum stemme
tid arbejde ord hånd liv dag ting person side hoved hus tjeneste ven time spil linje ende lov by navn minut idé krop forælder
ansigt niveau kontor dør sundhed kunst resultat morgen mad lærer alder musik marked sans folk erfaring virkning klasse felt
udvikling kilde sti bølge åbning øvelse æble'''.split(),
}
ENDINGS = {'en': ('', 's', 'ing', 'ed', 'er'), 'pl': ('', 'm', 'y', 'ów', 'ach'), 'da': ('', 'en', 'er', 'ene', 's')}
GLUE = {'en': 'the a of to and in that it is was for on with as'.split(),
        'pl': 'i w na z do że się nie to jest o po jak'.split(),
        'da': 'og i at det en på er som med til af for den'.split()}
TAGS = {lang: stems[:40] for lang, stems in STEMS.items()}
NAMES = {'en': ('Ada Nelson', 'Callum Reid', 'Priya Raman', 'Samuel Osei'), 'pl': ('Marta Lis', 'Piotr Górny', 'Łucja Wrona', 'Żaneta Kot'),
         'da': ('Ida Kjær', 'Søren Dam', 'Åse Bruun', 'Lene Storm')}
RARE = 20000
FOLDED = str.maketrans({'ł': 'l', 'ø': 'o', 'æ': 'ae', 'å': 'aa', 'ó': 'o', 'ą': 'a', 'ę': 'e', 'ś': 's', 'ć': 'c', 'ń': 'n', 'ż': 'z',
                        'ź': 'z', 'é': 'e'})


def ascii_stem(text):
    """A text as people write it in a file's name."""
    return text.lower().translate(FOLDED).replace(' ', '-')


class Words:
    """Draws words of one language."""

    def __init__(self, rng, lang):
        forms = [stem + ending for stem in STEMS[lang] for ending in ENDINGS[lang]]
        rare = [a + b for a, b in itertools.product(STEMS[lang], STEMS[lang])]
        rng.shuffle(forms)
        rng.shuffle(rare)
        self.words = GLUE[lang] + forms + rare[:RARE]
        self.weights = list(itertools.accumulate(1 / (rank + 2.7) for rank in range(len(self.words))))
        self.rng = rng

    def take(self, count):
        return self.rng.choices(self.words, cum_weights=self.weights, k=count)

    def title(self):
        return ' '.join(self.take(self.rng.randint(2, 5))).capitalize()

    def prose(self, count, links=()):
        """Sentences of `count` words, with the links standing somewhere among them."""
        taken = self.take(count)
        for link in links:
            taken[self.rng.randrange(count)] = link
        sentences, at = [], 0
        while at < count:
            size = min(count - at, self.rng.randint(6, 18))
            sentences.append(' '.join(taken[at:at + size]))
            at += size
        return ' '.join(s[0].upper() + s[1:] + '.' for s in sentences)
