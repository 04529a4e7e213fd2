addresses and byte order
--- script
begin { print(ntop(0x0100007f)); print(ntop(2, 0x08080808)); print(bswap((uint16)0x1234)); print(bswap((uint32)1)); print(pton("127.0.0.1")); }
--- vm
--- out
127.0.0.1
8.8.8.8
13330
16777216
[127,0,0,1]


