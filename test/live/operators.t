integer operators with the language's types
--- script
begin {
	$a = 7; $b = 3;
	printf("%d %d %d %d %d\n", $a + $b, $a - $b, $a * $b, $a / $b, $a % $b);
	printf("%d %d %d %d %d\n", $a & $b, $a | $b, $a ^ $b, $a << $b, $a >> 1);
	printf("%d %d %d %d\n", $a > $b, $a == $b, !$a, ~$a);
	printf("%d %d\n", $a > 3 && $b > 3, $a > 3 || $b > 3);
	printf("%s\n", $a > $b ? "more" : "less");
	$a += 5; $a <<= 1; $a++; printf("%d %d\n", $a, -$a);
	printf("%d %d\n", (int8)200, (uint16)-1);
	printf("%lld\n", (uint64)-1 >> 1);
	exit();
}
--- live stop=self
--- matrix
--- out
10 4 21 2 1
3 7 4 56 3
1 0 0 -8
0 1
more
25 -25
-56 65535
9223372036854775807


