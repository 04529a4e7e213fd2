kprobes, fentry and LSM from C: connection latency, round trip times, a refused connect
--- sh
python3 -m http.server 8000 --bind 127.0.0.1 >/dev/null 2>&1 &
server=$!
trap 'kill $server' EXIT
until curl -s -o /dev/null http://127.0.0.1:8000/; do kill -0 $server; sleep 0.5; done
get="curl -sS -o out http://127.0.0.1:8000/"
waggle run $TOP/examples/tcpconnlat.bpf.c -q --dump-maps -c "$get" >text
awk '/curl/ { print $3, $4, $5, $6 } /latency_us|\[/ { print $1 == "latency_us:" ? $1 : "row" }' text
waggle run $TOP/examples/tcprtt.bpf.c -q --dump-maps --set local_port=8000 -c "$get" |
	grep -o '^srtt_us[^ ]*'
waggle run $TOP/examples/lsm_connect.bpf.c -q --set blocked=0x0100007f -c "$get" 2>err |
	sed 's/^ *[0-9][0-9]* curl/N curl/'
sed 's/after [0-9]* ms/after N ms/' err
waggle run $TOP/examples/lsm_connect.bpf.c -q --set blocked=0x0100007f -f json -c "$get" 2>/dev/null |
	sed 's/"pid": [0-9]*/"pid": N/'
--- live needs=cmd:python3,cmd:curl
--- kernels 6.1 6.12
--- timeout 120
--- out
curl ::ffff:127.0.0.1 ::ffff:127.0.0.1 8000
latency_us:
row
srtt_us[[127,0,0,1]]:
srtt_us[[127,0,0,1]]:
    pid comm             dest            port
N curl             127.0.0.1       8000
curl: (7) Failed to connect to 127.0.0.1 port 8000 after N ms: Couldn't connect to server
{"type": "event", "map": "events", "data": {"pid": N, "comm": "curl", "dest": "127.0.0.1", "port": 8000}}
