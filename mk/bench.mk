# Figures beside bpftrace's and clang's; not a test. `make bench B="start events"` for some of them.

.PHONY: bench
bench: all $(BUILD)/test/work
	@tools/setup bench
	@bench/run $(B)
