an object whose marker is elsewhere in the file by now is refused: a probe there would break the program
--- sh
cp "$TOP/build/test/markers" "$PWD/program"
echo 'usdt:'"$PWD"'/program:words { } begin { exit(); }' >x.bt
waggle build x.bt -o x.bpf.o
waggle run x.bpf.o 2>&1 | grep -c 'Attached 2 probes'
cp "$TOP/build/test/markers-on" "$PWD/program"
waggle run x.bpf.o 2>&1 | grep -o 'has this marker at another place.*' || true
--- live
--- out
1
has this marker at another place than where the object was made.
