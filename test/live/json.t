-f json: one object a line
--- script
begin { printf("hello %d\n", 5); @x = 1; @m[1, "a"] = 2; @h = hist(5); @s = stats(4); print((1, "b")); exit(); }
--- args -f json
--- live stop=self
--- matrix
--- out
{"type": "attached_probes", "count": 1, "data": {"probes": 1}}
{"type": "printf", "data": "hello 5\n"}
{"type": "value", "data": [1,"b"]}
{"type": "hist", "data": {"@h": [{"min": 4, "max": 7, "count": 1}]}}
{"type": "map", "data": {"@m": {"1,a": 2}}}
{"type": "stats", "data": {"@s": {"count": 1, "average": 4, "total": 4}}}
{"type": "map", "data": {"@x": 1}}
