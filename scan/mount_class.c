/* SPDX-License-Identifier: MIT */
#include "scan/mount_class.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
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
static const char *const real_types[] = {"aufs", "bcachefs", "btrfs", "f2fs", "jffs2", "nilfs2",
	"overlay", "overlayfs", "ubifs", "yaffs2", "zfs"};

/* Where container engines keep and mount things, below ROOT. */
static const char *const engine_dirs[] = {"run/containerd", "run/containers", "run/docker",
	"run/netns", "var/lib/containerd", "var/lib/containers", "var/lib/docker",
	"var/lib/kubelet", "var/lib/lxc", "var/lib/lxd", "var/lib/machines", "var/lib/rancher",
	"var/run/docker", "var/snap/lxd"};

/* The same in somebody's home. */
static const char user_engine_dir[] = "/.local/share/containers/";

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

static bool is_engine(const struct rl_mountinfo_entry *entry, const char *below)
{
	bool is_layered = strcmp(entry->type, "overlay") == 0 || strcmp(entry->type, "aufs") == 0;
	size_t i;

	for (i = 0; i < sizeof(engine_dirs) / sizeof(*engine_dirs); i++) {
		size_t len = strlen(engine_dirs[i]);

		if (strncmp(below, engine_dirs[i], len) == 0 &&
			(below[len] == '\0' || below[len] == '/'))
			return true;
		/* Layers of an engine that are mounted elsewhere. */
		if (is_layered && strstr(entry->super_options, engine_dirs[i]) != NULL)
			return true;
	}
	return strstr(below, user_engine_dir) != NULL;
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

static bool is_removable(const struct rl_mountinfo_entry *entry, const char *sys_block)
{
	if (strcmp(entry->type, "iso9660") == 0 || strcmp(entry->type, "udf") == 0)
		return true;
	/* A partition's disk is the directory above it. */
	return says_removable(sys_block, entry->dev, "removable") ||
	       says_removable(sys_block, entry->dev, "../removable");
}

static bool is_image(const struct rl_mountinfo_entry *entry)
{
	return (strcmp(entry->type, "squashfs") == 0 || strcmp(entry->type, "erofs") == 0) &&
	       strncmp(entry->source, "/dev/loop", 9) == 0;
}

enum rl_mount_class rl_mount_class_of(
	const struct rl_mountinfo_entry *entry, const char *below, const char *sys_block)
{
	if (IS_ONE_OF(entry->type, pseudo_types))
		return RL_MOUNT_PSEUDO;
	if (is_network(entry->type))
		return RL_MOUNT_NETWORK;
	if (is_engine(entry, below))
		return RL_MOUNT_ENGINE;
	if (is_image(entry))
		return RL_MOUNT_IMAGE;
	if (is_removable(entry, sys_block))
		return RL_MOUNT_REMOVABLE;
	/* Of types that nobody has heard of, those without a device are made up. */
	if (major(entry->dev) != 0 || IS_ONE_OF(entry->type, real_types))
		return RL_MOUNT_REAL;
	return RL_MOUNT_PSEUDO;
}
