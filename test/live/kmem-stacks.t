bytes that the kernel allocates, by kernel stack
--- script
t:kmem:kmem_cache_alloc /pid == $CHILD/ { @bytes[kstack] = sum(args->bytes_alloc); }
--- live run=work open /etc/passwd
--- matrix
--- out-match


@bytes[
        …+<n>
…
]: <n>
…
