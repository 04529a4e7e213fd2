# Tests. HACKING.md tells how to write one.
#
#	make check		everything: units, dumps, errors, machine, live, VMs
#	make check-script	one folder of test/ (any), on the host
#	make check K=word	files whose path or title has the word
#	make bless		write what comes into the exact expectations; review the diff
#	make unit		the unit programs only

TEST_CFLAGS = $(CSTD) -O1 -g $(WARN) -Wno-packed-bitfield-compat -Isrc -Itest -I$(BUILD)/gen -D_GNU_SOURCE $(SAN)
TEST_DIRS   = $(filter-out test/vm test/unit test/runner test/work test/machine test/vmcase, $(patsubst %/,%,$(wildcard test/*/)))
UNITS       = $(patsubst test/unit/%.c,$(BUILD)/test/unit/%,$(wildcard test/unit/*.c))
MACHINE     = $(wildcard test/machine/*.c)
MACHINE_OBJ = $(MACHINE:test/machine/%.c=$(BUILD)/test/machine/%.o)
RUNNER      = $(BUILD)/test/runner
RUN_TESTS   = $(RUNNER) --build $(BUILD) $(if $(K),-k '$(K)') $(if $(V),-v)

$(RUNNER): $(wildcard test/runner/*.c test/runner/*.h) src/tables/features.def
	@mkdir -p $(@D)
	$(CC) $(CSTD) -O1 -g $(WARN) -Isrc -D_GNU_SOURCE -o $@ test/runner/*.c

# Compiled so that its functions can be probed and its stacks walked.
$(BUILD)/test/work: test/work/work.c
	@mkdir -p $(@D)
	$(CC) $(CSTD) -O1 -g $(WARN) -fno-omit-frame-pointer -fno-optimize-sibling-calls -D_GNU_SOURCE \
		-pthread -o $@ $<

# Programs with static markers, where <sys/sdt.h> is installed.
MARKERS = $(if $(wildcard /usr/include/sys/sdt.h /usr/include/*/sys/sdt.h),$(BUILD)/test/markers $(BUILD)/test/markers-on)

$(BUILD)/test/markers $(BUILD)/test/markers-on: test/work/markers.c
	@mkdir -p $(@D)
	$(CC) $(CSTD) -O2 -g $(WARN) -D_GNU_SOURCE $(if $(findstring -on,$@),-DSEMAPHORES) -o $@ $<

# C++ names, where there is a compiler for them.
CXX_WORK = $(if $(shell command -v g++),$(BUILD)/test/cxx)

$(BUILD)/test/cxx: test/work/cxx.cpp
	@mkdir -p $(@D)
	g++ -O1 -g -Wall -Wextra -o $@ $<

$(BUILD)/test/machine/%.o: test/machine/%.c $(wildcard test/machine/*.h)
	@mkdir -p $(@D)
	$(CC) $(TEST_CFLAGS) -c -o $@ $<

$(BUILD)/test/vmcase: test/vmcase/vmcase.c test/vmcase/store.c $(MACHINE_OBJ) $(LIB)
	$(CC) $(TEST_CFLAGS) -o $@ $^ $(LIBS)

# Built here, run on every kernel of the VM tier.
$(BUILD)/test/portable.bpf.o: test/live/portable.bt $(BUILD)/waggle
	$(BUILD)/waggle build $< -o $@

$(BUILD)/test/unit/%: test/unit/%.c test/unit/check.h $(MACHINE_OBJ) $(LIB)
	@mkdir -p $(@D)
	$(CC) $(TEST_CFLAGS) -o $@ $< $(MACHINE_OBJ) $(LIB) $(LIBS)

.PHONY: check check-host tests unit bless check-build
tests: all $(RUNNER) $(BUILD)/test/work $(MARKERS) $(CXX_WORK) $(BUILD)/test/vmcase $(BUILD)/test/portable.bpf.o $(UNITS)

check-build:
	@tools/setup check
	@$(MAKE) --no-print-directory -s -j2 tests

check: check-build
	@tools/check $(BUILD)

# All that needs no VM.
check-host: tests
	@VM_KERNELS=none tools/check $(BUILD)

check-%: tests
	@$(RUN_TESTS) test/$*

unit: tests
	@$(RUN_TESTS) $(UNITS:%=--unit %)

bless: tests
	@$(RUN_TESTS) --bless $(TEST_DIRS)

# Installs what is missing, builds, shows four one-liners on the live kernel.
.PHONY: demo
demo:
	@tools/setup demo
	@$(MAKE) --no-print-directory -s -j2 all
	@tools/demo
