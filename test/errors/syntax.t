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
