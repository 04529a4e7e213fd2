-S: readable assembly with source lines instead of an object
--- c
int f(void *ctx) __attribute__((section("test")));
int f(void *ctx) { return 7; }
--- args cc -S input.c -o -
--- out
f: ; test
; input.c:2:20
   0: r0 = 7
   1: exit

