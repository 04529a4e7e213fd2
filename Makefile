# Waggle. `make` builds build/waggle and its link build/bpftrace; README.md names the rest.
#
# Sources are found by folder; src/layers.txt has the order that includes must
# keep. Fragments of other areas (embedded headers, tests, VM) are in mk/.

CC      ?= gcc
BUILD   ?= build
OPT     ?= -O2 -g
CSTD     = -std=gnu11
WARN     = -Wall -Wextra -Wshadow -Wmissing-prototypes -Wvla -Wno-missing-field-initializers
CPPFLAGS += -Isrc -I$(BUILD)/gen -D_GNU_SOURCE
CFLAGS   += $(CSTD) $(OPT) $(WARN) -MMD -MP -ffunction-sections -fdata-sections
LDFLAGS  += -Wl,--gc-sections
MAKEFLAGS += -r
LIBS      = -lbpf -ldw -lelf -lz

SRC_DIRS = base tables types c script ir lower pass bpf object symbol load run output
MAIN     = $(wildcard src/*.c)
SRCS     = $(foreach d,$(SRC_DIRS),$(wildcard src/$(d)/*.c))
OBJS     = $(SRCS:src/%.c=$(BUILD)/obj/%.o)
LIB      = $(BUILD)/libwaggle.a

all: $(BUILD)/waggle $(BUILD)/bpftrace

include $(wildcard mk/*.mk)

$(BUILD)/waggle: $(MAIN:src/%.c=$(BUILD)/obj/%.o) $(LIB)
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/bpftrace: $(BUILD)/waggle
	ln -sf waggle $@

$(LIB): $(OBJS)
	@rm -f $@
	ar rcs $@ $^

$(BUILD)/obj/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

# Objects of one folder: `make lib-types`.
lib-%:
	@$(MAKE) --no-print-directory $(patsubst src/%.c,$(BUILD)/obj/%.o,$(wildcard src/$*/*.c))

# One file without shared libraries (needs the static libraries of the same packages).
static: $(BUILD)/waggle-static
$(BUILD)/waggle-static: $(MAIN:src/%.c=$(BUILD)/obj/%.o) $(LIB)
	$(CC) -static $(LDFLAGS) -o $@ $^ -lbpf -ldw -lelf -llzma -lbz2 -lz
	strip $@

clean:
	rm -rf $(BUILD)

-include $(OBJS:.o=.d) $(MAIN:src/%.c=$(BUILD)/obj/%.d)

.PHONY: all static clean
