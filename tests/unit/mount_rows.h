/* SPDX-License-Identifier: MIT */
/** Lists of mounts as the kernel writes them, and what is to come of each: for test_mounts.c. */

#ifndef RL_TESTS_UNIT_MOUNT_ROWS_H
#define RL_TESTS_UNIT_MOUNT_ROWS_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

/* A line: mount, parent, device, what of it, where, type, source, options of the file system. */
#define MOUNT_OPT(id, parent, dev, root, point, type, source, options)                      \
	id " " parent " " dev " " root " " point " rw,relatime shared:1 - " type " " source \
	   " " options "\n"
#define MOUNT(id, parent, dev, root, point, type, source) \
	MOUNT_OPT(id, parent, dev, root, point, type, source, "rw")

#define ROOT_FS MOUNT("27", "1", "8:1", "/", "/", "ext4", "/dev/sda1")
#define PSEUDO_FS                                                      \
	MOUNT("22", "27", "0:21", "/", "/proc", "proc", "proc")        \
	MOUNT("23", "27", "0:22", "/", "/sys", "sysfs", "sysfs")       \
	MOUNT("24", "27", "0:6", "/", "/dev", "devtmpfs", "udev")      \
	MOUNT("25", "24", "0:23", "/", "/dev/pts", "devpts", "devpts") \
	MOUNT("26", "27", "0:24", "/", "/run", "tmpfs", "tmpfs")

/* One row: what is mounted and what is asked, and what is to come of it. */
struct row {
	/* What it shows, in words. */
	const char *name;
	/* NULL: "/". */
	const char *root;
	/* The list. */
	const char *list;
	/* The verdicts; NULL if it is to fail. */
	const char *expect;
	/* The error, and its text behind the list's name. */
	int code;
	const char *message;
	/* What the user said. */
	bool one_file_system;
	const char *wanted[3];
	const char *unwanted[3];
};

