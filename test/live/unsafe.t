what changes the system needs --unsafe
--- script
begin { system("echo from a shell"); exit(); }
--- args --unsafe
--- live stop=self
--- matrix
--- out
from a shell



--- script
begin { system("echo from a shell"); exit(); }
--- error
stdin:1:9-36: ERROR: system() is an unsafe function being used in safe mode
begin { system("echo from a shell"); exit(); }
        ~~~~~~~~~~~~~~~~~~~~~~~~~~~
