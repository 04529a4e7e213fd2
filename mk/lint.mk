# What compilers don't check: layers, globals, headers that stand alone; long files and functions are told.

.PHONY: lint
lint: all check-tables
	@tools/lint $(BUILD) | awk '{ print } /^not ok/ { bad = 1 } END { exit bad }'

# Pages that are made from the compiler's own dumps.
.PHONY: docs
docs: all
	@mkdir -p docs
	@BUILD=$(BUILD) tools/mktour >docs/tour.md.new && mv docs/tour.md.new docs/tour.md
