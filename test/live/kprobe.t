kprobe and kretprobe: arguments, the return value, the function's name
--- script
kprobe:vfs_write /pid == $CHILD/ { @in[arg2, func] = count(); }
kretprobe:vfs_write /pid == $CHILD/ { @out[retval] = count(); }
--- live needs=kprobe run=work write 5 abcdefg
--- matrix
--- out


@in[7, vfs_write]: 5
@out[7]: 5
--- script
kprobe:vfs_read { @start[tid] = nsecs; } kretprobe:vfs_read /@start[tid]/ { @ns[comm] = hist(nsecs - @start[tid]); delete(@start[tid]); }
--- live needs=kprobe run=work open /etc/passwd
--- matrix
--- out-match
…
@ns[work]:
[…) …|…|
…
--- script
kprobe:ip_output { @[kstack(3)] = count(); } interval:s:10 { exit(); }
--- live needs=kprobe run=ping -c 2 -i 0.2 127.0.0.1
--- matrix
--- out-match


@[
        ip_output+<n>
        …+<n>
        …+<n>
]: <n>
…
