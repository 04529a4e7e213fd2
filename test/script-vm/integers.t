integers: literals, widths, signs, arithmetic in 64 bits, division
--- script
begin {
	$a = 0xff; $b = 1e3; $c = 1_000_000; $d = 5s; $e = 017;
	print(($a, $b, $c, $d, $e));
	print((int8)-1 < 0); print((uint8)255 + 1); print((int8)127 + 1);
	print(-7 / 2); print(-7 % 3); print(7 / 2);
	print((uint32)-1); print((int32)0x80000000);
	print(1 << 40); print(-16 >> 2); print((uint64)-16 >> 60);
	print(0xffffffffffffffff); print(-9223372036854775807);
}
--- vm
--- out
(255, 1000, 1000000, 5000000000, 15)
true
256
128
-3
-1
3
4294967295
-2147483648
1099511627776
-4
15
18446744073709551615
-9223372036854775807


--- script
begin { $x = (uint8)250; $x += 10; print($x); @y = (uint8)3; @y--; @y--; print(@y); $i = 5; print($i++ + ++$i); print($i--); print(--$i); }
--- vm
--- out
260
@y: 1
12
7
5


@y: 1
