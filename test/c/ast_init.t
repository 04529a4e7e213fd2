initialisers are flat lists of stores
--- c
struct in { int x, y; };
struct s { struct in p[2]; union { int u; long l; }; const char *name; char text[4]; unsigned b : 5; };
static const struct s table[] = {
	[1] = { .p = { { 1, 2 }, [1].y = 5 }, .u = 7, .name = "hi" },
	{ { 1, 2, 3, 4 }, 9, 0, "abc", 3 },
};
int flat[][2] = { 1, 2, 3 };
int range[6] = { [1 ... 3] = 7, 8 };
const void *addresses[] = { &flat[1][1], table[1].text, "abc" + 1 };
int f(int a)
{
	struct s z = {}, w = { .b = a, .text = "ab" };
	struct in copy = z.p[a];
	char buffer[8] = "";
	return copy.x + w.b + buffer[0];
}
--- dump ast
global const struct s table[3] section ".rodata" size 120 align 8 static
  "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\001\000\000\000\002\000\000\000\000\000\000\000\005\000\000\000\007\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\001\000\000\000\002\000\000\000\003\000\000\000\004\000\000\000\011\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000abc\000\003\000\000\000"
  +64: &<string>+0
global int flat[2][2] section ".data" size 16 align 4
  "\001\000\000\000\002\000\000\000\003\000\000\000\000\000\000\000"
global int range[6] section ".data" size 24 align 4
  "\000\000\000\000\007\000\000\000\007\000\000\000\007\000\000\000\010\000\000\000\000\000\000\000"
global const void *addresses[3] section ".data" size 24 align 8
  +0: &flat+12
  +8: &table+72
  +16: &<string>+1
func int f(int)
  block
    decl struct s z
      zero
    decl struct s w
      zero
      store bits 288+5 : unsigned int
        cast : unsigned int
          load : int
            local a : int
      store +32 : char[4] "ab\000"
    decl struct in copy
      store +0 : struct in
        load : struct in
          index : struct in
            member .p 0 +0 : struct in[2]
              local z : struct s
            cast : long
              load : int
                local a : int
    decl char buffer[8]
      zero
      store +0 : char[8] "\000"
    return
      binary add : int
        binary add : int
          load : int
            member .x 0 +0 : int
              local copy : struct in
          cast : int
            load : unsigned int
              member .b 4 bits 288+5 : unsigned int
                local w : struct s
        cast : int
          load : char
            index : char
              local buffer : char[8]
              int 0 : long
