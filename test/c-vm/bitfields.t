bit-fields: signs, neighbours, packed ones that straddle words, values of assignments
--- c
struct flags {
	int a : 3;
	unsigned b : 11;
	int c : 20;
	long d : 40;
	unsigned long e : 24;
	_Bool f : 1;
};
struct __attribute__((packed)) tight {
	unsigned char lead;
	unsigned long x : 7, y : 33, z : 30;
	unsigned short tail;
};

__attribute__((section("test"))) long run(long *ctx)
{
	struct flags s = {.a = -1, .b = 2000, .c = -70000, .d = -5, .e = 0x123456, .f = 7};
	struct tight t = {1, 100, 0x1ffffffffull, 0x2bcdef01, 0xbeef};
	long n = ctx[0], r = 0;
	int v;

	v = (s.a = n + 5);
	r = r * 31 + v;
	s.b += n;
	s.c >>= 2;
	s.d *= 3;
	s.e++;
	s.f = n;
	t.y -= n;
	t.z ^= 0xff;
	r = r * 31 + s.a;
	r = r * 31 + s.b;
	r = r * 31 + s.c;
	r = r * 31 + s.d;
	r = r * 31 + s.e;
	r = r * 31 + s.f;
	r = r * 31 + t.lead;
	r = r * 31 + t.x;
	r = r * 31 + (long)t.y;
	r = r * 31 + t.z;
	r = r * 31 + t.tail;
	return r + sizeof(t);
}
--- vm words=9 ret=64
--- out
run = -13197903944177632
