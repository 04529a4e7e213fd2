/* C++ names for probes: overloads, a method, a namespace. `cxx` calls each once. */
#include <cstdio>

namespace waggle {

struct Adder {
	int base;
	int add(int x);
};

#define KEEP __attribute__((noinline)) /* a call stays a call, its argument in its register */

KEEP int Adder::add(int x)
{
	asm volatile("" : "+r"(x));
	return base + x;
}

KEEP int over(int a)
{
	asm volatile("" : "+r"(a));
	return a;
}

KEEP int over(int a, long b)
{
	asm volatile("" : "+r"(a));
	return a + static_cast<int>(b);
}

} // namespace waggle

int main()
{
	waggle::Adder a{3};

	return a.add(4) + waggle::over(1) + waggle::over(2, 3) == 13 ? 0 : 1;
}
