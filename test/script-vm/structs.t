structs, unions, arrays, enums, defines of the script
--- script
#define SIZE 3
#define NAME "defined"
enum color { RED, GREEN = 5, BLUE };
struct pair { int a; short b[SIZE]; union { int u; char c[4]; }; };
begin {
	print(sizeof(struct pair)); print(offsetof(struct pair, b)); print(offsetof(struct pair, u));
	print(BLUE); print(SIZE * 2); print(NAME);
	$e = (enum color)5; printf("%s %d\n", $e, $e);
	print(sizeof(uint32)); print(sizeof((int8)1));
}
--- vm
--- out
16
4
12
BLUE
6
defined
GREEN 5
4
1


