aggregations: over keys, as values in expressions, signed and unsigned
--- script
begin {
	for ($i : 1..6) { @c[$i % 2] = count(); @s = sum($i * -1); @mi = min($i - 3); @ma = max($i - 3); @av = avg($i * 10); @st[$i > 3] = stats($i); }
	print(@c[1]); if (@c[0] == 2) { print("two even"); }
	print((int64)@s); print(@mi < 0);
}
--- vm
--- out
3
two even
-15
true


@av: 30
@c[0]: 2
@c[1]: 3
@ma: 2
@mi: -2
@s: -15
@st[false]: { .count = 3, .average = 2, .total = 6 }
@st[true]: { .count = 2, .average = 4, .total = 9 }
