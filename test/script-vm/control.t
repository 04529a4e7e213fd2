control flow: if as a statement and as a value, while, for, unroll, break, continue, return
--- script
begin {
	$i = 0; while ($i < 10) { $i++; if ($i == 3) { continue; } if ($i > 5) { break; } printf("%d ", $i); } printf("\n");
	for ($j : 2..5) { printf("%d ", $j); } printf("\n");
	unroll(3) { @u++; } print(@u);
	$x = if $i > 3 { "big" } else { "small" }; print($x);
	$y = { let $t = 4; $t * 2 }; print($y);
	print($i > 100 ? "a" : $i > 5 ? "b" : "c");
	for ($a : 0..3) { for ($b : 0..3) { if ($b > $a) { break; } @n++; } }
	if ($i == 6) { return; }
	print("not reached");
}
--- vm
--- out
1 2 4 5 
2 3 4 
@u: 3
big
8
b


@n: 6
@u: 3
