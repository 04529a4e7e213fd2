opensnoop, execsnoop, killsnoop, runqlat, tasks: each is one C program, without a user-space half
--- file tool.sh
#!/bin/sh
work write 1 abc >/dev/null
/bin/cat /nonexistent/$1 2>/dev/null
/bin/true "two words" last
kill -USR2 $$
--- sh
e=$TOP/examples
waggle run $e/opensnoop.bpf.c -q -c "/bin/cat /nonexistent/a" 2>/dev/null | awk '/nonexistent/ { print $2, $3, $4 }'
waggle run $e/opensnoop.bpf.c -q --set only_failed=true -c "/bin/cat /nonexistent/a /etc/passwd" 2>/dev/null | grep -c passwd || true
waggle run $e/execsnoop.bpf.c -q -c "sh tool.sh a" | awk '/tool.sh|true/ { $1 = $2 = ""; print }'
waggle run $e/killsnoop.bpf.c -q -c "sh tool.sh a" | awk '$3 == 12 { print ($1 == $2), $3, $4, $5 }'
waggle run $e/tasks.bpf.c -q | awk '$1 == '$$' && $2 == '$$' { print $3; exit }'
waggle run $e/runqlat.bpf.c -q --duration 0.3 --dump-maps | grep -c '^\[' | sed 's/[0-9][0-9]*/rows/'
--- live
--- out
-2 cat /nonexistent/a
0
  0 sh sh tool.sh a
  0 true /bin/true two words last
1 12 delivered sh
sh
rows
