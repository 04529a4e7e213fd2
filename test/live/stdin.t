a program from standard input, and from a file
--- args -
--- stdin
begin { printf("from stdin\n"); exit(); }
--- live stop=self
--- out
from stdin


--- script
begin { printf("from a file\n"); exit(); }
--- args script.bt
--- live stop=self
--- out
from a file


