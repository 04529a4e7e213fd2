args of a uprobe have the names and types of DWARF: scalars, strings, members behind pointers, bit-fields
--- script
u:$BUILD/test/work:work_probe /pid == $CHILD/ { printf("%d %s\n", args.i, str(args.word)); }
--- live run=work linger call 2
--- matrix
--- out
0 word
1 word


--- script
u:$BUILD/test/work:work_probe_struct /pid == $CHILD/ {
	printf("%d %c %d %d %s\n", args.r->number, args.r->letter, args.r->low, args.r->high, str(args.r->word));
	printf("%d %d %d\n", args.r->inner.a, args.r->inner.b[1], args.r->next->number);
}
--- live run=work linger struct
--- out
42 w 5 17 hello from user
1912276171 20 -7


--- sh
waggle -lv "uprobe:$BUILD/test/work:work_probe" | sed "s|$BUILD|BUILD|"
--- out
uprobe:BUILD/test/work:work_probe
    int i
    char * word
