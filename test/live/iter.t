iter: every object of one kind; what is printed comes in order, none is lost
--- script
iter:task { if (@n++ < 2) { printf("%s %d\n", ctx.task.comm, ctx.task.pid); } }
--- live
--- out-match
… <n>
… <n>


@n: <n>
--- script
iter:task_file { @files = count(); if (ctx.file != 0) { @open = count(); } }
--- live
--- out-match


@files: <n>
@open: <n>
--- script
iter:task { exit(4); }
--- live
--- status 4
--- out


