#!/bin/bash
# SPDX-License-Identifier: MIT
#
# What people see, and what programs read.
. "$(dirname "$0")/../lib/tap.sh"
. "$TOP/tests/lib/trees.sh"

summary() {
	tree_basic tree
	capture 0 --profile none --exclude /dir/large -o x.tar tree
	has err '^Captured .*/tree, .* with profile none and command line$'
	has err '^  kept +10 entries'
	has err '^ +3 files, 3 directories, 2 symlinks, 1 hardlinks, 1 FIFOs$'
	has err '^  dropped +user +1 entries +100.0 kB'
	has err '^  output +[0-9.]+ kB to x.tar in [0-9.]+ s, peak memory [0-9.]+ MB$'
	eq "$(wc -c <out)" 0 'standard output'
}

many_exceptions() {
	mkdir tree
	(cd tree && for i in $(seq 25); do touch ".wh.$i"; done)
	capture 1 --profile none -o x.tar tree
	eq "$(grep -c '^      .wh' err)" 10
	has err '^      and 15 more, see the report'
	eq "$(kinds | wc -l)" 25
	eq "$(jq -c '.exception_counts["whiteout-name"]' report)" 25
	expect 1 "$ROOTLIFT" capture --profile none -o x.tar tree
	has err '^      and 15 more, which --report FILE would name'
	expect 1 "$ROOTLIFT" capture -q --profile none -o x.tar tree
	eq "$(cat err)" 'rootlift: written with exceptions: 25 whiteout-name (--report FILE names them)'
}

report() {
	tree_weird_names tree
	touch tree/.wh.$'\377\n'
	capture 1 --profile none -o x.tar tree
	jq -e '.format == "rootlift-report" and .version == 1 and .exit_status == 1' report >/dev/null
	jq -e '.kept.entries == (.kept | .regular + .directories + .symlinks + .hardlinks + .devices + .fifos)' \
		report >/dev/null
	# Two of the names have a newline in them.
	eq "$(jq -r .kept.entries report)" "$(($(names x.tar | wc -l) - 2))"
	jq -e --argjson size "$(stat -c %s x.tar)" '.output_bytes == $size' report >/dev/null
	jq -e '.peak_memory_bytes > 1000000 and .duration_seconds >= 0' report >/dev/null
	# Bytes that are no UTF-8 are escaped for people and in hexadecimal for programs.
	eq "$(jq -r '.exceptions[] | select(.kind == "whiteout-name") | .path' report)" '.wh.\xff\n'
	eq "$(jq -r '.exceptions[] | select(.kind == "whiteout-name") | .path_hex' report)" 2e77682eff0a
}

report_goes_with_the_output() {
	mkdir tree
	expect 3 "$ROOTLIFT" capture --report nowhere/report -o x.tar tree
	has err "nowhere/report"
	[ ! -e x.tar ] || fail 'there is output'
	expect 3 "$ROOTLIFT" capture --report r.json -o x.tar missing
	[ ! -e r.json ] || fail 'there is a report of nothing'
}

dry_run() {
	tree_basic tree
	is_root || rm tree/dir/beta
	capture 0 --profile none -o x.tar tree
	cp err real
	size=$(jq .output_bytes report)
	capture 0 --profile none --dry-run -o y.tar tree
	[ ! -e y.tar ] || fail 'there is output'
	eq "$(jq .output_bytes report)" "$size"
	diff <(grep -E '^  (kept|dropped|  )' real) <(grep -E '^  (kept|dropped|  )' err)
	has err '^Would capture'
	# It needs no place to write to, nor a pipe.
	script -qec "'$ROOTLIFT' capture -n --profile none tree" /dev/null >out
	has out 'Would capture'
}

progress() {
	mkdir tree
	(cd tree && seq 30000 | xargs touch)
	head -c 300000000 /dev/zero >tree/$'zz\033[31m'
	script -qec "stty cols 60; '$ROOTLIFT' capture --profile none -o x.tar tree" /dev/null >out
	has out '[0-9,]+ entries +[0-9.]+ [kMG]?B +[0-9.]+ [kMG]?B/s'
	# It is taken off the line again, and no line is longer than the terminal is wide.
	tr '\r' '\n' <out | grep 'B/s' | sed 's/\x1b\[K//' | awk '{ if (length > 60) exit 1 }'
	has out $'\r\033\\[KCaptured|\033\\[KCaptured|\033\\[K.*Captured'
	hasnt out $'zz\033'
	expect 0 "$ROOTLIFT" capture --profile none -o x.tar tree
	hasnt err 'B/s'
	script -qec "'$ROOTLIFT' capture -q --profile none -o x.tar tree" /dev/null >out
	eq "$(cat out)" ''
}

escapes() {
	mkdir tree
	touch tree/$'.wh.\033[31mred\007'
	capture 1 --profile none -o x.tar tree
	has err '\.wh\.\\x1b\[31mred\\x07'
	hasnt err $'\033'
	expect 3 "$ROOTLIFT" capture -o $'no\033[2Jwhere/x' tree
	hasnt err $'\033'
	has err 'no\\x1b\[2Jwhere'
	expect 2 "$ROOTLIFT" capture $'--\033[2J'
	hasnt err $'\033'
	mkdir -p tree/etc
	printf 'ID=debian\nPRETTY_NAME="\033[5mblink"\n' >tree/etc/os-release
	capture 1 -v -o x.tar tree
	hasnt err $'\033'
}

colour() {
	mkdir tree
	touch tree/.wh.x
	script -qec "'$ROOTLIFT' capture --profile none -o x.tar tree" /dev/null >out || true
	has out $'\033\\[33m1 left out'
	script -qec "NO_COLOR=1 '$ROOTLIFT' capture --profile none -o x.tar tree" /dev/null >out || true
	hasnt out $'\033\\[[0-9]*m'
}

not_root() {
	mkdir tree
	touch tree/file
	as_user 0 "$ROOTLIFT" capture --profile none -o x.tar tree
	eq "$(grep -c 'not running as root' err)" 1
	has err 'files that you may not read and trusted'
}

t 'the summary' summary
t 'many exceptions: the first by name, all in the report' many_exceptions
t 'the JSON report' report
t 'no report without output, no output without the report' report_goes_with_the_output
t 'a dry run says the same and writes nothing' dry_run
t 'the progress line is for terminals' progress
t 'no control character of a name reaches the terminal' escapes
t 'colour on a terminal, not with NO_COLOR' colour
t 'not being root is told once' not_root
done_testing
