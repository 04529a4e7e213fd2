strings: variables take the largest size, comparison by a length, printing
--- script
begin {
	$s = "short"; print($s); $s = "a longer text"; print($s);
	print(strncmp("hello", "help", 3)); print(strncmp("hello", "help", 4) != 0);
	print(strlen("hello")); print(strcontains("haystack", "st")); print(strstr("haystack", "st"));
	@m["key"] = "value"; print(@m["key"]); print(@m["none"]);
	printf("[%s] [%8s] [%-8s] %c\n", $s, "r", "l", 65);
	print(sizeof("abc"));
}
--- vm
--- out
short
a longer text
0
true
5
true
3
value

[a longer text] [       r] [l       ] A
4


@m[key]: value
