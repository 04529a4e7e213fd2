types of expressions, variables and statements
--- script
begin { $x = 1; $x = "text"; }
--- error
stdin:1:17-28: ERROR: Type mismatch for $x: trying to assign value of type 'string[5]' when variable already has a type 'int8'
begin { $x = 1; $x = "text"; }
                ~~~~~~~~~~~
--- script
begin { print(nosuch); }
--- error
stdin:1:15-21: ERROR: Unknown identifier: 'nosuch'
begin { print(nosuch); }
              ~~~~~~
--- script
begin { nosuch(); }
--- error
stdin:1:9-17: ERROR: Unknown function: 'nosuch'
begin { nosuch(); }
        ~~~~~~~~
--- script
begin { nosuch; }
--- error
stdin:1:9-15: ERROR: Unknown identifier: 'nosuch'
begin { nosuch; }
        ~~~~~~
--- script
begin { $x; }
--- error
stdin:1:9-11: ERROR: Undefined or undeclared variable: $x
begin { $x; }
        ~~
--- script
begin { $x = $y; }
--- error
stdin:1:14-16: ERROR: Undefined or undeclared variable: $y
begin { $x = $y; }
             ~~
--- script
begin { print($y); }
--- error
stdin:1:15-17: ERROR: Undefined or undeclared variable: $y
begin { print($y); }
              ~~
--- script
begin { print(str("a", -1)); }
--- error
stdin:1:15-27: ERROR: str cannot use negative length (-1)
begin { print(str("a", -1)); }
              ~~~~~~~~~~~~
--- script
begin { print(buf(1, -1)); }
--- error
stdin:1:15-25: ERROR: buf cannot use negative length (-1)
begin { print(buf(1, -1)); }
              ~~~~~~~~~~
--- script
begin { print(kaddr("nosuch_symbol")); }
--- error
stdin:1:15-37: ERROR: Failed to resolve kernel symbol: nosuch_symbol
begin { print(kaddr("nosuch_symbol")); }
              ~~~~~~~~~~~~~~~~~~~~~~
--- script
begin { print(kstack(1025)); }
--- error
stdin:1:15-27: ERROR: kstack([int limit]): limit shouldn't exceed 1024, 1025 given
begin { print(kstack(1025)); }
              ~~~~~~~~~~~~
--- script
begin { print(kstack("a")); }
--- error
stdin:1:15-26: ERROR: kstack: invalid limit value
begin { print(kstack("a")); }
              ~~~~~~~~~~~
--- script
begin { print("a" == 1); }
--- error
stdin:1:15-23: ERROR: Type mismatch for '==': comparing string[2] with int8
begin { print("a" == 1); }
              ~~~~~~~~
stdin:1:15-18: ERROR: left (string[2])
begin { print("a" == 1); }
              ~~~
stdin:1:22-23: ERROR: right (int8)
begin { print("a" == 1); }
                     ~
--- script
begin { print((1,2) == 1); }
--- error
stdin:1:15-25: ERROR: Type mismatch for '==': comparing (int8,int8) with int8
begin { print((1,2) == 1); }
              ~~~~~~~~~~
stdin:1:15-20: ERROR: left ((int8,int8))
begin { print((1,2) == 1); }
              ~~~~~
stdin:1:24-25: ERROR: right (int8)
begin { print((1,2) == 1); }
                       ~
--- script
begin { $x = 1; print($x.a); }
--- error
stdin:1:23-27: ERROR: Can not access field 'a' on expression of type 'int8'
begin { $x = 1; print($x.a); }
                      ~~~~
--- script
begin { $x = (1,2); print($x.a); }
--- error
stdin:1:27-31: ERROR: Can not access field 'a' on expression of type '(int8,int8)'
begin { $x = (1,2); print($x.a); }
                          ~~~~
--- script
begin { $x = (a=1, b=2); print($x.c); }
--- error
stdin:1:32-36: ERROR: Record does not contain a field named 'c'
begin { $x = (a=1, b=2); print($x.c); }
                               ~~~~
