# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# What tests of `rootlift scratch` share.

# scratch STATUS ARGUMENT...: the report goes to ./report.
scratch() {
	local wanted=$1
	shift
	expect "$wanted" "$ROOTLIFT" scratch --report report "$@"
}

elf() {
	"$TOP/tests/lib/elf.py" "$@"
}

# files TAR: its members without directories, sorted.
files() {
	names "$1" | grep -v '/$' | sort
}

# The program of Docker's guide "Create a base image" (hello-world's hello.c), and how it is built there.
make_hello() {
	cat >hello.c <<-'END'
		#include <sys/syscall.h>
		#include <unistd.h>

		const char message[] =
			"\n"
			"Hello from Docker!\n"
			"This message shows that your installation appears to be working correctly.\n"
			"\n";

		int main() {
			syscall(SYS_write, STDOUT_FILENO, message, sizeof(message) - 1);
			return 0;
		}

		void _start() {
			int status = main();
			syscall(SYS_exit, status);
		}
	END
	gcc -Os -static -nostartfiles -o hello hello.c
}
