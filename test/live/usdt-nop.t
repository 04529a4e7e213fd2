after the tracer ends the marker's nop is back, and its semaphore is 0
--- sh
for program in markers markers-on; do
	"$BUILD/test/$program" nop &
	waggle -q -e 'usdt:'"$BUILD/test/$program"':nop { } interval:ms:300 { exit(); }' >/dev/null
	wait $!
done
--- live
--- out
traced
nop again
traced
nop again
