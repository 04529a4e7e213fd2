configuration blocks
--- script
config = { nosuch = 1 } begin { }
--- error
stdin:1:12-22: ERROR: nosuch: not a known configuration option
config = { nosuch = 1 } begin { }
           ~~~~~~~~~~
--- script
config = { max_strlen = "a" } begin { }
--- error
stdin:1:12-28: ERROR: max_strlen: expecting a number, got a
config = { max_strlen = "a" } begin { }
           ~~~~~~~~~~~~~~~~
--- script
config = { missing_probes = 1 } begin { }
--- error
stdin:1:12-30: ERROR: missing_probes: Invalid value for missing_probes: valid values are ignore, warn, and error.
config = { missing_probes = 1 } begin { }
           ~~~~~~~~~~~~~~~~~~
--- script
config = { missing_probes = nosuch } begin { }
--- error
stdin:1:12-35: ERROR: missing_probes: Invalid value for missing_probes: valid values are ignore, warn, and error.
config = { missing_probes = nosuch } begin { }
           ~~~~~~~~~~~~~~~~~~~~~~~
--- script
config = { license = "nosuch" } begin { }
--- error
stdin:1:12-30: ERROR: license: Invalid value for license. Valid values: GPL, GPL v2, GPL and additional rights, Dual BSD/GPL, Dual MIT/GPL, Dual MPL/GPL.
config = { license = "nosuch" } begin { }
           ~~~~~~~~~~~~~~~~~~
--- script
config = { stack_mode = nosuch } begin { }
--- error
stdin:1:12-31: ERROR: stack_mode: Invalid value for stack_mode: valid values are bpftrace, raw, perf, and build_id.
config = { stack_mode = nosuch } begin { }
           ~~~~~~~~~~~~~~~~~~~
--- script
config = { print_maps_on_exit = 5 } begin { }
--- error
stdin:1:12-34: ERROR: print_maps_on_exit: Invalid bool value: valid values are true, false, 1 or 0.
config = { print_maps_on_exit = 5 } begin { }
           ~~~~~~~~~~~~~~~~~~~~~~
--- script
config = { btf = 1 } begin { }
--- error
stdin:1:12-19: ERROR: btf: can only be set as an environment variable
config = { btf = 1 } begin { }
           ~~~~~~~
--- script
config = { vmlinux = "a" } begin { }
--- error
stdin:1:12-25: ERROR: vmlinux: can only be set as an environment variable
config = { vmlinux = "a" } begin { }
           ~~~~~~~~~~~~~
--- script
config = { unstable_tseries = error } begin { @ = tseries(1, 1s, 5); }
--- error
stdin:1:51-68: ERROR: tseries feature is not enabled by default. To enable this unstable feature, set the config flag to enable. unstable_tseries=enable
config = { unstable_tseries = error } begin { @ = tseries(1, 1s, 5); }
                                                  ~~~~~~~~~~~~~~~~~
--- script
config = { max_strlen = 4 } begin { print("abcdefgh"); }
--- error
stdin:1:43-53: ERROR: String is too long (over 4 bytes): abcdefgh
config = { max_strlen = 4 } begin { print("abcdefgh"); }
                                          ~~~~~~~~~~
--- script
config = { max_probes = 2 } t:syscalls:sys_enter_w* { }
--- error
ERROR: Can't attach to 4 probes because it exceeds the current limit of 2 probes.
HINT: You can increase the limit through the BPFTRACE_MAX_PROBES environment variable, but BE CAREFUL since a high number of probes attached can cause your system to crash.
--- script
config = { max_bpf_progs = 1 } begin { } end { }
--- error
ERROR: Your program is trying to generate more than 1 BPF programs, which exceeds the current limit. You can increase the limit through the BPFTRACE_MAX_BPF_PROGS environment variable.
