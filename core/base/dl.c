#include "base/dl.h"

#include "base/i18n.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>

status dl_open(const char *path, void **library_out, struct err *err)
{
    const char *why;

    *library_out = NULL;
    if (path[0] != '/')
        return err_set(err, REFUSED, _("'%s' is not an absolute path, so it is not loaded"), path);
    *library_out = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (*library_out)
        return DONE;
    why = dlerror();
    return err_set(err, FAILED, _("unable to load '%s': %s"), path, why ? why : _("unknown reason"));
}

/* dlsym looks into the library's dependencies too, and finds functions as well: neither is what was asked for. */
static bool is_own_data(void *library, const void *address)
{
    struct link_map *own = NULL, *of = NULL;
    ElfW(Sym) *symbol = NULL;
    Dl_info info;

    if (dlinfo(library, RTLD_DI_LINKMAP, &own) != 0 || !own)
        return false;
    if (dladdr1(address, &info, (void **)&of, RTLD_DL_LINKMAP) == 0 || of != own)
        return false;
    if (dladdr1(address, &info, (void **)&symbol, RTLD_DL_SYMENT) == 0 || !symbol)
        return false;
    return ELF64_ST_TYPE(symbol->st_info) == STT_OBJECT;
}

status dl_data(void *library, const char *symbol, const void **address_out)
{
    const void *address = dlsym(library, symbol);

    *address_out = NULL;
    if (!address || !is_own_data(library, address))
        return NOT_FOUND;
    *address_out = address;
    return DONE;
}
