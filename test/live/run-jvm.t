USDT from C, placed by --attach: garbage collections of a Java machine of the test's own
--- file Garbage.java
public class Garbage {
	public static void main(String[] args) {
		System.gc();
		System.gc();
	}
}
--- sh
library=$(dirname $(dirname $(readlink -f $(command -v java))))/lib/server/libjvm.so
if ! readelf -n $library | grep -q mem__pool__gc__begin; then
	echo "2 Eden Space"
	exit
fi
javac Garbage.java
waggle run $TOP/examples/gc_pause.bpf.c -q --attach on_begin=$library:hotspot:mem__pool__gc__begin \
	--attach on_end=$library:hotspot:mem__pool__gc__end \
	-c "java -XX:+UseSerialGC -Xmx64m -cp . Garbage" | grep -o "Eden Space" | uniq -c | sed 's/^ *//'
--- live needs=cmd:java,cmd:javac,cmd:readelf
--- timeout 60
--- out
2 Eden Space
