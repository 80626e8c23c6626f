#!/bin/bash
# SPDX-License-Identifier: MIT
#
# needs: nothing
#
# `rootlift convert`: tars and images in, any format out.
. "$(dirname "$0")/../lib/tap.sh"
. "$TOP/tests/lib/trees.sh"

# convert STATUS ARGUMENT...: `rootlift convert`, which must end so; the report goes to ./report.
convert() {
	local wanted=$1
	shift
	expect "$wanted" "$ROOTLIFT" convert --report report "$@"
}

# A root with what the format of a tar has forms of its own for.
make_root() {
	tree_basic root
	tree_weird_names root/names
	mkdir -p root/etc root/bin root/deep
	printf 'ID=debian\nVERSION_ID=12\nPRETTY_NAME="A Debian"\n' >root/etc/os-release
	cp "$(command -v busybox || command -v true)" root/bin/sh
	truncate -s 3M root/sparse
	printf middle | dd of=root/sparse bs=1 seek=1000000 conv=notrunc status=none
	head -c 5000000 /dev/urandom >root/large
	ln root/large root/zlarge
	mkdir -p "root/deep/$(printf 'long-component-%.0s/' {1..30})"
	find root -exec touch -h -d '2020-01-02 03:04:05 UTC' {} +
}

capture_root() {
	make_root
	capture 0 --profile none -o want.tar root
}

# What rootlift has written comes back to the byte, by whatever way.
same_bytes() {
	capture_root
	convert 0 want.tar got.tar
	cmp want.tar got.tar
	has err '^Converted want.tar, A Debian, '
	"$ROOTLIFT" convert -q - - <want.tar >piped.tar
	cmp want.tar piped.tar
	for format in oci docker; do
		for compression in none gzip zstd; do
			convert 0 --format $format --compress $compression want.tar image.tar
			convert 0 image.tar got.tar
			cmp want.tar got.tar
		done
	done
	mkdir layout
	tar -xf image.tar -C layout
	convert 0 layout got.tar
	cmp want.tar got.tar
}

# An image out of a tar is the image that a capture makes.
same_image() {
	capture_root
	# Its names stay, unless it gets others.
	convert 0 --format docker --tag a/b:1 --tag a/b:2 want.tar got.image
	convert 0 --format docker got.image again.image
	eq "$(tar -xOf again.image manifest.json | jq -c '.[0].RepoTags')" '["a/b:1","a/b:2"]'
	convert 0 --format docker --tag c:3 got.image again.image
	eq "$(tar -xOf again.image manifest.json | jq -c '.[0].RepoTags')" '["c:3"]'
	for format in oci docker; do
		capture 0 --profile none --format $format --tag a/b:1 -o want.image root
		convert 0 --format $format --tag a/b:1 want.tar got.image
		cmp want.image got.image
	done
}

compressed() {
	capture_root
	gzip -k want.tar
	xz -kT0 -0 want.tar
	bzip2 -k want.tar
	zstd -q -k want.tar
	for suffix in gz xz bz2 zst; do
		convert 0 want.tar.$suffix got.tar
		cmp want.tar got.tar
	done
}

# The tars of others hold the same.
other_tars() {
	capture_root
	(cd root && tar --sort=name --format=posix --xattrs --acls -cf ../posix.tar .)
	(cd root && tar --sort=name --format=gnu -cSf ../gnu.tar .)
	(cd root && LC_ALL=C.UTF-8 bsdtar --format pax -cf ../bsd.tar . 2>/dev/null || [ $? = 1 ])
	(cd root && find . -print0 | sort -zr | tar --null --no-recursion --format=posix -cf ../reversed.tar -T -)
	for name in posix gnu bsd reversed; do
		convert 0 --mtime s $name.tar got.tar
		# Whoever runs this is whose the member "." is.
		jq 'del(.exceptions[] | select(.kind == "root-metadata"))' report >told
		python3 "$TOP/tests/lib/tar_compare.py" want.tar got.tar told || fail "$name"
	done
}

# The rules do what they do to a directory.
filters() {
	make_root
	mkdir -p root/var/cache/apt root/var/lib/dpkg root/root
	echo x >root/var/cache/apt/pkgcache.bin
	echo history >root/root/.bash_history
	printf 'Package: base\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n\n' >root/var/lib/dpkg/status
	find root -exec touch -h -d '2020-01-02 03:04:05 UTC' {} +
	capture 0 --profile none -o whole.tar root
	for profile in detected debian 'parent-image'; do
		capture 0 --profile $profile -o want.tar root
		jq '[.dropped, .kept, .changed]' report >want.report
		convert 0 --profile $profile whole.tar got.tar
		cmp want.tar got.tar
		jq '[.dropped, .kept, .changed]' report | diff want.report -
	done
	convert 0 --exclude /names --include /names/-dash whole.tar got.tar
	eq "$(names got.tar | grep -c ^names/)" 2
}

