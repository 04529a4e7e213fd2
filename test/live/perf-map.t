code that a JIT compiler made has the names of /tmp/perf-PID.map, also what was added while it ran
--- sh
cat >"$PWD/jit.py" <<'END'
# A function of machine code in memory of its own: it calls getppid (system call 110) and returns.
import ctypes, mmap, os, sys
code = bytes([0xb8, 110, 0, 0, 0, 0x0f, 0x05, 0xc3])
memory = mmap.mmap(-1, 4096, prot=7)
memory.write(code)
address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
with open("/tmp/perf-%d.map" % os.getpid(), "w") as f:
    f.write("%x %x JIT:made_here\n" % (address, len(code)))
ctypes.CFUNCTYPE(ctypes.c_long)(address)()
END
waggle -q -c "/usr/bin/python3 $PWD/jit.py" -e '
tracepoint:syscalls:sys_enter_getppid /pid == cpid/ { @pid = pid; @[ustack(1)] = count(); }' >out
grep -A1 '^@\[' out
rm -f "/tmp/perf-$(sed -n 's/^@pid: //p' out).map"
--- live needs=cmd:python3
--- out
@[
        JIT:made_here+7
