positional parameters and their number
--- script
begin { printf("%d %s %d\n", $1, str($2), $#); exit(); }
--- args script.bt 15 word
--- live stop=self
--- matrix
--- out
15 word 2


