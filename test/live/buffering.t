-B full and none give the same text
--- script
begin { printf("a\n"); printf("b\n"); exit(); }
--- args -B full
--- live stop=self
--- out
a
b


--- script
begin { printf("a\n"); printf("b\n"); exit(); }
--- args -B none
--- live stop=self
--- out
a
b


