cse: the same work is done once, repeatable helpers too
--- ir
license "GPL"
func f0 "f" program section "raw_tp" params 1 returns {
@0:
	%1 = param.l 0
	%2 = call.l get_current_pid_tgid
	%3 = const.l 32
	%4 = lshr.l %2, %3
	%5 = call.l get_current_pid_tgid
	%6 = lshr.l %5, %3
	%7 = add.l %4, %6
	ret.l %7
}
--- args build input.ir --passes=cse --stop=pass
--- out
; ir
license "GPL"
func f0 "f" program section "raw_tp" params 1 returns {
@0:
	%1 = param.l 0
	%2 = call.l get_current_pid_tgid
	%3 = const.l 32
	%4 = lshr.l %2, %3
	%5 = add.l %4, %4
	ret.l %5
}
