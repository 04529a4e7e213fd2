maps: keys of several parts, order by value, delete, has_key, len, clear, zero, print with top
--- script
begin { @["a", 1] = 5; @["b", 2] = 3; @["c", 3] = 9; @x[1] = 1; delete(@x, 1); printf("%d %d\n", has_key(@x, 1), has_key(@, ("a", (int64)1)));
	print(@); print(@, 1); exit(); }
--- live stop=self
--- matrix
--- out-match
0 1
@[b, 2]: 3
@[a, 1]: 5
@[c, 3]: 9
@[c, 3]: 9


@[b, 2]: 3
@[a, 1]: 5
@[c, 3]: 9
--- script
begin { @a[1] = 1; @b[2] = count(); @c = 5; clear(@a); zero(@b); exit(); }
--- live stop=self
--- out


@b[2]: 0
@c: 5
--- script
begin { @["a", 1] = 5; @["b", 2] = 3; printf("%d\n", len(@)); clear(@); exit(); }
--- live needs=for_each_map stop=self
--- matrix
--- out
2


