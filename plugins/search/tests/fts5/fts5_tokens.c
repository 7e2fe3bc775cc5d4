#include "fts5.h"

#include <string.h>

typedef int (*token_fn)(void *context, int flags, const char *token, int size, int begin, int end);

static int tokenizer_create(void *user, const char **args, int arg_count, Fts5Tokenizer **out)
{
    (void)args;
    (void)arg_count;
    *out = user; /* the engine itself: there is nothing to keep */
    return SQLITE_OK;
}

static void tokenizer_delete(Fts5Tokenizer *tokenizer)
{
    (void)tokenizer;
}

/* Tokens of their own at a break: nothing follows or is near over it. */
static int put_break(const char *text, size_t begin, size_t end, void *context, token_fn fn)
{
    static const char token[] = {ENGINE_BREAK};
    if (memchr(text + begin, ENGINE_BREAK, end - begin) == NULL)
        return SQLITE_OK;
    int code = SQLITE_OK;
    for (int place = 0; place < ENGINE_GAP && code == SQLITE_OK; place++)
        code = fn(context, 0, token, sizeof token, (int)begin, (int)begin);
    return code;
}

static int tokenize_document(struct engine *engine, const char *text, size_t len, void *context, token_fn fn)
{
    struct words words = {text, len, 0};
    struct word word;
    size_t last_end = 0;
    while (words_next(&words, &word)) {
        int code = put_break(text, last_end, word.begin, context, fn);
        if (code != SQLITE_OK)
            return code;
        if (!analyse_note(engine->analyser, &word, engine->language, &engine->terms))
            return SQLITE_NOMEM;
        for (size_t i = 0; i < engine->terms.count; i++) {
            chiron_sv term = terms_nth(&engine->terms, i);
            code =
                fn(context, i > 0 ? FTS5_TOKEN_COLOCATED : 0, term.ptr, (int)term.len, (int)word.begin, (int)word.end);
            if (code != SQLITE_OK)
                return code;
        }
        last_end = word.end;
        engine->word_count++;
    }
    return SQLITE_OK;
}

static int tokenize_query(const char *text, size_t len, void *context, token_fn fn)
{
    bool is_colocated = false;
    for (size_t at = 0; at < len;) {
        size_t end = at;
        while (end < len && text[end] != FTS5_NEXT_PLACE && text[end] != FTS5_OR_TERM)
            end++;
        int code = fn(context, is_colocated ? FTS5_TOKEN_COLOCATED : 0, text + at, (int)(end - at), (int)at, (int)end);
        if (code != SQLITE_OK)
            return code;
        is_colocated = end < len && text[end] == FTS5_OR_TERM;
        at = end + 1;
    }
    return SQLITE_OK;
}

static int tokenize(Fts5Tokenizer *tokenizer, void *context, int flags, const char *text, int len, token_fn fn)
{
    if (text == NULL || len <= 0)
        return SQLITE_OK;
    if (flags & FTS5_TOKENIZE_QUERY)
        return tokenize_query(text, (size_t)len, context, fn);
    return tokenize_document((struct engine *)tokenizer, text, (size_t)len, context, fn);
}

int fts5_register_tokenizer(struct engine *engine, fts5_api *api)
{
    static fts5_tokenizer tokenizer = {tokenizer_create, tokenizer_delete, tokenize};
    return api->xCreateTokenizer(api, "chiron", engine, &tokenizer, NULL);
}
