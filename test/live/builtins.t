what builtins say of a process that the test started
--- script
t:syscalls:sys_enter_getppid /pid == $CHILD/ {
	printf("%d %d %s %d %d\n", pid == $CHILD, tid == $CHILD, comm, uid, gid);
	printf("%d %d %d\n", nsecs > 0, cpu < 4096, cgroup > 0);
	printf("%d %d\n", curtask > 0, ((struct task_struct *)curtask)->tgid == $CHILD);
	printf("%s\n", probe);
	@ = rand % 2 < 2;
}
--- live run=work getppid 1
--- matrix
--- out
1 1 work 0 0
1 1 1
1 1
tracepoint:syscalls:sys_enter_getppid


@: true
