without the kernel's type information: said in words
--- script
begin { print(((struct task_struct *)1)->pid); }
--- args --btf /no/such/btf
--- status 1
--- err-match
…
--- script
begin { print(curtask->pid); }
--- args --btf /no/such/btf
--- status 1
--- err-match
stdin:1:<n>-<n>: ERROR: …
…
