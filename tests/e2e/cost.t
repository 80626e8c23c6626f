#!/bin/bash
# SPDX-License-Identifier: MIT
#
# needs: root callgrind alone
#
# What one more file costs: instructions of the program and its libraries, and system calls. Both are
# counted, not timed, so that a loaded machine says the same as an idle one. Each is the difference between
# a large tree and a small one, divided by what the large one has more.
. "$(dirname "$0")/../lib/tap.sh"
. "$TOP/tests/lib/old.sh"

# What one takes today, and the most that it may: a fifth more instructions, or half a call. Measured on
# Debian 12 with its gcc, valgrind 3.19 and -O2; from run to run instructions differ by a percent, calls
# by a tenth (of threads that wait for each other). A change that is worth more raises the limit; one
# that saves something lowers it.
limits() {
	cat <<'END'
# what              instructions  at most     calls  at most
small                       7570     9000      5.15     5.60
small-ahead                 6790     8100         -        -
small-rules                10330    12300      5.15     5.60
attributes                 69700    83500      8.15     8.60
directories                 6290     7500      7.80     8.30
symlinks                    5880     7000      5.15     5.60
MiB-into-file                  -        -      1.50     2.00
MiB-into-pipe                  -        -      1.00     1.50
END
}

# many COUNT DIR MAKE: calls the function MAKE for so many names, a hundred a directory.
many() {
	local number
	for ((number = 0; number < $1; number++)); do
		[ $((number % 100)) != 0 ] || mkdir -p "$2/$((number / 100))"
		"$3" "$2/$((number / 100))/$number" "$number"
	done
}

# Of 0 to 4 KiB.
small() {
	printf '%*s' $(($2 * 1103 % 4097)) '' >"$1"
}

directory() {
	mkdir "$1"
}

symlink() {
	ln -s "../somewhere/$2" "$1"
}

# trees MAKE: ./few, and ./many with a thousand more.
trees() {
	many 100 few "$1"
	many 1100 many "$1"
}

with_attributes() {
	trees small
	find . -type f -exec setfattr -n user.note -v hello {} +
	find . -type f -exec setfattr -n user.other -v 'some more' {} +
	find . -type f -exec setfacl -m u:1234:r-x,g:5678:rw- {} +
}

# mebibytes: a file of 16 MiB, and one with 64 more.
mebibytes() {
	mkdir few many
	head -c 16M /dev/zero | tr '\0' x >few/file
	head -c 80M /dev/zero | tr '\0' x >many/file
}

# A capture asks all processes what they have open: here are none but its own.
alone() {
	unshare --pid --mount --fork --mount-proc "$@"
}

# instructions TREE OPTION...: how many a capture of ./mnt/TREE takes.
# valgrind may not know the calls that clone mounts. So that one that does counts the same, there are none.
instructions() {
	local tree=$1
	shift
	alone valgrind --tool=callgrind --callgrind-out-file=profile "$ROOTLIFT" capture -q --profile none \
		--confine none --no-clone "$@" -o x.tar "mnt/$tree" >&2 || return
	sed -n 's/^summary: //p' profile
}

# calls TREE OPTION...: how many system calls.
calls() {
	local tree=$1
	shift
	alone strace -f -c -o trace "$ROOTLIFT" capture -q --profile none "$@" -o x.tar "mnt/$tree" || return
	awk '$NF == "total" { print $4 }' trace
}

# As calls, less the waiting of the thread that writes for the one that reads, and the other way round: how
# often they have to depends on the disk.
calls_but_waits() {
	calls "$@" >/dev/null || return
	awk '$NF == "futex" { waits = $4 } $NF == "total" { print $4 - waits }' trace
}

# As calls, but into a pipe. The reader takes all that is there: else what is moved with one call
# depends on how fast it is.
calls_into_pipe() {
	# Only what is resident is moved, and the kernel may drop pages whenever it likes.
	cat "mnt/$1/file" >/dev/null
	alone strace -f -c -o trace "$ROOTLIFT" capture -q --profile none "mnt/$1" |
		dd bs=1M of=/dev/null status=none || return
	awk '$NF == "total" { print $4 }' trace
}

# within WHAT COLUMN UNIT NUMBER COMMAND [OPTION...]: what COMMAND counts for ./mnt/many, less what it counts
# for ./mnt/few, is for NUMBER; for one it has to be within the limit beside that column of the table.
within() {
	local what=$1 column=$2 unit=$3 number=$4 count=$5 few more
	shift 5
	few=$("$count" few "$@")
	more=$("$count" many "$@")
	limits | awk -v what="$what" -v column="$column" -v unit="$unit" -v few="$few" -v more="$more" \
		-v number="$number" '
		$1 == what {
			got = (more - few) / number
			printf "NOTED: %s: %.2f %s for one, today %s, at most %s\n", what, got, unit, $column,
				$(column + 1)
			is_within = few > 0 && more > few && got <= $(column + 1)
		}
		END { exit !is_within }' || fail "$what takes more $unit than it may"
}

# costs WHAT OPTION...
costs() {
	command -v valgrind >/dev/null || skip 'there is no valgrind'
	# With one thread no instruction depends on who came first.
	within "$1" 2 instructions 1000 instructions --jobs 1 "${@:2}"
	within "$1" 4 calls 1000 calls "${@:2}"
}

small_files() {
	local rules=() number
	old trees small
	costs small
	# Threads are what most captures have.
	within small-ahead 2 instructions 1000 instructions --jobs 2
	for number in {1..100}; do
		rules+=(--exclude "/nothing/of-$number" --exclude "*.kind$number" --exclude "/1*/no-$number")
	done
	costs small-rules "${rules[@]}"
}

attributes() {
	old with_attributes
	costs attributes
}

directories() {
	old trees directory
	costs directories
}

symlinks() {
	old trees symlink
	costs symlinks
}

large_files() {
	OLD_SIZE=200M old mebibytes
	within MiB-into-file 4 calls 64 calls_but_waits
	within MiB-into-pipe 4 calls 64 calls_into_pipe
}

t 'small files' small_files
t 'files with attributes and an ACL' attributes
t 'directories' directories
t 'symlinks' symlinks
t 'large files' large_files
done_testing
