map declarations, macros, functions, imports, C parts
--- script
let @x = nosuch(1); begin { @x = 1 }
--- error
stdin:1:1-20: ERROR: Invalid bpf map type: nosuch
let @x = nosuch(1); begin { @x = 1 }
~~~~~~~~~~~~~~~~~~~
HINT: Valid map types: percpulruhash, percpuhash, lruhash, hash
--- script
let @x = hash(10); begin { @x[1] = count() }
--- error
stdin:1:28-33: ERROR: Incompatible map types. Type from declaration: hash. Type from value/key type: percpuhash
let @x = hash(10); begin { @x[1] = count() }
                           ~~~~~
--- script
let @x = percpuhash(10); begin { @x[1] = 1 }
--- error
stdin:1:34-39: ERROR: Incompatible map types. Type from declaration: percpuhash. Type from value/key type: hash
let @x = percpuhash(10); begin { @x[1] = 1 }
                                 ~~~~~
--- script
let @x = hash(1); let @x = hash(2); begin { @x = 1 }
--- error
stdin:1:1-18: ERROR: Map @x was already declared
let @x = hash(1); let @x = hash(2); begin { @x = 1 }
~~~~~~~~~~~~~~~~~
stdin:1:19-36: ERROR: Map @x was already declared
let @x = hash(1); let @x = hash(2); begin { @x = 1 }
                  ~~~~~~~~~~~~~~~~~
--- script
macro m($x) { $x } begin { m(1); }
--- error
stdin:1:28-32: ERROR: Call to m() has arguments that do not match any definition.
macro m($x) { $x } begin { m(1); }
                           ~~~~
stdin:1:30-31: ERROR: Mismatched arg. m() expects a variable for arg $x but got an expression.
macro m($x) { $x } begin { m(1); }
                             ~
stdin:1:9-11: ERROR: This is the argument in the closest definition.
macro m($x) { $x } begin { m(1); }
        ~~
--- script
macro m(@x) { @x } begin { m(1); }
--- error
stdin:1:28-32: ERROR: Call to m() has arguments that do not match any definition.
macro m(@x) { @x } begin { m(1); }
                           ~~~~
stdin:1:30-31: ERROR: Mismatched arg. m() expects a map for arg @x but got an expression.
macro m(@x) { @x } begin { m(1); }
                             ~
stdin:1:9-11: ERROR: This is the argument in the closest definition.
macro m(@x) { @x } begin { m(1); }
        ~~
--- script
macro m(x) { x } begin { m(); }
--- error
stdin:1:26-29: ERROR: Call to m() has arguments that do not match any definition.
macro m(x) { x } begin { m(); }
                         ~~~
stdin:1:7-8: ERROR: The closest definition of m() has a different number of arguments. Expected: 1 but got 0.
macro m(x) { x } begin { m(); }
      ~
--- script
macro m(x) { @y = x } begin { m(1); }
--- error
stdin:1:14-16: ERROR: Unhygienic access to map: @y. Maps must be passed into the macro as arguments.
macro m(x) { @y = x } begin { m(1); }
             ~~
stdin:1:31-35: ERROR: expanded from
macro m(x) { @y = x } begin { m(1); }
                              ~~~~
--- script
macro m(x) { m(x) } begin { m(1); }
--- error
stdin:1:14-18: ERROR: Recursive macro call detected. Call chain: m > m
macro m(x) { m(x) } begin { m(1); }
             ~~~~
stdin:1:29-33: ERROR: expanded from
macro m(x) { m(x) } begin { m(1); }
                            ~~~~
--- script
macro m(x, x) { x } begin { m(1, 2); }
--- error
stdin:1:12-13: ERROR: Ident for macro argument has already been used: x
macro m(x, x) { x } begin { m(1, 2); }
           ~
--- script
fn f() : void { } begin { f(1); }
--- error
stdin:1:27-31: ERROR: f() requires 0 arguments (1 provided)
fn f() : void { } begin { f(1); }
                          ~~~~
