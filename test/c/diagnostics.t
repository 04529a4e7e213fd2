the C front end's messages: position, caret, note, nearest name; it goes on after each
--- c
int f(int a)
{
	int b = a +;
	return a.x + undefd(3) + b
}
struct s { int abc; };
int g(struct s *p, const int k) { k = 3; p.abc = 1; return p->abd; }
--- error
input.c:3:13: error: expected expression
	int b = a +;
	           ^
input.c:4:11: error: member reference base type 'int' is not a structure or union
	return a.x + undefd(3) + b
	         ^
input.c:4:15: error: call to undeclared function 'undefd'; ISO C99 and later do not support implicit function declarations
	return a.x + undefd(3) + b
	             ^~~~~~
input.c:4:28: error: expected ';' after return statement
	return a.x + undefd(3) + b
	                          ^
input.c:7:37: error: cannot assign to variable 'k' with const-qualified type 'const int'
int g(struct s *p, const int k) { k = 3; p.abc = 1; return p->abd; }
                                    ^
input.c:7:44: error: member reference type 'struct s *' is a pointer; did you mean to use '->'?
int g(struct s *p, const int k) { k = 3; p.abc = 1; return p->abd; }
                                           ^~~
input.c:7:63: error: no member named 'abd' in 'struct s'
int g(struct s *p, const int k) { k = 3; p.abc = 1; return p->abd; }
                                                              ^~~
help: did you mean 'abc'?
--- c
int h(void) { foo_t x; int y = "abc"; char *p = 5; return h(1); }
void v(int q, q2) { return 3; }
int arr[-1];
int z = h();
int twice; char twice;
struct inc i;
--- error
input.c:1:15: error: unknown type name 'foo_t'
int h(void) { foo_t x; int y = "abc"; char *p = 5; return h(1); }
              ^~~~~
input.c:1:32: error: incompatible pointer to integer conversion initializing 'int' with an expression of 'char *'
int h(void) { foo_t x; int y = "abc"; char *p = 5; return h(1); }
                               ^~~~~
input.c:1:49: error: incompatible integer to pointer conversion initializing 'char *' with an expression of 'int'
int h(void) { foo_t x; int y = "abc"; char *p = 5; return h(1); }
                                                ^
input.c:1:61: error: too many arguments to function call, expected 0, have 1
int h(void) { foo_t x; int y = "abc"; char *p = 5; return h(1); }
                                                            ^
input.c:1:5: note: 'h' declared here
int h(void) { foo_t x; int y = "abc"; char *p = 5; return h(1); }
    ^
input.c:2:15: error: type specifier missing, defaults to 'int'; ISO C99 and later do not support implicit int
void v(int q, q2) { return 3; }
              ^~
input.c:2:21: error: void function 'v' should not return a value
void v(int q, q2) { return 3; }
                    ^~~~~~
input.c:3:9: error: array size is negative
int arr[-1];
        ^
input.c:4:9: error: initializer element is not a compile-time constant
int z = h();
        ^~~
input.c:5:17: error: redefinition of 'twice' with a different type: 'char' vs 'int'
int twice; char twice;
                ^~~~~
input.c:5:5: note: previous definition is here
int twice; char twice;
    ^~~~~
input.c:6:12: error: tentative definition has type 'struct inc' that is never completed
struct inc i;
           ^
--- c
int f(int a) { switch (a) { case 1: case 1: return 0; } break; goto nowhere; }
_Static_assert(sizeof(int) == 5, "four");
struct t { int x : 40; int x; void v; };
int g(void) { const char *s = &g; return *s + 1.5; }
--- error
input.c:1:37: error: duplicate case value '1'
int f(int a) { switch (a) { case 1: case 1: return 0; } break; goto nowhere; }
                                    ^~~~
input.c:1:29: note: previous case defined here
int f(int a) { switch (a) { case 1: case 1: return 0; } break; goto nowhere; }
                            ^~~~
input.c:1:57: error: 'break' statement not in loop or switch statement
int f(int a) { switch (a) { case 1: case 1: return 0; } break; goto nowhere; }
                                                        ^~~~~
input.c:1:69: error: use of undeclared label 'nowhere'
int f(int a) { switch (a) { case 1: case 1: return 0; } break; goto nowhere; }
                                                                    ^~~~~~~
input.c:2:1: error: static assertion failed: four
_Static_assert(sizeof(int) == 5, "four");
^~~~~~~~~~~~~~
input.c:3:16: error: width of bit-field 'x' (40 bits) exceeds the width of its type (32 bits)
struct t { int x : 40; int x; void v; };
               ^
input.c:3:28: error: duplicate member 'x'
struct t { int x : 40; int x; void v; };
                           ^
input.c:3:16: note: previous declaration is here
struct t { int x : 40; int x; void v; };
               ^
input.c:3:36: error: field 'v' has incomplete type 'void'
struct t { int x : 40; int x; void v; };
                                   ^
input.c:4:31: warning: incompatible pointer types initializing 'const char *' with an expression of 'int (*)(void)'
int g(void) { const char *s = &g; return *s + 1.5; }
                              ^~
input.c:4:47: error: BPF has no floating point
int g(void) { const char *s = &g; return *s + 1.5; }
                                              ^~~
--- c
#define two(a, b) a b
two(1)
#if 1 +
#endif
#define cat(a, b) a ## b
int cat(+, x);
#else
#if 0
--- error
input.c:2:6: error: too few arguments provided to function-like macro invocation
two(1)
     ^
input.c:1:9: note: macro 'two' defined here
#define two(a, b) a b
        ^~~
input.c:3:2: error: expected value in expression
#if 1 +
 ^~
input.c:6:5: error: pasting formed '+x', an invalid preprocessing token
int cat(+, x);
    ^~~
input.c:6:9: error: expected identifier or '('
int cat(+, x);
        ^
input.c:6:4: error: expected ';' after top level declarator
int cat(+, x);
   ^
input.c:7:2: error: #else without #if
#else
 ^
input.c:8:2: error: unterminated conditional directive
#if 0
 ^
--- c
int x = ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((1))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))));
--- error
input.c:1:265: error: nested too deeply (more than 256 levels)
int x = ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((1))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))));
                                                                                                                                                                                                                                                                        ^
--- c
struct { int (*type)[1]; int (*max_entries)[4]; int *key; int value; int (*bogus)[3]; } m __attribute__((section(".maps")));
int f(void) { return __builtin_memcpy(1); }
extern int gone;
int h(void) { return gone; }
--- error
input.c:1:63: error: map 'm': 'value' must point to a type
struct { int (*type)[1]; int (*max_entries)[4]; int *key; int value; int (*bogus)[3]; } m __attribute__((section(".maps")));
                                                              ^~~~~
input.c:1:76: warning: map 'm': 'bogus' is not a known attribute
struct { int (*type)[1]; int (*max_entries)[4]; int *key; int value; int (*bogus)[3]; } m __attribute__((section(".maps")));
                                                                           ^~~~~
input.c:2:40: error: too few arguments to function call, expected 3, have 1
int f(void) { return __builtin_memcpy(1); }
                                       ^
input.c:3:12: error: 'gone' is declared extern but not defined here
extern int gone;
           ^~~~
