/* SPDX-License-Identifier: MIT */
/* Which distribution a root holds: roots made of a few files, and what is found in them. */
#include "scan/distro.h"
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define DEBIAN_TEXT                                                                   \
	"PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\n" \
	"VERSION_ID=\"12\"\nVERSION=\"12 (bookworm)\"\nVERSION_CODENAME=bookworm\n"   \
	"ID=debian\nHOME_URL=\"https://www.debian.org/\"\n"
#define DEBIAN_FOUND(file) "debian||12|Debian GNU/Linux 12 (bookworm)|" file

/* A file of a root: text, or "->" and where a symlink leads, or "|" for a FIFO. */
struct file {
	const char *path;
	const char *text;
};

/* A root, and what is found: "ID|LIKE,LIKE|VERSION|NAME|FILE". */
struct row {
	const char *name;
	struct file files[4];
	const char *expect;
};

static const struct row rows[] = {
	{"a root without any of the files is unknown", {{0}}, "||||"},
	{"etc/os-release is read", {{"etc/os-release", DEBIAN_TEXT}},
		DEBIAN_FOUND("etc/os-release")},
	{"usr/lib/os-release is read where there is none in etc",
		{{"usr/lib/os-release", DEBIAN_TEXT}}, DEBIAN_FOUND("usr/lib/os-release")},
	{"etc/os-release comes first",
		{{"etc/os-release", DEBIAN_TEXT}, {"usr/lib/os-release", "ID=x\n"},
			{"etc/debian_version", "12.1\n"}},
		DEBIAN_FOUND("etc/os-release")},
	{"a file without an ID does not tell, and leaves nothing behind",
		{{"etc/os-release", "PRETTY_NAME=x\nVERSION_ID=1\n"},
			{"etc/debian_version", "4.0\n"}},
		"debian||4.0|Debian 4.0|etc/debian_version"},
	{"a relative symlink is followed",
		{{"etc/os-release", "->../usr/lib/os-release"},
			{"usr/lib/os-release", DEBIAN_TEXT}},
		DEBIAN_FOUND("etc/os-release")},
	{"a relative symlink begins where it lies",
		{{"etc/os-release", "->release.d/./debian"}, {"etc/release.d/debian", DEBIAN_TEXT},
			{"release.d/debian", "ID=wrong\n"}},
		DEBIAN_FOUND("etc/os-release")},
	{"an absolute symlink is followed inside the root",
		{{"etc/os-release", "->/usr/lib/os-release"}, {"usr/lib/os-release", DEBIAN_TEXT}},
		DEBIAN_FOUND("etc/os-release")},
	{"symlinks of directories are followed, and .. leaves where they lead",
		{{"etc", "->/a/link"}, {"a/link", "->../b/c"},
			{"b/c/os-release", "->..//../usr/lib/os-release"},
			{"usr/lib/os-release", DEBIAN_TEXT}},
		DEBIAN_FOUND("etc/os-release")},
	{"no symlink leads out of the root", {{"etc/os-release", "->../../../../../../OUTSIDE"}},
		"||||"},
	{"an absolute symlink does not lead out of the root", {{"etc/os-release", "->/OUTSIDE"}},
		"||||"},
	{"symlinks that go round in circles tell nothing",
		{{"etc/os-release", "->os-release2"}, {"etc/os-release2", "->/etc/os-release"}},
		"||||"},
	{"a symlink to nowhere tells nothing", {{"etc/os-release", "->/missing/file"}}, "||||"},
	{"a symlink through a file tells nothing",
		{{"etc/os-release", "->/etc/file/x"}, {"etc/file", "ID=x\n"}}, "||||"},
	{"a symlink to the root tells nothing", {{"etc/os-release", "->/"}}, "||||"},
	{"a FIFO is not waited for", {{"etc/os-release", "|"}}, "||||"},
	{"a directory in the file's place tells nothing", {{"etc/os-release/x", "ID=x\n"}}, "||||"},

	{"debian_version: a number", {{"etc/debian_version", "4.0\n"}},
		"debian||4.0|Debian 4.0|etc/debian_version"},
	{"debian_version: names", {{"etc/debian_version", "bookworm/sid\n"}},
		"debian||bookworm/sid|Debian bookworm/sid|etc/debian_version"},
	{"redhat-release: CentOS 5", {{"etc/redhat-release", "CentOS release 5.11 (Final)\n"}},
		"centos|rhel,fedora|5.11|CentOS release 5.11 (Final)|etc/redhat-release"},
	{"centos-release comes before redhat-release",
		{{"etc/redhat-release", "->centos-release"},
			{"etc/centos-release", "CentOS release 6.10 (Final)\n"}},
		"centos|rhel,fedora|6.10|CentOS release 6.10 (Final)|etc/centos-release"},
	{"redhat-release: RHEL 6",
		{{"etc/redhat-release",
			"Red Hat Enterprise Linux Server release 6.10 (Santiago)\n"}},
		"rhel|fedora|6.10|Red Hat Enterprise Linux Server release 6.10 (Santiago)|"
		"etc/redhat-release"},
	{"redhat-release: RHEL 4",
		{{"etc/redhat-release",
			"Red Hat Enterprise Linux AS release 4 (Nahant Update 8)\n"}},
		"rhel|fedora|4|Red Hat Enterprise Linux AS release 4 (Nahant Update 8)|"
		"etc/redhat-release"},
	{"redhat-release: Red Hat Linux is older than RHEL",
		{{"etc/redhat-release", "Red Hat Linux release 9 (Shrike)\n"}},
		"redhat|rhel,fedora|9|Red Hat Linux release 9 (Shrike)|etc/redhat-release"},
	{"redhat-release: Fedora", {{"etc/redhat-release", "Fedora release 14 (Laughlin)\n"}},
		"fedora||14|Fedora release 14 (Laughlin)|etc/redhat-release"},
	{"redhat-release: others of the family",
		{{"etc/redhat-release", "CloudLinux Server release 6.10 (x)\r\n"}},
		"cloudlinux|rhel,fedora|6.10|CloudLinux Server release 6.10 (x)|"
		"etc/redhat-release"},
	{"redhat-release: nothing in it", {{"etc/redhat-release", ""}},
		"rhel|fedora|||etc/redhat-release"},
	{"oracle-release comes before redhat-release",
		{{"etc/redhat-release", "Red Hat Enterprise Linux Server release 6.9 (S)\n"},
			{"etc/oracle-release", "Oracle Linux Server release 6.9\n"}},
		"ol|rhel,fedora|6.9|Oracle Linux Server release 6.9|etc/oracle-release"},
	{"system-release: Amazon Linux",
		{{"etc/system-release", "Amazon Linux AMI release 2012.03\n"}},
		"amzn|rhel,fedora|2012.03|Amazon Linux AMI release 2012.03|etc/system-release"},
	{"SuSE-release: SLES with a service pack",
		{{"etc/SuSE-release", "SUSE Linux Enterprise Server 11 (x86_64)\nVERSION = 11\n"
				      "PATCHLEVEL = 4\n"}},
		"sles|suse|11.4|SUSE Linux Enterprise Server 11 (x86_64)|etc/SuSE-release"},
	{"SuSE-release: SLES without one",
		{{"etc/SuSE-release", "SUSE LINUX Enterprise Server 9 (i586)\nVERSION = 9\n"
				      "PATCHLEVEL = 0\n"}},
		"sles|suse|9|SUSE LINUX Enterprise Server 9 (i586)|etc/SuSE-release"},
	{"SuSE-release: SLED",
		{{"etc/SuSE-release", "SUSE Linux Enterprise Desktop 10 (i586)\nVERSION = 10\n"}},
		"sled|suse|10|SUSE Linux Enterprise Desktop 10 (i586)|etc/SuSE-release"},
	{"SuSE-release: openSUSE",
		{{"etc/SuSE-release",
			"openSUSE 11.4 (x86_64)\nVERSION = 11.4\nCODENAME = Celadon\n"}},
		"opensuse|suse|11.4|openSUSE 11.4 (x86_64)|etc/SuSE-release"},
	{"SuSE-release: one line only", {{"etc/SuSE-release", "SUSE LINUX 10.0 (X86-64) OSS"}},
		"opensuse|suse|10.0|SUSE LINUX 10.0 (X86-64) OSS|etc/SuSE-release"},
	{"alpine-release", {{"etc/alpine-release", "2.4.1\n"}},
		"alpine||2.4.1|Alpine Linux 2.4.1|etc/alpine-release"},
	{"arch-release is empty", {{"etc/arch-release", ""}}, "arch|||Arch Linux|etc/arch-release"},
	{"gentoo-release", {{"etc/gentoo-release", "Gentoo Base System release 2.0.3\n"}},
		"gentoo||2.0.3|Gentoo Base System release 2.0.3|etc/gentoo-release"},
};

