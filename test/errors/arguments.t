arguments of builtins
--- script
begin { printf("%d"); }
--- error
stdin:1:9-21: ERROR: not enough arguments for format string (0 supplied, 1 expected)
begin { printf("%d"); }
        ~~~~~~~~~~~~
--- script
begin { printf("%d", "a"); }
--- error
stdin:1:9-26: ERROR: unsupported format specifier for type 'string[2]': d
begin { printf("%d", "a"); }
        ~~~~~~~~~~~~~~~~~
--- script
begin { printf(1); }
--- error
stdin:1:9-18: ERROR: printf() expects a string literal (int provided)
begin { printf(1); }
        ~~~~~~~~~
--- script
begin { $a = "x"; printf($a); }
--- error
stdin:1:19-29: ERROR: printf() expects a string literal (string provided)
begin { $a = "x"; printf($a); }
                  ~~~~~~~~~~
--- script
begin { printf(); }
--- error
stdin:1:9-17: ERROR: printf() requires at least one argument (0 provided)
begin { printf(); }
        ~~~~~~~~
--- script
begin { print(); }
--- error
stdin:1:9-16: ERROR: print() requires at least one argument (0 provided)
begin { print(); }
        ~~~~~~~
--- script
begin { print(1, 2); }
--- error
stdin:1:9-20: ERROR: Non-map print() only takes 1 argument, 2 found
begin { print(1, 2); }
        ~~~~~~~~~~~
--- script
begin { arg0 }
--- error
stdin:1:9-13: ERROR: The arg0 builtin can only be used with 'kprobes', 'uprobes' and 'usdt' probes
begin { arg0 }
        ~~~~
--- script
begin { print(arg0); }
--- error
stdin:1:15-19: ERROR: The arg0 builtin can only be used with 'kprobes', 'uprobes' and 'usdt' probes
begin { print(arg0); }
              ~~~~
--- script
begin { print(retval); }
--- error
stdin:1:15-21: ERROR: The retval builtin can only be used with 'kretprobe' and 'uretprobe' and 'fentry' probes
begin { print(retval); }
              ~~~~~~
--- script
begin { print(args); }
--- error
stdin:1:15-19: ERROR: The args builtin can only be used with tracepoint, rawtracepoint, fentry/fexit, and uprobe probes (special used here)
begin { print(args); }
              ~~~~
--- script
begin { print(args.x); }
--- error
stdin:1:15-19: ERROR: The args builtin can only be used with tracepoint, rawtracepoint, fentry/fexit, and uprobe probes (special used here)
begin { print(args.x); }
              ~~~~
--- script
begin { print(func); }
--- error
stdin:1:15-19: ERROR: The func builtin can not be used with 'begin' probes
begin { print(func); }
              ~~~~
--- script
begin { print(ctx); }
--- error
stdin:1:15-18: ERROR: The ctx builtin can not be used with 'begin' probes
begin { print(ctx); }
              ~~~
--- script
begin { print(reg("ip")); }
--- error
stdin:1:15-24: ERROR: reg can not be used with "begin" probes
begin { print(reg("ip")); }
              ~~~~~~~~~
--- script
begin { print(uaddr("main")); }
--- error
stdin:1:15-28: ERROR: uaddr can not be used with "begin" probes
begin { print(uaddr("main")); }
              ~~~~~~~~~~~~~
--- script
begin { override(1); }
--- error
stdin:1:9-20: ERROR: override() is an unsafe function being used in safe mode
begin { override(1); }
        ~~~~~~~~~~~
--- script
begin { signal(9); }
--- error
stdin:1:9-18: ERROR: signal() is an unsafe function being used in safe mode
begin { signal(9); }
        ~~~~~~~~~
--- script
begin { print(path(1)); }
--- error
stdin:1:15-22: ERROR: The path function can only be used with 'fentry', 'fexit', 'iter' probes
begin { print(path(1)); }
              ~~~~~~~
--- script
begin { system("ls"); }
--- error
stdin:1:9-21: ERROR: system() is an unsafe function being used in safe mode
begin { system("ls"); }
        ~~~~~~~~~~~~
--- script
begin { signal("KILL"); }
--- error
stdin:1:9-23: ERROR: signal() is an unsafe function being used in safe mode
begin { signal("KILL"); }
        ~~~~~~~~~~~~~~
