/*
 * A cgroup's path from its id. The id is the inode number of its folder in
 * every cgroup file system (kernfs); all mounts are walked and what matches is
 * shown as "name:/path", separated by commas, where name is the controllers of
 * a v1 hierarchy or "unified".
 */
#include <fts.h>
#include <mntent.h>

#include "output/internal.h"

/* Shows the folder with that inode below the mount; true if there is one. */
static bool find_below(FILE *f, const char *mount, const char *label, u64 inode, bool is_first)
{
	char *roots[] = {(char *)mount, NULL};
	FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL);
	bool found = false;
	FTSENT *e;

	while (!found && walk && (e = fts_read(walk))) {
		if (e->fts_info == FTS_D && e->fts_statp->st_ino == inode) {
			const char *path = e->fts_path + strlen(mount);

			fprintf(f, "%s%s:%s", is_first ? "" : ",", label, *path ? path : "/");
			found = true;
		} else if (e->fts_info != FTS_D) {
			fts_set(walk, e, FTS_SKIP);
		}
	}
	if (walk)
		fts_close(walk);
	return found;
}

static bool has_filter(const char *mount, const char *filter)
{
	return !*filter || strstr(mount, filter);
}

void show_cgroup_path(Output *o, FILE *f, const u8 *bytes)
{
	u64 id = read_bytes(bytes, 8);
	u32 filter_id = (u32)read_bytes(bytes + 8, 4);
	const char *filter = filter_id < o->meta->strings.len ? o->meta->strings.at[filter_id].at : "";
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	struct mntent *m;
	bool first = true;

	while (mounts && (m = getmntent(mounts))) {
		bool unified = strcmp(m->mnt_type, "cgroup2") == 0;
		const char *label = unified ? "unified" : strrchr(m->mnt_dir, '/') + 1;

		if ((!unified && strcmp(m->mnt_type, "cgroup") != 0) || !has_filter(m->mnt_dir, filter))
			continue;
		if (find_below(f, m->mnt_dir, label, id, first))
			first = false;
	}
	if (mounts)
		endmntent(mounts);
}
