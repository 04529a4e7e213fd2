-p: functions by name alone, and by * for the binary, are looked for in all that the process has mapped
--- sh
work wait 900 &
pid=$!
until grep -q "$BUILD/test/work" /proc/$pid/maps; do :; done
waggle -q -p $pid -e 'uprobe:work_probe_t* { } uprobe::work_probe { } uprobe:*/test/w*k:work_probe_too { }
interval:ms:100 { printf("attached\n"); exit(); }'
wait $pid
--- live
--- out
attached


