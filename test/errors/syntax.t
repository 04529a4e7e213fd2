syntax errors: position and words
--- script
begin { $x = 1; $x(); }
--- error
stdin:1:19-20: ERROR: syntax: expected ';'
begin { $x = 1; $x(); }
                  ~
--- script
begin { print(&1); }
--- error
stdin:1:16-17: ERROR: syntax: address-of operator (&) can only be used on a map or variable
begin { print(&1); }
               ~
--- script
begin { print(0x1ffffffffffffffff); }
--- error
stdin:1:15-34: ERROR: syntax: overflow error, maximum value is 18446744073709551615: 0x1ffffffffffffffff
begin { print(0x1ffffffffffffffff); }
              ~~~~~~~~~~~~~~~~~~~
--- script
begin { print(18446744073709551616); }
--- error
stdin:1:15-35: ERROR: syntax: overflow error, maximum value is 18446744073709551615: 18446744073709551616
begin { print(18446744073709551616); }
              ~~~~~~~~~~~~~~~~~~~~
--- script
begin { print(5e20); }
--- error
stdin:1:15-19: ERROR: syntax: overflow error, maximum value is 18446744073709551615: 5e20
begin { print(5e20); }
              ~~~~
--- script
begin { print(12e3); }
--- error
stdin:1:15-19: ERROR: syntax: coefficient part of scientific literal must be 1-9: 12e3
begin { print(12e3); }
              ~~~~
--- script
begin { print(0b11); }
--- error
stdin:1:16-19: ERROR: syntax: invalid integer suffix 'b11'
begin { print(0b11); }
               ~~~
--- script
begin { print(1x); }
--- error
stdin:1:16-17: ERROR: syntax: invalid integer suffix 'x'
begin { print(1x); }
               ~
--- script
begin { print(5zs); }
--- error
stdin:1:16-18: ERROR: syntax: invalid integer suffix 'zs'
begin { print(5zs); }
               ~~
--- script
begin { print(4294967296u); }
--- error
stdin:1:15-26: ERROR: syntax: overflow error, maximum value is 4294967295: 4294967296u
begin { print(4294967296u); }
              ~~~~~~~~~~~
