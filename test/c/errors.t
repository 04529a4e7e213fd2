C that is wrong: position, line, caret, as Clang has them; status 1
--- c
int f(void) { return x; }
--- error
input.c:1:22: error: use of undeclared identifier 'x'
int f(void) { return x; }
                     ^
help: did you mean 'f'?
--- c
int f(int a) { return a +; }
--- error
input.c:1:26: error: expected expression
int f(int a) { return a +; }
                         ^
--- c
struct s { int a; };
int f(struct s *p) { return p->b; }
--- error
input.c:2:32: error: no member named 'b' in 'struct s'
int f(struct s *p) { return p->b; }
                               ^
help: did you mean 'a'?
--- c
#include <no/such/header.h>
--- error
input.c:1:10: error: 'no/such/header.h' file not found
#include <no/such/header.h>
         ^~~~~~~~~~~~~~~~~~
--- args cc missing.c
--- error
ERROR: failed to open file 'missing.c': No such file or directory
