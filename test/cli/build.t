waggle build makes an ELF object for BPF that other tools read; waggle run runs it
--- sh
cat >x.bt <<'END'
begin { printf("from an object\n"); exit(); }
END
waggle build x.bt -o x.bpf.o
head -c 4 x.bpf.o | od -An -c
readelf -h x.bpf.o | grep -o 'Linux BPF'
readelf -SW x.bpf.o | grep -oE ' \.(BTF|BTF\.ext|waggle|maps) ' | sort
--- out
 177   E   L   F
Linux BPF
 .BTF 
 .BTF.ext 
 .maps 
 .waggle 
--- sh
cat >x.bt <<'END'
begin { printf("from an object\n"); exit(); }
END
waggle build x.bt -o x.bpf.o
waggle run -q x.bpf.o
--- live
--- matrix
--- out-match
…from an object


