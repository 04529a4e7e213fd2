a macro that is defined again: a warning where the bodies differ, none where they are the same
--- c
#define SAME(x) ((x) + 1)
#define SAME(x) ((x) + 1)
#define OTHER(x) ((x) + 1)
#define OTHER(y) ((y) + 2)
char LICENSE[] __attribute__((section("license"))) = "GPL";
--- err
input.c:4:9: warning: 'OTHER' macro redefined
#define OTHER(y) ((y) + 2)
        ^~~~~
input.c:3:9: note: previous definition is here
#define OTHER(x) ((x) + 1)
        ^~~~~
