a raw tracepoint: its arguments as numbers
--- script
rawtracepoint:sys_enter /pid == $CHILD && arg1 == 110/ { @ = count(); }
--- live run=work getppid 5
--- matrix
--- out


@: 5
