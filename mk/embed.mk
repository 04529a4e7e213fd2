# The data of the C front end that is made at build time: the macro table and the embedded headers.

$(BUILD)/gen/macros.def: tools/mkmacros src/tables/headers.def src/tables/kernel_macros.def
	@mkdir -p $(@D)
	CC='$(CC)' tools/mkmacros src/tables/headers.def src/tables/kernel_macros.def >$@.new
	@mv $@.new $@

$(BUILD)/gen/embed_files.def: tools/mkembed $(wildcard src/c/include/*.h src/c/include/*/*.h)
	@mkdir -p $(@D)
	tools/mkembed src/c/include >$@.new
	@mv $@.new $@

$(BUILD)/obj/c/embed.o: $(BUILD)/gen/macros.def $(BUILD)/gen/embed_files.def

# Tables that are bisected must stand in the order of their names.
.PHONY: check-tables
check-tables: $(BUILD)/gen/macros.def
	@sed -n 's/^HELPER([0-9]*, \([^,]*\),.*/\1/p' src/tables/helpers.def | LC_ALL=C sort -c
	@cut -d'"' -f2 $(BUILD)/gen/macros.def | LC_ALL=C sort -c -u
