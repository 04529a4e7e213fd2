if, else if, else, ternary, and return
--- script
begin { for ($i : 0..4) { if ($i == 0) { printf("zero\n"); } else if ($i == 1) { printf("one\n"); } else { printf("%s\n", $i > 2 ? "three" : "two"); } } exit(); }
--- live needs=bpf2bpf_callback stop=self
--- matrix
--- out
zero
one
two
three


--- script
begin { @x = 1; if (@x) { printf("yes\n"); exit(); return; } printf("no\n"); }
--- live stop=self
--- out
yes


@x: 1
