semaphores: what only runs while it is traced; wildcards; a marker at two places counts at both
--- script
usdt:$BUILD/test/markers-on:*:* /pid == $CHILD/ { @[probe] = count(); }
usdt:$BUILD/test/markers-on:waggle:cost* /pid == $CHILD/ { print(str(arg0)); }
--- live run=markers-on 2
--- matrix
--- out
costly 1
costly 2


@[usdt:$BUILD/test/markers-on:waggle:costly]: 2
@[usdt:$BUILD/test/markers-on:waggle:element]: 2
@[usdt:$BUILD/test/markers-on:waggle:memory]: 2
@[usdt:$BUILD/test/markers-on:waggle:simple]: 2
@[usdt:$BUILD/test/markers-on:waggle:sizes]: 2
@[usdt:$BUILD/test/markers-on:waggle:words]: 2
@[usdt:$BUILD/test/markers-on:waggle:inlined]: 4
