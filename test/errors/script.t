scripts that are wrong: position, line, marks, hint, as bpftrace has them; status 1
--- script
nosuch:foo { }
--- error
stdin:1:1-11: ERROR: Invalid probe type: nosuch
nosuch:foo { }
~~~~~~~~~~
--- script
tracepoint:syscalls:no_such_event { }
--- error
stdin:1:1-34: ERROR: No matches for tracepoint syscalls:no_such_event.
tracepoint:syscalls:no_such_event { }
~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
--- script
begin { $x = nosuchfunc(1); }
--- error
stdin:1:14-27: ERROR: Unknown function: 'nosuchfunc'
begin { $x = nosuchfunc(1); }
             ~~~~~~~~~~~~~
--- script
begin { print(nosuchbuiltin); }
--- error
stdin:1:15-28: ERROR: Unknown identifier: 'nosuchbuiltin'
begin { print(nosuchbuiltin); }
              ~~~~~~~~~~~~~
--- script
t:syscalls:sys_enter_write { print(args.nosuchfield); }
--- error
stdin:1:36-52: ERROR: Struct/union of type 'struct tracepoint:syscalls:sys_enter_write_args' does not contain a field named 'nosuchfield'
t:syscalls:sys_enter_write { print(args.nosuchfield); }
                                   ~~~~~~~~~~~~~~~~
--- script
begin { $x = 1; $x = "text"; }
--- error
stdin:1:17-28: ERROR: Type mismatch for $x: trying to assign value of type 'string[5]' when variable already has a type 'int8'
begin { $x = 1; $x = "text"; }
                ~~~~~~~~~~~
--- script
begin { @x = 1; @x[1] = 2; }
--- error
stdin:1:17-22: ERROR: @x used as a map with an explicit key (non-scalar map), previously used without an explicit key (scalar map)
begin { @x = 1; @x[1] = 2; }
                ~~~~~
--- script
begin { printf("%d\n", "text"); }
--- error
stdin:1:9-31: ERROR: unsupported format specifier for type 'string[5]': d
begin { printf("%d\n", "text"); }
        ~~~~~~~~~~~~~~~~~~~~~~
--- script
begin { printf("%d %d\n", 1); }
--- error
stdin:1:9-29: ERROR: not enough arguments for format string (1 supplied, 2 expected)
begin { printf("%d %d\n", 1); }
        ~~~~~~~~~~~~~~~~~~~~
--- script
begin { $x = }
--- error
stdin:1:14-15: ERROR: syntax: expected expression
begin { $x = }
             ~
--- script
begin { "unterminated }
--- error
stdin:1:9-24: ERROR: syntax: unterminated string
begin { "unterminated }
        ~~~~~~~~~~~~~~~
stdin:1:24-24: ERROR: syntax: expected ';'
begin { "unterminated }
                       
stdin:1:24-24: ERROR: syntax: expected '}'
begin { "unterminated }
                       
--- script
begin { @x = count(1); }
--- error
stdin:1:14-22: ERROR: count() requires no arguments (1 provided)
begin { @x = count(1); }
             ~~~~~~~~
--- script
begin { $y = $x + 1; }
--- error
stdin:1:14-16: ERROR: Undefined or undeclared variable: $x
begin { $y = $x + 1; }
             ~~
--- script
interval:s:0 { }
--- error
stdin:1:1-13: ERROR: interval frequency should be a positive integer
interval:s:0 { }
~~~~~~~~~~~~
--- script
begin { strncmp("a"); }
--- error
stdin:1:9-21: ERROR: strncmp() requires 3 arguments (1 provided)
begin { strncmp("a"); }
        ~~~~~~~~~~~~
--- script
kprobe
--- error
stdin:1:7-7: ERROR: syntax: expected '{'
kprobe
      
--- script
begin { break; }
--- error
stdin:1:9-15: ERROR: 'break' statement is not allowed in a probe
begin { break; }
        ~~~~~~
--- script
begin { 1 + ; } end { @ = nope(); }
--- error
stdin:1:13-14: ERROR: syntax: expected expression
begin { 1 + ; } end { @ = nope(); }
            ~
--- script
struct s { int a; };
begin { $x = (struct s *)1; print($x->b); }
--- error
stdin:2:35-40: ERROR: Struct/union of type 'struct s' does not contain a field named 'b'
begin { $x = (struct s *)1; print($x->b); }
                                  ~~~~~
HINT: did you mean a?
--- script
begin { print(((struct no_such_struct *)1)->a); }
--- error
stdin:1:17-38: ERROR: Cannot resolve unknown type "struct no_such_struct"
begin { print(((struct no_such_struct *)1)->a); }
                ~~~~~~~~~~~~~~~~~~~~~
--- script
uprobe:/no/such/binary:f { }
--- error
stdin:1:1-25: ERROR: No matches for uprobe /no/such/binary:f.
uprobe:/no/such/binary:f { }
~~~~~~~~~~~~~~~~~~~~~~~~
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
