variables live in their block; let declares; a for over a map reads what is outside
--- script
begin {
	let $a : uint8 = 5; let $b; $b = "text"; print(($a, $b));
	{ let $inner = 3; print($inner); }
	if (true) { $a = 9; } print($a);
	@m[1] = 10; @m[2] = 20; @m[3] = 30; $sum = 0; $n = 0;
	for ($kv : @m) { $sum += $kv.1; $n++; if ($kv.0 == 100) { break; } }
	print(($sum, $n));
}
--- vm
--- out
(5, text)
3
9
(60, 3)


@m[1]: 10
@m[2]: 20
@m[3]: 30
