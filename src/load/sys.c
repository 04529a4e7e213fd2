/* See sys.h. Each function fills the kernel's attributes, makes the call, returns errno negated. */
#include "load/sys.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

u64 sys_address(const void *p)
{
	return (u64)(uintptr_t)p;
}

int sys_bpf(int cmd, void *attr, size_t size)
{
	long result = syscall(SYS_bpf, cmd, attr, size);
	return result < 0 ? -errno : (int)result;
}

int sys_link_create(SysLink *link)
{
	return sys_bpf(BPF_LINK_CREATE, link, sizeof(*link));
}

static int prog_load(u32 type, u32 expected_attach_type, u32 btf_id, const struct bpf_insn *insns,
		     u32 n)
{
	union bpf_attr attr;
	memset(&attr, 0, sizeof(attr));
	attr.prog_type = type;
	attr.expected_attach_type = expected_attach_type;
	attr.attach_btf_id = btf_id;
	attr.insns = sys_address(insns);
	attr.insn_cnt = n;
	attr.license = sys_address("GPL");
	return sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
}

int sys_prog_load(u32 type, u32 expected_attach_type, const struct bpf_insn *insns, u32 n)
{
	return prog_load(type, expected_attach_type, 0, insns, n);
}

int sys_tracing_load(u32 expected_attach_type, u32 btf_id, const struct bpf_insn *insns, u32 n)
{
	return prog_load(BPF_PROG_TYPE_TRACING, expected_attach_type, btf_id, insns, n);
}

int sys_perf_open(struct perf_event_attr *attr, int pid, int cpu)
{
	attr->size = sizeof(*attr);
	long fd = syscall(SYS_perf_event_open, attr, pid, cpu, -1, PERF_FLAG_FD_CLOEXEC);
	return fd < 0 ? -errno : (int)fd;
}

int sys_raw_tracepoint(const char *name, int prog_fd, u64 cookie)
{
	/* the cookie came with Linux 6.10; older kernels take it as long as it is 0 */
	struct {
		u64 name;
		u32 prog_fd, pad;
		u64 cookie;
	} attr = {.name = sys_address(name), .prog_fd = (u32)prog_fd, .cookie = cookie};
	return sys_bpf(BPF_RAW_TRACEPOINT_OPEN, &attr, sizeof(attr));
}

int sys_test_run(int prog_fd, u32 *result)
{
	union bpf_attr attr;
	u64 args[2] = {0};
	memset(&attr, 0, sizeof(attr));
	attr.test.prog_fd = (u32)prog_fd;
	attr.test.ctx_in = sys_address(args);
	attr.test.ctx_size_in = sizeof(args);
	int err = sys_bpf(BPF_PROG_TEST_RUN, &attr, sizeof(attr));
	*result = attr.test.retval;
	return err;
}

int sys_stats_enable(void)
{
	union bpf_attr attr;
	memset(&attr, 0, sizeof(attr));
	attr.enable_stats.type = BPF_STATS_RUN_TIME;
	return sys_bpf(BPF_ENABLE_STATS, &attr, sizeof(attr));
}

int sys_prog_info(int prog_fd, struct bpf_prog_info *out)
{
	union bpf_attr attr;
	memset(out, 0, sizeof(*out));
	memset(&attr, 0, sizeof(attr));
	attr.info.bpf_fd = (u32)prog_fd;
	attr.info.info_len = sizeof(*out);
	attr.info.info = sys_address(out);
	return sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr));
}

int sys_pin(int fd, const char *path)
{
	union bpf_attr attr;
	memset(&attr, 0, sizeof(attr));
	attr.pathname = sys_address(path);
	attr.bpf_fd = (u32)fd;
	return sys_bpf(BPF_OBJ_PIN, &attr, sizeof(attr));
}

static int attach_call(int cmd, int prog_fd, int target_fd, u32 attach_type)
{
	union bpf_attr attr;
	memset(&attr, 0, sizeof(attr));
	attr.target_fd = (u32)target_fd;
	attr.attach_bpf_fd = (u32)prog_fd;
	attr.attach_type = attach_type;
	return sys_bpf(cmd, &attr, sizeof(attr));
}

int sys_prog_attach(int prog_fd, int target_fd, u32 attach_type)
{
	return attach_call(BPF_PROG_ATTACH, prog_fd, target_fd, attach_type);
}

int sys_prog_detach(int prog_fd, int target_fd, u32 attach_type)
{
	return attach_call(BPF_PROG_DETACH, prog_fd, target_fd, attach_type);
}

int sys_map_update(int map_fd, const void *key, const void *value)
{
	union bpf_attr attr;
	memset(&attr, 0, sizeof(attr));
	attr.map_fd = (u32)map_fd;
	attr.key = sys_address(key);
	attr.value = sys_address(value);
	return sys_bpf(BPF_MAP_UPDATE_ELEM, &attr, sizeof(attr));
}
