maps: missing keys, compound assignment, several keys, deletion, existence
--- script
begin {
	@a[1] += 5; @a[1] += 6; @a[2]++; @a[3] -= 4; @a[1] <<= 1;
	@b["x", 1] = 10; @b["y", 2] = 20; delete(@b, ("x", (int64)1));
	print(has_key(@a, 2)); print(has_key(@a, 9));
	@c = 7; @c |= 8; @d = @a[1] + @c;
	if (@a[99]) { print("no"); } else { print("absent is zero"); }
	delete(@c);
}
--- vm
--- out
true
false
absent is zero


@a[3]: -4
@a[2]: 1
@a[1]: 22
@b[y, 2]: 20
@d: 37
