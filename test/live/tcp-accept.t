the textbook script on accepted connections: headers, casts, addresses, columns
--- script
#include <net/sock.h>
begin { printf("%-8s %-6s %s\n", "PID", "COMM", "DADDR"); }
kretprobe:inet_csk_accept /pid == $CHILD/ {
	$sk = (struct sock *)retval;
	if ($sk->__sk_common.skc_family == AF_INET) {
		printf("%-8d %-6s %s\n", pid, comm, ntop($sk->__sk_common.skc_daddr));
	}
	time("%H:%M:%S\n");
}
--- live needs=kprobe run=work connect
--- matrix
--- out-match
PID      COMM   DADDR
$CHILD …work   127.0.0.1
<n>:<n>:<n>