/* What os-release files may hold, and what is taken of it. */
static const struct {
	const char *text, *expect;
} texts[] = {
	{"", "||||"},
	{"ID=debian", "debian||||"},
	{"ID=\"debian\"", "debian||||"},
	{"ID='debian'", "debian||||"},
	{"ID=Debian\r\n", "debian||||"},
	{"  ID=debian \t\n", "debian||||"},
	{"#ID=no\nID=yes\n# ID=no\n", "yes||||"},
	{"ID=a\nID=b\n", "b||||"},
	{"ID=a\nID_LIKE=\"b c\"\nID_LIKE=d\n", "a|d|||"},
	{"ID=a\nID_LIKE=\" B\t c  d\"\n", "a|b,c,d|||"},
	{"ID_LIKE=\"1 2 3 4 5 6 7 8 9 10\"\n", "|1,2,3,4,5,6,7,8|||"},
	{"MY_ID=x\nIDENT=y\nID =z\n", "||||"},
	{"ID=\n", "||||"},
	{"=x\n==\nID\n\n\n", "||||"},
	{"PRETTY_NAME=\"A \\\"b\\\" \\$c \\\\ d\"\n", "|||A \"b\" $c \\ d|"},
	{"PRETTY_NAME='A \"b\" \\c'\n", "|||A \"b\" \\c|"},
	{"PRETTY_NAME=a\\ b\"c d\"'e'\n", "|||a bc de|"},
	{"PRETTY_NAME=\"not closed\n", "|||not closed|"},
	{"PRETTY_NAME=ends\\\n", "|||ends\\|"},
	{"PRETTY_NAME=\"\xff\x01\"\n", "|||\xff\x01|"},
	{"VERSION_ID=\"24.04\"\n", "||24.04||"},
	/* An ID is looked up as a file's name: it must not be a path. */
	{"ID=../../etc/shadow\nID_LIKE=\"/x ok a/b $(x)\"\n", "|ok|||"},
	{"ID=opensuse-leap_1.5\n", "opensuse-leap_1.5||||"},
};