--- script
t:syscalls:sys_enter_write { signal("NOSUCH"); }
--- error
stdin:1:30-46: ERROR: signal() is an unsafe function being used in safe mode
t:syscalls:sys_enter_write { signal("NOSUCH"); }
                             ~~~~~~~~~~~~~~~~
--- script
t:syscalls:sys_enter_write { signal(0); }
--- error
stdin:1:30-39: ERROR: signal() is an unsafe function being used in safe mode
t:syscalls:sys_enter_write { signal(0); }
                             ~~~~~~~~~
--- script
t:syscalls:sys_enter_write { signal(100); }
--- error
stdin:1:30-41: ERROR: signal() is an unsafe function being used in safe mode
t:syscalls:sys_enter_write { signal(100); }
                             ~~~~~~~~~~~
--- script
begin { exit("a"); }
--- error
stdin:1:9-18: ERROR: exit() only supports int arguments (string provided)
begin { exit("a"); }
        ~~~~~~~~~
--- script
begin { exit(1, 2); }
--- error
stdin:1:9-19: ERROR: exit() takes up to one argument (2 provided)
begin { exit(1, 2); }
        ~~~~~~~~~~
--- script
begin { str(); }
--- error
stdin:1:9-14: ERROR: str() requires at least one argument (0 provided)
begin { str(); }
        ~~~~~
--- script
begin { print(str("a", "b")); }
--- error
stdin:1:15-28: ERROR: str() only supports int arguments (string provided)
begin { print(str("a", "b")); }
              ~~~~~~~~~~~~~
--- script
begin { print(str((1,2))); }
--- error
stdin:1:15-25: ERROR: str() expects a string, integer or a pointer type as first argument (tuple provided)
begin { print(str((1,2))); }
              ~~~~~~~~~~
--- script
begin { print(buf("a")); }
--- error
stdin:1:15-23: ERROR: buf() expects a length argument for non-array type string
begin { print(buf("a")); }
              ~~~~~~~~
--- script
begin { print(buf(1)); }
--- error
stdin:1:15-21: ERROR: buf() expects a length argument for non-array type int
begin { print(buf(1)); }
              ~~~~~~
--- script
begin { print(buf(1, 100000)); }
--- error
stdin:1:15-29: ERROR: buf() length is too large: 100000, the most is 1024
begin { print(buf(1, 100000)); }
              ~~~~~~~~~~~~~~
--- script
begin { print(strlen(1)); }
--- error
stdin:1:15-24: ERROR: strlen() only supports string arguments (int provided)
begin { print(strlen(1)); }
              ~~~~~~~~~
--- script
begin { print(strncmp("a", "b", -1)); }
--- error
stdin:1:15-36: ERROR: Builtin strncmp requires a non-negative literal
begin { print(strncmp("a", "b", -1)); }
              ~~~~~~~~~~~~~~~~~~~~~
--- script
begin { $n = 1; print(strncmp("a", "b", $n)); }
--- error
stdin:1:23-44: ERROR: Builtin strncmp requires a non-negative literal
begin { $n = 1; print(strncmp("a", "b", $n)); }
                      ~~~~~~~~~~~~~~~~~~~~~
--- script
begin { print(strncmp("a", "b")); }
--- error
stdin:1:15-32: ERROR: strncmp() requires 3 arguments (2 provided)
begin { print(strncmp("a", "b")); }
              ~~~~~~~~~~~~~~~~~
--- script
begin { print(strcontains("a", 1)); }
--- error
stdin:1:15-34: ERROR: strcontains() only supports string arguments (int provided)
begin { print(strcontains("a", 1)); }
              ~~~~~~~~~~~~~~~~~~~
--- script
begin { print(ntop("a")); }
--- error
stdin:1:15-24: ERROR: ntop() expects an integer or array argument (string provided)
begin { print(ntop("a")); }
              ~~~~~~~~~
--- script
begin { print(ntop(1, 2, 3)); }
--- error
stdin:1:15-28: ERROR: ntop() takes up to 2 arguments (3 provided)
begin { print(ntop(1, 2, 3)); }
              ~~~~~~~~~~~~~
--- script
begin { print(pton("1.2.3")); }
--- error
stdin:1:15-28: ERROR: pton() expects a valid IPv4/IPv6 address, got 1.2.3
begin { print(pton("1.2.3")); }
              ~~~~~~~~~~~~~
--- script
begin { print(pton(1)); }
--- error
stdin:1:15-22: ERROR: pton() expects a string literal (int provided)
begin { print(pton(1)); }
              ~~~~~~~
