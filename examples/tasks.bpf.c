/*
 * tasks: a line for every thread, from an iterator.
 *
 *	waggle run tasks.bpf.c -q
 *
 * How it works. The kernel calls an iter/task program once for each thread; what it
 * writes with BPF_SEQ_PRINTF is the text of the iterator, which waggle reads
 * once. With nothing else to wait for, the run ends there.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

SEC("iter/task")
int show(struct bpf_iter__task *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;

	if (!task)
		return 0;
	if (ctx->meta->seq_num == 0)
		BPF_SEQ_PRINTF(seq, "%8s %8s %s\n", "tgid", "tid", "comm");
	BPF_SEQ_PRINTF(seq, "%8d %8d %s\n", task->tgid, task->pid, task->comm);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
