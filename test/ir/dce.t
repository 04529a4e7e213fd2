dce: what nobody uses goes, what has an effect stays
--- ir
license "GPL"
func f0 "f" program section "raw_tp" params 1 returns {
@0:
	%1 = param.l 0
	%2 = load.l %1, size 8, ctx
	%3 = const.l 1
	%4 = add.l %2, %3
	%5 = call.l ktime_get_ns
	%6 = call.l get_prandom_u32
	%7 = const.l 9
	%8 = call.l send_signal, %7
	ret.l %3
}
--- args build input.ir --passes=dce --stop=pass
--- out
; ir
license "GPL"
func f0 "f" program section "raw_tp" params 1 returns {
@0:
	%1 = param.l 0
	%2 = const.l 1
	%3 = const.l 9
	%4 = call.l send_signal, %3
	ret.l %2
}
