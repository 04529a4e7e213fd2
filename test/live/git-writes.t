a predicate on names, as people write it
--- script
tracepoint:syscalls:sys_enter_write / comm == "work" || comm == "git-remote-http" / { printf(" write %s, %d, buf: %s\n", comm, pid, str(args->buf)); }
--- live run=work write 1 pushed
--- matrix
--- out-match
…
 write work, $CHILD, buf: pushed
…
