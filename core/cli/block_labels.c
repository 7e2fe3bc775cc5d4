#include "cli/block_labels.h"

static const struct {
    const char *name;
    struct label label;
} words[] = {
    {"note", {{SV_INIT("Note"), SV_INIT("Notatka"), SV_INIT("Note")}}},
    {"path", {{SV_INIT("Path"), SV_INIT("Ścieżka"), SV_INIT("Sti")}}},
    {"handle", {{SV_INIT("Name"), SV_INIT("Nazwa"), SV_INIT("Navn")}}},
    {"type", {{SV_INIT("Type"), SV_INIT("Typ"), SV_INIT("Type")}}},
    {"space", {{SV_INIT("Space"), SV_INIT("Przestrzeń"), SV_INIT("Rum")}}},
    {"folder", {{SV_INIT("Folder"), SV_INIT("Folder"), SV_INIT("Mappe")}}},
    {"tag", {{SV_INIT("Tag"), SV_INIT("Tag"), SV_INIT("Tag")}}},
    {"created", {{SV_INIT("Created"), SV_INIT("Utworzono"), SV_INIT("Oprettet")}}},
    {"modified", {{SV_INIT("Changed"), SV_INIT("Zmieniono"), SV_INIT("Ændret")}}},
    {"words", {{SV_INIT("Words"), SV_INIT("Słowa"), SV_INIT("Ord")}}},
    {"count", {{SV_INIT("Notes"), SV_INIT("Notatki"), SV_INIT("Noter")}}},
    {"sum", {{SV_INIT("sum"), SV_INIT("suma"), SV_INIT("sum")}}},
    {"mean", {{SV_INIT("mean"), SV_INIT("średnia"), SV_INIT("gennemsnit")}}},
    {"median", {{SV_INIT("median"), SV_INIT("mediana"), SV_INIT("median")}}},
    {"min", {{SV_INIT("least"), SV_INIT("minimum"), SV_INIT("mindst")}}},
    {"max", {{SV_INIT("most"), SV_INIT("maksimum"), SV_INIT("størst")}}},
    {"day", {{SV_INIT("Day"), SV_INIT("Dzień"), SV_INIT("Dag")}}},
    {"week", {{SV_INIT("Week"), SV_INIT("Tydzień"), SV_INIT("Uge")}}},
    {"month", {{SV_INIT("Month"), SV_INIT("Miesiąc"), SV_INIT("Måned")}}},
    {"quarter", {{SV_INIT("Quarter"), SV_INIT("Kwartał"), SV_INIT("Kvartal")}}},
    {"year", {{SV_INIT("Year"), SV_INIT("Rok"), SV_INIT("År")}}},
    {"none", {{SV_INIT("(none)"), SV_INIT("(brak)"), SV_INIT("(ingen)")}}},
};

struct sv block_word(struct sv word, struct sv lang)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (sv_eq_c(word, words[i].name))
            return label_text(&words[i].label, lang, word);
    return word;
}

struct sv block_label(const struct types *types, struct sv type, struct sv field, struct sv lang)
{
    struct sv own = block_word(field, lang);
    if (own.ptr != field.ptr)
        return own;
    const struct field *declared = type_field(types, types_for(types, type), field);
    for (size_t i = 0; !declared && i < types_count(types); i++)
        declared = type_field(types, types_nth(types, i), field);
    return declared ? label_text(&declared->label, lang, field) : field;
}
