comparison and logic: signed, unsigned, strings, tuples, short circuit
--- script
begin {
	$m = (int64)-1; $p = (int64)1;
	print($m < $p); print((uint64)$m > (uint64)$p);
	$s = "abc"; print($s == "abc"); print($s != "abd"); print("abc" == "abcd");
	print((1, "a") == (1, "a")); print((1, "a") == (1, "b"));
	print(true && false); print(true || false); print(!5); print(!0);
	print(1 < 2 && 2 < 3 || 0);
	if ($m < 0 && $p / $m < 0) { print("both"); }
}
--- vm
--- out
true
true
true
true
false
true
false
false
true
false
true
true
both


