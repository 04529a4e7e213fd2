print of every kind of value
--- script
begin { print(1); print("text"); print(true); print((1, "a", (2, 3))); print(-5); print((uint8)200); $b = buf("ab\x00", 3); print($b);
	print(ntop(0x0100007f)); print(strncmp("abc", "abd", 2)); exit(); }
--- live stop=self
--- matrix
--- out
1
text
true
(1, a, (2, 3))
-5
200
ab\x00
127.0.0.1
0


