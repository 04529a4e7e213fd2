statements: switch ranges, labels, statement expressions, for scopes, unroll hints
--- c
int f(int n)
{
	int sum = 0;
#pragma unroll
	for (int i = 0; i < 4; i++) {
		if (i == n)
			continue;
		sum += ({ int t = i; t * 2; });
	}
	switch (n) {
	case 1 ... 3:
	case 7:
		goto out;
	default:
		break;
	}
	do
		sum--;
	while (sum > 10);
out:
	return sum ?: n;
}
--- dump ast
func int f(int)
  block
    decl int sum
      store +0 : int
        int 0 : int
    block
      decl int i
        store +0 : int
          int 0 : int
      for unroll
        binary lt : int
          load : int
            local i : int
          int 4 : int
        incdec post +1 : int
          local i : int
        block
          if
            binary eq : int
              load : int
                local i : int
              load : int
                local n : int
            continue
          expr
            assign_op add in 'int' : int
              local sum : int
              stmt_expr : int
                block
                  decl int t
                    store +0 : int
                      load : int
                        local i : int
                  expr
                    binary mul : int
                      load : int
                        local t : int
                      int 2 : int
    switch
      load : int
        local n : int
      block
        case 1 ... 3
          empty
        case 7
          empty
        goto out
        default
          empty
        break
    do
      binary gt : int
        load : int
          local sum : int
        int 10 : int
      expr
        incdec post -1 : int
          local sum : int
    label out
      empty
    return
      comma : int
        assign : int
          local <hidden> : int
          load : int
            local sum : int
        cond : int
          load : int
            local <hidden> : int
          load : int
            local <hidden> : int
          load : int
            local n : int
