dse: a store that is written over before anybody reads goes
--- ir
license "GPL"
func f0 "f" program section "raw_tp" params 1 returns {
	slot 0 size 8 align 8 "x"
	slot 1 size 16 align 8 "comm"
@0:
	%1 = param.l 0
	%2 = slot.l 0
	%3 = const.l 1
	%4 = const.l 2
	store.l %2, %3, size 8
	store.l %2, %4, size 8
	%5 = slot.l 1
	%6 = const.l 16
	memzero %5, 16, size 8
	%7 = call.l get_current_comm, %5, %6
	%8 = call.l trace_printk, %2, %6
	ret.l %8
}
--- args build input.ir --passes=dse --stop=pass
--- out
; ir
license "GPL"
func f0 "f" program section "raw_tp" params 1 returns {
	slot 0 size 8 align 8 "x"
	slot 1 size 16 align 8 "comm"
@0:
	%1 = param.l 0
	%2 = slot.l 0
	%3 = const.l 1
	%4 = const.l 2
	store.l %2, %4, size 8
	%5 = slot.l 1
	%6 = const.l 16
	memzero %5, 16, size 8
	%7 = call.l get_current_comm, %5, %6
	%8 = call.l trace_printk, %2, %6
	ret.l %8
}
