--dry-run does all but attach, and prints nothing
--- script
begin { printf("never\n"); } t:syscalls:sys_enter_getppid { @ = count(); }
--- args --dry-run
--- live stop=self
--- matrix
--- out
