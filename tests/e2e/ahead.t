#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Fetching ahead: however many threads do it, the bytes and what is told are the same.
. "$(dirname "$0")/../lib/tap.sh"
. "$TOP/tests/lib/trees.sh"

# Many directories, large and small, some within each other; files of all sizes around the limits.
tree_wide() {
	mkdir -p wide/empty wide/deep/{a,b,c}/{d,e,f}/g wide/many
	(cd wide/many && seq -f 'name-%05g' 3000 | xargs touch)
	for dir in wide/deep/*/*/g wide/deep wide; do
		for size in 0 1 511 512 4096 65535 65536 65537 300000; do
			head -c $size /dev/urandom >"$dir/s$size"
		done
	done
	ln wide/s512 wide/deep/link
	ln -s nowhere wide/dangling
	truncate -s 100000 wide/hole
	truncate -s 3000000 wide/large-hole
	printf x | dd of=wide/large-hole bs=1 seek=1500000 conv=notrunc status=none
}

same_bytes() {
	tree_wide
	tree_basic wide/basic
	capture 0 --profile none --jobs 1 -o one.tar wide
	kinds >one
	for jobs in 2 3 8 64; do
		capture 0 --profile none --jobs $jobs -o x.tar wide
		cmp one.tar x.tar
		kinds | diff -u one -
		"$ROOTLIFT" capture -q --profile none --jobs $jobs wide | cmp one.tar -
	done
	for options in '--reflink' '--sparse' '--mtime ns' '--fast' '--no-clone' '--confine none' '--bwlimit 1G'; do
		# Word by word: they are several.
		# shellcheck disable=SC2086
		capture 0 --profile none --jobs 1 $options -o x.tar wide
		# shellcheck disable=SC2086
		"$ROOTLIFT" capture -q --profile none --jobs 4 $options wide | cmp x.tar -
	done
	expect 2 "$ROOTLIFT" capture --jobs 0 -n wide
	has err "^rootlift: --jobs takes a number from 1 to 64, not '0'$"
}

# Rules leave out directories that the threads have long been in.
with_rules() {
	tree_wide
	set -- --profile none --exclude '/deep/b' --exclude 's51?' --include '/deep/b/f/g/s512' \
		--exclude '/many/*[3-9]'
	capture 0 --jobs 1 "$@" -o one.tar wide
	jq 'del(.output, .time, .duration_seconds, .peak_memory_bytes)' report >one
	for jobs in 2 8; do
		capture 0 --jobs $jobs "$@" -o x.tar wide
		cmp one.tar x.tar
		jq 'del(.output, .time, .duration_seconds, .peak_memory_bytes)' report | diff -u one -
	done
	names x.tar >list
	has list '^deep/b/f/g/s512$'
	hasnt list '^deep/b/e'
	hasnt list 'many/name-00003'
}

# What cannot be read is told in the same order, and only of what is kept.
faults() {
	tree_wide
	chmod 0 wide/deep/a wide/deep/c/f/g/s511 wide/many/name-00100
	chown -R 65534:65534 wide 2>/dev/null || true
	for jobs in 1 4; do
		as_user 1 "$ROOTLIFT" capture --profile none --jobs $jobs --report report \
			--exclude /many/name-00100 -o x.tar wide
		kinds >kinds.$jobs
		names x.tar >names.$jobs
	done
	eq "$(tr '\n' ';' <kinds.1)" 'unlistable deep/a;unreadable deep/c/f/g/s511;'
	cmp kinds.1 kinds.4
	cmp names.1 names.4
}

few_descriptors() {
	tree_wide
	capture 0 --profile none --jobs 1 -o one.tar wide
	for limit in 100 200 300 600 900; do
		(
			ulimit -n $limit
			exec "$ROOTLIFT" capture -q --profile none --jobs 4 -o x.tar wide
		)
		cmp one.tar x.tar
	done
}

t 'any number of threads writes the same bytes' same_bytes
t 'rules decide as if nothing was ahead of them' with_rules
t 'faults are told in order, and only of what is kept' faults
t 'with few descriptors there are no threads' few_descriptors
done_testing
