conversions are nodes: promotion, usual arithmetic, bit-fields, pointers
--- c
struct s { unsigned f : 3; signed char c; unsigned long l; int a[4]; };
long f(struct s *p, unsigned char u, short n)
{
	p->f += u;
	p->a[n]++;
	return u + n < p->l ? p->f << 1 : -p->c;
}
--- dump ast
func long f(struct s *, unsigned char, short)
  block
    expr
      assign_op add in 'int' : unsigned int
        member .f 0 bits 0+3 : unsigned int
          deref : struct s
            load : struct s *
              local p : struct s *
        cast : int
          load : unsigned char
            local u : unsigned char
    expr
      incdec post +1 : int
        index : int
          member .a 3 +16 : int[4]
            deref : struct s
              load : struct s *
                local p : struct s *
          cast : long
            cast : int
              load : short
                local n : short
    return
      cast : long
        cond : int
          binary lt : int
            cast : unsigned long
              binary add : int
                cast : int
                  load : unsigned char
                    local u : unsigned char
                cast : int
                  load : short
                    local n : short
            load : unsigned long
              member .l 2 +8 : unsigned long
                deref : struct s
                  load : struct s *
                    local p : struct s *
          binary shl : int
            cast : int
              load : unsigned int
                member .f 0 bits 0+3 : unsigned int
                  deref : struct s
                    load : struct s *
                      local p : struct s *
            int 1 : int
          neg : int
            cast : int
              load : signed char
                member .c 1 +1 : signed char
                  deref : struct s
                    load : struct s *
                      local p : struct s *
