strength: multiplication and division by powers of two
--- ir
license "GPL"
func f0 "f" program section "raw_tp" params 1 returns {
@0:
	%1 = param.l 0
	%2 = load.l %1, size 8, ctx
	%3 = const.l 8
	%4 = mul.l %2, %3
	%5 = udiv.l %4, %3
	%6 = umod.l %5, %3
	%7 = const.l 10
	%8 = udiv.l %6, %7
	ret.l %8
}
--- args build input.ir --passes=strength --stop=pass
--- out
; ir
license "GPL"
func f0 "f" program section "raw_tp" params 1 returns {
@0:
	%1 = param.l 0
	%2 = load.l %1, size 8, ctx
	%3 = const.l 8
	%4 = const.l 3
	%5 = shl.l %2, %4
	%6 = const.l 3
	%7 = lshr.l %5, %6
	%8 = const.l 7
	%9 = and.l %7, %8
	%10 = const.l 10
	%11 = udiv.l %9, %10
	ret.l %11
}
