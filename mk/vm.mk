# The VM tier: stock Debian kernels under software emulation. See test/vm/README.md.
#
#	make vm KERNEL=6.12	a shell on that kernel, in the working tree
#	make vm-fetch		all kernels, so that later runs need no network
#	make vm-check		the harness's own test, on each kernel

KERNEL ?= 6.12

.PHONY: vm vm-fetch vm-check

vm:
	@test/vm/run $(KERNEL) -i

vm-fetch:
	@test/vm/fetch

vm-check:
	@test/vm/selftest
