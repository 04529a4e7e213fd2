options may stand behind the file
--- file p.bt
begin { print($#); print(str($1)); print(str($2)); exit(); }
--- sh
bpftrace p.bt a -q b
--- out
2
a
b


