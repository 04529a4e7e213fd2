# Other builds of the same sources, each in a folder of its own, and the fuzzers.
#
#	make san	address and undefined-behaviour sanitizers; the tests of the host under them
#	make hard	everything that grows or overflows does so at once (-DWAGGLE_HARD); the same tests
#	make fuzz	60 seconds of mutated programs and of random IR, under sanitizers

SANITIZE  = -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
SAN_BUILD = $(MAKE) -s --no-print-directory BUILD=build/san SAN='$(SANITIZE)' \
	OPT='-O1 -g $(SANITIZE) -DWAGGLE_SAN' LDFLAGS='-Wl,--gc-sections $(SANITIZE)'
FUZZ_SECONDS ?= 60

.PHONY: san hard fuzz fuzz-build
san:
	@$(SAN_BUILD) -j2 tests
	@$(SAN_BUILD) check-host

hard:
	@$(MAKE) -s --no-print-directory BUILD=build/hard SAN=-DWAGGLE_HARD OPT='-O1 -g -DWAGGLE_HARD' -j2 tests
	@$(MAKE) -s --no-print-directory BUILD=build/hard SAN=-DWAGGLE_HARD check-host

$(BUILD)/fuzz/%: fuzz/%.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(TEST_CFLAGS) -o $@ $< $(LIB) $(LIBS)

fuzz-build: $(BUILD)/fuzz/front $(BUILD)/fuzz/ir

fuzz:
	@$(SAN_BUILD) -j2 fuzz-build
	@bad=0; build/san/fuzz/front $(FUZZ_SECONDS) $$(find test -name '*.t') || bad=1; \
	build/san/fuzz/ir 1 2000 || bad=1; exit $$bad
