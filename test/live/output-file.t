-o writes results to a file, messages stay on standard error
--- sh
waggle -o out.txt -e 'begin { printf("to the file\n"); exit(); }'
cat out.txt
--- live
--- out-match
to the file


--- err
Attached 1 probe
