the command line: version, help, wrong words
--- args --version
--- out-match
waggle <n>.<n>.<n> (bpftrace language v0.27.0)
--- sh
bpftrace --version
--- out
bpftrace v0.27.0
--- args --help
--- out-match
USAGE:
…
--- args --nosuchoption
--- status 1
--- err-match
…unrecognized option '--nosuchoption'
USAGE:
…
--- args
--- status 1
--- err-match
USAGE:
…
--- args -c true -p 1 -e 'begin{}'
--- error
ERROR: USAGE: Cannot use both -c and -p.
--- args -f xml -e 'begin{exit()}'
--- status 1
--- err-match
…
--- args build nothing.bt
--- status 1
--- err-match
ERROR: …