HINT: did you mean a?
--- script
begin { $x = 1; print($x->a); }
--- error
stdin:1:23-28: ERROR: Can not access field 'a' on expression of type 'int8'
begin { $x = 1; print($x->a); }
                      ~~~~~
--- script
begin { print(((struct nosuch *)1)->a); }
--- error
stdin:1:17-30: ERROR: Cannot resolve unknown type "struct nosuch"
begin { print(((struct nosuch *)1)->a); }
                ~~~~~~~~~~~~~
--- script
begin { print(((struct task_struct *)1)->nosuch); }
--- error
stdin:1:15-48: ERROR: Struct/union of type 'struct task_struct' does not contain a field named 'nosuch'
begin { print(((struct task_struct *)1)->nosuch); }
              ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
--- script
begin { print((nosuch)1); }
--- error
stdin:1:16-22: ERROR: Cannot resolve unknown type "nosuch"
begin { print((nosuch)1); }
               ~~~~~~
--- script
begin { print((struct nosuch)1); }
--- error
stdin:1:16-29: ERROR: Cannot resolve unknown type "struct nosuch"
begin { print((struct nosuch)1); }
               ~~~~~~~~~~~~~
--- script
begin { print((int8)"a"); }
--- error
stdin:1:15-21: ERROR: Cannot cast from "string[2]" to "int8"
begin { print((int8)"a"); }
              ~~~~~~
--- script
begin { print((uint32)(1,2)); }
--- error
stdin:1:15-23: ERROR: Cannot cast from "(int8,int8)" to "uint32"
begin { print((uint32)(1,2)); }
              ~~~~~~~~
--- script
begin { print(sizeof(struct nosuch)); }
--- error
stdin:1:22-35: ERROR: Cannot resolve unknown type "struct nosuch"
begin { print(sizeof(struct nosuch)); }
                     ~~~~~~~~~~~~~
--- script
begin { print(sizeof(nosuch)); }
--- error
stdin:1:22-28: ERROR: Unknown identifier: 'nosuch'
begin { print(sizeof(nosuch)); }
                     ~~~~~~
--- script
begin { print(offsetof(struct task_struct, nosuch)); }
--- error
stdin:1:15-51: ERROR: 'struct task_struct' has no field named 'nosuch'
begin { print(offsetof(struct task_struct, nosuch)); }
              ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
--- script
begin { print(offsetof(struct nosuch, a)); }
--- error
stdin:1:24-37: ERROR: Cannot resolve unknown type "struct nosuch"
begin { print(offsetof(struct nosuch, a)); }
                       ~~~~~~~~~~~~~
--- script
begin { print(1 / 0); }
--- error
stdin:1:15-20: ERROR: unable to fold literals due to overflow or underflow
begin { print(1 / 0); }
              ~~~~~
--- script
begin { print(1 % 0); }
--- error
stdin:1:15-20: ERROR: unable to fold literals due to overflow or underflow
begin { print(1 % 0); }
              ~~~~~
--- script
begin { print(9223372036854775807 + 1); }
--- error
stdin:1:15-38: ERROR: unable to fold literals due to overflow or underflow
begin { print(9223372036854775807 + 1); }
              ~~~~~~~~~~~~~~~~~~~~~~~
--- script
begin { print(1 << 64); }
--- error
stdin:1:15-22: ERROR: unable to fold literals due to overflow or underflow
begin { print(1 << 64); }
              ~~~~~~~
--- script
begin { unroll(0) { } }
--- error
stdin:1:9-22: ERROR: unroll minimum value is 1
begin { unroll(0) { } }
        ~~~~~~~~~~~~~
--- script
begin { unroll(101) { } }
--- error
stdin:1:9-24: ERROR: unroll maximum value is 100
begin { unroll(101) { } }
        ~~~~~~~~~~~~~~~
--- script
begin { unroll("a") { } }
--- error
stdin:1:9-24: ERROR: invalid unroll value
begin { unroll("a") { } }
        ~~~~~~~~~~~~~~~
