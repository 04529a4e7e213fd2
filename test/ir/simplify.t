simplify: blocks that follow each other become one, jumps go where they end
--- ir
license "GPL"
func f0 "f" program section "raw_tp" params 1 returns {
@0:
	%1 = param.l 0
	jmp @1
@1:
	%2 = load.l %1, size 8, ctx
	br.l %2, @2, @3
@2:
	jmp @4
@3:
	jmp @4
@4:
	ret.l %2
}
--- args build input.ir --passes=simplify --stop=pass
--- out
; ir
license "GPL"
func f0 "f" program section "raw_tp" params 1 returns {
@0:
	%1 = param.l 0
	%2 = load.l %1, size 8, ctx
	ret.l %2
}
