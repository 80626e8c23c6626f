/* SPDX-License-Identifier: MIT */
#include "scan/mount_class.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* What the kernel makes up, or what is gone with the power. */
static const char *const pseudo_types[] = {"anon_inodefs", "autofs", "bdev", "binder",
	"binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "cpuset", "debugfs", "devfs",
	"devpts", "devtmpfs", "dlmfs", "efivarfs", "functionfs", "fuse.gvfsd-fuse", "fuse.lxcfs",
	"fuse.portal", "fusectl", "hugetlbfs", "inotifyfs", "mqueue", "nfsd", "nsfs", "openpromfs",
	"pipefs", "proc", "pstore", "ramfs", "resctrl", "rootfs", "rpc_pipefs", "securityfs",
	"selinuxfs", "smackfs", "sockfs", "spufs", "sysfs", "tmpfs", "tracefs", "usbdevfs",
	"usbfs"};

/* On other hosts, of the hypervisor, or on disks that several hosts share. */
static const char *const network_types[] = {"9p", "afs", "beegfs", "ceph", "cifs", "coda", "davfs",
	"gfs", "gfs2", "glusterfs", "gpfs", "lustre", "ncp", "ncpfs", "nfs", "nfs4", "ocfs2",
	"orangefs", "prl_fs", "pvfs2", "smb3", "smbfs", "vboxsf", "virtiofs", "vmhgfs"};

/* Real, though no block device is theirs. */
static const char *const real_types[] = {"aufs", "bcachefs", "btrfs", "ecryptfs", "f2fs", "jffs2",
	"nilfs2", "overlay", "overlayfs", "ubifs", "unionfs", "yaffs2", "zfs"};

/* Where container engines keep and mount things, below ROOT. */
static const char *const engine_dirs[] = {"run/containerd", "run/containers", "run/crio",
	"run/docker", "run/k3s", "run/netns", "var/lib/buildkit", "var/lib/containerd",
	"var/lib/containers", "var/lib/docker", "var/lib/kubelet", "var/lib/lxc", "var/lib/lxd",
	"var/lib/machines", "var/lib/rancher", "var/run/docker", "var/snap/docker", "var/snap/lxd",
	"var/snap/microk8s"};

/* The same in somebody's home, with the storage of engines that run without root. */
static const char *const user_engine_dirs[] = {".local/share/containers", ".local/share/docker"};

static bool is_one_of(const char *word, const char *const *words, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (strcmp(word, words[i]) == 0)
			return true;
	}
	return false;
}

#define IS_ONE_OF(word, words) is_one_of(word, words, sizeof(words) / sizeof(*(words)))

/*
 * FUSE file systems are somebody's program, which may be far away, slow or hung; those that are
 * local (mergerfs, bindfs) show what is elsewhere on the host anyway. --mount takes them.
 */
static bool is_network(const char *type)
{
	return IS_ONE_OF(type, network_types) || strcmp(type, "fuse") == 0 ||
	       strncmp(type, "fuse.", 5) == 0;
}

bool rl_mount_may_wait(const char *type)
{
	/* fuseblk is a program too; autofs mounts what may be far away when it is looked into. */
	return is_network(type) || strcmp(type, "fuseblk") == 0 || strcmp(type, "autofs") == 0;
}

/* Whether @text has @dir in it as whole components: "/srv/DIR/x" or "lowerdir=/DIR/l:..." */
static bool mentions(const char *text, const char *dir)
{
	size_t len = strlen(dir);
	const char *at;

	for (at = text; (at = strstr(at, dir)) != NULL; at++) {
		if ((at == text || at[-1] == '/') && (at[len] == '\0' || at[len] == '/'))
			return true;
	}
	return false;
}

static bool ends_with(const char *text, size_t text_len, const char *end)
{
	size_t len = strlen(end);

	return text_len >= len && memcmp(text + text_len - len, end, len) == 0;
}

/*
 * Whether an overlay has its upper layer in "diff" beside its mount point "merged", which is how
 * engines lay out their storage wherever it is.
 */
