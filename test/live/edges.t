str_concat fills its room, lhist's last row, ~ and - of narrow integers, maps of dead branches
--- script
begin {
	print(strlen(str_concat("abc", "def")));
	print(str_concat(str_concat("a", "b"), str_concat("cc", "dd")));
	$u = (uint8)5;
	print(~$u);
	print(-$u);
	if (0) { @never["a"] = count(); }
	print(@never);
	@l = lhist(9, 0, 10, 3);
	exit();
}
--- live stop=self
--- out
6
abccdd
250
251


@l:
[9, ...)               1 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|

