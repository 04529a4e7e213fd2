aggregations that are wrong
--- script
begin { @ = count(); @ = 1; }
--- error
stdin:1:22-27: ERROR: Type mismatch for @: trying to assign value of type 'int8' when map already has a type 'count_t'
begin { @ = count(); @ = 1; }
                     ~~~~~
--- script
begin { @ = count(); @ = sum(1); }
--- error
stdin:1:26-32: ERROR: Type mismatch for @: trying to assign value of type 'sum_t' when map already has a type 'count_t'
begin { @ = count(); @ = sum(1); }
                         ~~~~~~
--- script
begin { @ = hist(1); $x = @; }
--- error
stdin:1:27-28: ERROR: Map value 'hist_t' cannot be read: use print() to show it
begin { @ = hist(1); $x = @; }
                          ~
--- script
begin { @ = hist(1); @ = hist(1, 2); }
--- error
stdin:1:26-36: ERROR: Different bits in a single hist unsupported
begin { @ = hist(1); @ = hist(1, 2); }
                         ~~~~~~~~~~
--- script
begin { @ = lhist(1, 0, 10, 1); @ = lhist(1, 0, 20, 1); }
--- error
stdin:1:37-55: ERROR: Different lhist bounds in a single map unsupported
begin { @ = lhist(1, 0, 10, 1); @ = lhist(1, 0, 20, 1); }
                                    ~~~~~~~~~~~~~~~~~~
--- script
begin { @ = lhist(1, 10, 0, 1); }
--- error
stdin:1:13-31: ERROR: lhist() min must be less than max (provided min 10 and max 0)
begin { @ = lhist(1, 10, 0, 1); }
            ~~~~~~~~~~~~~~~~~~
--- script
begin { @ = lhist(1, 0, 10, 0); }
--- error
stdin:1:13-31: ERROR: lhist() step must be >= 1 (0 provided)
begin { @ = lhist(1, 0, 10, 0); }
            ~~~~~~~~~~~~~~~~~~
--- script
begin { @ = lhist(1, 0, 100000, 1); }
--- error
stdin:1:13-35: ERROR: lhist() too many buckets, must be <= 1000 (would need 100000)
begin { @ = lhist(1, 0, 100000, 1); }
            ~~~~~~~~~~~~~~~~~~~~~~
--- script
begin { @ = lhist(1, 0, 10, -1); }
--- error
stdin:1:13-32: ERROR: lhist() step must be >= 1 (-1 provided)
begin { @ = lhist(1, 0, 10, -1); }
            ~~~~~~~~~~~~~~~~~~~
--- script
begin { @ = lhist(1); }
--- error
stdin:1:13-21: ERROR: lhist() requires 4 arguments (1 provided)
begin { @ = lhist(1); }
            ~~~~~~~~
--- script
begin { @ = hist(1, 7); }
--- error
stdin:1:13-23: ERROR: hist: bits 7 must be 0..5
begin { @ = hist(1, 7); }
            ~~~~~~~~~~
--- script
begin { @ = hist("a"); }
--- error
stdin:1:13-22: ERROR: hist() only supports int arguments (string provided)
begin { @ = hist("a"); }
            ~~~~~~~~~
--- script
begin { @ = count(1); }
--- error
stdin:1:13-21: ERROR: count() requires no arguments (1 provided)
begin { @ = count(1); }
            ~~~~~~~~
--- script
begin { @ = sum(); }
--- error
stdin:1:13-18: ERROR: sum() requires one argument (0 provided)
begin { @ = sum(); }
            ~~~~~
--- script
begin { @ = sum("a"); }
--- error
stdin:1:13-21: ERROR: sum() only supports integer arguments (string[2] provided)
begin { @ = sum("a"); }
            ~~~~~~~~
--- script
begin { count(); }
--- error
stdin:1:9-16: ERROR: count() must be assigned directly to a map
begin { count(); }
        ~~~~~~~
--- script
begin { $x = count(); }
--- error
stdin:1:14-21: ERROR: count() must be assigned directly to a map
begin { $x = count(); }
             ~~~~~~~
--- script
begin { $x = 1 + count(); }
--- error
stdin:1:18-25: ERROR: count() must be assigned directly to a map
begin { $x = 1 + count(); }
                 ~~~~~~~
--- script
begin { @x = stats(1); if (@x > 1) { } }
--- error
stdin:1:28-30: ERROR: Map value 'stats_t' cannot be read: use print() to show it
begin { @x = stats(1); if (@x > 1) { } }
                           ~~
--- script
begin { printf("%s", count()); }
--- error
stdin:1:22-29: ERROR: count() must be assigned directly to a map
begin { printf("%s", count()); }
                     ~~~~~~~
--- script
begin { @x[1] = hist(1); for ($i : @x) { } }
--- error
stdin:1:36-38: ERROR: Loop expression does not support type: hist_t
begin { @x[1] = hist(1); for ($i : @x) { } }
                                   ~~
--- script
begin { @[hist(1)] = 1; }
--- error
stdin:1:11-18: ERROR: hist() must be assigned directly to a map
begin { @[hist(1)] = 1; }
          ~~~~~~~
--- script
begin { @[count()] = 1; }
--- error
stdin:1:11-18: ERROR: count() must be assigned directly to a map
begin { @[count()] = 1; }
          ~~~~~~~
