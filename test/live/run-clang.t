waggle run of an object that Clang made: the same as of the source
--- sh
bpftool btf dump file /sys/kernel/btf/vmlinux format c >vmlinux.h
for name in opensnoop execsnoop; do
	clang -O2 -g -target bpf -I. -c $TOP/examples/$name.bpf.c -o clang.o
	for program in $TOP/examples/$name.bpf.c clang.o; do
		waggle run $program -q -c "work write 1 x" | awk '/null|args|path|write/ { $1 = $2 = ""; print }'
	done
done
--- live needs=cmd:clang,cmd:bpftool
--- timeout 60
--- out
  comm path
  work /dev/null
  comm path
  work /dev/null
  ret comm args
  0 work work write 1 x
  ret comm args
  0 work work write 1 x
