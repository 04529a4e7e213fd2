without the kernel's type information: said in words
--- script
begin { print(((struct task_struct *)1)->pid); }
--- args --btf /no/such/btf
--- status 1
--- err-match
…
--- script
t:syscalls:sys_enter_write { print(args.count); }
--- args --btf /no/such/btf
--- status 1
--- err-match
…
