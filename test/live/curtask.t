a walk through kernel structures: parent, names, nested members
--- script
t:syscalls:sys_enter_getppid /pid == $CHILD/ {
	$t = (struct task_struct *)curtask;
	printf("%s %d %d %d\n", $t->comm, $t->pid, $t->real_parent->tgid > 0, $t->mm->mm_users.counter);
	printf("%s\n", str($t->group_leader->comm));
}
--- live run=work getppid 1
--- matrix
--- out
work $CHILD 1 1
work


