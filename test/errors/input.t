input that is no program: an error, never a crash
--- sh
printf 'begin { ' >deep.bt
i=0; s=''; while [ $i -lt 10000 ]; do s="$s("; i=$((i+1)); done; echo "print($s 1" >>deep.bt
waggle deep.bt >out 2>err && echo "accepted" || echo "status $?"
head -c 200 err | head -1
--- out-match
status 1
deep.bt:…ERROR: …
--- sh
printf 'begin { @a = 1' >deep.bt
i=0; while [ $i -lt 10000 ]; do printf '%s' '+(1'; i=$((i+1)); done >>deep.bt
echo ' }' >>deep.bt
waggle deep.bt >out 2>err && echo "accepted" || echo "status $?"
head -c 200 err | head -1
--- out-match
status 1
deep.bt:…ERROR: …
--- sh
i=0; printf 'int f(int a) { return ' >deep.c; while [ $i -lt 10000 ]; do printf '('; i=$((i+1)); done >>deep.c
waggle cc deep.c -o deep.o >out 2>err && echo "accepted" || echo "status $?"
head -c 200 err | head -1
--- out-match
status 1
deep.c:…error: …
--- sh
i=0; while [ $i -lt 10000 ]; do printf '{'; i=$((i+1)); done >deep.c
waggle cc deep.c -o deep.o >out 2>err && echo "accepted" || echo "status $?"
--- out
status 1
--- sh
head -c 1000000 /dev/zero | tr '\0' 'x' >long.bt
waggle long.bt >out 2>err && echo accepted || echo "status $?"
[ "$(wc -c <err)" -lt 4000 ] && echo "a short message"
--- out
status 1
a short message
--- sh
head -c 1000000 /dev/zero | tr '\0' 'x' >long.c
waggle cc long.c -o long.o >out 2>err && echo accepted || echo "status $?"
[ "$(wc -c <err)" -lt 4000 ] && echo "a short message"
--- out
status 1
a short message
--- sh
head -c 20000 $WAGGLE >binary.bt
waggle binary.bt >out 2>err && echo accepted || echo "status $?"
cp binary.bt binary.c
waggle cc binary.c -o binary.o >out 2>err && echo accepted || echo "status $?"
cp binary.bt binary.o
waggle run binary.o >out 2>err && echo accepted || echo "status $?"
--- out
status 1
status 1
status 1
--- args /no/such/file.bt
--- error
ERROR: failed to open file '/no/such/file.bt': No such file or directory
--- args /
--- error
ERROR: failed to open file '/': Is a directory