--- script
fn f($a : int64) : int64 { return "a"; } begin { f(1); }
--- error
stdin:1:28-38: ERROR: Function f is of type int64, cannot return string[2]
fn f($a : int64) : int64 { return "a"; } begin { f(1); }
                           ~~~~~~~~~~
--- script
fn f($a : int64) { return 1; } begin { f(1); }
--- error
stdin:1:20-28: ERROR: Function f is of type void, cannot return int8
fn f($a : int64) { return 1; } begin { f(1); }
                   ~~~~~~~~
--- script
import "nosuch.bt"; begin { }
--- error
stdin:1:1-19: ERROR: Unable to find suitable path for import
import "nosuch.bt"; begin { }
~~~~~~~~~~~~~~~~~~
HINT: checked: nosuch.bt
--- script
struct a { int x; } struct a { int y; } begin { }
--- error
stdin:1:28-29: ERROR: redefinition of 'a'
struct a { int x; } struct a { int y; } begin { }
                           ~
stdin:1:8-9: previous definition is here
struct a { int x; } struct a { int y; } begin { }
       ~
--- script
struct a { nosuch x; } begin { }
--- error
stdin:1:12-18: ERROR: unknown type name 'nosuch'
struct a { nosuch x; } begin { }
           ~~~~~~
--- script
struct a { int x } begin { }
--- error
stdin:1:17-18: ERROR: expected ';' after member declaration
struct a { int x } begin { }
                ~
--- script
#include "nosuch.h"
--- error
stdin:1:10-20: ERROR: 'nosuch.h' file not found
#include "nosuch.h"
         ~~~~~~~~~~
--- script
#define A
--- error
ERROR: No probes to attach
--- script
fn f() : void { print(probe); } begin { f(); }
--- error
stdin:1:23-28: ERROR: Feature not supported outside probe
fn f() : void { print(probe); } begin { f(); }
                      ~~~~~
--- script
fn f() : void { print(probetype); } begin { f(); }
--- error
stdin:1:23-32: ERROR: Feature not supported outside probe
fn f() : void { print(probetype); } begin { f(); }
                      ~~~~~~~~~
--- script
fn f($a : int8, $b : int8, $c : int8, $d : int8, $e : int8, $f : int8) : void { } begin { }
--- error
stdin:1:4-5: ERROR: fn f() has more than 5 parameters
fn f($a : int8, $b : int8, $c : int8, $d : int8, $e : int8, $f : int8) : void { } begin { }
   ~
--- script
macro m($v) { $v } begin { m(1); }
--- error
stdin:1:28-32: ERROR: Call to m() has arguments that do not match any definition.
macro m($v) { $v } begin { m(1); }
                           ~~~~
stdin:1:30-31: ERROR: Mismatched arg. m() expects a variable for arg $v but got an expression.
macro m($v) { $v } begin { m(1); }
                             ~
stdin:1:9-11: ERROR: This is the argument in the closest definition.
macro m($v) { $v } begin { m(1); }
        ~~
--- script
fn f($p : struct nosuch *) : void { } begin { }
--- error
stdin:1:11-24: ERROR: Cannot resolve unknown type "struct nosuch"
fn f($p : struct nosuch *) : void { } begin { }
          ~~~~~~~~~~~~~
--- script
fn f() : int64 { return; } begin { }
--- error
stdin:1:18-24: ERROR: Function f is of type int64, cannot return void
fn f() : int64 { return; } begin { }
                 ~~~~~~
--- script
import "/etc/passwd"; begin { }
--- error
stdin:1:1-21: ERROR: unknown import type: "passwd"
import "/etc/passwd"; begin { }
~~~~~~~~~~~~~~~~~~~~
--- script
import "/nosuch/x.bpf.c"; begin { }
--- error
stdin:1:1-25: ERROR: Unable to find suitable path for import
import "/nosuch/x.bpf.c"; begin { }
~~~~~~~~~~~~~~~~~~~~~~~~
HINT: checked: /nosuch/x.bpf.c