--- script
begin { print(macaddr(1)); }
--- error
stdin:1:15-25: ERROR: macaddr() only supports array or pointer arguments (int provided)
begin { print(macaddr(1)); }
              ~~~~~~~~~~
--- script
begin { print(macaddr("abc")); }
--- error
stdin:1:15-29: ERROR: macaddr() does not support literal string arguments
begin { print(macaddr("abc")); }
              ~~~~~~~~~~~~~~
--- script
begin { print(kaddr(1)); }
--- error
stdin:1:15-23: ERROR: kaddr() expects a string literal (int provided)
begin { print(kaddr(1)); }
              ~~~~~~~~
--- script
begin { print(strftime(1, 1)); }
--- error
stdin:1:15-29: ERROR: strftime() expects a string literal (int provided)
begin { print(strftime(1, 1)); }
              ~~~~~~~~~~~~~~
--- script
begin { print(strftime("%H")); }
--- error
stdin:1:15-29: ERROR: strftime() requires 2 arguments (1 provided)
begin { print(strftime("%H")); }
              ~~~~~~~~~~~~~~
--- script
begin { time(1); }
--- error
stdin:1:9-16: ERROR: time() expects a string literal (int provided)
begin { time(1); }
        ~~~~~~~
--- script
begin { cat(1); }
--- error
stdin:1:9-15: ERROR: cat() expects a string literal (int provided)
begin { cat(1); }
        ~~~~~~
--- script
begin { join("a"); }
--- error
stdin:1:9-18: ERROR: join() only supports int or pointer arguments (string provided)
begin { join("a"); }
        ~~~~~~~~~
--- script
begin { clear(1); }
--- error
stdin:1:15-16: ERROR: clear() expects a map argument
begin { clear(1); }
              ~
--- script
begin { zero(); }
--- error
stdin:1:9-15: ERROR: zero() requires one argument (0 provided)
begin { zero(); }
        ~~~~~~
--- script
begin { delete(1); }
--- error
stdin:1:16-17: ERROR: delete() expects a map argument
begin { delete(1); }
               ~
--- script
begin { len(1); }
--- error
stdin:1:9-15: ERROR: call to len() expects a map, ustack, or kstack
begin { len(1); }
        ~~~~~~
--- script
begin { print(kstack(nosuch)); }
--- error
stdin:1:22-28: ERROR: Error parsing stack mode: kstack: Invalid value for stack_mode: valid values are bpftrace, raw, perf, and build_id.
begin { print(kstack(nosuch)); }
                     ~~~~~~
--- script
begin { print(kstack(build_id)); }
--- error
stdin:1:15-31: ERROR: 'build_id' stack mode can only be used for ustack
begin { print(kstack(build_id)); }
              ~~~~~~~~~~~~~~~~
--- script
begin { print(kstack(1, 2)); }
--- error
stdin:1:15-27: ERROR: Expected stack mode as first argument
begin { print(kstack(1, 2)); }
              ~~~~~~~~~~~~
--- script
begin { nsecs(nosuch); }
--- error
stdin:1:15-21: ERROR: Invalid timestamp mode: nosuch
begin { nsecs(nosuch); }
              ~~~~~~
--- script
begin { pid(nosuch); }
--- error
stdin:1:13-19: ERROR: Invalid PID namespace mode: nosuch (expects: curr_ns or init)
begin { pid(nosuch); }
            ~~~~~~
--- script
begin { print(1 + "a"); }
--- error
stdin:1:15-22: ERROR: The + operator can not be used on expressions of types int8, string[2]
begin { print(1 + "a"); }
              ~~~~~~~
--- script
begin { print("a" < "b"); $x = "a"; print($x < "b"); }
--- error
stdin:1:43-51: ERROR: The < operator can not be used on expressions of types string[2], string[2]
begin { print("a" < "b"); $x = "a"; print($x < "b"); }
                                          ~~~~~~~~
--- script
begin { print((1,2) == (1,2,3)); }
--- error
stdin:1:15-31: ERROR: The == operator can not be used on expressions of types (int8,int8), (int8,int8,int8)
begin { print((1,2) == (1,2,3)); }
              ~~~~~~~~~~~~~~~~
--- script
begin { print((1,2) + 1); }
--- error
stdin:1:15-24: ERROR: The + operator can not be used on expressions of types (int8,int8), int8
begin { print((1,2) + 1); }
              ~~~~~~~~~
