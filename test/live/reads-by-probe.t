the probe's name as key
--- script
t:syscalls:sys_enter_read /pid == $CHILD/ { @[probe] = count(); }
--- live run=work open /etc/passwd
--- matrix
--- out-match


@[tracepoint:syscalls:sys_enter_read]: <n>
