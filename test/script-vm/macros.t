macros of the language: by value, by reference, overloads
--- script
macro twice(x) { x * 2 }
macro add($v, n) { $v += n; }
macro put(@m, k) { @m[k] = 1; }
begin { print(twice(21)); $a = 5; add($a, 3); print($a); put(@x, "k"); }
--- vm
--- out
42
8


@x[k]: 1
