without privileges: one line that says why, and what to do
--- sh
command -v setpriv >/dev/null
setpriv --reuid=65534 --regid=65534 --clear-groups waggle -e 'begin { exit(); }' 2>err && echo accepted || echo "status $?"
grep -c ERROR err
--- live needs=cmd:setpriv
--- out
status 1
1
