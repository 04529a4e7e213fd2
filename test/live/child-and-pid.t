-c runs a command and ends with it
--- script
t:syscalls:sys_enter_getppid /comm == "work"/ { @ = count(); }
--- args -c 'work getppid 6'
--- live stop=self
--- matrix
--- out


@: 6
--- script
t:syscalls:sys_enter_getppid { @[comm] = count(); }
--- args -p $CHILD
--- live stop=self run=work getppid 4
--- matrix
--- out


@[work]: 4
