a software event: every page fault of one process
--- script
software:page-faults:1 /pid == $CHILD/ { @ = count(); }
--- live run=work fault 200
--- matrix
--- out-match


@: <n>
