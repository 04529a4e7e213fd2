-p: a path means the file that the process sees in its own mount namespace; its symbols are read there too
--- sh
mkdir -p "$PWD/inner"
unshare -m sh -c 'mount -t tmpfs none "'"$PWD"'/inner" && cp "'"$TOP"'/build/test/work" "'"$PWD"'/inner/hidden" && exec "'"$PWD"'/inner/hidden" linger wait 400' &
pid=$!
until grep -q /hidden /proc/$pid/maps; do :; done
waggle -q -p $pid -l 'uprobe:*/hidden:work_probe' | sed "s|^uprobe:/proc/$pid/root.*/hidden|FOUND|"
waggle -q -p $pid -e 'uprobe:'"$PWD"'/inner/hidden:do_wait { } uprobe:*/hidden:nap_ms { printf("%s\n", func); exit(); }'
wait $pid
--- live needs=cmd:unshare
--- out
FOUND:work_probe
nap_ms


