a distribution's own program with markers: python's imports and garbage collections
--- script
usdt:/usr/bin/python3:python:import__find__load__start /pid == $CHILD && str(arg0) == "json"/ { printf("%s\n", str(arg0)); }
usdt:/usr/bin/python3:gc__start /pid == $CHILD/ { @collections = max(arg0); }
--- live needs=cmd:python3 run=/usr/bin/python3 -S -c import\ json,gc;gc.collect(1)
--- out
json


@collections: 2
