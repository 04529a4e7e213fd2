interval fires again and again; print and clear in its block
--- script
interval:ms:50 { @n++; printf("tick %d\n", @n); if (@n == 3) { clear(@n); exit(); } }
--- live stop=self
--- matrix
--- out
tick 1
tick 2
tick 3


--- script
i:ms:10 { print(elapsed > 0); print(elapsed < 60s); exit(); }
--- live stop=self
--- out
true
true


