/*
 * Whether this process may load programs, and if not, why: asked of the
 * kernel by trying, so that capabilities, seccomp filters, containers and LSMs
 * all count; then the likely reason is looked for, to say what to do.
 */
#include "load/internal.h"

#include <errno.h>
#include <unistd.h>

#include "load/sys.h"

/* "none integrity [confidentiality]" */
static bool is_locked_down(void)
{
	size_t len;
	char *text = read_whole("", "/sys/kernel/security/lockdown", &len);
	bool is_locked = text && strstr(text, "[confidentiality]");
	free(text);
	return is_locked;
}

/* The smallest program of the kind that scripts use. */
static int try_load(void)
{
	const struct bpf_insn insns[] = {
		{BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0},
		{BPF_JMP | BPF_EXIT, 0, 0, 0, 0},
	};
	int fd = sys_prog_load(BPF_PROG_TYPE_TRACEPOINT, 0, insns, ARRAY_LEN(insns));
	if (fd >= 0)
		close(fd);
	return MIN(fd, 0);
}

const char *load_privileges(const char **hint)
{
	int err = try_load();
	*hint = NULL;
	if (!err)
		return NULL;
	if (err == -ENOSYS) {
		*hint = "use a kernel with CONFIG_BPF_SYSCALL";
		return "this kernel is built without BPF";
	}
	if (is_locked_down()) {
		*hint = "boot without lockdown=confidentiality, or without Secure Boot";
		return "the kernel is locked down (confidentiality)";
	}
	if (geteuid() != 0) {
		*hint = "run as root, or with the capabilities CAP_BPF and CAP_PERFMON";
		return "BPF programs need privileges that this user does not have";
	}
	*hint = "in a container, give it CAP_BPF, CAP_PERFMON, CAP_SYS_ADMIN and a seccomp profile "
		"that allows bpf(2)";
	return err == -EPERM || err == -EACCES
		       ? "the kernel does not let this process load BPF programs"
		       : "the kernel does not load BPF programs";
}