# faulty WHAT PATTERN: ./WHAT is refused with one line, and there is no output.
faulty() {
	expect 3 "$ROOTLIFT" convert "$1" got.tar
	has err "$2"
	eq "$(wc -l <err)" 1 "$1"
	[ ! -e got.tar ] || fail 'there is an output'
	eq "$(find . -maxdepth 1 -name '.rootlift*')" ''
}

wrong_tars() {
	capture_root
	head -c 3000000 want.tar >short.tar
	faulty short.tar "^rootlift: cannot read 'short.tar': .*cut off"
	python3 - <<-'PY'
		import gzip
		data = bytearray(gzip.compress(open("want.tar", "rb").read(), 0))
		data[4000000] ^= 1
		open("sum.tar.gz", "wb").write(data)
	PY
	faulty sum.tar.gz "^rootlift: cannot read 'sum.tar.gz': it cannot be decompressed: incorrect data check$"
	gzip -c want.tar >whole.tar.gz
	head -c 3000000 whole.tar.gz >short.tar.gz
	faulty short.tar.gz "^rootlift: cannot read 'short.tar.gz': it cannot be decompressed: it is cut off$"
	{ gzip -c want.tar; head -c 3000 /dev/zero; } >padded.tar.gz
	expect 0 "$ROOTLIFT" convert -q padded.tar.gz got.tar
	cmp want.tar got.tar
	head -c 2000000 want.tar | gzip -c >members.tar.gz
	tail -c +2000001 want.tar | gzip -c >>members.tar.gz
	expect 0 "$ROOTLIFT" convert -q members.tar.gz got.tar
	cmp want.tar got.tar
	rm got.tar
	head -c 100000 /dev/urandom >noise.tar
	faulty noise.tar '^rootlift: '
	: >empty.tar
	faulty empty.tar '^rootlift: '
	python3 - <<-'PY'
		import io, tarfile
		for name, member in ("up", "../outside"), ("inner", "a/../../outside"):
		    with tarfile.open(name + ".tar", "w") as tar:
		        info = tarfile.TarInfo(member)
		        info.size = 1
		        tar.addfile(info, io.BytesIO(b"x"))
	PY
	faulty up.tar "^rootlift: .*\.\./outside"
	faulty inner.tar "^rootlift: .*a/\.\./\.\./outside"
	faulty missing.tar "^rootlift: .*missing\.tar.*No such file or directory"
	expect 2 "$ROOTLIFT" convert want.tar
	has err '^rootlift: IN and OUT have to be named'
	expect 2 "$ROOTLIFT" convert --snapshot auto want.tar got.tar
}

wrong_images() {
	capture_root
	convert 0 --format docker want.tar image.tar
	expect 3 bash -c 'cat image.tar | "$0" convert - got.tar' "$ROOTLIFT"
	has err "^rootlift: what comes through '-' is an image"
	convert 0 --format oci --compress gzip --tag x:1 want.tar image.tar
	mkdir good
	tar -xf image.tar -C good
	python3 "$TOP/tests/lib/bad_layouts.py" good
	faulty truncated '^rootlift: .*(truncated|bytes|digest)'
	faulty digest '^rootlift: .*should be sha256:'
	faulty diff_id '^rootlift: .*should be sha256:0000'
	faulty cyclic '^rootlift: '
	faulty bomb '^rootlift: .* more than 1073741824 bytes .*\(--max-size SIZE allows more\)$'
	convert 0 --max-size 3G --dry-run bomb got.tar
	faulty escaping '^rootlift: .*\.\./outside'
	faulty blob_outside '^rootlift: '
	head -c 1000000 image.tar >cut.tar
	faulty cut.tar '^rootlift: '
}

t 'the same bytes come back' same_bytes
t 'an image of a tar is that of a capture' same_image
t 'compressed tars' compressed
t 'tars of other programs' other_tars
t 'rules do the same as in a capture' filters
t 'what is no whole tar is refused' wrong_tars
t 'what is no whole image is refused' wrong_images
done_testing
