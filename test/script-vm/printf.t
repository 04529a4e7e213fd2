printf in full: sizes, signs, flags, columns, every kind of argument
--- script
begin {
	printf("%d %i %u %x %X %o\n", -1, -2, 3, 255, 255, 8);
	printf("%ld %lu %lx %hhx %hd\n", -1, 5, 0x1234567890, 0x1ff, 0x18000);
	printf("%5d|%-5d|%05d|%+d|%#x|%#o\n", 42, 42, 42, 42, 255, 8);
	printf("%3s|%-3s|%10s|%c%c|%%\n", "abcd", "a", "right", 111, 107);
	printf("%p %s %s\n", 4096, 12, (1, "t"));
	printf("%r|%rx|%rh\n", buf("a\xffz", 3), buf("az", 2), buf("az", 2));
	printf("%s %d\n", true, false);
	printf("no arguments\n"); printf("%d%d%d%d%d%d%d%d\n", 1, 2, 3, 4, 5, 6, 7, 8);
}
--- vm
--- out
-1 -2 3 ff FF 10
-1 5 1234567890 ff -32768
   42|42   |00042|+42|0xff|010
abcd|a  |     right|ok|%
0x1000 12 (1, t)
a\xffz|\x61\x7a|61 7a
true 0
no arguments
12345678


