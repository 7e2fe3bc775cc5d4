#include "catalogue/query_field.h"

#include "base/i18n.h"

const struct query_field query_fields[] = {
    {"type", QUERY_FIELD_TYPE, QUERY_TAKES_TEXT, N_("notes of a type")},
    {"tag", QUERY_FIELD_TAG, QUERY_TAKES_TEXT, N_("notes with a tag or one below it")},
    {"in", QUERY_FIELD_IN, QUERY_TAKES_TEXT, N_("notes in a folder, or at a path")},
    {"space", QUERY_FIELD_SPACE, QUERY_TAKES_TEXT, N_("notes of a space; '.' is the shared one")},
    {"title", QUERY_FIELD_TITLE, QUERY_TAKES_TEXT, N_("words of the title")},
    {"heading", QUERY_FIELD_HEADING, QUERY_TAKES_TEXT, N_("words of a heading")},
    {"mentor", QUERY_FIELD_MENTOR, QUERY_TAKES_TEXT, N_("notes about a mentor, by the note or by its charter")},
    {"mentee", QUERY_FIELD_MENTEE, QUERY_TAKES_TEXT, N_("notes about a mentee, by the note or by its charter")},
    {"link", QUERY_FIELD_LINK, QUERY_TAKES_TEXT, N_("notes that link to a note")},
    {"linked", QUERY_FIELD_LINKED, QUERY_TAKES_TEXT, N_("notes that a note links to")},
    {"before", QUERY_FIELD_BEFORE, QUERY_TAKES_DAY, N_("dated before the first day of a span")},
    {"after", QUERY_FIELD_AFTER, QUERY_TAKES_DAY, N_("dated after the last day of a span")},
    {"on", QUERY_FIELD_ON, QUERY_TAKES_DAY, N_("dated within a span")},
    {"date", QUERY_FIELD_DATE, QUERY_TAKES_DATES, N_("by date")},
    {"created", QUERY_FIELD_CREATED, QUERY_TAKES_DATES, N_("by the date of the first commit")},
    {"modified", QUERY_FIELD_MODIFIED, QUERY_TAKES_DATES, N_("by the date of the last commit")},
    {"changed", QUERY_FIELD_CHANGED, QUERY_TAKES_DATES, N_("by the date of any commit that changed them")},
    {"changes", QUERY_FIELD_CHANGES, QUERY_TAKES_NUMBER, N_("by how many commits changed them")},
    {"author", QUERY_FIELD_AUTHOR, QUERY_TAKES_TEXT, N_("by the author field, or by who committed changes")},
    {"lang", QUERY_FIELD_LANG, QUERY_TAKES_TEXT, N_("notes that say they are in a language")},
    {"handle", QUERY_FIELD_HANDLE, QUERY_TAKES_TEXT, N_("notes with a handle")},
    {"alias", QUERY_FIELD_ALIAS, QUERY_TAKES_TEXT, N_("notes with an alias")},
    {"task", QUERY_FIELD_TASK, QUERY_TAKES_TASK, N_("notes with an open or done task, or one that is open and due")},
    {"visibility", QUERY_FIELD_VISIBILITY, QUERY_TAKES_VISIBILITY, N_("by who can read them")},
    {"words", QUERY_FIELD_WORDS, QUERY_TAKES_NUMBER, N_("by length")},
    {NULL, QUERY_FIELD_KEY, QUERY_TAKES_ANY, NULL},
};

const struct query_field *query_field_find(struct sv name)
{
    const struct query_field *field = query_fields;
    while (field->name && !sv_eq_c(name, field->name))
        field++;
    return field;
}