--- script
begin { print(!"a"); }
--- error
stdin:1:15-19: ERROR: The ! operator can not be used on expressions of type 'string[2]'
begin { print(!"a"); }
              ~~~~
--- script
begin { print(-"a"); }
--- error
stdin:1:15-19: ERROR: The - operator can not be used on expressions of type 'string[2]'
begin { print(-"a"); }
              ~~~~
--- script
begin { print(~"a"); }
--- error
stdin:1:15-19: ERROR: The ~ operator can not be used on expressions of type 'string[2]'
begin { print(~"a"); }
              ~~~~
--- script
begin { print(*"a"); }
--- error
stdin:1:15-19: ERROR: The * operator can not be used on expressions of type 'string[2]'
begin { print(*"a"); }
              ~~~~
--- script
begin { $x = (1,2); print($x.2); }
--- error
stdin:1:27-31: ERROR: Invalid tuple index: 2. Found 2 elements in tuple.
begin { $x = (1,2); print($x.2); }
                          ~~~~
--- script
begin { $x = (a=1, a=2); }
--- error
stdin:1:20-21: ERROR: Named argument list already contains name: a
begin { $x = (a=1, a=2); }
                   ~
--- script
begin { $x = 1; print($x[0]); }
--- error
stdin:1:23-28: ERROR: The array index operator [] can only be used on arrays, pointers, and tuples, found int8.
begin { $x = 1; print($x[0]); }
                      ~~~~~
--- script
begin { for ($i : "a".."b") { } }
--- error
stdin:1:9-28: ERROR: Loop range requires an integer for the start value
begin { for ($i : "a".."b") { } }
        ~~~~~~~~~~~~~~~~~~~
--- script
begin:a { }
--- error
stdin:1:1-8: ERROR: begin probe type requires 0 arguments, found 1
begin:a { }
~~~~~~~
--- script
t:syscalls:sys_enter_write { print(arg0); }
--- error
stdin:1:36-40: ERROR: The arg0 builtin can only be used with 'kprobes', 'uprobes' and 'usdt' probes
t:syscalls:sys_enter_write { print(arg0); }
                                   ~~~~
--- script
begin { $x = { let $y = 1; }; }
--- error
stdin:1:9-29: ERROR: Invalid expression for assignment
begin { $x = { let $y = 1; }; }
        ~~~~~~~~~~~~~~~~~~~~
--- script
begin { if ((1,2)) { } }
--- error
stdin:1:13-18: ERROR: Invalid condition: (int8,int8)
begin { if ((1,2)) { } }
            ~~~~~
--- script
begin { assert(1); }
--- error
stdin:1:9-18: ERROR: assert() requires 2 arguments (1 provided)
begin { assert(1); }
        ~~~~~~~~~
--- script
begin { print(getopt(1)); }
--- error
stdin:1:22-23: ERROR: First argument to 'getopt' must be a string literal.
begin { print(getopt(1)); }
                     ~
--- script
begin { print(getopt("a", pid)); }
--- error
stdin:1:27-30: ERROR: Second argument to 'getopt' must be a string literal, integer literal, or a boolean literal.
begin { print(getopt("a", pid)); }
                          ~~~
--- script
begin { $x = exit(); }
--- error
stdin:1:14-20: ERROR: exit() does not return a value
begin { $x = exit(); }
             ~~~~~~
--- script
begin { $x = printf("a"); }
--- error
stdin:1:14-25: ERROR: printf() does not return a value
begin { $x = printf("a"); }
             ~~~~~~~~~~~
--- script
begin { print(print(1)); }
--- error
stdin:1:9-24: ERROR: none type passed to print() is not printable
begin { print(print(1)); }
        ~~~~~~~~~~~~~~~
--- script
begin { $a = (int8*)1; $b = (int8*)2; print($a - $b); }
--- error
stdin:1:45-52: ERROR: The - operator can not be used on expressions of types int8 *, int8 *
begin { $a = (int8*)1; $b = (int8*)2; print($a - $b); }
                                            ~~~~~~~
--- script
begin { $a = (int8*)1; print($a * 2); }
--- error
stdin:1:30-36: ERROR: The * operator can not be used on expressions of types int8 *, int8
begin { $a = (int8*)1; print($a * 2); }
                             ~~~~~~
--- script
begin { $a = (int8*)1; print($a + "x"); }
--- error
stdin:1:30-38: ERROR: The + operator can not be used on expressions of types int8 *, string[2]
begin { $a = (int8*)1; print($a + "x"); }
                             ~~~~~~~~
