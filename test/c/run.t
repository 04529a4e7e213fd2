waggle run of a C program: attached by its section, its trace output shown
--- c
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

SEC("tracepoint/syscalls/sys_enter_getppid")
int on_getppid(void *ctx)
{
	if (bpf_get_current_pid_tgid() >> 32 == $CHILD)
		bpf_printk("seen");
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
--- live run=work getppid 1
--- matrix
--- err-match
Attached 1 program