--- script
begin { print("abc); }
--- error
stdin:1:15-23: ERROR: syntax: unterminated string
begin { print("abc); }
              ~~~~~~~~
stdin:1:23-23: ERROR: syntax: expected ')'
begin { print("abc); }
                      
stdin:1:23-23: ERROR: syntax: expected '}'
begin { print("abc); }
                      
--- script
begin { print("a\q"); }
--- error
stdin:1:18-19: ERROR: syntax: invalid escape character '\q'
begin { print("a\q"); }
                 ~
--- script
begin { print('a'); }
--- error
stdin:1:15-16: ERROR: syntax: unexpected character '''
begin { print('a'); }
              ~
stdin:1:17-18: ERROR: syntax: unexpected character '''
begin { print('a'); }
                ~
--- script
begin { print(1_); }
--- error
stdin:1:15-17: ERROR: syntax: trailing underscore in integer literal
begin { print(1_); }
              ~~
--- script
begin { $x = 1 }}
--- error
stdin:1:18-18: ERROR: syntax: expected '{'
begin { $x = 1 }}
                 
--- script
begin { $x = 1; 
--- error
stdin:1:17-17: ERROR: syntax: expected '}'
begin { $x = 1; 
                
--- script
begin { if { } }
--- error
stdin:1:16-17: ERROR: syntax: expected '{'
begin { if { } }
               ~
--- script
begin { if (1) }
--- error
stdin:1:16-17: ERROR: syntax: expected '{'
begin { if (1) }
               ~
--- script
begin { while { } }
--- error
stdin:1:19-20: ERROR: syntax: expected '{'
begin { while { } }
                  ~
--- script
begin { while (1) }
--- error
stdin:1:19-20: ERROR: syntax: expected '{'
begin { while (1) }
                  ~
--- script
begin { for { } }
--- error
stdin:1:13-14: ERROR: syntax: expected variable in for loop
begin { for { } }
            ~
--- script
begin { for $i : 1..10 }
--- error
stdin:1:24-25: ERROR: syntax: expected '{'
begin { for $i : 1..10 }
                       ~
--- script
begin { for ($i : 1) { } }
--- error
stdin:1:19-20: ERROR: syntax: expected map or range in for loop
begin { for ($i : 1) { } }
                  ~
--- script
begin { let @x; }
--- error
stdin:1:13-15: ERROR: syntax: expected variable after 'let'
begin { let @x; }
            ~~
--- script
begin { 1 = 2; }
--- error
stdin:1:11-12: ERROR: syntax: expected ';'
begin { 1 = 2; }
          ~
--- script
begin { 1++; }
--- error
stdin:1:9-12: ERROR: syntax: increment/decrement requires a variable or map
begin { 1++; }
        ~~~
--- script
begin { $x = 1; $x++ = 2; }
--- error
stdin:1:22-23: ERROR: syntax: expected ';'
begin { $x = 1; $x++ = 2; }
                     ~
--- script
begin { pid = 1; }
--- error
stdin:1:9-16: ERROR: syntax: invalid assignment target
begin { pid = 1; }
        ~~~~~~~
--- script
begin { _ = ; }
--- error
stdin:1:13-14: ERROR: syntax: expected expression
begin { _ = ; }
            ~
--- script
begin 
--- error
stdin:1:7-7: ERROR: syntax: expected '{'
begin 
      
--- script
begin { } end
--- error
stdin:1:14-14: ERROR: syntax: expected '{'
begin { } end
             
--- script
{ }
--- error
stdin:1:1-2: ERROR: syntax: expected attach point
{ }
~
--- script
t:syscalls:sys_enter_write /pid { }
--- error
stdin:1:33-34: ERROR: syntax: expected '/' to close predicate
t:syscalls:sys_enter_write /pid { }
                                ~
--- script
config = { max_strlen = -1 } begin { }
--- error
stdin:1:25-26: ERROR: syntax: expected string, int, boolean, or ident
config = { max_strlen = -1 } begin { }
                        ~
--- script
config = { max_strlen = 1 } config = { max_strlen = 1 } begin { }
--- error
stdin:1:29-35: ERROR: syntax: duplicate config block
config = { max_strlen = 1 } config = { max_strlen = 1 } begin { }
                            ~~~~~~
--- script
config { max_strlen = 1 } begin { }
--- error
stdin:1:10-24: ERROR: syntax: invalid assignment target
config { max_strlen = 1 } begin { }
         ~~~~~~~~~~~~~~
--- script
config = { max_strlen 1 } begin { }
--- error
stdin:1:23-24: ERROR: syntax: expected '='
config = { max_strlen 1 } begin { }
                      ~
--- script
let @x = hash(0); begin { @x = 1 }
--- error
stdin:1:15-16: ERROR: syntax: expected positive integer for map declaration max entries
let @x = hash(0); begin { @x = 1 }
              ~
--- script
let @x = hash("a"); begin { @x = 1 }
--- error
stdin:1:15-18: ERROR: syntax: expected positive integer for map declaration max entries
let @x = hash("a"); begin { @x = 1 }
              ~~~
--- script
let $x = 1; begin { }
--- error
stdin:1:1-4: ERROR: syntax: root-level let statements need to be map declarations, e.g. let @a = hash(2);
let $x = 1; begin { }
~~~
--- script
macro m { 1 } begin { }
--- error
stdin:1:9-10: ERROR: syntax: expected '('
macro m { 1 } begin { }
        ~
--- script
fn f($a) : int64 { return 1; } begin { f(1); }
--- error
stdin:1:8-9: ERROR: syntax: expected ':'
fn f($a) : int64 { return 1; } begin { f(1); }
       ~
--- script
import nosuch; begin { }
--- error
stdin:1:8-14: ERROR: syntax: expected string after 'import'
import nosuch; begin { }
       ~~~~~~
--- script
begin { print($1a); }
--- error
stdin:1:17-18: ERROR: syntax: expected ')'
begin { print($1a); }
                ~
--- script
begin { print($0); }
--- error
stdin:1:15-17: ERROR: syntax: invalid positional parameter: $0
begin { print($0); }
              ~~
--- script
begin { print($99999999999); }
--- error
stdin:1:15-27: ERROR: syntax: invalid positional parameter: $99999999999
begin { print($99999999999); }
              ~~~~~~~~~~~~
--- script
begin { ++1; }
--- error
stdin:1:9-12: ERROR: syntax: increment/decrement requires a variable or map
begin { ++1; }
        ~~~
--- script
begin { print((int8[-1])1); }
--- error
stdin:1:25-26: ERROR: syntax: expected ')'
begin { print((int8[-1])1); }
                        ~
--- script
begin { /* a
--- error
stdin:1:9-11: ERROR: syntax: end of file inside a comment
begin { /* a
        ~~
stdin:1:13-13: ERROR: syntax: expected '}'
begin { /* a
            
--- script
begin { print($); }
--- error
stdin:1:15-16: ERROR: syntax: a name must follow '$'
begin { print($); }
              ~
--- script
begin { print(1); } struct a { int x; };
--- error
stdin:1:21-27: ERROR: syntax: C definitions must appear before probes and functions
begin { print(1); } struct a { int x; };
                    ~~~~~~
stdin:1:41-41: ERROR: syntax: expected '{'
begin { print(1); } struct a { int x; };
                                        
--- script
begin { print(`); }
--- error
stdin:1:15-16: ERROR: syntax: unexpected character '`'
begin { print(`); }
              ~
--- script
begin { @x[] = 1; }
--- error
stdin:1:9-13: ERROR: syntax: a map's key must not be empty
begin { @x[] = 1; }
        ~~~~
--- script
$x:a { }
--- error
stdin:1:1-2: ERROR: syntax: invalid '$' in an attach point; put the part in quotes if it is meant
$x:a { }
~
--- script
config = { 1 = 2 } begin { }
--- error
stdin:1:12-13: ERROR: syntax: expected config key
config = { 1 = 2 } begin { }
           ~
--- script
begin { let $x : = 1; }
--- error
stdin:1:18-19: ERROR: syntax: expected type
begin { let $x : = 1; }
                 ~
--- script
begin { $a = 1; $a.b = 2; }
--- error
stdin:1:17-25: ERROR: syntax: invalid assignment target
begin { $a = 1; $a.b = 2; }
                ~~~~~~~~
--- script
begin { args.x = 1; }
--- error
stdin:1:9-19: ERROR: syntax: invalid assignment target
begin { args.x = 1; }
        ~~~~~~~~~~
--- script
t:syscalls:sys_enter_write { args.count = 1; }
--- error
stdin:1:30-44: ERROR: syntax: invalid assignment target
t:syscalls:sys_enter_write { args.count = 1; }
                             ~~~~~~~~~~~~~~
--- script
begin { print(1 ? 2); }
--- error
stdin:1:20-21: ERROR: syntax: expected ':'
begin { print(1 ? 2); }
                   ~
--- script
begin { if 1 print(1); }
--- error
stdin:1:14-19: ERROR: syntax: expected '{'
begin { if 1 print(1); }
             ~~~~~
--- script
begin { else { } }
--- error
stdin:1:9-13: ERROR: syntax: expected expression
begin { else { } }
        ~~~~
--- script
begin { @x = 1 @y = 2 }
--- error
stdin:1:16-18: ERROR: syntax: expected ';'
begin { @x = 1 @y = 2 }
               ~~
--- script
begin { print(1) print(2) }
--- error
stdin:1:18-23: ERROR: syntax: expected ';'
begin { print(1) print(2) }
                 ~~~~~
--- script
begin { unroll(3) }
--- error
stdin:1:19-20: ERROR: syntax: expected '{'
begin { unroll(3) }
                  ~
--- script
begin { $x = 5; $x(1); }
--- error
stdin:1:19-20: ERROR: syntax: expected ';'
begin { $x = 5; $x(1); }
                  ~
--- script
t:syscalls:sys_enter_write / { }
--- error
stdin:1:28-29: ERROR: syntax: expected '{'
t:syscalls:sys_enter_write / { }
                           ~
--- script
t:syscalls:sys_enter_write // { }
--- error
stdin:1:34-34: ERROR: syntax: expected '{'
t:syscalls:sys_enter_write // { }
                                 
--- script
t:syscalls:sys_enter_write /1/ 
--- error
stdin:1:32-32: ERROR: syntax: expected expression
t:syscalls:sys_enter_write /1/ 
                               
--- script
begin { print(typeof(1)); }
--- error
stdin:1:15-24: ERROR: syntax: expected expression
begin { print(typeof(1)); }
              ~~~~~~~~~
--- script
begin { print(0x); }
--- error
stdin:1:15-17: ERROR: syntax: overflow error, maximum value is 18446744073709551615: 0x
begin { print(0x); }
              ~~
--- script
begin { print(08); }
--- error
stdin:1:16-17: ERROR: syntax: invalid integer suffix '8'
begin { print(08); }
               ~
--- script
begin { print(1e); }
--- error
stdin:1:15-17: ERROR: syntax: overflow error, maximum value is 18446744073709551615: 1e
begin { print(1e); }
              ~~
--- script
begin { print(10e1); }
--- error
stdin:1:15-19: ERROR: syntax: coefficient part of scientific literal must be 1-9: 10e1
begin { print(10e1); }
              ~~~~
--- script
begin { print("\400"); }
--- error
stdin:1:16-20: ERROR: syntax: octal escape sequence out of range '\400'
begin { print("\400"); }
               ~~~~
--- script
begin { print("\x"); }
--- error
stdin:1:18-18: ERROR: syntax: invalid hex escape sequence
begin { print("\x"); }
                 
--- script
begin { print("tab	in"); print(") }
--- error
stdin:1:32-36: ERROR: syntax: unterminated string
begin { print("tab    in"); print(") }
                                  ~~~~
stdin:1:36-36: ERROR: syntax: expected ')'
begin { print("tab    in"); print(") }
                                      
stdin:1:36-36: ERROR: syntax: expected '}'
begin { print("tab    in"); print(") }
                                      
--- script
begin { printf("a
--- error
stdin:1:16-18: ERROR: syntax: unterminated string
begin { printf("a
               ~~
stdin:1:18-18: ERROR: syntax: expected ')'
begin { printf("a
                 
stdin:1:18-18: ERROR: syntax: expected '}'
begin { printf("a
                 
--- script
begin begin { }
--- error
stdin:1:7-12: ERROR: syntax: expected '{'
begin begin { }
      ~~~~~
--- script
begin { } ; end { }
--- error
stdin:1:13-16: ERROR: syntax: expected '{'
begin { } ; end { }
            ~~~
