structures of the user: declared in the script, read through a pointer of the program
--- script
struct inner { long a; long b[3]; };
struct work { int number; char letter; unsigned low : 3, high : 5; struct inner inner; const char *word; struct work *next; };
#define MAGIC 42
uprobe:$BUILD/test/work:work_probe_struct /pid == $CHILD/ {
	$r = (struct work *)arg0;
	printf("%d %d %c\n", $r->number, $r->number == MAGIC, $r->letter);
	printf("%d %d\n", $r->low, $r->high);
	printf("%ld %ld\n", $r->inner.a, $r->inner.b[2]);
	printf("%s\n", str($r->word));
	printf("%d %c\n", $r->next->number, $r->next->letter);
	printf("%d %d\n", sizeof(struct work), offsetof(struct work, inner));
}
--- live run=work struct
--- matrix
--- out
42 1 w
5 17
1234567890123 30
hello from user
-7 z
56 8