--- script
begin { $n = 1; unroll($n) { } }
--- error
stdin:1:17-31: ERROR: invalid unroll value
begin { $n = 1; unroll($n) { } }
                ~~~~~~~~~~~~~~
--- script
begin { break; }
--- error
stdin:1:9-15: ERROR: 'break' statement is not allowed in a probe
begin { break; }
        ~~~~~~
--- script
begin { continue; }
--- error
stdin:1:9-18: ERROR: 'continue' statement is not allowed in a probe
begin { continue; }
        ~~~~~~~~~
--- script
begin { return "a"; }
--- error
stdin:1:9-19: ERROR: Probe return values can only be integers. Found string[2]
begin { return "a"; }
        ~~~~~~~~~~
--- script
begin { let $x; let $x; }
--- error
stdin:1:17-23: ERROR: Variable $x was already declared. Variable shadowing is not allowed.
begin { let $x; let $x; }
                ~~~~~~
stdin:1:9-15: ERROR: This is the initial declaration.
begin { let $x; let $x; }
        ~~~~~~
--- script
begin { let $x : string = 1; }
--- error
stdin:1:9-28: ERROR: Type mismatch for $x: trying to assign value of type 'int8' when variable already has a type 'string[1024]'
begin { let $x : string = 1; }
        ~~~~~~~~~~~~~~~~~~~
--- script
begin { let $x : nosuch = 1; }
--- error
stdin:1:18-24: ERROR: Cannot resolve unknown type "nosuch"
begin { let $x : nosuch = 1; }
                 ~~~~~~
--- script
begin { let $x : uint8 = 256; }
--- error
stdin:1:9-29: ERROR: Type mismatch for $x: trying to assign value of type 'int16' when variable already has a type 'uint8'
begin { let $x : uint8 = 256; }
        ~~~~~~~~~~~~~~~~~~~~
--- script
begin { let $x : uint8 = -1; }
--- error
stdin:1:9-28: ERROR: Type mismatch for $x: trying to assign value of type 'int8' when variable already has a type 'uint8'
begin { let $x : uint8 = -1; }
        ~~~~~~~~~~~~~~~~~~~
--- script
begin { let $x : int8 = 200; }
--- error
stdin:1:9-28: ERROR: Type mismatch for $x: trying to assign value of type 'int16' when variable already has a type 'int8'
begin { let $x : int8 = 200; }
        ~~~~~~~~~~~~~~~~~~~
--- script
begin { $x += 1; }
--- error
stdin:1:9-11: ERROR: Undefined or undeclared variable: $x
begin { $x += 1; }
        ~~
--- script
t:syscalls:sys_enter_write { print(args.nosuch); }
--- error
stdin:1:36-47: ERROR: Struct/union of type 'struct tracepoint:syscalls:sys_enter_write_args' does not contain a field named 'nosuch'
t:syscalls:sys_enter_write { print(args.nosuch); }
                                   ~~~~~~~~~~~
--- script
t:syscalls:sys_enter_write { print(args.common_pid); }
--- error
stdin:1:36-51: ERROR: BPF does not support accessing common tracepoint fields
t:syscalls:sys_enter_write { print(args.common_pid); }
                                   ~~~~~~~~~~~~~~~
--- script
t:syscalls:sys_enter_write { print(args->count->x); }
--- error
stdin:1:36-50: ERROR: Can not access field 'x' on expression of type 'uint64'
t:syscalls:sys_enter_write { print(args->count->x); }
                                   ~~~~~~~~~~~~~~
--- script
t:syscalls:sys_enter_write { print(ctx); }
--- error
stdin:1:36-39: ERROR: Use args instead of ctx in tracepoint
t:syscalls:sys_enter_write { print(ctx); }
                                   ~~~
--- script
t:syscalls:sys_enter_write /pid == "a"/ { }
--- error
stdin:1:29-39: ERROR: Type mismatch for '==': comparing uint32 with string[2]
t:syscalls:sys_enter_write /pid == "a"/ { }
                            ~~~~~~~~~~
