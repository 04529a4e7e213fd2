maps: types of keys and values, functions on maps
--- script
begin { @x = 1; @x = "a"; }
--- error
stdin:1:17-25: ERROR: Type mismatch for @x: trying to assign value of type 'string[2]' when map already has a type 'int8'
begin { @x = 1; @x = "a"; }
                ~~~~~~~~
--- script
begin { @x[1] = 1; @x["a"] = 1; }
--- error
stdin:1:20-27: ERROR: Argument mismatch for @x: trying to access with arguments: 'string[2]' when map expects arguments: 'int8'
begin { @x[1] = 1; @x["a"] = 1; }
                   ~~~~~~~
--- script
begin { @x[1] = 1; @x[1,2] = 1; }
--- error
stdin:1:20-27: ERROR: Argument mismatch for @x: trying to access with arguments: '(int8,int8)' when map expects arguments: 'int8'
begin { @x[1] = 1; @x[1,2] = 1; }
                   ~~~~~~~
--- script
begin { @x[1] = 1; @x = 1; }
--- error
stdin:1:20-22: ERROR: @x used as a map without an explicit key (scalar map), previously used with an explicit key (non-scalar map)
begin { @x[1] = 1; @x = 1; }
                   ~~
--- script
begin { print(@x); }
--- error
stdin:1:15-17: ERROR: Undefined map: @x
begin { print(@x); }
              ~~
--- script
begin { @x = 1; print(@x, -1); }
--- error
stdin:1:17-30: ERROR: print() expects a positive integer literal for the top argument
begin { @x = 1; print(@x, -1); }
                ~~~~~~~~~~~~~
--- script
begin { @x = 1; print(@x, 1, 2, 3); }
--- error
stdin:1:17-35: ERROR: print() takes up to 3 arguments (4 provided)
begin { @x = 1; print(@x, 1, 2, 3); }
                ~~~~~~~~~~~~~~~~~~
--- script
begin { @x[1] = 1; print(@x[1], 2); }
--- error
stdin:1:20-35: ERROR: Non-map print() only takes 1 argument, 2 found
begin { @x[1] = 1; print(@x[1], 2); }
                   ~~~~~~~~~~~~~~~
--- script
begin { clear(@x); }
--- error
stdin:1:15-17: ERROR: Undefined map: @x
begin { clear(@x); }
              ~~
--- script
begin { @x = 1; clear(@x[1]); }
--- error
stdin:1:23-28: ERROR: clear() expects a map argument
begin { @x = 1; clear(@x[1]); }
                      ~~~~~
--- script
begin { delete(@x); }
--- error
stdin:1:16-18: ERROR: Undefined map: @x
begin { delete(@x); }
               ~~
--- script
begin { @x[1] = 1; delete(@x); }
--- error
stdin:1:20-30: ERROR: call to delete() with a single argument expects a map without explicit keys (scalar map)
begin { @x[1] = 1; delete(@x); }
                   ~~~~~~~~~~
HINT: Use clear() to remove all elements of @x.
--- script
begin { @x[1] = 1; delete(@x, "a"); }
--- error
stdin:1:20-35: ERROR: Argument mismatch for @x: trying to access with arguments: 'string[2]' when map expects arguments: 'int8'
begin { @x[1] = 1; delete(@x, "a"); }
                   ~~~~~~~~~~~~~~~
--- script
begin { @x = 1; delete(@x, 1); }
--- error
stdin:1:17-30: ERROR: @x used as a map with an explicit key (non-scalar map), previously used without an explicit key (scalar map)
begin { @x = 1; delete(@x, 1); }
                ~~~~~~~~~~~~~
--- script
begin { has_key(@x, 1); }
--- error
stdin:1:17-19: ERROR: Undefined map: @x
begin { has_key(@x, 1); }
                ~~
--- script
begin { @x = 1; has_key(@x, 1); }
--- error
stdin:1:17-31: ERROR: @x used as a map with an explicit key (non-scalar map), previously used without an explicit key (scalar map)
begin { @x = 1; has_key(@x, 1); }
                ~~~~~~~~~~~~~~
--- script
begin { @x[1] = 1; has_key(@x); }
--- error
stdin:1:20-31: ERROR: has_key() requires 2 arguments (1 provided)
begin { @x[1] = 1; has_key(@x); }
                   ~~~~~~~~~~~
--- script
begin { len(@x); }
--- error
stdin:1:13-15: ERROR: Undefined map: @x
begin { len(@x); }
            ~~
