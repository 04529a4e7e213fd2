options of bpftrace's command line: what is accepted, what contradicts itself
--- sh
bpftrace --info | head -2 | tail -1 | cut -c1-12
bpftrace -b --usdt-file-activation --no-warnings --no-feature kprobe_multi,uprobe_multi --verify-llvm-ir \
	--dry-run -e 'begin { }' && echo fine
--- out
  OS: Linux 
fine
--- args -k --no-warnings -e 'begin{}'
--- error
ERROR: USAGE: -k, --warnings conflicts with --no-warnings
--- args --test --bench -e 'begin{}'
--- error
ERROR: USAGE: --bench conflicts with existing --mode
--- args --mode nosuch -e 'begin{}'
--- error
ERROR: USAGE: --mode can only be 'codegen', 'compiler-bench', 'bench', 'test' or 'format'.
--- args --fmt -e 'begin{}'
--- error
ERROR: USAGE: test, bench, codegen and format modes are not available in this build
--- args -p abc -e 'begin{}'
--- error
ERROR: Failed to parse pid: invalid integer: abc
--- args -e ''
--- error
ERROR: USAGE: filename or -e 'program' required.
--- args -e 'begin { exit(); }' -- --foo
--- error
ERROR: unexpected program command line options: --foo
HINT: no custom program options defined.
--- args -e 'begin { print((getopt("b", 3), getopt("a", false))); }' -- --foo=3
--- error
ERROR: unexpected program command line options: --foo
HINT: expected program options: --a, --b
--- args -e 'begin { print(getopt("b", 3)); }' -- --b=x
--- error
ERROR: program command line option --b invalid integer (value: x)
--- args -e 'begin { print(getopt("b", false)); }' -- --b=x
--- status 1
--- err-match
stdin:1:15-33: ERROR: Invalid value for named parameter 'b': expected true or false, got 'x'
…
--- args --passes-off cse --verify-ir --dump ir --stop ir --target-kernel 6.1 --emit-elf /dev/null --include linux/types.h -e 'begin { }'
--- out-match
; ir
…
--- args --test --probe-filter a -e 'bench:b { } test:a { }'
--- error
ERROR: USAGE: test, bench, codegen and format modes are not available in this build
--- file x.c
#include "nothing.h"
int x = N;
--- file nothing.h
#define N M
--- sh
waggle cc --define M=5 -MD -I . x.c -o x.o && cat x.d
--- out-match
x.o: x.c…
…
--- file seven.h
#define SEVEN 7
--- args --include seven.h -e 'begin { static_assert(SEVEN == 8, "seven"); }'
--- error
stdin:1:9-43: ERROR: seven
begin { static_assert(SEVEN == 8, "seven"); }
        ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
--- args --include nosuch.h -e 'begin { exit(); }'
--- status 1
--- err-match
…'nosuch.h' file not found
…
--- args --debuginfo /tmp -e 'begin{}'
--- error
ERROR: USAGE: --debuginfo is not available: debug files are looked for in /usr/lib/debug
--- args --dwarf-pid 1 -e 'begin{}'
--- error
ERROR: USAGE: --dwarf-pid is not available: user stacks are walked by frame pointers
--- args --emit-llvm x.ll -e 'begin{}'
--- error
ERROR: USAGE: --emit-llvm is not available: there is no LLVM; see --dump=ir
