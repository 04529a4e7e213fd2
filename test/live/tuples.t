tuples as values, keys and in maps
--- script
begin { $t = (1, "two", (3, 4)); printf("%d %s %d\n", $t.0, $t.1, $t.2.1); @m[$t.0, $t.1] = (5, 6); print(@m); exit(); }
--- live stop=self
--- matrix
--- out
1 two 4
@m[1, two]: (5, 6)


@m[1, two]: (5, 6)
