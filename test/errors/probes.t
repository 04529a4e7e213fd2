attach points that are wrong
--- script
nosuch { }
--- error
stdin:1:1-7: ERROR: Invalid probe type: nosuch
nosuch { }
~~~~~~
--- script
nosuch:a { }
--- error
stdin:1:1-9: ERROR: Invalid probe type: nosuch
nosuch:a { }
~~~~~~~~
--- script
kprobe { }
--- error
stdin:1:1-7: ERROR: kprobe probe type requires 1 or 2 arguments, found 0
kprobe { }
~~~~~~
--- script
kprobe:a:b:c { }
--- error
stdin:1:1-13: ERROR: kprobe probe type requires 1 or 2 arguments, found 3
kprobe:a:b:c { }
~~~~~~~~~~~~
--- script
tracepoint:nosuch { }
--- error
stdin:1:1-18: ERROR: No matches for tracepoint nosuch.
tracepoint:nosuch { }
~~~~~~~~~~~~~~~~~
--- script
tracepoint:a:b:c { }
--- error
stdin:1:1-17: ERROR: tracepoint probe type requires 1 or 2 arguments, found 3
tracepoint:a:b:c { }
~~~~~~~~~~~~~~~~
--- script
tracepoint:nosuch:nosuch { }
--- error
stdin:1:1-25: ERROR: No matches for tracepoint nosuch:nosuch.
tracepoint:nosuch:nosuch { }
~~~~~~~~~~~~~~~~~~~~~~~~
--- script
tracepoint:syscalls:nosuch* { }
--- error
stdin:1:1-28: ERROR: Probe has no valid attach points. If this is expected, set the 'missing_probes' config variable to 'warn'.
tracepoint:syscalls:nosuch* { }
~~~~~~~~~~~~~~~~~~~~~~~~~~~
--- script
rawtracepoint:nosuch { }
--- error
stdin:1:1-21: ERROR: No matches for rawtracepoint nosuch.
rawtracepoint:nosuch { }
~~~~~~~~~~~~~~~~~~~~
--- script
uprobe:/nosuch:main { }
--- error
stdin:1:1-20: ERROR: No matches for uprobe /nosuch:main.
uprobe:/nosuch:main { }
~~~~~~~~~~~~~~~~~~~
--- script
uprobe:nosuchbinary:main { }
--- error
stdin:1:1-25: ERROR: No matches for uprobe nosuchbinary:main.
uprobe:nosuchbinary:main { }
~~~~~~~~~~~~~~~~~~~~~~~~
--- script
usdt:/nosuch:a { }
--- error
stdin:1:1-15: ERROR: usdt target file '/nosuch' does not exist or is not executable
usdt:/nosuch:a { }
~~~~~~~~~~~~~~
--- script
profile { }
--- error
stdin:1:1-8: ERROR: profile probe type requires 1 or 2 arguments, found 0
profile { }
~~~~~~~
--- script
profile:hz { }
--- error
stdin:1:1-11: ERROR: Invalid rate of profile probe: invalid integer: hz
profile:hz { }
~~~~~~~~~~
--- script
profile:hz:0 { }
--- error
stdin:1:1-13: ERROR: profile frequency should be a positive integer
profile:hz:0 { }
~~~~~~~~~~~~
--- script
profile:hz:a { }
--- error
stdin:1:1-13: ERROR: Invalid rate of profile probe: invalid integer: a
profile:hz:a { }
~~~~~~~~~~~~
--- script
profile:nosuch:1 { }
--- error
stdin:1:1-17: ERROR: nosuch is not an accepted unit of time
profile:nosuch:1 { }
~~~~~~~~~~~~~~~~
--- script
profile:hz:1:2 { }
--- error
stdin:1:1-15: ERROR: profile probe type requires 1 or 2 arguments, found 3
profile:hz:1:2 { }
~~~~~~~~~~~~~~
--- script
profile:99 { }
--- error
stdin:1:1-11: ERROR: Invalid rate of profile probe. Minimum is 1000 or 1us. Found: 99 nanoseconds
profile:99 { }
~~~~~~~~~~
--- script
interval:s:0 { }
--- error
stdin:1:1-13: ERROR: interval frequency should be a positive integer
interval:s:0 { }
~~~~~~~~~~~~
--- script
interval:s:-1 { }
--- error
stdin:1:1-14: ERROR: interval frequency should be a positive integer
interval:s:-1 { }
~~~~~~~~~~~~~
--- script
interval:1 { }
--- error
stdin:1:1-11: ERROR: Invalid rate of interval probe. Minimum is 1000 or 1us. Found: 1 nanoseconds
interval:1 { }
~~~~~~~~~~
--- script
interval:ms:1.5 { }
--- error
stdin:1:1-16: ERROR: interval frequency should be a positive integer
interval:ms:1.5 { }
~~~~~~~~~~~~~~~
--- script
interval:us:0 { }
--- error
stdin:1:1-14: ERROR: interval frequency should be a positive integer
interval:us:0 { }
~~~~~~~~~~~~~
--- script
software:nosuch { }
--- error
stdin:1:1-16: ERROR: nosuch is not a software probe
software:nosuch { }
~~~~~~~~~~~~~~~
--- script
software:cpu-clock:a { }
--- error
stdin:1:1-21: ERROR: Invalid count for software probe: invalid integer: a
software:cpu-clock:a { }
~~~~~~~~~~~~~~~~~~~~
--- script
software: { }
--- error
stdin:1:1-10: ERROR: software probe must have a software event name
software: { }
~~~~~~~~~
--- script
hardware:nosuch { }
--- error
stdin:1:1-16: ERROR: nosuch is not a hardware probe
hardware:nosuch { }
~~~~~~~~~~~~~~~
--- script
watchpoint:0:8:w { }
--- error
stdin:1:1-17: ERROR: watchpoint must be attached to a non-zero address
watchpoint:0:8:w { }
~~~~~~~~~~~~~~~~
--- script
watchpoint:0x1000:3:w { }
--- error
stdin:1:1-22: ERROR: watchpoint length must be one of (1,2,4,8)
watchpoint:0x1000:3:w { }
~~~~~~~~~~~~~~~~~~~~~
--- script
watchpoint:0x1000:8:q { }
--- error
stdin:1:1-22: ERROR: watchpoint mode must be combination of (r,w,x)
watchpoint:0x1000:8:q { }
~~~~~~~~~~~~~~~~~~~~~
--- script
watchpoint:0x1000:8:ww { }
--- error
stdin:1:1-23: ERROR: watchpoint mode must be combination of (r,w,x)
watchpoint:0x1000:8:ww { }
~~~~~~~~~~~~~~~~~~~~~~
--- script
watchpoint:0x1000:8 { }
--- error
stdin:1:1-20: ERROR: watchpoint probe type requires 3 arguments, found 2
watchpoint:0x1000:8 { }
~~~~~~~~~~~~~~~~~~~
--- script
watchpoint:a:8:w { }
--- error
stdin:1:1-17: ERROR: watchpoint must be attached to a non-zero address
watchpoint:a:8:w { }
~~~~~~~~~~~~~~~~
--- script
self:signal:SIGINT { }
--- error
stdin:1:1-19: ERROR: SIGINT is not a supported signal
self:signal:SIGINT { }
~~~~~~~~~~~~~~~~~~
--- script
self:nosuch:SIGUSR1 { }
--- error
stdin:1:1-20: ERROR: nosuch is not a supported trigger
self:nosuch:SIGUSR1 { }
~~~~~~~~~~~~~~~~~~~
--- script
self { }
--- error
stdin:1:1-5: ERROR: self probe type requires 2 arguments, found 0
self { }
~~~~
--- script
iter { }
--- error
stdin:1:1-5: ERROR: iter probe type requires 1 or 2 arguments, found 0
iter { }
~~~~
--- script
iter:nosuch { }
--- error
stdin:1:1-12: ERROR: iter nosuch not available for your kernel version.
iter:nosuch { }
~~~~~~~~~~~
--- script
test { }
--- error
stdin:1:1-5: ERROR: test probe type requires 1 argument, found 0
test { }
~~~~
--- script
test:a { } test:a { }
--- error
ERROR: No probes to attach
--- script
i:s:1 { print(args) }
--- error
stdin:1:15-19: ERROR: The args builtin can only be used with tracepoint, rawtracepoint, fentry/fexit, and uprobe probes (interval used here)
i:s:1 { print(args) }
              ~~~~
