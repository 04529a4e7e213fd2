fields of tracepoints: strings of the user, numbers, the return value
--- script
tracepoint:syscalls:sys_enter_write /pid == $CHILD/ { printf("%s %d %d %s\n", comm, args.count, args->fd > 2, str(args->buf, args->count)); }
--- live run=work write 2 some-text
--- matrix
--- out
work 9 1 some-text
work 9 1 some-text


--- script
t:syscalls:sys_enter_openat /pid == $CHILD && str(args.filename) == "/etc/passwd"/ { printf("%s\n", str(args.filename)); @fd[tid] = 1; }
t:syscalls:sys_exit_openat /@fd[tid]/ { printf("opened %d\n", args.ret >= 0); delete(@fd, tid); }
--- live run=work open /etc/passwd
--- matrix
--- out
/etc/passwd
opened 1


