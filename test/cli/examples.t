the programs of examples/ compile
--- sh
cd $TOP/examples
for file in *.bt; do waggle build $file -o /dev/null && echo "$file"; done
for file in *.c; do waggle cc $file -o /dev/null && echo "$file"; done
--- out
accepts.bt
allocations.bt
opens.bt
slow-reads.bt
drop-big.c
execs.bpf.c
