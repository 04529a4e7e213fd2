builtins that tell of the process and the event
--- script
kprobe:vfs_read { printf("%d %d %s %d %d %d\n", pid, tid, comm, uid, gid, cpu); printf("%d %d\n", arg0, arg1 + arg2); @[pid, comm] = count(); }
--- vm pid=77 tid=78 comm=hello uid=1000 gid=100 cpu=3 words=0,0,0,0,0,0,0,0,0,0,0,0,30,20,10
--- out
77 78 hello 1000 100 3
10 50


@[77, hello]: 1
--- script
begin { printf("%d\n", nsecs); printf("%d\n", nsecs - nsecs <= 0); printf("%d\n", rand < 100000000000); printf("%d\n", cgroup); }
--- vm ns=5000 step=0 cgroup=42
--- out
5000
1
1
42


