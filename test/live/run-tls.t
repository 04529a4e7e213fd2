uprobes on OpenSSL: the plain text of a client and a server of the test's own
--- sh
openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -subj /CN=x -days 1 2>/dev/null
space=wgtls$$
ip netns add $space
trap 'kill $server 2>/dev/null; ip netns del $space' EXIT
ip -n $space link set lo up
in_space() { nsenter --net=/run/netns/$space "$@"; }
nsenter --net=/run/netns/$space openssl s_server -accept 4433 -key key.pem -cert cert.pem -www >/dev/null 2>&1 &
server=$!
until in_space curl -sk -o /dev/null https://127.0.0.1:4433/; do kill -0 $server; sleep 0.2; done
in_space waggle run $TOP/examples/ssl_sniff.bpf.c -q -c "curl -sk -o /dev/null https://127.0.0.1:4433/" >out
awk 'NR == 1 { print $1, $2, $3, $4, $5, $6 } $2 == "write" { print $2, $5, $6, $7 } $2 == "read" && /HTTP/ { print $2, $5, $6, $7 }' out
awk '$2 == "handshake" && $3 == 1 { n++ } END { exit !n }' out && echo "handshake done"
--- live needs=cmd:openssl,cmd:curl,cmd:ip,cmd:nsenter
--- out
pid what length us comm text
write curl GET /
read curl HTTP/1.0 200
handshake done
