-q says nothing but results
--- script
begin { printf("x\n"); exit(); }
--- args -q
--- live stop=self
--- out
x


--- err
