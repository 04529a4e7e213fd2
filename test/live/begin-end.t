begin and end run once each, in the script's order; the exit code is the script's
--- script
begin { printf("one\n"); } begin { printf("two\n"); @x = 7; exit(3); } end { printf("last %d\n", @x); }
--- live stop=self
--- matrix
--- out
one
two
last 7


@x: 7
--- status 3
--- script
BEGIN { exit(); printf("never\n"); } END { printf("end\n"); }
--- live stop=self
--- out
end