--- script
begin { for ($i : @x) { } }
--- error
stdin:1:19-21: ERROR: Undefined map: @x
begin { for ($i : @x) { } }
                  ~~
--- script
begin { @x = 1; for ($i : @x) { } }
--- error
stdin:1:27-29: ERROR: @x has no explicit keys (scalar map), and cannot be used for iteration
begin { @x = 1; for ($i : @x) { } }
                          ~~
--- script
begin { @x++; @x = "a"; }
--- error
stdin:1:15-23: ERROR: Type mismatch for @x: trying to assign value of type 'string[2]' when map already has a type 'int64'
begin { @x++; @x = "a"; }
              ~~~~~~~~
--- script
begin { @x[print(1)] = 1; }
--- error
stdin:1:9-21: ERROR: Value 'void' cannot be used as a map key.
begin { @x[print(1)] = 1; }
        ~~~~~~~~~~~~
--- script
begin { @x = print(1); }
--- error
stdin:1:14-22: ERROR: print() does not return a value
begin { @x = print(1); }
             ~~~~~~~~
--- script
begin { @a = @b; }
--- error
stdin:1:14-16: ERROR: Undefined map: @b
begin { @a = @b; }
             ~~
--- script
begin { @a[@b] = 1; }
--- error
stdin:1:12-14: ERROR: Undefined map: @b
begin { @a[@b] = 1; }
           ~~
--- script
begin { @a = 1; @a[1]++; }
--- error
stdin:1:17-22: ERROR: @a used as a map with an explicit key (non-scalar map), previously used without an explicit key (scalar map)
begin { @a = 1; @a[1]++; }
                ~~~~~
--- script
begin { find(@x, 1, $v); }
--- error
stdin:1:14-16: ERROR: Undefined map: @x
begin { find(@x, 1, $v); }
             ~~
--- script
begin { @x[1] = 1; find(@x, "a", $v); }
--- error
stdin:1:20-37: ERROR: Argument mismatch for @x: trying to access with arguments: 'string[2]' when map expects arguments: 'int8'
begin { @x[1] = 1; find(@x, "a", $v); }
                   ~~~~~~~~~~~~~~~~~
--- script
begin { @x = (1, "a"); @x = 1; }
--- error
stdin:1:24-30: ERROR: Type mismatch for @x: trying to assign value of type 'int8' when map already has a type '(int8,string[2])'
begin { @x = (1, "a"); @x = 1; }
                       ~~~~~~
--- script
begin { @x[1] = 1; print(@x, pid); }
--- error
stdin:1:20-34: ERROR: print() expects a positive integer literal for the top argument
begin { @x[1] = 1; print(@x, pid); }
                   ~~~~~~~~~~~~~~
--- script
begin { @x[1] = 1; $kv = 1; for ($kv : @x) { } }
--- error
stdin:1:34-37: ERROR: Loop declaration shadows existing variable: $kv
begin { @x[1] = 1; $kv = 1; for ($kv : @x) { } }
                                 ~~~
stdin:1:20-27: ERROR: This is the initial assignment.
begin { @x[1] = 1; $kv = 1; for ($kv : @x) { } }
                   ~~~~~~~
--- script
begin { @s = "a"; @s++; }
--- error
stdin:1:19-23: ERROR: The + operator can not be used on expressions of type 'string'
begin { @s = "a"; @s++; }
                  ~~~~
--- script
begin { @x = kstack; @x = 1; }
--- error
stdin:1:22-28: ERROR: Type mismatch for @x: trying to assign value of type 'int8' when map already has a type 'kstack'
begin { @x = kstack; @x = 1; }
                     ~~~~~~
--- script
begin { delete(@a, 1, 2); }
--- error
stdin:1:9-25: ERROR: delete() takes up to 2 arguments (3 provided)
begin { delete(@a, 1, 2); }
        ~~~~~~~~~~~~~~~~
--- script
begin { @a = @a; }
--- error
stdin:1:14-16: ERROR: Undefined map: @a
begin { @a = @a; }
             ~~
--- script
begin { print(@); }
--- error
stdin:1:15-16: ERROR: Undefined map: @
begin { print(@); }
              ~
--- script
begin { clear(@a); @a++; zero(@b); }
--- error
stdin:1:31-33: ERROR: Undefined map: @b
begin { clear(@a); @a++; zero(@b); }
                              ~~
--- script
begin { @ = quantize(1); }
--- error
stdin:1:13-24: ERROR: Unknown function: 'quantize'
begin { @ = quantize(1); }
            ~~~~~~~~~~~
