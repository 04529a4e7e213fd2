the programs of examples/ compile, without a word
--- sh
here=$PWD
cd $TOP/examples
for file in *.bt; do waggle build $file -o $here/x.bpf.o || echo "$file: status $?"; done
for file in *.c; do waggle cc $file -o $here/x.o || echo "$file: status $?"; done
--- out
--- err
