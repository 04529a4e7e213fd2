casts between integers, bools, pointers, arrays and strings
--- script
begin {
	print((bool)5); print((int8)300); print((uint64)(int8)-1); print((uint16)(int32)-2);
	$p = (uint8 *)4096; print((uint64)$p); print($p + 4); $q = (int32 *)4096; print((uint64)($q + 2));
	$a = (uint8[4])0x04030201; print($a); print($a[2]); print((uint32)$a);
}
--- vm
--- out
true
44
18446744073709551615
65534
4096
0x1004
4104
[1,2,3,4]
3
67305985