static bool is_engine_layout(const struct rl_mountinfo_entry *entry)
{
	static const char key[] = "upperdir=";
	const char *upper = strstr(entry->super_options, key);
	size_t len = strlen(entry->mount_point), upper_len;

	if (upper == NULL || !ends_with(entry->mount_point, len, "/merged"))
		return false;
	upper += strlen(key);
	upper_len = strcspn(upper, ",");
	len -= strlen("merged");
	return upper_len == len + strlen("diff") && strncmp(upper, entry->mount_point, len) == 0 &&
	       ends_with(upper, upper_len, "/diff");
}

/* Whether @entry is an engine's, though it is not mounted in one of its directories. */
static bool has_engine_layers(const struct rl_mountinfo_entry *entry, const char *dir)
{
	return mentions(entry->super_options, dir) || mentions(entry->source, dir);
}

static bool is_engine(const struct rl_mountinfo_entry *entry, const char *below)
{
	bool is_layered = strcmp(entry->type, "overlay") == 0 || strcmp(entry->type, "aufs") == 0;
	size_t i;

	for (i = 0; i < sizeof(engine_dirs) / sizeof(*engine_dirs); i++) {
		size_t len = strlen(engine_dirs[i]);

		/* A volume of its own for the storage is the engine's too. */
		if (strncmp(below, engine_dirs[i], len) == 0 &&
			(below[len] == '\0' || below[len] == '/'))
			return true;
		if (is_layered && has_engine_layers(entry, engine_dirs[i]))
			return true;
	}
	for (i = 0; i < sizeof(user_engine_dirs) / sizeof(*user_engine_dirs); i++) {
		if (mentions(below, user_engine_dirs[i]) ||
			(is_layered && has_engine_layers(entry, user_engine_dirs[i])))
			return true;
	}
	return is_layered && is_engine_layout(entry);
}

/* Whether the file @name beneath the device's directory says 1. */
static bool says_removable(const char *sys_block, dev_t dev, const char *name)
{
	char path[PATH_MAX], answer = '0';
	RL_AUTO_FD int fd = -1;
	int len = snprintf(
		path, sizeof(path), "%s/%u:%u/%s", sys_block, major(dev), minor(dev), name);

	if (len < 0 || (size_t)len >= sizeof(path))
		return false;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd >= 0 && read(fd, &answer, 1) == 1 && answer == '1';
}

/* Whether @entry is on a disk that its kernel driver calls removable. */
static bool is_on_removable_disk(const struct rl_mountinfo_entry *entry, const char *sys_block)
{
	dev_t dev = entry->dev;
	struct stat st;

	/* The device numbers of btrfs are made up: those of what it lies on are asked for. */
	if (major(dev) == 0 && strncmp(entry->source, "/dev/", 5) == 0 &&
		stat(entry->source, &st) == 0 && S_ISBLK(st.st_mode))
		dev = st.st_rdev;
	/* A partition's disk is the directory above it. */
	return says_removable(sys_block, dev, "removable") ||
	       says_removable(sys_block, dev, "../removable");
}

static bool is_removable(const struct rl_mountinfo_entry *entry,
	const struct rl_mountinfo_entry *root, const char *sys_block)
{
	if (strcmp(entry->type, "iso9660") == 0 || strcmp(entry->type, "udf") == 0)
		return true;
	return is_on_removable_disk(entry, sys_block) &&
	       !(root != NULL && is_on_removable_disk(root, sys_block));
}

static bool is_image(const struct rl_mountinfo_entry *entry)
{
	return (strcmp(entry->type, "squashfs") == 0 || strcmp(entry->type, "erofs") == 0) &&
	       strncmp(entry->source, "/dev/loop", 9) == 0;
}

enum rl_mount_class rl_mount_class_of(const struct rl_mountinfo_entry *entry,
	const struct rl_mountinfo_entry *root, const char *below, const char *sys_block)
{
	if (IS_ONE_OF(entry->type, pseudo_types))
		return RL_MOUNT_PSEUDO;
	if (is_network(entry->type))
		return RL_MOUNT_NETWORK;
	if (is_engine(entry, below))
		return RL_MOUNT_ENGINE;
	if (is_image(entry))
		return RL_MOUNT_IMAGE;
	if (is_removable(entry, root, sys_block))
		return RL_MOUNT_REMOVABLE;
	/* Of types that nobody has heard of, those without a device are made up. */
	if (major(entry->dev) != 0 || IS_ONE_OF(entry->type, real_types))
		return RL_MOUNT_REAL;
	return RL_MOUNT_PSEUDO;
}
