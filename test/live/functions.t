time, strftime, str, join, ksym, usym, kaddr, uaddr
--- script
begin { time("%Y\n"); printf("%s\n", strftime("%Y", nsecs)); printf("%s\n", ksym(kaddr("vfs_read"))); exit(); }
--- live stop=self
--- matrix
--- out-match
20<n>
20<n>
vfs_read


--- script
t:syscalls:sys_enter_execve /pid == $CHILD/ { join(args.argv); join(args.argv, ","); }
--- live run=work args one two three
--- matrix
--- out-match
…
true one two three
true,one,two,three


--- script
uprobe:$BUILD/test/work:work_probe /pid == $CHILD/ { printf("%s\n", usym(uaddr("work_probe_too") > 0 ? reg("ip") : 0)); exit(); }
--- live stop=self run=work linger call 1
--- out-match
work_probe…


