a tracepoint with a predicate counts exactly the events of one process
--- script
tracepoint:syscalls:sys_enter_getppid /pid == $CHILD/ { @ = count(); @n[comm]++; }
--- live needs=ringbuf run=work getppid 12
--- matrix
--- out


@: 12
@n[work]: 12
--- script
t:syscalls:sys_enter_getppid,t:syscalls:sys_exit_getppid /pid == $CHILD/ { @[probe] = count(); }
--- live run=work getppid 3
--- matrix
--- out


@[tracepoint:syscalls:sys_enter_getppid]: 3
@[tracepoint:syscalls:sys_exit_getppid]: 3