stdin:1:29-32: ERROR: left (uint32)
t:syscalls:sys_enter_write /pid == "a"/ { }
                            ~~~
stdin:1:36-39: ERROR: right (string[2])
t:syscalls:sys_enter_write /pid == "a"/ { }
                                   ~~~
--- script
begin { print(A); }
--- error
stdin:1:15-16: ERROR: Unknown identifier: 'A'
begin { print(A); }
              ~
--- script
begin { $x = pid ? 1 : "a"; }
--- error
stdin:1:14-27: ERROR: Branches must return the same type or compatible types: have 'int8' and 'string[2]'
begin { $x = pid ? 1 : "a"; }
             ~~~~~~~~~~~~~
--- script
begin { print(comptime pid); }
--- error
stdin:1:15-27: ERROR: Unable to resolve comptime expression
begin { print(comptime pid); }
              ~~~~~~~~~~~~
--- script
begin { static_assert(0, "no"); }
--- error
stdin:1:9-31: ERROR: no
begin { static_assert(0, "no"); }
        ~~~~~~~~~~~~~~~~~~~~~~
--- script
begin { static_assert(pid, "no"); }
--- error
stdin:1:9-33: ERROR: Unable to resolve comptime expression
begin { static_assert(pid, "no"); }
        ~~~~~~~~~~~~~~~~~~~~~~~~
--- script
begin { fail("bad %d %s", 5, "x"); }
--- error
stdin:1:9-34: ERROR: bad 5 x
begin { fail("bad %d %s", 5, "x"); }
        ~~~~~~~~~~~~~~~~~~~~~~~~~
--- script
begin { print(typeinfo(1)); }
--- error
stdin:1:15-26: ERROR: typeinfo feature is not enabled by default. To enable this unstable feature, set the config flag to enable. unstable_typeinfo=enable
begin { print(typeinfo(1)); }
              ~~~~~~~~~~~
--- script
begin { $x = ++$y; }
--- error
stdin:1:16-18: ERROR: Undefined or undeclared variable: $y
begin { $x = ++$y; }
               ~~
--- script
begin { print(probe.x); }
--- error
stdin:1:15-22: ERROR: Can not access field 'x' on expression of type 'string[6]'
begin { print(probe.x); }
              ~~~~~~~
--- script
begin { print(kstack == ustack); }
--- error
stdin:1:15-31: ERROR: Type mismatch for '==': comparing kstack with ustack
begin { print(kstack == ustack); }
              ~~~~~~~~~~~~~~~~
stdin:1:15-21: ERROR: left (kstack)
begin { print(kstack == ustack); }
              ~~~~~~
stdin:1:25-31: ERROR: right (ustack)
begin { print(kstack == ustack); }
                        ~~~~~~
--- script
begin { print(curtask.nosuch); }
--- error
stdin:1:15-29: ERROR: Struct/union of type 'struct task_struct' does not contain a field named 'nosuch'
begin { print(curtask.nosuch); }
              ~~~~~~~~~~~~~~
--- script
begin { sarg0 }
--- error
stdin:1:9-14: ERROR: Unknown identifier: 'sarg0'
begin { sarg0 }
        ~~~~~
--- script
begin { print(sarg0); }
--- error
stdin:1:15-20: ERROR: Unknown identifier: 'sarg0'
begin { print(sarg0); }
              ~~~~~
--- script
begin { unwatch(1); }
--- error
stdin:1:9-19: ERROR: unwatch is not supported
begin { unwatch(1); }
        ~~~~~~~~~~
--- script
begin { print(dw_ustack); }
--- error
stdin:1:15-24: ERROR: dw_ustack is not supported
begin { print(dw_ustack); }
              ~~~~~~~~~
--- script
begin { $x = "a"; $x = 1; }
--- error
stdin:1:19-25: ERROR: Type mismatch for $x: trying to assign value of type 'int8' when variable already has a type 'string[2]'
begin { $x = "a"; $x = 1; }
                  ~~~~~~
