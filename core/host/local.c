/* Loading into this process: what came with chiron in the program, everything else in its worker. */
#include "base/dl.h"
#include "base/i18n.h"
#include "host/instance.h"

#include <stdlib.h>
#include <string.h>

/* The size of chiron_entry in ABI 1.0. */
enum { ENTRY_SIZE_MIN = 56, ENTRY_TEXT_MAX = 256 };

static bool is_same(const char *text, struct sv expected)
{
    return text != NULL && sv_eq(sv_make(text, strnlen(text, ENTRY_TEXT_MAX)), expected);
}

static status check_entry(const chiron_entry *entry, const struct expectation *expected, struct err *err)
{
    if (entry->abi_major != CHIRON_ABI_MAJOR)
        return err_set(err, REFUSED, _("it was built for plugin ABI %u, and this version has %u"), entry->abi_major,
                       CHIRON_ABI_MAJOR);
    if (entry->struct_size < ENTRY_SIZE_MIN)
        return err_set(err, REFUSED, _("its chiron_plugin is too short: %u bytes of %d"), entry->struct_size,
                       ENTRY_SIZE_MIN);
    if (!is_same(entry->id, expected->id))
        return err_set(err, REFUSED, _("the object's id is not the manifest's"));
    if (!is_same(entry->version, expected->version))
        return err_set(err, REFUSED, _("the object's version is not the manifest's"));
    if (entry->open == NULL || entry->get_extension == NULL || entry->close == NULL)
        return err_set(err, REFUSED, _("a function of its chiron_plugin is missing"));
    return DONE;
}

static void close_local(struct instance *instance)
{
    const chiron_entry *entry = instance->impl;
    entry->close(instance->self);
}

static status open_instance(const chiron_entry *entry, struct lent *lent, struct lender *lender,
                            struct instance *instance, struct err *err)
{
    struct chiron_call call;
    status got;
    call_begin(&call, lender);
    got = call_end(&call, entry->open(&lent->api, &call, &instance->self), err);
    if (got > 0)
        got = err_set(err, FAILED, _("it did not open and did not say why"));
    if (got == DONE) {
        /* Never written through; the close function wants it back. */
        memcpy(&instance->impl, &(const void *){entry}, sizeof(instance->impl));
        instance->close = close_local;
    }
    return got;
}

static status take_tables(const chiron_entry *entry, const struct expectation *expected, struct instance *instance,
                          struct err *err)
{
    for (size_t i = 0; i < KIND_COUNT; i++) {
        status got;
        if ((expected->kinds & kinds[i].kind) == 0)
            continue;
        instance->tables[i] = entry->get_extension(instance->self, kinds[i].extension);
        got = table_check(i, instance->tables[i], expected, err);
        if (got != DONE)
            return got;
    }
    return DONE;
}

status local_open(const struct expectation *expected, struct lent *lent, struct lender *lender,
                  struct instance *instance_out, struct err *err)
{
    void *library;
    const void *symbol = NULL;
    const chiron_entry *entry;
    status got = dl_open(expected->object, &library, err);

    *instance_out = (struct instance){0};
    if (got != DONE)
        return got;
    got = dl_data(library, "chiron_plugin", &symbol);
    if (got == NOT_FOUND)
        return err_set(err, REFUSED, _("it has no symbol 'chiron_plugin', so it is no plugin of chiron's"));
    if (got != DONE)
        return got;
    entry = symbol;
    got = check_entry(entry, expected, err);
    if (got == DONE)
        got = open_instance(entry, lent, lender, instance_out, err);
    if (got == DONE)
        got = take_tables(entry, expected, instance_out, err);
    if (got != DONE)
        instance_close(instance_out);
    return got;
}