--- script
begin { @ = tseries(1, 1s, 0); }
--- error
stdin:1:13-30: ERROR: tseries() num_intervals must be >= 1 (0 provided)
begin { @ = tseries(1, 1s, 0); }
            ~~~~~~~~~~~~~~~~~
WARNING: Script is using an unstable feature: tseries. To prevent this warning you must explicitly enable it in the config e.g. unstable_tseries=enable
--- script
begin { @ = tseries(1, 0, 5); }
--- error
stdin:1:13-29: ERROR: tseries() interval_ns must be >= 1 (0 provided)
begin { @ = tseries(1, 0, 5); }
            ~~~~~~~~~~~~~~~~
WARNING: Script is using an unstable feature: tseries. To prevent this warning you must explicitly enable it in the config e.g. unstable_tseries=enable
--- script
begin { @ = tseries(1, 1s, 2000000); }
--- error
stdin:1:13-36: ERROR: tseries() num_intervals must be < 1000000 (2000000 provided)
begin { @ = tseries(1, 1s, 2000000); }
            ~~~~~~~~~~~~~~~~~~~~~~~
WARNING: Script is using an unstable feature: tseries. To prevent this warning you must explicitly enable it in the config e.g. unstable_tseries=enable
--- script
begin { @ = tseries(1, 1s, 5, "nosuch"); }
--- error
stdin:1:13-40: ERROR: tseries() expects one of the following aggregation functions: avg, max, min, sum ("nosuch" provided)
begin { @ = tseries(1, 1s, 5, "nosuch"); }
            ~~~~~~~~~~~~~~~~~~~~~~~~~~~
WARNING: Script is using an unstable feature: tseries. To prevent this warning you must explicitly enable it in the config e.g. unstable_tseries=enable
--- script
begin { @ = tseries(1, 1s); }
--- error
stdin:1:13-27: ERROR: tseries() requires at least 3 arguments (2 provided)
begin { @ = tseries(1, 1s); }
            ~~~~~~~~~~~~~~
--- script
begin { @ = min("a"); }
--- error
stdin:1:13-21: ERROR: min() only supports integer arguments (string[2] provided)
begin { @ = min("a"); }
            ~~~~~~~~
--- script
begin { @ = avg(); }
--- error
stdin:1:13-18: ERROR: avg() requires one argument (0 provided)
begin { @ = avg(); }
            ~~~~~
--- script
begin { @x[1] = hist(1); find(@x, 1, $v); }
--- error
stdin:1:26-41: ERROR: Map value 'hist_t' cannot be read: use print() to show it
begin { @x[1] = hist(1); find(@x, 1, $v); }
                         ~~~~~~~~~~~~~~~
--- script
begin { @a[1] = count(); @b = @a[1]; @b = "x"; }
--- error
stdin:1:38-46: ERROR: Type mismatch for @b: trying to assign value of type 'string[2]' when map already has a type 'uint64'
begin { @a[1] = count(); @b = @a[1]; @b = "x"; }
                                     ~~~~~~~~
--- script
begin { @ = lhist("a", 0, 1, 1); }
--- error
stdin:1:13-32: ERROR: lhist() only supports int arguments (string provided)
begin { @ = lhist("a", 0, 1, 1); }
            ~~~~~~~~~~~~~~~~~~~
--- script
begin { @ = lhist(1, "a", 1, 1); }
--- error
stdin:1:13-32: ERROR: lhist() expects a integer literal for the min argument
begin { @ = lhist(1, "a", 1, 1); }
            ~~~~~~~~~~~~~~~~~~~
--- script
begin { $n = 1; @ = lhist(1, 0, $n, 1); }
--- error
stdin:1:21-39: ERROR: lhist() expects a integer literal for the max argument
begin { $n = 1; @ = lhist(1, 0, $n, 1); }
                    ~~~~~~~~~~~~~~~~~~
--- script
begin { $n = 1; @ = hist(1, $n); }
--- error
stdin:1:21-32: ERROR: hist() expects a integer literal for the bits argument
begin { $n = 1; @ = hist(1, $n); }
                    ~~~~~~~~~~~
--- script
begin { @a = count(); @a += 1; @a = 5; }
--- error
stdin:1:32-38: ERROR: Type mismatch for @a: trying to assign value of type 'int8' when map already has a type 'count_t'
begin { @a = count(); @a += 1; @a = 5; }
                               ~~~~~~
--- script
begin { @a = count(); $x = @a + "a"; }
--- error
stdin:1:28-36: ERROR: The + operator can not be used on expressions of types uint64, string[2]
begin { @a = count(); $x = @a + "a"; }
                           ~~~~~~~~
--- script
begin { @a[1] = count(); if (@a[1] == "x") { } }
--- error
stdin:1:30-42: ERROR: Type mismatch for '==': comparing uint64 with string[2]
begin { @a[1] = count(); if (@a[1] == "x") { } }
                             ~~~~~~~~~~~~
stdin:1:30-35: ERROR: left (uint64)
begin { @a[1] = count(); if (@a[1] == "x") { } }
                             ~~~~~
stdin:1:39-42: ERROR: right (string[2])
begin { @a[1] = count(); if (@a[1] == "x") { } }
                                      ~~~
