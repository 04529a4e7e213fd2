requests of a server of the test's own, by the system calls' tracepoints, through a perf buffer
--- sh
space=wghs$$
ip netns add $space
trap 'kill $server 2>/dev/null; ip netns del $space' EXIT
ip -n $space link set lo up
nsenter --net=/run/netns/$space python3 -m http.server 8000 --bind 127.0.0.1 >/dev/null 2>&1 &
server=$!
until nsenter --net=/run/netns/$space curl -s -o /dev/null http://127.0.0.1:8000/; do kill -0 $server; sleep 0.2; done
waggle run $TOP/examples/http_server.bpf.c -q -p $server --duration 2 >out &
run=$!
sleep 1
nsenter --net=/run/netns/$space curl -s -o /dev/null -o /dev/null http://127.0.0.1:8000/one http://127.0.0.1:8000/two
wait $run
awk '{ print $4, $5, $6 }' out
--- live needs=cmd:ip,cmd:python3,cmd:curl,cmd:nsenter
--- out
comm text 
python3 GET /one
python3 GET /two
