waggle run of C: wrong command lines name the option
--- file two.bpf.c
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

const volatile char small = 0;
const volatile char name[4] = "";

SEC("xdp")
int drop(struct xdp_md *ctx)
{
	return name[small & 1] ? XDP_PASS : XDP_DROP;
}

SEC("kprobe")
int anywhere(void *ctx)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
--- sh
try() { waggle run two.bpf.c "$@" 2>&1 || echo "status $?"; }
try --only drop
try --only drop --dev none0
try --only anywhere
try --only nothing
try --attach drop
try --attach nothing=lo
try --set large=1
try --set small=300
try --set name=long
try --set small=x
try --map-size m=1
try --map-size m
try --event e=f
try --xdp-mode fast
try --duration x
try --freq 0
--- live
--- out
ERROR: drop (xdp) needs --dev DEVICE, or --attach drop=none to only load it
status 255
ERROR: there is no network device none0
status 255
ERROR: anywhere (kprobe) needs --attach PROGRAM=FUNCTION, or --attach anywhere=none to only load it
status 255
ERROR: the object has no program nothing
status 1
ERROR: --attach drop: write PROGRAM=WHERE
status 1
ERROR: the object has no program nothing
status 1
ERROR: --set large=1: the object has no global variable large
status 1
ERROR: --set small=300: 300 does not fit small, which has 1 byte
status 1
ERROR: --set name=long: the text is too long for name, which has room for 3 characters
status 1
ERROR: --set small=x: "x" is no number, as small needs
status 1
ERROR: --map-size m=1: the object has no such map
status 1
ERROR: --map-size m: write MAP=NUMBER
status 1
ERROR: --event e=f: the object's BTF has no such struct
status 1
ERROR: --xdp-mode fast: write native, generic or offload
status 1
ERROR: --duration x: write a number of seconds
status 1
ERROR: --freq 0: write a number of times a second
status 1
