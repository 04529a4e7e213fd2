memops: small copies become loads and stores of the widest width that the alignment allows
--- ir
license "GPL"
func f0 "f" program section "raw_tp" params 1 returns {
	slot 0 size 16 align 8 "a"
	slot 1 size 16 align 8 "b"
@0:
	%1 = param.l 0
	%2 = slot.l 0
	%3 = slot.l 1
	memzero %2, 12, size 8
	memcpy %3, %2, 12, size 4
	%4 = load.l %3, size 8, stack
	ret.l %4
}
--- args build input.ir --passes=memops --stop=pass
--- out
; ir
license "GPL"
func f0 "f" program section "raw_tp" params 1 returns {
	slot 0 size 16 align 8 "a"
	slot 1 size 16 align 8 "b"
@0:
	%1 = param.l 0
	%2 = slot.l 0
	%3 = slot.l 1
	%4 = const.l 0
	store.l %2, %4, size 8, stack
	%5 = const.w 0
	store.w %2, %5, 8, size 4, stack
	%6 = load.l %2, size 8, stack
	store.l %3, %6, size 8, stack
	%7 = load.w %2, 8, size 4, stack
	store.w %3, %7, 8, size 4, stack
	%8 = load.l %3, size 8, stack
	ret.l %8
}
