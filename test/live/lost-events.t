events that found no room are counted and told
--- sh
cat >storm.bt <<'END'
config = { perf_rb_pages = 1 }
t:raw_syscalls:sys_enter /comm == "work"/ { printf("%s\n", str("a long text that fills the buffer quickly, again and again, until it has no room left at all")); }
END
waggle -c 'work getppid 200000' storm.bt >out 2>err
tail -1 err
--- live
--- timeout 60
--- out-match
WARNING: Total lost event count: <n>
