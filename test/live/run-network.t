xdp drops and counts, tc counts both sides, a socket filter reads HTTP: on a veth of the test's own
--- file net.sh
a=wgra$$ b=wgrb$$
trap 'kill $server 2>/dev/null; ip netns del $a 2>/dev/null; ip netns del $b 2>/dev/null' EXIT
server=
ip netns add $a
ip netns add $b
ip link add vea netns $a type veth peer name veb netns $b
ip -n $a addr add 10.77.0.1/24 dev vea
ip -n $b addr add 10.77.0.2/24 dev veb
ip -n $a link set vea up
ip -n $b link set veb up
in_a() { nsenter --net=/run/netns/$a "$@"; }
in_b() { nsenter --net=/run/netns/$b "$@"; }
start() {
	nsenter --net=/run/netns/$b waggle run "$@" >out 2>err &
	run=$!
	while ! grep -q Attached err 2>/dev/null; do
		kill -0 $run || { cat err; exit 1; }
		sleep 0.05
	done
}
stop() { kill -INT $run; wait $run; : >err; }
--- sh
. ./net.sh
start $TOP/examples/xdp_count.bpf.c --dev veb --dump-maps --set drop_protocol=1
in_a ping -c 2 -i 0.2 -W 1 10.77.0.2 >/dev/null || echo "ping: lost"
stop
sed 's/\[[0-9,]*\]$/counted/' out
start $TOP/examples/xdp_count.bpf.c --dev veb --xdp-mode generic
ip -n $b -o link show veb | grep -o xdpgeneric
stop
in_a ping -c 1 -W 5 10.77.0.2 >/dev/null && echo "ping: answered"
start $TOP/examples/tc_traffic.bpf.c --dev veb --dump-maps
in_a ping -c 3 -i 0.2 -W 5 10.77.0.2 >/dev/null
stop
cat out
in_b tc qdisc show dev veb | grep clsact || echo "clsact: gone"
start $TOP/examples/http_sniff.bpf.c --dev veb
in_b python3 -m http.server 8000 --bind 10.77.0.2 >/dev/null 2>&1 &
server=$!
for i in 1 2 3 4 5 6 7 8 9; do in_a curl -s http://10.77.0.2:8000/net.sh >/dev/null && break; sleep 0.3; done
sleep 0.2
stop
awk '{ print $1, $2, $6, $7, $8 }' out | head -3
--- live needs=cmd:ip,cmd:ping,cmd:python3,cmd:curl,cmd:nsenter,cmd:tc
--- timeout 60
--- out
ping: lost
dropped: 2
packets[1]: counted
xdpgeneric
ping: answered
remotes[[10,77,0,1]]: { .packets_in = 3, .bytes_in = 294, .packets_out = 3, .bytes_out = 294 }
clsact: gone
source dest text  
10.77.0.1 10.77.0.2 GET /net.sh HTTP/1.1
10.77.0.2 10.77.0.1 HTTP/1.0 200 OK
