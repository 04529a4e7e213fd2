user stacks of a process that has ended by the time of printing still have names
--- script
u:$BUILD/test/work:work_probe /pid == $CHILD/ { @[ustack] = count(); }
--- live run=work linger call 2
--- matrix
--- out-match


@[
        work_probe+<n>
        main+<n>
…
]: 2
