the page fault tracepoint by user stack
--- script
t:exceptions:page_fault_user /pid == $CHILD/ { @[ustack, comm] = count(); }
--- live run=work linger fault 20
--- matrix
--- out-match
…
@[
        do_fault+<n>
        main+<n>
…
, work]: 20
…
