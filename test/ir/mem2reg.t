mem2reg turns a slot that is only loaded and stored into values, with a phi where paths meet
--- ir
license "GPL"
func f0 "f" program section "raw_tp" params 1 returns {
	slot 0 size 8 align 8 "x"
@0:
	%1 = param.l 0
	%2 = slot.l 0
	%3 = load.l %1, size 8, ctx
	store.l %2, %3, size 8
	br.l %3, @1, @2
@1:
	%4 = const.l 7
	store.l %2, %4, size 8
	jmp @2
@2:
	%5 = load.l %2, size 8, stack
	ret.l %5
}
--- args build input.ir --passes=mem2reg --stop=pass
--- out
; ir
license "GPL"
func f0 "f" program section "raw_tp" params 1 returns {
	slot 0 size 8 align 8 dead "x"
@0:
	%1 = param.l 0
	%2 = load.l %1, size 8, ctx
	br.l %2, @1, @2
@1:
	%3 = const.l 7
	jmp @2
@2:
	%4 = phi.l @0 %2, @1 %3
	ret.l %4
}
