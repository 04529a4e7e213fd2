-p: functions by name alone are looked for in all that the process has mapped
--- sh
work wait 700 &
pid=$!
waggle -q -p $pid -e 'uprobe:work_probe_t* { } uprobe::work_probe { } interval:ms:100 { printf("attached\n"); exit(); }'
wait $pid
--- live
--- out
attached


a function with an offset, and * in the path of a binary
--- sh
waggle -q -c 'work call 3' -e 'uprobe:work:work_probe+0 { @at = count(); } uprobe:'"$TOP"'/build/test/w*k:work_probe_too { @star = count(); }'
--- live
--- out


@at: 3
@star: 3
