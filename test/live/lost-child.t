-c with a program that isn't there; -p with a process that isn't there
--- script
begin { }
--- args -c /no/such/program
--- live stop=self
--- status 1
--- err-match
…/no/such/program…
--- script
begin { }
--- args -p 4194304
--- live stop=self
--- status 1
--- err-match
…Failed to attach to pid…
