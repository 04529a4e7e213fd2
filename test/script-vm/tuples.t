tuples and records: nested, compared, as keys and values, with fields by name
--- script
begin {
	$t = (1, "two", (3, true)); print($t.2.0 + $t.0); print($t);
	@m[(1, "a")] = 5; @m[1, "b"] = 6; print(@m[1, "a"]);
	@v = (7, "seven"); print(@v.1);
	$r = (a = 1, b = "q"); print($r.b); print($r);
	$u = (1, 2); $u = (300, 70000); print($u);
}
--- vm
--- out
4
(1, two, (3, true))
5
seven
q
{ .a = 1, .b = q }
(300, 70000)


@m[1, a]: 5
@m[1, b]: 6
@v: (7, seven)