/* One mount a line. */
/* clang-format off */
static const struct row rows[] = {
	{
		.name = "a server's volumes are captured, what the kernel makes up is not",
		.list = ROOT_FS PSEUDO_FS
			MOUNT("30", "27", "253:1", "/", "/var", "xfs", "/dev/mapper/vg-var")
			MOUNT("31", "27", "253:2", "/", "/home", "ext4", "/dev/mapper/vg-home")
			MOUNT("32", "30", "253:3", "/", "/var/log", "ext4", "/dev/mapper/vg-log")
			MOUNT("33", "27", "8:2", "/", "/boot", "ext2", "/dev/sda2")
			MOUNT("34", "33", "8:3", "/", "/boot/efi", "vfat", "/dev/sda3")
			MOUNT("35", "23", "0:30", "/", "/sys/fs/cgroup", "cgroup2", "cgroup2")
			MOUNT("36", "27", "0:31", "/", "/tmp", "tmpfs", "tmpfs"),
		.expect = "boot=local boot/efi=local dev=pseudo dev/pts=pseudo home=local "
			  "proc=pseudo run=pseudo sys=pseudo sys/fs/cgroup=pseudo tmp=pseudo "
			  "var=local var/log=local ",
	},
	{
		.name = "each type that is none of a disk's is left out",
		.list = ROOT_FS
			MOUNT("30", "27", "0:1", "/", "/a", "autofs", "systemd-1")
			MOUNT("31", "27", "0:2", "/", "/b", "fuse.gvfsd-fuse", "gvfsd-fuse")
			MOUNT("32", "27", "0:3", "/", "/c", "fuse.lxcfs", "lxcfs")
			MOUNT("33", "27", "0:4", "/", "/d", "rpc_pipefs", "sunrpc")
			MOUNT("34", "27", "0:5", "/", "/e", "never-heard-of", "none")
			MOUNT("35", "27", "0:6", "mnt:[4026532]", "/f", "nsfs", "nsfs"),
		.expect = "a=pseudo b=pseudo c=pseudo d=pseudo e=pseudo f=pseudo ",
	},
	{
		.name = "a type nobody has heard of is real if it has a device, and so is ntfs-3g",
		.list = ROOT_FS
			MOUNT("30", "27", "8:5", "/", "/a", "never-heard-of", "/dev/sda5")
			MOUNT("31", "27", "8:6", "/", "/b", "fuseblk", "/dev/sda6")
			MOUNT("32", "27", "0:40", "/", "/c", "zfs", "tank/c")
			MOUNT("33", "27", "0:41", "/", "/d", "overlay", "overlay"),
		.expect = "a=local b=local c=local d=local ",
	},
	{
		.name = "network file systems are left out",
		.list = ROOT_FS
			MOUNT("30", "27", "0:40", "/", "/n", "nfs4", "nas:/export")
			MOUNT("31", "27", "0:41", "/", "/c", "cifs", "//nas/share")
			MOUNT("32", "27", "0:42", "/", "/s", "fuse.sshfs", "me@far:")
			MOUNT("33", "27", "0:43", "/", "/m", "fuse.mergerfs", "a:b")
			MOUNT("34", "27", "253:9", "/", "/g", "gfs2", "/dev/mapper/shared")
			MOUNT("35", "27", "0:44", "/", "/h", "9p", "host")
			MOUNT("36", "27", "0:45", "/", "/f", "fuse", "dav"),
		.expect = "c=network f=network g=network h=network m=network n=network s=network ",
	},
	{
		.name = "a docker host's storage, volumes and overlays are left out",
		.list = ROOT_FS PSEUDO_FS
			MOUNT("30", "27", "8:5", "/", "/var/lib/docker", "ext4", "/dev/sda5")
			MOUNT_OPT("31", "30", "0:50", "/", "/var/lib/docker/overlay2/ab/merged",
				"overlay", "overlay",
				"rw,lowerdir=/var/lib/docker/overlay2/l/X,"
				"upperdir=/var/lib/docker/overlay2/ab/diff,"
				"workdir=/var/lib/docker/overlay2/ab/work")
			MOUNT("32", "26", "0:4", "net:[40265]", "/run/docker/netns/1", "nsfs", "nsfs")
			MOUNT("33", "27", "0:52", "/", "/var/lib/containers/x", "btrfs", "/dev/sda7")
			MOUNT("34", "27", "8:1", "/home/u/.local/share/containers/storage/overlay",
				"/home/u/.local/share/containers/storage/overlay", "ext4", "/dev/sda1")
			MOUNT("35", "27", "8:6", "/", "/var/lib/dockerish", "ext4", "/dev/sda6"),
		.expect = "dev=pseudo dev/pts=pseudo "
			  "home/u/.local/share/containers/storage/overlay=engine proc=pseudo "
			  "run=pseudo run/docker/netns/1=pseudo sys=pseudo "
			  "var/lib/containers/x=engine var/lib/docker=engine "
			  "var/lib/docker/overlay2/ab/merged=engine var/lib/dockerish=local ",
	},
	{
		.name = "an engine's overlays are known wherever its storage is",
		.list = ROOT_FS
			MOUNT_OPT("31", "27", "0:50", "/", "/srv/engine/overlay2/ab/merged",
				"overlay", "overlay",
				"rw,lowerdir=/srv/engine/overlay2/l/X,"
				"upperdir=/srv/engine/overlay2/ab/diff,"
				"workdir=/srv/engine/overlay2/ab/work")
			MOUNT_OPT("32", "27", "0:51", "/", "/mnt", "overlay", "overlay",
				"rw,lowerdir=/var/lib/docker/overlay2/l/Y")
			MOUNT_OPT("33", "27", "0:52", "/", "/srv/own/merged", "overlay", "overlay",
				"rw,lowerdir=/srv/own/lower,upperdir=/srv/own/upper,workdir=/srv/w"),
		.expect = "mnt=engine srv/engine/overlay2/ab/merged=engine srv/own/merged=local ",
	},
	{
		.name = "snaps are images, a squashfs on a disk is not",
		.list = ROOT_FS
			MOUNT("30", "27", "7:0", "/", "/snap/core/1", "squashfs", "/dev/loop0")
			MOUNT("31", "27", "7:1", "/", "/snap/x/2", "erofs", "/dev/loop1")
			MOUNT("32", "27", "7:2", "/", "/data", "ext4", "/dev/loop2")
			MOUNT("33", "27", "8:7", "/", "/usr/lib/big", "squashfs", "/dev/sda7"),
		.expect = "data=local snap/core/1=image snap/x/2=image usr/lib/big=local ",
	},
	{
		.name = "CDs are removable",
		.list = ROOT_FS
			MOUNT("30", "27", "11:0", "/", "/media/cd", "iso9660", "/dev/sr0")
			MOUNT("31", "27", "7:1", "/", "/media/dvd", "udf", "/dev/loop1"),
		.expect = "media/cd=removable media/dvd=removable ",
	},
	{
		.name = "btrfs subvolumes are no bind mounts of each other",
		.list = MOUNT("27", "1", "0:26", "/@", "/", "btrfs", "/dev/sda2")
			MOUNT("30", "27", "0:26", "/@home", "/home", "btrfs", "/dev/sda2")
			MOUNT("31", "27", "0:26", "/@/nested", "/nested", "btrfs", "/dev/sda2")
			MOUNT("32", "27", "0:26", "/@/srv/www", "/www", "btrfs", "/dev/sda2")
			MOUNT("33", "27", "0:26", "/@home2", "/home2", "btrfs", "/dev/sda2"),
		.expect = "home=local home2=local nested=local www=bind@/srv/www ",
	},
	{
		.name = "the top level of a btrfs, mounted too, takes no subvolume away",
		.list = MOUNT("27", "1", "0:26", "/@", "/", "btrfs", "/dev/sda2")
			MOUNT("30", "27", "0:26", "/@home", "/home", "btrfs", "/dev/sda2")
			MOUNT("31", "27", "0:26", "/", "/mnt/all", "btrfs", "/dev/sda2"),
		.expect = "home=local mnt/all=local ",
	},
	{
		.name = "bind mounts of what ROOT shows are left out",
		.list = ROOT_FS
			MOUNT("30", "27", "8:1", "/srv/www", "/var/www", "ext4", "/dev/sda1")
			MOUNT("31", "27", "8:1", "/", "/mnt/all", "ext4", "/dev/sda1")
			MOUNT("32", "27", "8:1", "/etc/a.conf", "/etc/b.conf", "ext4", "/dev/sda1"),
		.expect = "etc/b.conf=bind@/etc/a.conf mnt/all=bind@/ var/www=bind@/srv/www ",
	},
	{
		.name = "a directory bound onto itself is captured there",
		.list = ROOT_FS
			MOUNT("30", "27", "8:1", "/data", "/data", "ext4", "/dev/sda1"),
		.expect = "data=local ",
	},
	{
		.name = "a part of what is bound onto itself is seen in it",
		.list = ROOT_FS
			MOUNT("30", "27", "8:1", "/data", "/data", "ext4", "/dev/sda1")
			MOUNT("31", "27", "8:1", "/data/sub", "/bind", "ext4", "/dev/sda1"),
		.expect = "bind=bind@/data/sub data=local ",
	},
	{
		.name = "a bind mount is captured if another mount hides the original",
		.list = ROOT_FS
			MOUNT("30", "27", "8:1", "/data/sub", "/bind", "ext4", "/dev/sda1")
			MOUNT("31", "27", "0:40", "/", "/data", "tmpfs", "tmpfs"),
		.expect = "bind=local data=pseudo ",
	},
	{
		.name = "a single file of another file system is captured",
		.list = MOUNT_OPT("27", "1", "0:50", "/", "/", "overlay", "overlay",
				"rw,lowerdir=/l")
			MOUNT("30", "27", "8:1", "/var/lib/docker/containers/ab/hosts",
				"/etc/hosts", "ext4", "/dev/sda1"),
		.expect = "etc/hosts=local ",
	},
	{
		.name = "a file that was deleted lives on in its bind mount only",
		.list = ROOT_FS
			MOUNT("30", "27", "8:1", "/etc/old//deleted", "/etc/new", "ext4", "/dev/sda1"),
		.expect = "etc/new=local ",
	},
	{
		.name = "of two equal mounts the first is captured",
		.list = ROOT_FS
			MOUNT("40", "27", "8:5", "/", "/b", "ext4", "/dev/sda5")
			MOUNT("30", "27", "8:5", "/", "/a", "ext4", "/dev/sda5"),
		.expect = "a=bind@/b b=local ",
	},
	{
		.name = "what was mounted first stays, though a larger part is mounted later",
		.list = ROOT_FS
			MOUNT("30", "27", "8:5", "/www", "/a", "ext4", "/dev/sda5")
			MOUNT("31", "27", "8:5", "/", "/b", "ext4", "/dev/sda5"),
		.expect = "a=local b=local ",
	},
	{
		.name = "of two equal parts the first is captured, a smaller one before it too",
		.list = ROOT_FS
			MOUNT("30", "27", "8:5", "/x/y", "/a", "ext4", "/dev/sda5")
			MOUNT("31", "27", "8:5", "/x", "/b", "ext4", "/dev/sda5")
			MOUNT("32", "27", "8:5", "/x", "/c", "ext4", "/dev/sda5"),
		.expect = "a=local b=local c=bind@/b ",
	},
	{
		.name = "what is out of the walk's reach covers nothing",
		.list = ROOT_FS
			MOUNT("26", "27", "0:24", "/", "/run", "tmpfs", "tmpfs")
			MOUNT("30", "26", "8:5", "/", "/run/vol", "ext4", "/dev/sda5")
			MOUNT("31", "27", "8:5", "/data", "/srv", "ext4", "/dev/sda5")
			MOUNT("32", "27", "8:5", "/data/x", "/mnt", "ext4", "/dev/sda5"),
		.expect = "mnt=bind@/srv/x run=pseudo run/vol=beneath srv=local ",
	},
	{
		.name = "what is unwanted covers nothing",
		.list = ROOT_FS
			MOUNT("30", "27", "8:5", "/", "/a", "ext4", "/dev/sda5")
			MOUNT("31", "27", "8:5", "/", "/b", "ext4", "/dev/sda5"),
		.unwanted = {"a"},
		.expect = "a=unwanted b=local ",
	},
	{
		.name = "a bind mount that a disk stands on is captured, to hold it",
		.list = ROOT_FS
			MOUNT("30", "27", "8:1", "/data", "/bind", "ext4", "/dev/sda1")
			MOUNT("31", "30", "8:5", "/", "/bind/disk", "ext4", "/dev/sda5"),
		.expect = "bind=local bind/disk=local ",
	},
	{
		.name = "of a recursive bind mount the copies are left out, even if they are older",
		.list = ROOT_FS
			MOUNT("30", "27", "8:1", "/", "/mnt", "ext4", "/dev/sda1")
			MOUNT("31", "30", "8:5", "/", "/mnt/var", "ext4", "/dev/sda5")
			MOUNT("32", "27", "8:5", "/", "/var", "ext4", "/dev/sda5"),
		.expect = "mnt=bind@/ mnt/var=bind@/var var=local ",
	},
	{
		.name = "of mounts at one place the last is seen",
		.list = ROOT_FS
			MOUNT("30", "27", "8:5", "/", "/data", "ext4", "/dev/sda5")
			MOUNT("31", "30", "0:40", "/", "/data", "tmpfs", "tmpfs"),
		.expect = "data=pseudo ",
	},
	{
		.name = "the last is told by parents, not by its place in the list",
		.list = MOUNT("31", "30", "0:40", "/", "/data", "tmpfs", "tmpfs")
			MOUNT("30", "27", "8:5", "/", "/data", "ext4", "/dev/sda5") ROOT_FS,
		.expect = "data=pseudo ",
	},
	{
		.name = "what a later mount higher up hides is not seen",
		.list = ROOT_FS
			MOUNT("30", "27", "8:5", "/", "/srv/a", "ext4", "/dev/sda5")
			MOUNT("31", "30", "8:6", "/", "/srv/a/b", "ext4", "/dev/sda6")
			MOUNT("32", "27", "8:7", "/", "/srv", "ext4", "/dev/sda7")
			MOUNT("33", "32", "8:8", "/", "/srv/c", "ext4", "/dev/sda8"),
		.expect = "srv=local srv/c=local ",
	},
	{
		.name = "a root mounted over the root hides all of the first",
		.list = MOUNT("1", "1", "0:2", "/", "/", "rootfs", "rootfs")
			MOUNT("20", "1", "0:3", "/", "/old", "tmpfs", "tmpfs") ROOT_FS
			MOUNT("30", "27", "8:5", "/", "/new", "ext4", "/dev/sda5"),
		.expect = "new=local ",
	},
	{
		.name = "beneath a disk at /mnt/disk only its own mounts count",
		.root = "/mnt/disk",
		.list = ROOT_FS PSEUDO_FS
			MOUNT("30", "27", "8:5", "/", "/mnt/disk", "ext4", "/dev/sdb1")
			MOUNT("31", "30", "8:6", "/", "/mnt/disk/var", "ext4", "/dev/sdb2")
			MOUNT("32", "30", "0:21", "/", "/mnt/disk/proc", "proc", "proc")
			MOUNT("33", "27", "8:7", "/", "/mnt/disk2", "ext4", "/dev/sdb3")
			MOUNT("34", "30", "8:1", "/home", "/mnt/disk/home", "ext4", "/dev/sda1"),
		.expect = "home=local proc=pseudo var=local ",
	},
	{
		.name = "beneath a directory that is no mount point its part of the disk counts",
		.root = "/s",
		.list = ROOT_FS
			MOUNT("30", "27", "8:1", "/s/a", "/s/b", "ext4", "/dev/sda1")
			MOUNT("31", "27", "8:1", "/home", "/s/home", "ext4", "/dev/sda1"),
		.expect = "b=bind@/s/a home=local ",
	},
	{
		.name = "a file system that ROOT itself is on is captured, whatever it is",
		.root = "/tmp/tree",
		.list = ROOT_FS
			MOUNT("30", "27", "0:40", "/", "/tmp", "tmpfs", "tmpfs")
			MOUNT("31", "30", "0:40", "/tree/a", "/tmp/tree/a", "tmpfs", "tmpfs")
			MOUNT("32", "30", "0:40", "/tree/a", "/tmp/tree/b", "tmpfs", "tmpfs")
			MOUNT("33", "30", "0:41", "/", "/tmp/tree/c", "tmpfs", "tmpfs"),
		.expect = "a=local b=bind@/tmp/tree/a c=pseudo ",
	},
	{
		.name = "in a chroot there may be no mount at the root",
		.list = MOUNT("30", "27", "8:5", "/", "/var", "ext4", "/dev/sda5")
			MOUNT("31", "27", "0:21", "/", "/proc", "proc", "proc")
			MOUNT("32", "30", "8:6", "/", "/var/log", "ext4", "/dev/sda6"),
		.expect = "proc=pseudo var=local var/log=local ",
	},
	{
		.name = "a disk beneath a tmpfs is out of reach",
		.list = ROOT_FS
			MOUNT("26", "27", "0:24", "/", "/run", "tmpfs", "tmpfs")
			MOUNT("30", "26", "8:17", "/", "/run/media/me/disk", "ext4", "/dev/sdb1")
			MOUNT("31", "30", "8:18", "/", "/run/media/me/disk/x", "ext4", "/dev/sdb2"),
		.expect = "run=pseudo run/media/me/disk=beneath run/media/me/disk/x=beneath ",
	},
	{
		.name = "names with blanks, tabs, newlines and backslashes are told apart",
		.list = ROOT_FS
			MOUNT("30", "27", "8:5", "/", "/a\\040b\\011c\\012d\\134e", "ext4", "/dev/x\\040y"),
		.expect = "a b\tc\nd\\e=local ",
	},
	{
		.name = "a backslash that is no escape stays, and no escape ends a name",
		.list = ROOT_FS
			MOUNT("30", "27", "8:5", "/", "/a\\9\\000\\40\\777", "ext4", "/dev/x"),
		.expect = "a\\9\\000\\40\\777=local ",
	},
	{
		.name = "any number of optional fields is passed over, and a source may be empty",
		.list = "27 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
			"30 27 8:5 / /a rw shared:1 master:2 propagate_from:3 - ext4 /dev/sda5 rw\n"
			"31 27 8:6 / /b rw - ext4  rw\n"
			"32 27 8:7 / /c rw shared:1 - ext4 - rw",
		.expect = "a=local b=local c=local ",
	},
	{
		.name = "--one-file-system leaves out all that is mounted beneath ROOT",
		.list = ROOT_FS
			MOUNT("30", "27", "8:5", "/", "/var", "ext4", "/dev/sda5")
			MOUNT("31", "30", "8:6", "/", "/var/log", "ext4", "/dev/sda6")
			MOUNT("32", "27", "0:40", "/", "/tmp", "tmpfs", "tmpfs"),
		.one_file_system = true,
		.expect = "tmp=pseudo var=unwanted var/log=unwanted ",
	},
	{
		.name = "--mount wins over --one-file-system and over types",
		.list = ROOT_FS
			MOUNT("30", "27", "8:5", "/", "/var", "ext4", "/dev/sda5")
			MOUNT("31", "27", "0:40", "/", "/tmp", "tmpfs", "tmpfs")
			MOUNT("32", "27", "0:41", "/", "/net", "nfs", "nas:/")
			MOUNT("33", "31", "8:6", "/", "/tmp/disk", "ext4", "/dev/sda6"),
		.one_file_system = true,
		.wanted = {"/tmp", "net"},
		.expect = "net=wanted tmp=wanted tmp/disk=unwanted var=unwanted ",
	},
	{
		.name = "--mount takes what lies beneath into reach",
		.list = ROOT_FS
			MOUNT("31", "27", "0:40", "/", "/tmp", "tmpfs", "tmpfs")
			MOUNT("33", "31", "8:6", "/", "/tmp/disk", "ext4", "/dev/sda6"),
		.wanted = {"/tmp"},
		.expect = "tmp=wanted tmp/disk=local ",
	},
	{
		.name = "--no-mount wins over --mount, and takes what lies beneath with it",
		.list = ROOT_FS
			MOUNT("30", "27", "8:5", "/", "/var", "ext4", "/dev/sda5")
			MOUNT("31", "30", "8:6", "/", "/var/log", "ext4", "/dev/sda6"),
		.wanted = {"var"},
		.unwanted = {"/var"},
		.expect = "var=unwanted var/log=beneath ",
	},
	{
		.name = "paths of options may be of the host or below ROOT, and sloppy",
		.root = "/srv/old",
		.list = ROOT_FS
			MOUNT("30", "27", "0:40", "/", "/srv/old/a", "tmpfs", "tmpfs")
			MOUNT("31", "27", "0:41", "/", "/srv/old/b/c", "tmpfs", "tmpfs")
			MOUNT("32", "27", "0:42", "/", "/srv/old/srv/old/d", "tmpfs", "tmpfs"),
		.wanted = {"//srv/./old//a/", "./b//c/.", "/srv/old/d"},
		.expect = "a=wanted b/c=wanted srv/old/d=wanted ",
	},
	{
		.name = "--mount of what is no mount point is an error",
		.list = ROOT_FS,
		.wanted = {"/home"},
		.code = EINVAL,
		.message = "'/home' is no mount point beneath '/'",
	},
	{
		.name = "--no-mount of ROOT itself is an error",
		.root = "/srv",
		.list = ROOT_FS
			MOUNT("30", "27", "8:5", "/", "/srv", "ext4", "/dev/sda5"),
		.unwanted = {"/srv"},
		.code = EINVAL,
		.message = "'/srv' is no mount point beneath '/srv'",
	},
	{
		.name = "--mount of a mount that is hidden is an error",
		.list = ROOT_FS
			MOUNT("30", "27", "8:5", "/", "/a/b", "ext4", "/dev/sda5")
			MOUNT("31", "27", "8:6", "/", "/a", "ext4", "/dev/sda6"),
		.wanted = {"/a/b"},
		.code = EINVAL,
		.message = "'/a/b' is no mount point beneath '/'",
	},
	{
		.name = "--mount beneath what is left out is an error that says what to do",
		.list = ROOT_FS
			MOUNT("26", "27", "0:24", "/", "/run", "tmpfs", "tmpfs")
			MOUNT("30", "26", "8:5", "/", "/run/disk", "ext4", "/dev/sda5"),
		.wanted = {"/run/disk"},
		.code = EINVAL,
		.message =
			"'/run/disk' lies beneath '/run', which is left out: give --mount /run too",
	},
#define BAD ":2: expected a line as proc(5) has it"
	{"an empty line is malformed", NULL, ROOT_FS "\n", NULL, EBADMSG, BAD, 0, {0}, {0}},
	{"a number that is none is malformed", NULL, ROOT_FS "x 1 8:1 / / rw - ext4 a rw\n", NULL,
		EBADMSG, BAD, 0, {0}, {0}},
	{"a number that is too large is malformed", NULL,
		ROOT_FS "99999999999 1 8:1 / / rw - ext4 a rw\n", NULL, EBADMSG, BAD, 0, {0}, {0}},
	{"a negative number is malformed", NULL, ROOT_FS "-5 1 8:1 / / rw - ext4 a rw\n", NULL,
		EBADMSG, BAD, 0, {0}, {0}},
	{"a device of one number is malformed", NULL, ROOT_FS "28 1 8 / / rw - ext4 a rw\n", NULL,
		EBADMSG, BAD, 0, {0}, {0}},
	{"a mount point that is not absolute is malformed", NULL,
		ROOT_FS "28 1 8:1 / a rw - ext4 a rw\n", NULL, EBADMSG, BAD, 0, {0}, {0}},
	{"a line without a separator is malformed", NULL, ROOT_FS "28 1 8:1 / /a rw ext4 a rw\n",
		NULL, EBADMSG, BAD, 0, {0}, {0}},
	{"a line without a type is malformed", NULL, ROOT_FS "28 1 8:1 / /a rw -\n", NULL, EBADMSG,
		BAD, 0, {0}, {0}},
	{"a line without options is malformed", NULL, ROOT_FS "28 1 8:1 / /a rw - ext4 a\n", NULL,
		EBADMSG, BAD, 0, {0}, {0}},
	{"a line that is cut is malformed", NULL, ROOT_FS "28 1 8:1 / /a", NULL, EBADMSG, BAD, 0,
		{0}, {0}},
};
/* clang-format on */

#endif
