one block on several kernel functions by a wildcard
--- script
kprobe:vfs_wri* /pid == $CHILD/ { @[func] = count(); }
--- live needs=kprobe run=work write 3 x
--- matrix
--- out


@[vfs_write]: 3