--- script
begin { $x = (1, "a"); $x = (1, 2); }
--- error
stdin:1:24-35: ERROR: Type mismatch for $x: trying to assign value of type '(int8,int8)' when variable already has a type '(int8,string[2])'
begin { $x = (1, "a"); $x = (1, 2); }
                       ~~~~~~~~~~~
--- script
begin { $x = true; $x = "a"; }
--- error
stdin:1:20-28: ERROR: Type mismatch for $x: trying to assign value of type 'string[2]' when variable already has a type 'bool'
begin { $x = true; $x = "a"; }
                   ~~~~~~~~
--- script
begin { print(true + 1); print(true == "a"); }
--- error
stdin:1:32-43: ERROR: Type mismatch for '==': comparing bool with string[2]
begin { print(true + 1); print(true == "a"); }
                               ~~~~~~~~~~~
stdin:1:32-36: ERROR: left (bool)
begin { print(true + 1); print(true == "a"); }
                               ~~~~
stdin:1:40-43: ERROR: right (string[2])
begin { print(true + 1); print(true == "a"); }
                                       ~~~
--- script
begin { print(percpu_kaddr("nosuch_symbol")); }
--- error
stdin:1:15-44: ERROR: Failed to resolve kernel symbol: nosuch_symbol
begin { print(percpu_kaddr("nosuch_symbol")); }
              ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
--- script
begin { print(macaddr((uint8[3])0)); }
--- error
stdin:1:23-33: ERROR: Cannot cast from "int8" to "uint8[3]"
begin { print(macaddr((uint8[3])0)); }
                      ~~~~~~~~~~
--- script
begin { assert_str(1); }
--- error
stdin:1:9-22: ERROR: string-like values must be either strings, arrays or pointers
begin { assert_str(1); }
        ~~~~~~~~~~~~~
--- script
begin { print(if (1) { 2 }); }
--- error
stdin:1:15-27: ERROR: if expression without an else block has no value
begin { print(if (1) { 2 }); }
              ~~~~~~~~~~~~
--- script
begin { print((*(struct nosuch *)1)); }
--- error
stdin:1:18-31: ERROR: Cannot resolve unknown type "struct nosuch"
begin { print((*(struct nosuch *)1)); }
                 ~~~~~~~~~~~~~
--- script
begin { $x = (void*)1; print($x[1]); }
--- error
stdin:1:30-35: ERROR: The array index operator [] cannot be used on a pointer to an unsized type (void *).
begin { $x = (void*)1; print($x[1]); }
                             ~~~~~
--- script
begin { $x = (1, 2); $i = 1; print($x[$i]); }
--- error
stdin:1:36-42: ERROR: Array-style access for tuples only valid for integer literals
begin { $x = (1, 2); $i = 1; print($x[$i]); }
                                   ~~~~~~
--- script
begin { $x = (int8*)1; print($x["a"]); }
--- error
stdin:1:30-37: ERROR: The array index operator [] only accepts integer indices. Got: string[2]
begin { $x = (int8*)1; print($x["a"]); }
                             ~~~~~~~
--- script
begin { $x = (uint8[4])1; print($x[9]); }
--- error
stdin:1:14-24: ERROR: Cannot cast from "int8" to "uint8[4]"
begin { $x = (uint8[4])1; print($x[9]); }
             ~~~~~~~~~~
--- script
begin { $x = (uint8[4])(uint32)1; print($x[9]); }
--- error
stdin:1:41-46: ERROR: the index 9 is out of bounds for array of size 4
begin { $x = (uint8[4])(uint32)1; print($x[9]); }
                                        ~~~~~
--- script
begin { $i = 1; for ($i : 0..3) { } }
--- error
stdin:1:22-24: ERROR: Loop declaration shadows existing variable: $i
begin { $i = 1; for ($i : 0..3) { } }
                     ~~
stdin:1:9-15: ERROR: This is the initial assignment.
begin { $i = 1; for ($i : 0..3) { } }
        ~~~~~~
