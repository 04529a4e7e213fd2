begin prints, exit() ends the run, and text output closes with two newlines
--- script
begin { printf("hello\n"); exit(); }
--- live stop=self
--- matrix
--- out
hello


--- err
Attached 1 probe
