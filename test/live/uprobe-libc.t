a library's function with the user's stack and name as keys
--- script
u:/lib/x86_64-linux-gnu/libc.so.6:malloc /pid == $CHILD && arg0 >= 1000 && arg0 < 1010/ { @[ustack, comm] = sum(arg0); }
--- live run=work linger malloc 10
--- matrix
--- out-match


@[
        malloc+0
        main+<n>
…
, work]: 10045