/* A directory of each test's own; the root is in it, so that there is an outside. */
static char dir[PATH_MAX];

static int make_dir(void **state)
{
	(void)state;
	(void)snprintf(dir, sizeof(dir), "/var/tmp/rootlift-test.XXXXXX");
	return mkdtemp(dir) != NULL ? 0 : -1;
}

static int remove_dir(void **state)
{
	char command[PATH_MAX + 16];

	(void)state;
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	return system(command);
}

static void write_file(const char *path, const char *text, size_t len)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

/* Makes a file of the root, and the directories that it lies in. */
static void make_file(const struct file *file)
{
	char path[PATH_MAX], *slash;

	assert_true(snprintf(path, sizeof(path), "%.4000s/root/%s", dir, file->path) < PATH_MAX);
	for (slash = path + strlen(dir) + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
		*slash = '\0';
		assert_true(mkdir(path, 0755) == 0 || errno == EEXIST);
		*slash = '/';
	}
	if (strncmp(file->text, "->", 2) == 0)
		assert_int_equal(symlink(file->text + 2, path), 0);
	else if (strcmp(file->text, "|") == 0)
		assert_int_equal(mkfifo(path, 0644), 0);
	else
		write_file(path, file->text, strlen(file->text));
}

static int open_root(const struct row *row)
{
	char path[PATH_MAX];
	size_t i;
	int fd;

	assert_true(snprintf(path, sizeof(path), "%.4000s/OUTSIDE", dir) < PATH_MAX);
	write_file(path, "ID=outside\n", 11);
	(void)snprintf(path, sizeof(path), "%.4000s/root", dir);
	assert_int_equal(mkdir(path, 0755), 0);
	for (i = 0; i < COUNT(row->files) && row->files[i].path != NULL; i++)
		make_file(&row->files[i]);
	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

static void describe(const struct rl_distro *distro, char *text, size_t size)
{
	char likes[RL_DISTRO_LIKE_MAX * sizeof(distro->like[0])] = "";
	size_t i, at = 0;

	for (i = 0; i < distro->like_count; i++)
		at += (size_t)snprintf(
			likes + at, sizeof(likes) - at, "%s%s", i > 0 ? "," : "", distro->like[i]);
	(void)snprintf(text, size, "%s|%s|%s|%s|%s", distro->id, likes, distro->version,
		distro->pretty_name, distro->file);
}

static void check_row(void **state)
{
	const struct row *row = *state;
	RL_AUTO_FD int fd = open_root(row);
	struct rl_distro distro;
	struct rl_error err = {0};
	char text[2048];

	assert_int_equal(rl_distro_detect(fd, &distro, &err), 0);
	assert_int_equal(err.code, 0);
	describe(&distro, text, sizeof(text));
	assert_string_equal(text, row->expect);
}

/* From now on openat2(2) fails with @code, as on old kernels and in old sandboxes. */
static int refuse_openat2(unsigned int code)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | code),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {.len = COUNT(filter), .filter = filter};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return -errno;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0 ? 0 : -errno;
}

