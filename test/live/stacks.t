kernel and user stacks, whole and limited, printed and as keys
--- script
t:syscalls:sys_enter_getppid /pid == $CHILD/ { print(ustack(2)); @[ustack(1)] = count(); }
--- live run=work linger getppid 1
--- matrix
--- out-match

        syscall+<n>
        main+<n>



@[
        syscall+<n>
]: 1
--- script
t:kmem:kmem_cache_alloc /pid == $CHILD/ { @n++; if (@n == 1) { print(kstack(2)); @[kstack(1)] = count(); } }
--- live run=work open /etc/passwd
--- matrix
--- out-match

        …+<n>
        …+<n>



@[
        …+<n>
]: 1
@n: <n>
