/*
 * C++ names, by libstdc++'s own demangler (Itanium C++ ABI, section 3.4). The
 * library is opened only when the first mangled name is met: most runs meet
 * none, and it costs more than all else that we load.
 */
#include <dlfcn.h>

#include "symbol/internal.h"

DemangleFn *demangle_open(void **handle)
{
	*handle = dlopen("libstdc++.so.6", RTLD_LAZY | RTLD_LOCAL);
	if (!*handle)
		return NULL;
	return (DemangleFn *)dlsym(*handle, "__cxa_demangle");
}
