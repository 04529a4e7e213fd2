printf: widths, flags, every conversion
--- script
begin {
	printf("[%5d][%-5d][%05d][%+d]\n", 42, 42, 42, 42);
	printf("%x %X %o %#x\n", 255, 255, 8, 255);
	printf("%ld %lld %lx\n", 0x123456789a, -1, 0x123456789a);
	printf("%u %hhd %hd\n", -1, 257, 65537);
	printf("[%s][%10s][%-10s]\n", "abc", "abc", "abc");
	printf("%c%c %p\n", 104, 105, 0xffff);
	printf("%r %rx %rh\n", buf("a\x01b", 3), buf("abc", 3), buf("abc", 3));
	printf("%s %d %%\n", true, true);
	printf("%s %s\n", (1, "two"), 3);
	exit();
}
--- live stop=self
--- matrix
--- out
[   42][42   ][00042][+42]
ff FF 10 0xff
78187493530 -1 123456789a
4294967295 1 1
[abc][       abc][abc       ]
hi 0xffff
a\x01b \x61\x62\x63 61 62 63
true 1 %
(1, two) 3


