profile samples the CPU that computes, with its kernel and user stacks
--- script
profile:hz:199 /pid == $CHILD/ { @[ustack] = count(); @n = count(); }
--- live run=work linger spin 300
--- matrix
--- out-match
…
        do_spin+<n>
        main+<n>
…
@n: <n>
