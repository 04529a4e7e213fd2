a wildcard over functions: by one link where the kernel has it, and one by one; the same counts
--- sh
for off in kprobe_multi uprobe_multi; do
	waggle -q --no-feature $off -c 'work call 3' -e 'uprobe:work:work_probe* { @[func] = count(); } uretprobe:work:work_probe* { @returns = count(); }' |
		grep -v NOTIFY | sed "s/^$/$off/"
done
--- live
--- out
kprobe_multi
kprobe_multi
@[work_probe]: 3
@[work_probe_too]: 3
@returns: 6
uprobe_multi
uprobe_multi
@[work_probe]: 3
@[work_probe_too]: 3
@returns: 6