--- script
begin { print(strerror("a")); }
--- error
stdin:1:15-28: ERROR: strerror() only supports int arguments (string provided)
begin { print(strerror("a")); }
              ~~~~~~~~~~~~~
--- script
begin { print(signal_name("a")); }
--- error
stdin:1:15-31: ERROR: signal_name() only supports int arguments (string provided)
begin { print(signal_name("a")); }
              ~~~~~~~~~~~~~~~~
--- script
begin { print(syscall_name("a")); }
--- error
stdin:1:15-32: ERROR: syscall_name() only supports int arguments (string provided)
begin { print(syscall_name("a")); }
              ~~~~~~~~~~~~~~~~~
--- script
begin { print(cgroup_path("a")); }
--- error
stdin:1:15-31: ERROR: cgroup_path() only supports int arguments (string provided)
begin { print(cgroup_path("a")); }
              ~~~~~~~~~~~~~~~~
--- script
begin { print(bswap("a")); }
--- error
stdin:1:15-25: ERROR: bswap() only supports integer arguments (string provided)
begin { print(bswap("a")); }
              ~~~~~~~~~~
--- script
begin { print(ksym("a")); }
--- error
stdin:1:15-24: ERROR: ksym() expects an integer or pointer argument (string provided)
begin { print(ksym("a")); }
              ~~~~~~~~~
--- script
begin { print(usym("a")); }
--- error
stdin:1:15-24: ERROR: usym() expects an integer or pointer argument (string provided)
begin { print(usym("a")); }
              ~~~~~~~~~
--- script
begin { debugf("%s %d %d %d", "a", 1, 2, 3); }
--- error
stdin:1:9-44: ERROR: cannot use more than 3 conversion specifiers
begin { debugf("%s %d %d %d", "a", 1, 2, 3); }
        ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
--- script
begin { debugf("%c", 1); }
--- error
stdin:1:9-24: ERROR: Invalid format specifier for `debugf`: %c
begin { debugf("%c", 1); }
        ~~~~~~~~~~~~~~~
--- script
begin { errorf("%d"); }
--- error
stdin:1:9-21: ERROR: not enough arguments for format string (0 supplied, 1 expected)
begin { errorf("%d"); }
        ~~~~~~~~~~~~
--- script
begin { print(tid(1)); }
--- error
stdin:1:15-21: ERROR: tid() only supports curr_ns and init as the argument
begin { print(tid(1)); }
              ~~~~~~
--- script
begin { skboutput("a", 1, 2, 3); }
--- error
stdin:1:9-32: ERROR: skboutput can not be used with "begin" probes
begin { skboutput("a", 1, 2, 3); }
        ~~~~~~~~~~~~~~~~~~~~~~~
--- script
begin { print(socket_cookie(1)); }
--- error
stdin:1:15-31: ERROR: socket_cookie can not be used with "begin" probes
begin { print(socket_cookie(1)); }
              ~~~~~~~~~~~~~~~~
--- script
begin { write_user(1, 2, 3); }
--- error
stdin:1:9-28: ERROR: write_user() is an unsafe function being used in safe mode
begin { write_user(1, 2, 3); }
        ~~~~~~~~~~~~~~~~~~~
--- script
begin { print(kfunc_exist("nosuch")); kfunc_exist(1); }
--- error
stdin:1:39-53: ERROR: kfunc_exist() expects a string literal (int provided)
begin { print(kfunc_exist("nosuch")); kfunc_exist(1); }
                                      ~~~~~~~~~~~~~~
--- script
begin { print(container_of(1, struct task_struct, pid)); }
--- error
stdin:1:15-55: ERROR: container_of() expects a pointer, a type and a member (int provided)
begin { print(container_of(1, struct task_struct, pid)); }
              ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
--- script
begin { print(is_scalar(1)); }
--- error
stdin:1:15-27: ERROR: is_scalar() expects a map for the first argument
begin { print(is_scalar(1)); }
              ~~~~~~~~~~~~
--- script
begin { print(getopt("a", 1, 2)); }
--- error
stdin:1:30-31: ERROR: Function 'getopt' requires the third parameter to be a string
begin { print(getopt("a", 1, 2)); }
                             ~
--- script
begin { print(strlen); }
--- error
stdin:1:15-21: ERROR: strlen() is a function: it needs parentheses
begin { print(strlen); }
              ~~~~~~
