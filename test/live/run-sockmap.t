sockops and sk_msg: a cgroup's local connection goes from socket to socket
--- file talk.py
import socket, threading, time
server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen()
def answer():
    c, _ = server.accept()
    n = 0
    while n < 1 << 20:
        n += len(c.recv(65536))
    c.sendall(b"got it")
thread = threading.Thread(target=answer)
thread.start()
client = socket.create_connection(server.getsockname())
time.sleep(0.1)
for i in range(16):
    client.sendall(b"x" * 65536)
print(client.recv(100).decode())
thread.join()
--- sh
root=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
group=$root/wgl$$
mkdir $group
trap 'rmdir $group' EXIT
waggle run $TOP/examples/sock_redirect.bpf.c --cgroup $group --dump-maps >out 2>err &
run=$!
while ! grep -q Attached err; do kill -0 $run || { cat err; exit 1; }; sleep 0.05; done
sh -c "echo \$\$ >$group/cgroup.procs; exec timeout 20 python3 talk.py"
kill -INT $run
wait $run
sed 's/redirected: [1-9][0-9]*/redirected: some/' out
waggle run $TOP/examples/sock_redirect.bpf.c --cgroup /proc 2>&1 || true
--- live needs=cmd:python3
--- out
got it
established: 2
redirected: some
redirected_bytes: 1048582
ERROR: /proc is no folder of a cgroup2 file system
