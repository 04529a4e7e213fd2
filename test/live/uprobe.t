uprobe and uretprobe on a program's own function: arguments, strings, the return value
--- script
uprobe:$BUILD/test/work:work_probe /pid == $CHILD/ { printf("%s(%d, %s)\n", func, arg0, str(arg1)); }
uretprobe:$BUILD/test/work:work_probe /pid == $CHILD/ { @[retval] = count(); }
--- live run=work linger call 3
--- matrix
--- out
work_probe(0, word)
work_probe(1, word)
work_probe(2, word)


@[0]: 1
@[2]: 1
@[4]: 1
--- script
u:$BUILD/test/work:work_probe* /pid == $CHILD/ { @[func] = count(); }
--- live run=work linger call 3
--- matrix
--- out


@[work_probe]: 3
@[work_probe_too]: 3
