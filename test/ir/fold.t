fold: constants, identities and decided branches
--- ir
license "GPL"
func f0 "f" program section "raw_tp" params 1 returns {
@0:
	%1 = param.l 0
	%2 = load.l %1, size 8, ctx
	%3 = const.l 0
	%4 = add.l %2, %3
	%5 = const.l 6
	%6 = const.l 7
	%7 = mul.l %5, %6
	%8 = sub.l %4, %4
	%9 = or.l %7, %8
	%10 = const.l 42
	%11 = eq.w %9, %10, size 8
	br.w %11, @1, @2
@1:
	ret.l %4
@2:
	ret.l %3
}
--- args build input.ir --passes=fold --stop=pass
--- out
; ir
license "GPL"
func f0 "f" program section "raw_tp" params 1 returns {
@0:
	%1 = param.l 0
	%2 = load.l %1, size 8, ctx
	%3 = const.l 0
	%4 = const.l 6
	%5 = const.l 7
	%6 = const.l 42
	%7 = const.l 0
	%8 = const.l 42
	%9 = const.l 42
	%10 = const.w 1
	jmp @1
@1:
	ret.l %2
}
