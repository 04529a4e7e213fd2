-l: probes by pattern, sorted, in bpftrace's layout
--- args -l 'tracepoint:syscalls:sys_enter_getp*'
--- live
--- matrix
--- out
tracepoint:syscalls:sys_enter_getpeername
tracepoint:syscalls:sys_enter_getpgid
tracepoint:syscalls:sys_enter_getpgrp
tracepoint:syscalls:sys_enter_getpid
tracepoint:syscalls:sys_enter_getppid
tracepoint:syscalls:sys_enter_getpriority
--- args -lv 'tracepoint:syscalls:sys_enter_write'
--- live
--- matrix
--- out-match
tracepoint:syscalls:sys_enter_write
    int __syscall_nr
    unsigned int fd
    const char * buf
    size_t count
…
--- args -l 'software:*'
--- out
software:alignment-faults:
software:bpf-output:
software:context-switches:
software:cpu-clock:
software:cpu-migrations:
software:cpu:
software:cs:
software:dummy:
software:emulation-faults:
software:faults:
software:major-faults:
software:minor-faults:
software:page-faults:
software:task-clock:
--- args -l 'kprobe:tcp_v4_con*'
--- live needs=kprobe
--- matrix
--- out
kprobe:tcp_v4_conn_request
kprobe:tcp_v4_connect
--- args -l '*sys_enter_accept*'
--- live
--- matrix
--- out-match
…
tracepoint:syscalls:sys_enter_accept
tracepoint:syscalls:sys_enter_accept4
--- args -l 'uprobe:$BUILD/test/work:work_*'
--- out
uprobe:$BUILD/test/work:work_probe
uprobe:$BUILD/test/work:work_probe_struct
uprobe:$BUILD/test/work:work_probe_too
--- args -lv 'struct path'
--- live
--- out-match
…struct path {
…struct vfsmount *mnt;
…struct dentry *dentry;
};

--- args -l
--- live
--- out-match
…
tracepoint:syscalls:sys_enter_write
…
--- args -l 'nosuchprobe:*'
--- out
--- script
begin { } t:syscalls:sys_enter_read { }
--- args -l
--- live
--- out
begin
tracepoint:syscalls:sys_enter_read
