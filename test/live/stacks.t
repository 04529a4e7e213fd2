kernel and user stacks, whole and limited, printed and as keys
--- script
t:syscalls:sys_enter_getppid /pid == $CHILD/ { print(ustack(2)); print(kstack(1)); @[ustack(1)] = count(); }
--- live run=work linger getppid 1
--- matrix
--- out-match

        syscall+<n>
        main+<n>


        …+<n>



@[
        syscall+<n>
]: 1
