for over a range and over a map, with break and continue
--- script
begin { for ($i : 0..5) { if ($i == 1) { continue; } if ($i == 4) { break; } printf("%d ", $i); } printf("\n");
	@m[1] = 10; @m[2] = 20; $sum = 0; for ($kv : @m) { $sum += $kv.0 * $kv.1; } printf("%d\n", $sum); exit(); }
--- live needs=bpf2bpf_callback,for_each_map stop=self
--- matrix
--- out
0 2 3 
50


@m[1]: 10
@m[2]: 20
--- script
begin { unroll(3) { @n++; } $i = 0; while ($i < 1000) { $i++; if ($i > 600) { break; } } @i = $i; exit(); }
--- live stop=self
--- matrix
--- out


@i: 601
@n: 3
