builtins that tell of the process, the machine, the types of expressions; text and memory functions
--- script
begin {
	print((ncpus > 0, numaid < 1000, ppid > 0, leader_tid > 0, has_cpid, usermode));
	printf("%s %s\n", leader_comm, pcomm == leader_comm ? "same" : "other");
	print(default_str_length);
	print((is_array((uint8[4])(uint32)1), is_integer(1), is_literal(pid), is_ptr(curtask), is_str("a")));
	print((is_unsigned_integer((uint8)1), is_err(0), strcap("abc"), str_concat("ab", "cd")));
	print((memcmp("abcd", "abcx", 3), memcmp("abcd", "abcx", 4) != 0, stack_len(kstack) >= 0));
	print((kptr(16), uptr(32)));
	print(kfunc_allowed("nosuch"));
	warnf("watch %d", 5);
	exit();
}
--- live
--- out-match
(true, true, true, true, false, 1)
… other
1024
(true, true, false, true, true)
(true, false, 4, abcd)
(0, true, true)
(…, …)
false


--- err-match
Attached 1 probe
…WARNING: watch 5
--- script
begin { print(cgroupid("/sys/fs/cgroup") >= 0); exit(); }
--- live
--- out-match
…
--- script
t:syscalls:sys_enter_getppid { signal_thread("SIGUSR2"); }
--- error
stdin:1:32-56: ERROR: signal_thread() is an unsafe function being used in safe mode
t:syscalls:sys_enter_getppid { signal_thread("SIGUSR2"); }
                               ~~~~~~~~~~~~~~~~~~~~~~~~
