a uprobe or static marker without a binary needs -p
--- script
uprobe:foo { }
--- error
stdin:1:1-11: ERROR: uprobe probe type requires 2 or 3 arguments, found 1
uprobe:foo { }
~~~~~~~~~~
--- script
usdt:foo { }
--- error
stdin:1:1-9: ERROR: usdt probe type requires 2 or 3 arguments, found 1
usdt:foo { }
~~~~~~~~
--- script
usdt:/no/such/file:foo { }
--- error
stdin:1:1-23: ERROR: usdt target file '/no/such/file' does not exist or is not executable
usdt:/no/such/file:foo { }
~~~~~~~~~~~~~~~~~~~~~~
--- script
usdt:/bin/sh:nothing:here { }
--- error
stdin:1:1-26: ERROR: No matches for usdt /bin/sh:nothing:here.
usdt:/bin/sh:nothing:here { }
~~~~~~~~~~~~~~~~~~~~~~~~~
