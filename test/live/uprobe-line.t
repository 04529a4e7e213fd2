a uprobe at a source line: BIN@FILE:LINE
--- sh
line=$(grep -n 'return i \* 2' "$TOP/test/work/work.c" | cut -d: -f1)
waggle -q -e "uprobe:$BUILD/test/work@work.c:$line /pid == cpid/ { @ = count(); }" -c 'work call 3'
waggle -q -e "uprobe:work@work.c:1 { }" 2>&1 | head -1 | sed "s|$BUILD|BUILD|"
waggle -q -e "uretprobe:work@work.c:$line { }" 2>&1 | head -1
--- live
--- out


@: 3
stdin:1:1-21: ERROR: No matches for uprobe:BUILD/test/work@work.c:1.
stdin:1:1-25: ERROR: uretprobes can not be attached to a source line