--- script
begin { print(count); }
--- error
stdin:1:15-20: ERROR: count() is a function: it needs parentheses
begin { print(count); }
              ~~~~~
--- script
begin { $s = "a"; $s += "b"; }
--- error
stdin:1:19-28: ERROR: The + operator can not be used on expressions of type 'string'
begin { $s = "a"; $s += "b"; }
                  ~~~~~~~~~
--- script
begin { $s = "a"; $s++; }
--- error
stdin:1:19-23: ERROR: The + operator can not be used on expressions of type 'string'
begin { $s = "a"; $s++; }
                  ~~~~
--- script
begin { print((1,)[1]); }
--- error
stdin:1:15-22: ERROR: Invalid tuple index: 1. Found 1 elements in tuple.
begin { print((1,)[1]); }
              ~~~~~~~
--- script
begin { print(1,2,3,4); }
--- error
stdin:1:9-23: ERROR: print() takes up to 3 arguments (4 provided)
begin { print(1,2,3,4); }
        ~~~~~~~~~~~~~~
--- script
begin { print(buf("a", "b")); }
--- error
stdin:1:15-28: ERROR: buf() only supports int arguments (string provided)
begin { print(buf("a", "b")); }
              ~~~~~~~~~~~~~
--- script
begin { print(sizeof(1 + "a")); }
--- error
stdin:1:22-29: ERROR: The + operator can not be used on expressions of types int8, string[2]
begin { print(sizeof(1 + "a")); }
                     ~~~~~~~
--- script
begin { print(-"x"); }
--- error
stdin:1:15-19: ERROR: The - operator can not be used on expressions of type 'string[2]'
begin { print(-"x"); }
              ~~~~
--- script
begin { print(ntop(2, "abc")); }
--- error
stdin:1:15-29: ERROR: ntop() expects an integer or array argument (string provided)
begin { print(ntop(2, "abc")); }
              ~~~~~~~~~~~~~~
--- script
begin { print(strftime("%H", "a")); }
--- error
stdin:1:15-34: ERROR: strftime() only supports int arguments (string provided)
begin { print(strftime("%H", "a")); }
              ~~~~~~~~~~~~~~~~~~~
--- script
begin { time(pid); }
--- error
stdin:1:9-18: ERROR: time() expects a string literal (int provided)
begin { time(pid); }
        ~~~~~~~~~
--- script
begin { printf("%r", 1); }
--- error
stdin:1:9-24: ERROR: unsupported format specifier for type 'int8': r
begin { printf("%r", 1); }
        ~~~~~~~~~~~~~~~
--- script
begin { printf("%x", (1,2)); }
--- error
stdin:1:9-28: ERROR: unsupported format specifier for type '(int8,int8)': x
begin { printf("%x", (1,2)); }
        ~~~~~~~~~~~~~~~~~~~
--- script
begin { printf("%p", "a"); }
--- error
stdin:1:9-26: ERROR: unsupported format specifier for type 'string[2]': p
begin { printf("%p", "a"); }
        ~~~~~~~~~~~~~~~~~
--- script
begin { printf("%d %d %d", 1, 2); }
--- error
stdin:1:9-33: ERROR: not enough arguments for format string (2 supplied, 3 expected)
begin { printf("%d %d %d", 1, 2); }
        ~~~~~~~~~~~~~~~~~~~~~~~~
--- script
begin { printf("%.3f", 1); }
--- error
stdin:1:9-26: ERROR: floating point formats are not supported
begin { printf("%.3f", 1); }
        ~~~~~~~~~~~~~~~~~
--- script
begin { print(username + 1); }
--- error
stdin:1:15-27: ERROR: The + operator can not be used on expressions of types username, int8
begin { print(username + 1); }
              ~~~~~~~~~~~~
--- script
begin { $x = { 1; 2 }; $y = { }; }
--- error
stdin:1:24-32: ERROR: Invalid expression for assignment
begin { $x = { 1; 2 }; $y = { }; }
                       ~~~~~~~~
--- script
begin { print(kaddr(pid)); }
--- error
stdin:1:15-25: ERROR: kaddr() expects a string literal (int provided)
begin { print(kaddr(pid)); }
              ~~~~~~~~~~
--- script
begin, end, nosuch { }
--- error
stdin:1:13-19: ERROR: Invalid probe type: nosuch
begin, end, nosuch { }
            ~~~~~~