--- script
profile:hz:10000000 { }
--- error
stdin:1:1-20: ERROR: Invalid rate of profile probe. Maximum is 1000000 hz
profile:hz:10000000 { }
~~~~~~~~~~~~~~~~~~~
--- script
kprobe:0xffffffff81000000 { }
--- error
stdin:1:1-26: ERROR: Probing by address requires --unsafe
kprobe:0xffffffff81000000 { }
~~~~~~~~~~~~~~~~~~~~~~~~~
--- script
i:s:1 { print(reg("nosuch")); }
--- error
stdin:1:15-28: ERROR: 'nosuch' is not a valid register on this architecture (x86_64)
i:s:1 { print(reg("nosuch")); }
              ~~~~~~~~~~~~~
--- script
rawtracepoint:sched_switch { @x[1] = 1; for ($kv : @x) { print(arg0); } }
--- error
stdin:1:64-68: ERROR: The arg0 builtin can not be used in a for-loop body
rawtracepoint:sched_switch { @x[1] = 1; for ($kv : @x) { print(arg0); } }
                                                               ~~~~
--- script
rawtracepoint:sched_switch { print(args.nosuch); }
--- error
stdin:1:36-47: ERROR: Can't find function parameter nosuch
rawtracepoint:sched_switch { print(args.nosuch); }
                                   ~~~~~~~~~~~
