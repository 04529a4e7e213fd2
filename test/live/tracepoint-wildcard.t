one block on many tracepoints by a wildcard
--- script
t:syscalls:sys_enter_getp* /pid == $CHILD/ { @[probe] = count(); }
--- live run=work getppid 4
--- matrix
--- out


@[tracepoint:syscalls:sys_enter_getppid]: 4
--- err-match
Attached <n> probes
