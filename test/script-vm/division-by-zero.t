division and modulo by zero give 1
--- script
begin { $z = (uint64)0; print(10 / $z); print(10 % $z); }
--- vm
--- out-match
…WARNING: Divide or modulo by 0 detected. This can lead to unexpected results. 1 is being used as the result.
…
…~~~~~~~
1
…WARNING: Divide or modulo by 0 detected. This can lead to unexpected results. 1 is being used as the result.
…
…~~~~~~~
1