--- script
BEGIN { exit(); } END { print(nosuch); }
--- error
stdin:1:31-37: ERROR: Unknown identifier: 'nosuch'
BEGIN { exit(); } END { print(nosuch); }
                              ~~~~~~
--- script
hardware:cache-misses:0 { }
--- error
stdin:1:1-24: ERROR: hardware count should be a positive integer
hardware:cache-misses:0 { }
~~~~~~~~~~~~~~~~~~~~~~~
--- script
software:page-faults:-1 { }
--- error
stdin:1:1-24: ERROR: software count should be a positive integer
software:page-faults:-1 { }
~~~~~~~~~~~~~~~~~~~~~~~
--- script
profile:s: { }
--- error
stdin:1:1-11: ERROR: Invalid rate of profile probe: invalid integer: 
profile:s: { }
~~~~~~~~~~
--- script
interval:ms: { }
--- error
stdin:1:1-13: ERROR: Invalid rate of interval probe: invalid integer: 
interval:ms: { }
~~~~~~~~~~~~
--- script
interval:d:1 { }
--- error
stdin:1:1-13: ERROR: d is not an accepted unit of time
interval:d:1 { }
~~~~~~~~~~~~
--- script
tracepoint:: { }
--- error
stdin:1:1-13: ERROR: No matches for tracepoint :.
tracepoint:: { }
~~~~~~~~~~~~
--- script
:a:b { }
--- error
stdin:1:1-5: ERROR: Invalid probe type: 
:a:b { }
~~~~
--- script
"x":y { }
--- error
stdin:1:1-6: ERROR: Invalid probe type: x
"x":y { }
~~~~~
--- script
uprobe { }
--- error
stdin:1:1-7: ERROR: uprobe probe type requires 1 or 2 or 3 arguments, found 0
uprobe { }
~~~~~~
--- script
uretprobe:a:b:c:d { }
--- error
stdin:1:1-18: ERROR: uretprobe probe type requires 1 or 2 or 3 arguments, found 4
uretprobe:a:b:c:d { }
~~~~~~~~~~~~~~~~~
--- script
usdt { }
--- error
stdin:1:1-5: ERROR: usdt probe type requires 1 or 2 or 3 arguments, found 0
usdt { }
~~~~
--- script
rt { }
--- error
stdin:1:1-3: ERROR: rawtracepoint probe type requires 1 or 2 arguments, found 0
rt { }
~~
--- script
f { }
--- error
stdin:1:1-2: ERROR: fentry probe type requires 1 or 2 or 3 arguments, found 0
f { }
~
