Ctrl-C at any moment: the end programs run, the maps are shown, nothing stays
--- sh
before=$(bpftool prog list | grep -c . || true)
waggle -e 'begin { @x = 1; } t:syscalls:sys_enter_getppid /comm == "work"/ { @ = count(); } end { printf("end\n"); }' >out 2>err &
p=$!
until grep -q Attached err; do sleep 0.05; done
kill -INT $p
wait $p
grep -v __BPF out
for i in 0.005 0.02 0.05 0.1; do
	waggle -e 't:syscalls:sys_enter_* { @[probe] = count(); }' >/dev/null 2>&1 &
	p=$!
	sleep $i
	kill -TERM $p 2>/dev/null || true
	wait $p || true
done
after=$(bpftool prog list | grep -c . || true)
[ "$before" = "$after" ] && echo "nothing left"
--- live needs=cmd:bpftool
--- kernels 5.10 6.1 6.12 newest
--- out
end


@x: 1
nothing left
