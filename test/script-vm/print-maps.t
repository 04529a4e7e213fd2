print of maps: whole, the largest, divided, one element; clear and zero
--- script
begin {
	@a["x"] = 10; @a["y"] = 30; @a["z"] = 20;
	print(@a); print(@a, 2); print(@a, 2, 10); print(@a["y"]);
	@c["k"] = count(); zero(@c); print(@c); clear(@a); print(@a);
	@h = hist(4); zero(@h); print(@h); clear(@h);
}
--- vm
--- out
@a[x]: 10
@a[z]: 20
@a[y]: 30
@a[z]: 20
@a[y]: 30
@a[z]: 2
@a[y]: 3
30
@c[k]: 0
@h:



@c[k]: 0