--- script
begin { if (1) { import "a.bt"; } }
--- error
stdin:1:18-31: ERROR: import statements are unstable. Set the 'unstable_import_statement' config variable to 'enable' to use them.
begin { if (1) { import "a.bt"; } }
                 ~~~~~~~~~~~~~
--- script
begin { let $x : int8[0] = 1; }
--- error
stdin:1:9-29: ERROR: Type mismatch for $x: trying to assign value of type 'int8' when variable already has a type 'int8[0]'
begin { let $x : int8[0] = 1; }
        ~~~~~~~~~~~~~~~~~~~~
--- script
begin { print((struct task_struct)1); }
--- error
stdin:1:15-35: ERROR: Cannot cast from "int8" to "struct task_struct"
begin { print((struct task_struct)1); }
              ~~~~~~~~~~~~~~~~~~~~
--- script
begin { while (1) { break } continue; }
--- error
stdin:1:29-38: ERROR: 'continue' statement is not allowed in a probe
begin { while (1) { break } continue; }
                            ~~~~~~~~~
--- script
t:syscalls:* /nosuch/ { }
--- error
stdin:1:15-21: ERROR: Unknown identifier: 'nosuch'
t:syscalls:* /nosuch/ { }
              ~~~~~~
--- script
begin { $x = kstack; $x = ustack; }
--- error
stdin:1:22-33: ERROR: Type mismatch for $x: trying to assign value of type 'ustack' when variable already has a type 'kstack'
begin { $x = kstack; $x = ustack; }
                     ~~~~~~~~~~~
--- script
begin { print(jiffies.x); }
--- error
stdin:1:15-24: ERROR: Can not access field 'x' on expression of type 'uint64'
begin { print(jiffies.x); }
              ~~~~~~~~~
--- script
begin { let $a : uint8 = 1; $a = 300; }
--- error
stdin:1:29-37: ERROR: Type mismatch for $a: trying to assign value of type 'int16' when variable already has a type 'uint8'
begin { let $a : uint8 = 1; $a = 300; }
                            ~~~~~~~~
--- script
begin { let $a = "x"; $a = 5; }
--- error
stdin:1:23-29: ERROR: Type mismatch for $a: trying to assign value of type 'int8' when variable already has a type 'string[2]'
begin { let $a = "x"; $a = 5; }
                      ~~~~~~
--- script
begin { $x = (uint8)1; $x = -1; $x = "a" }
--- error
stdin:1:33-41: ERROR: Type mismatch for $x: trying to assign value of type 'string[2]' when variable already has a type 'int16'
begin { $x = (uint8)1; $x = -1; $x = "a" }
                                ~~~~~~~~
--- script
begin { print(offsetof(1, a)); }
--- error
stdin:1:15-29: ERROR: 'int8' has no field named 'a'
begin { print(offsetof(1, a)); }
              ~~~~~~~~~~~~~~
--- script
begin { print(1 << -1); }
--- error
stdin:1:15-22: ERROR: unable to fold literals due to overflow or underflow
begin { print(1 << -1); }
              ~~~~~~~
--- script
begin { print(5 >> 100); }
--- error
stdin:1:15-23: ERROR: unable to fold literals due to overflow or underflow
begin { print(5 >> 100); }
              ~~~~~~~~
--- script
begin { print(-9223372036854775808 - 1); }
--- error
stdin:1:15-39: ERROR: unable to fold literals due to overflow or underflow
begin { print(-9223372036854775808 - 1); }
              ~~~~~~~~~~~~~~~~~~~~~~~~
--- script
begin { $a = $a; }
--- error
stdin:1:14-16: ERROR: Undefined or undeclared variable: $a
begin { $a = $a; }
             ~~
--- script
t:a:b { } t:c:d { }
--- error
stdin:1:1-6: ERROR: No matches for tracepoint a:b.
t:a:b { } t:c:d { }
~~~~~
stdin:1:11-16: ERROR: No matches for tracepoint c:d.
t:a:b { } t:c:d { }
          ~~~~~
--- script
t: { }
--- error
stdin:1:1-3: ERROR: No matches for tracepoint .
t: { }
~~