/* In a child: 0 if all is as expected, 1 if not, 2 if openat2(2) cannot be refused here. */
static int detect_without_openat2(int fd, const char *expect, unsigned int code)
{
	struct rl_distro distro;
	char text[2048];

	if (refuse_openat2(code) != 0)
		return 2;
	if (rl_distro_detect(fd, &distro, NULL) != 0)
		return 1;
	describe(&distro, text, sizeof(text));
	if (strcmp(text, expect) == 0)
		return 0;
	(void)fprintf(stderr, "%s instead of %s\n", text, expect);
	return 1;
}

static void check_by_hand(void **state)
{
	static const unsigned int codes[] = {ENOSYS, EPERM, EAGAIN};
	const struct row *row = *state;
	RL_AUTO_FD int fd = open_root(row);
	size_t i;

	for (i = 0; i < COUNT(codes); i++) {
		pid_t child = fork();
		int status;

		assert_true(child >= 0);
		if (child == 0)
			_exit(detect_without_openat2(fd, row->expect, codes[i]));
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFEXITED(status));
		if (WEXITSTATUS(status) == 2)
			skip();
		assert_int_equal(WEXITSTATUS(status), 0);
	}
}

static void check_texts(void **state)
{
	char text[2048];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(texts); i++) {
		struct rl_distro distro = {0};

		assert_int_equal(
			rl_distro_parse_os_release(texts[i].text, strlen(texts[i].text), &distro),
			0);
		describe(&distro, text, sizeof(text));
		assert_string_equal(text, texts[i].expect);
	}
}

static void check_long(void **state)
{
	static const size_t size = (size_t)1 << 20;
	static const char begin[] = "ID=debian\nPRETTY_NAME=";
	static const char end[] = "\nVERSION_ID=late\n";
	const struct row empty = {0};
	RL_AUTO_FD int fd = open_root(&empty);
	RL_AUTO_FREE char *text = malloc(size);
	struct rl_distro distro;
	char path[PATH_MAX];

	(void)state;
	assert_non_null(text);
	memset(text, 'x', size);
	memcpy(text, begin, strlen(begin));
	memcpy(text + size - strlen(end), end, strlen(end));
	make_file(&(const struct file){"etc/os-release", ""});
	assert_true(snprintf(path, sizeof(path), "%.4000s/root/etc/os-release", dir) < PATH_MAX);
	write_file(path, text, size);
	assert_int_equal(rl_distro_detect(fd, &distro, NULL), 0);
	assert_string_equal(distro.id, "debian");
	assert_int_equal(strlen(distro.pretty_name), sizeof(distro.pretty_name) - 1);
	/* What lies behind 64 KiB is not looked at. */
	assert_string_equal(distro.version, "");
}

