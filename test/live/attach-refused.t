a kernel's refusal to attach: the cause, status 255 or 1, nothing left behind
--- script
kprobe:no_such_function_at_all { @ = count(); }
--- live needs=kprobe stop=self
--- status 1
--- out
--- err-match
…ERROR: …no_such_function_at_all…
…
