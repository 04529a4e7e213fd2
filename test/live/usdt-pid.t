-p and -c: markers of all that the process has mapped, by name alone or with * for the binary
--- sh
"$BUILD/test/markers" nop >/dev/null &
pid=$!
until grep -q "$BUILD/test/markers" /proc/$pid/maps; do :; done
for form in :nop '*:nop' '*:waggle:nop'; do
	waggle -p $pid -l "usdt:$form" | sed "s|$BUILD|BUILD|"
done
kill $pid
waggle -q -c "$BUILD/test/markers 3" -e 'usdt:'"$BUILD/test/markers"':words { @[pid == cpid ? "child" : "other"] = sum(arg0); }'
--- live
--- out
usdt:BUILD/test/markers:waggle:nop
usdt:BUILD/test/markers:waggle:nop
usdt:BUILD/test/markers:waggle:nop


@[child]: 6
