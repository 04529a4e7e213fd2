an object built on another kernel runs here: its accesses are relocated
--- args run $BUILD/test/portable.bpf.o
--- live run=work getppid 2
--- matrix
--- out
work 1 1 1
/
work 1 1 1
/


@: 2