static void check_long_words(void **state)
{
	struct rl_distro distro = {0};
	char text[1024], word[65];

	(void)state;
	memset(word, 'a', sizeof(word));
	word[64] = '\0';
	(void)snprintf(text, sizeof(text), "ID=%s\nID_LIKE=\"%s ok\"\nVERSION_ID=%s%s\n", word,
		word, word, word);
	assert_int_equal(rl_distro_parse_os_release(text, strlen(text), &distro), 0);
	/* Half an ID would be another one. */
	assert_string_equal(distro.id, "");
	assert_int_equal(distro.like_count, 1);
	assert_string_equal(distro.like[0], "ok");
	assert_int_equal(strlen(distro.version), sizeof(distro.version) - 1);
	/* The text need not end with a NUL, and is not read beyond its length. */
	distro = (struct rl_distro){0};
	assert_int_equal(rl_distro_parse_os_release("ID=debianID=", 9, &distro), 0);
	assert_string_equal(distro.id, "debian");
}

/* The source is never written to, not even its times of access. */
static void check_atime(void **state)
{
	static const struct row row = {.files = {{"etc/os-release", DEBIAN_TEXT}}};
	const struct timespec times[2] = {{.tv_sec = 1000}, {.tv_sec = 2000}};
	RL_AUTO_FD int fd = open_root(&row);
	struct rl_distro distro;
	struct stat st;

	(void)state;
	assert_int_equal(utimensat(fd, "etc/os-release", times, 0), 0);
	assert_int_equal(rl_distro_detect(fd, &distro, NULL), 0);
	assert_string_equal(distro.id, "debian");
	assert_int_equal(fstatat(fd, "etc/os-release", &st, 0), 0);
	assert_int_equal(st.st_atim.tv_sec, 1000);
}

static void check_unreadable(void **state)
{
	static const struct row row = {.files = {{"etc/os-release", DEBIAN_TEXT}}};
	RL_AUTO_FD int fd = open_root(&row);
	struct rl_distro distro;
	struct rl_error err = {0};

	(void)state;
	if (geteuid() == 0)
		return;
	assert_int_equal(fchmodat(fd, "etc/os-release", 0, 0), 0);
	assert_int_equal(rl_distro_detect(fd, &distro, &err), -EACCES);
	assert_non_null(strstr(err.message, "etc/os-release"));
}

#define CASE(sentence, function)                                                     \
	{                                                                            \
		.name = (sentence), .test_func = (function), .setup_func = make_dir, \
		.teardown_func = remove_dir                                          \
	}

int main(void)
{
	static const struct CMUnitTest others[] = {
		CASE("assignments are undone as a shell does", check_texts),
		CASE("of a long file the beginning is read", check_long),
		CASE("an ID that is too long is none", check_long_words),
		CASE("times of access stay", check_atime),
		CASE("a file that cannot be read is an error", check_unreadable),
	};
	struct CMUnitTest tests[2 * COUNT(rows) + COUNT(others)];
	static char names[COUNT(rows)][128];
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		(void)snprintf(names[i], sizeof(names[i]), "without openat2: %s", rows[i].name);
		tests[2 * i] = (struct CMUnitTest)CASE(rows[i].name, check_row);
		tests[2 * i + 1] = (struct CMUnitTest)CASE(names[i], check_by_hand);
		tests[2 * i].initial_state = (void *)&rows[i];
		tests[2 * i + 1].initial_state = (void *)&rows[i];
	}
	memcpy(&tests[2 * COUNT(rows)], others, sizeof(others));
	return cmocka_run_group_tests_name("distro", tests, NULL, NULL);
}
