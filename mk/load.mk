# Numbers of the system calls of the machine that this is built for, by name (load/attach_syscalls.c).

$(BUILD)/gen/syscalls.inc:
	@mkdir -p $(@D)
	printf '#include <asm/unistd.h>\n' | $(CC) -E -dM - | \
		sed -n 's/^#define __NR_\([a-z0-9_]*\) \([0-9]*\)$$/{"\1", \2},/p' | LC_ALL=C sort > $@.tmp
	mv $@.tmp $@

$(BUILD)/obj/load/attach_syscalls.o: $(BUILD)/gen/syscalls.inc
