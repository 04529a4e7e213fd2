/*
 * A cgroup's path from its id. The id is the inode number of its folder in
 * every cgroup file system (kernfs); all mounts are walked and what matches is
 * shown as "name:/path", separated by commas: the unified hierarchy first, then
 * those of version 1 by name.
 */
#include <fnmatch.h>
#include <fts.h>
#include <mntent.h>
#include <sys/stat.h>

#include "output/internal.h"

#define MAX_MOUNTS 32

typedef struct Mount {
	bool is_unified;
	char name[64]; /* last part of the folder, or "unified" */
	char folder[256];
} Mount;

static int compare_mounts(const void *a, const void *b)
{
	const Mount *left = a, *right = b;

	if (left->is_unified != right->is_unified)
		return left->is_unified ? -1 : 1;
	return strcmp(left->name, right->name);
}

/* All cgroup file systems whose name fits the filter; their number. */
static u32 find_mounts(Mount *out, const char *filter)
{
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	struct mntent *m;
	u32 n = 0;

	while (mounts && n < MAX_MOUNTS && (m = getmntent(mounts))) {
		bool is_unified = strcmp(m->mnt_type, "cgroup2") == 0;
		const char *slash = strrchr(m->mnt_dir, '/');
		Mount *to = &out[n];

		if (!is_unified && strcmp(m->mnt_type, "cgroup") != 0)
			continue;
		to->is_unified = is_unified;
		snprintf(to->name, sizeof(to->name), "%s",
			 is_unified || !slash ? "unified" : slash + 1);
		snprintf(to->folder, sizeof(to->folder), "%s", m->mnt_dir);
		n += !*filter || fnmatch(filter, to->name, 0) == 0;
	}
	if (mounts)
		endmntent(mounts);
	qsort(out, n, sizeof(*out), compare_mounts);
	return n;
}

/* Shows the folder with that inode below the mount; true if there is one. */
static bool show_below(FILE *f, const Mount *mount, u64 inode, bool is_first)
{
	char *roots[] = {(char *)mount->folder, NULL};
	FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL);
	bool found = false;
	FTSENT *e;

	while (!found && walk && (e = fts_read(walk))) {
		if (e->fts_info == FTS_D && e->fts_statp->st_ino == inode) {
			const char *path = e->fts_path + strlen(mount->folder);

			fprintf(f, "%s%s:%s", is_first ? "" : ",", mount->name, *path ? path : "/");
			found = true;
		} else if (e->fts_info != FTS_D) {
			fts_set(walk, e, FTS_SKIP);
		}
	}
	if (walk)
		fts_close(walk);
	return found;
}

void show_cgroup_path(Output *o, FILE *f, const u8 *bytes)
{
	u64 id = read_bytes(bytes, 8);
	u32 filter_id = (u32)read_bytes(bytes + 8, 4), n;
	char filter[64] = "";
	Mount mounts[MAX_MOUNTS];
	bool is_first = true;

	if (o->meta && filter_id < o->meta->strings.len) {
		Str text = o->meta->strings.at[filter_id];

		snprintf(filter, sizeof(filter), "%.*s", (int)text.len, text.at);
	}
	n = find_mounts(mounts, filter);
	for (u32 i = 0; i < n; i++)
		if (show_below(f, &mounts[i], id, is_first))
			is_first = false;
}
