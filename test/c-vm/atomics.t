__sync and __atomic builtins give old or new value, and change memory
--- c
static long a = 10;
static int b = 20;

__attribute__((section("test"))) long run(long *ctx)
{
	long n = ctx[0], r = 0, expected = 1;

	r = r * 31 + __sync_fetch_and_add(&a, n);
	r = r * 31 + __sync_add_and_fetch(&b, -3);
	r = r * 31 + __sync_fetch_and_sub(&b, 1);
	r = r * 31 + __sync_sub_and_fetch(&a, n * 2);
	r = r * 31 + __sync_or_and_fetch(&b, 0x100);
	r = r * 31 + __sync_fetch_and_and(&b, 0x1f0);
	r = r * 31 + __sync_xor_and_fetch(&a, -1);
	r = r * 31 + __sync_lock_test_and_set(&a, 77);
	r = r * 31 + __sync_val_compare_and_swap(&a, 77, 78);
	r = r * 31 + __sync_bool_compare_and_swap(&b, 1, 2) + 2 * __sync_bool_compare_and_swap(&b, b, -2);
	r = r * 31 + __atomic_fetch_add(&b, 5, __ATOMIC_RELAXED);
	r = r * 31 + __atomic_add_fetch(&a, 5, __ATOMIC_SEQ_CST);
	r = r * 31 + __atomic_exchange_n(&a, 3, __ATOMIC_SEQ_CST);
	r = r * 31 + __atomic_compare_exchange_n(&a, &expected, 9, 0, 5, 5) + expected;
	r = r * 31 + __atomic_compare_exchange_n(&a, &expected, 9, 0, 5, 5) + __atomic_load_n(&a, 5);
	__atomic_store_n(&b, 4, __ATOMIC_RELEASE);
	__sync_synchronize();
	__sync_fetch_and_add(&a, 1);
	return r * 31 + a + b;
}
--- vm words=9 ret=64
--- out
run = 999664455790407509
