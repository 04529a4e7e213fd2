waggle build x.bt -o x: a program that carries the script; parameters are given when it runs
--- sh
cat >x.bt <<'END'
begin { printf("%s %d %d\n", str($1), $2, getopt("n", 5)); exit(); }
END
waggle build x.bt -o x
./x word 7
unset __BPFTRACE_NOTIFY_PROBES_ATTACHED
./x word 8 --n=9
cp x y; ./y other 1
--- live
--- out
word 7 5


word 8 9


other 1 5


--- err
Attached 1 probe
Attached 1 probe
Attached 1 probe
--- sh
cat >bad.bt <<'END'
begin { nosuch(1); }
END
waggle build bad.bt -o bad; test ! -e bad
--- error
bad.bt:1:9-18: ERROR: Unknown function: 'nosuch'
begin { nosuch(1); }
        ~~~~~~~~~
