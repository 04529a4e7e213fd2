static markers: arguments in registers, on the stack, in elements and globals, constants, every size
--- script
usdt:$BUILD/test/markers:simple /pid == $CHILD/ { printf("%s\n", comm); }
usdt:$BUILD/test/markers:waggle:words /pid == $CHILD/ { printf("words %d %s\n", arg0, str(arg1)); }
U:$BUILD/test/markers:waggle:memory /pid == $CHILD/ { printf("memory %d %d %d\n", arg0, arg1, arg2); }
usdt:$BUILD/test/markers:waggle:element /pid == $CHILD/ { printf("element %d %d\n", arg0, arg1); }
usdt:$BUILD/test/markers:inlined /pid == $CHILD/ { printf("inlined %d\n", arg0); }
usdt:$BUILD/test/markers:sizes /pid == $CHILD/ {
	printf("sizes %d %d %d %d %d %d\n", arg0, arg1, arg2, arg3, arg4, arg5);
}
--- live run=markers 2
--- matrix
--- out
markers
words 1 odd
memory -5 8 42
element -2 1000
inlined 1
inlined -1
sizes -1 255 -1 65535 -1 -1
markers
words 2 even
memory -5 9 42
element -3 1001
inlined 2
inlined -2
sizes -2 254 -2 65534 -2 -2


