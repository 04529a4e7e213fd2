what BPF can't do is said where it stands
--- c
static int (*choose(int n))(int);
int f(int (*p)(int)) { return p(1); }
--- error
input.c:2:31: error: indirect calls are not possible in BPF
int f(int (*p)(int)) { return p(1); }
                              ^~~~
--- c
__attribute__((noinline)) int f(int a, int b, int c, int d, int e, int g) { return a + b + c + d + e + g; }
--- error
input.c:1:31: error: 'f' has 6 parameters: a BPF function takes at most 5
__attribute__((noinline)) int f(int a, int b, int c, int d, int e, int g) { return a + b + c + d + e + g; }
                              ^
--- c
struct s { long a, b, c; };
struct s f(void) { return (struct s){1}; }
--- error
input.c:2:10: error: 'f' can't return a struct: BPF functions return a number
struct s f(void) { return (struct s){1}; }
         ^
--- c
struct s { long a, b, c; };
__attribute__((section("xdp"))) int f(struct s v) { return v.a; }
--- error
input.c:2:48: error: 'f' can't take a struct by value: its arguments are registers
__attribute__((section("xdp"))) int f(struct s v) { return v.a; }
                                               ^
--- c
void f(char *a, char *b, unsigned long n) { __builtin_memcpy(a, b, n); }
--- error
input.c:1:68: error: the size of '__builtin_memcpy' must be a constant: BPF can't call a library
void f(char *a, char *b, unsigned long n) { __builtin_memcpy(a, b, n); }
                                                                   ^
--- c
static int g(int n);
int f(int n) { return g(n); }
--- error
input.c:1:12: error: function 'g' is used but not defined here
static int g(int n);
           ^
--- c
void f(short *p) { __sync_fetch_and_add(p, 1); }
--- error
input.c:1:20: error: BPF's atomic operations are for 4 and 8 bytes, not for 2
void f(short *p) { __sync_fetch_and_add(p, 1); }
                   ^~~~~~~~~~~~~~~~~~~~~~~~~~
--- c
int f(int n) { __asm__ volatile("mov r0, 1"); return n; }
--- error
input.c:1:33: error: inline assembly: no BPF instruction has this form: mov r0, 1
int f(int n) { __asm__ volatile("mov r0, 1"); return n; }
                                ^
--- c
unsigned __int128 v;
void f(void) { v *= 3; }
--- error
input.c:2:16: error: multiplication of 128-bit integers isn't supported
void f(void) { v *= 3; }
               ^~~~~~
--- c
void *f(void) { return __builtin_frame_address(0); }
--- error
input.c:1:24: error: '__builtin_frame_address' isn't possible in BPF
void *f(void) { return __builtin_frame_address(0); }
                       ^~~~~~~~~~~~~~~~~~~~~~~~~~
--- c
asm(".globl x");
--- error
input.c:1:1: error: assembly outside of functions isn't possible in BPF
asm(".globl x");
^~~
--- c
double f(double x) { return x + 1.5; }
--- error
input.c:1:33: error: BPF has no floating point
double f(double x) { return x + 1.5; }
                                ^~~
