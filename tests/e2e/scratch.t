#!/bin/bash
# SPDX-License-Identifier: MIT
#
# needs: root engine
#
# Images of programs and what they need run.
. "$(dirname "$0")/../lib/tap.sh"
. "$TOP/tests/lib/engine.sh"
. "$TOP/tests/lib/scratch.sh"
engine_start || exit 1

static_program() {
	make_hello
	touch -d '2021-02-03 04:05:06 UTC' hello
	./hello >want
	for format in docker oci; do
		scratch 0 ./hello --format $format --tag rootlift-hello -o x.tar
		docker load -q -i x.tar >loaded
		eq "$(cat loaded)" 'Loaded image: rootlift-hello:latest'
		docker run --rm --network=none rootlift-hello | cmp - want
		eq "$(docker image inspect rootlift-hello | jq -c '.[0] | [.Config.Cmd, .Architecture]')" \
			"[[\"/hello\"],\"$(dpkg --print-architecture)\"]"
		docker rmi rootlift-hello >/dev/null
	done
	"$ROOTLIFT" scratch -q ./hello | docker import --change 'CMD ["/hello"]' - rootlift-hello >/dev/null
	docker run --rm --network=none rootlift-hello | cmp - want
	docker rmi rootlift-hello >/dev/null
	scratch 0 hello -o x.tar
	eq "$(tar --numeric-owner -tvf x.tar | tr -s ' ' | sed "s/ $(stat -c %s hello) / SIZE /")" \
		'-rwxr-xr-x 0/0 SIZE 2021-02-03 04:05 hello'
	tar -xOf x.tar hello | cmp - hello
}

dynamic_program() {
	scratch 0 /usr/bin/curl --with ca-certificates --format docker --tag rootlift-curl -o x.tar
	docker load -q -i x.tar >/dev/null
	docker run --rm --network=none rootlift-curl /usr/bin/curl --version >version
	has version '^curl '
	docker run --rm --network=none rootlift-curl /usr/bin/curl -sS \
		file:///etc/ssl/certs/ca-certificates.crt | cmp - /etc/ssl/certs/ca-certificates.crt
	docker rmi rootlift-curl >/dev/null
	# Nothing that is not asked for.
	tar -xOf x.tar --wildcards '*/layer.tar' >layer.tar 2>/dev/null || tar -xOf x.tar \
		"$(tar -xOf x.tar manifest.json | jq -r '.[0].Layers[0]')" >layer.tar
	eq "$(files layer.tar | grep -vE '^(usr/lib(64)?/|usr/(local/)?share/ca-certificates/|etc/ssl/certs/)' | paste -sd ' ')" \
		'etc/nsswitch.conf lib lib64 usr/bin/curl'
	eq "$(files layer.tar | grep -E 'private|\.key$' || :)" ''
	# Links by hash lead to certificates that are there too.
	mkdir out_
	tar -xf layer.tar -C out_
	[ -n "$(find out_/etc/ssl/certs -name '*.0')" ] || fail 'no links by hash'
	find out_/etc/ssl/certs -type l -exec readlink {} + | grep '^/' | while read -r target; do
		[ -e "out_$target" ] || fail "$target is missing"
	done
}

python_runs() {
	local version
	version=$(/usr/bin/python3 -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
	scratch 0 /usr/bin/python3 --also "/usr/lib/$version" --with tzdata,passwd --format oci \
		--tag rootlift-python -o x.tar --cmd "/usr/bin/python3 -c 'import ctypes, getpass, \
			hashlib, sqlite3, ssl, zoneinfo; print(getpass.getuser(), zoneinfo.ZoneInfo(\"Asia/Tokyo\"))'"
	docker load -q -i x.tar >/dev/null
	eq "$(docker run --rm --network=none rootlift-python)" 'root Asia/Tokyo'
	docker rmi rootlift-python >/dev/null
}

# What gcc links with a path of libraries, either kind of it, of which only the old one is inherited.
linked_paths() {
	mkdir -p app/bin app/lib
	echo 'int b(void) { return 42; }' >b.c
	echo 'int b(void); int a(void) { return b(); }' >a.c
	printf '#include <stdio.h>\nint a(void);\nint main(void) { return printf("%%d\\n", a()) < 0; }\n' >main.c
	gcc -shared -fPIC -Wl,-soname,libb.so.1 -o app/lib/libb.so.1.0 b.c
	ln -s libb.so.1.0 app/lib/libb.so.1
	gcc -shared -fPIC -Wl,-soname,liba.so.1 -o app/lib/liba.so.1 a.c app/lib/libb.so.1.0
	gcc -o app/bin/old main.c app/lib/liba.so.1 -Wl,-rpath,'$ORIGIN/../lib',--disable-new-dtags \
		-Wl,--allow-shlib-undefined
	gcc -o app/bin/new main.c app/lib/liba.so.1 -Wl,-rpath,'$ORIGIN/../lib',--enable-new-dtags \
		-Wl,--allow-shlib-undefined
	ln -s app/bin/old program
	scratch 0 "$PWD/program" --format docker --tag rootlift-paths -o x.tar
	docker load -q -i x.tar >/dev/null
	eq "$(docker run --rm --network=none rootlift-paths)" 42
	docker rmi rootlift-paths >/dev/null
	# The loader does not find the second one either.
	! app/bin/new 2>/dev/null || fail 'the loader finds libb.so.1'
	scratch 3 "$PWD/app/bin/new" -o y.tar
	has err "^rootlift: the library 'libb.so.1', which '$PWD/app/lib/liba.so.1' needs, is not where it is looked for in ROOT \(--allow-missing goes on without\)$"
	scratch 0 "$PWD/app/bin/new" --env "LD_LIBRARY_PATH=$PWD/app/lib" --format docker \
		--tag rootlift-paths -o x.tar
	docker load -q -i x.tar >/dev/null
	eq "$(docker run --rm --network=none rootlift-paths)" 42
	docker rmi rootlift-paths >/dev/null
	# Programs and libraries of this directory are together in the root of the image.
	gcc -o here main.c app/lib/liba.so.1 -Wl,-rpath,'$ORIGIN',--disable-new-dtags \
		-Wl,--allow-shlib-undefined
	cp app/lib/liba.so.1 app/lib/libb.so.1 .
	scratch 0 here ./liba.so.1 libb.so.1 --format docker --tag rootlift-paths -o x.tar
	docker load -q -i x.tar >/dev/null
	eq "$(docker run --rm --network=none rootlift-paths)" 42
	docker rmi rootlift-paths >/dev/null
}

scripts_run() {
	printf '#!/usr/bin/env -S sh -e\necho from "$0"\n' >script
	scratch 0 ./script --format docker --tag rootlift-script -o x.tar
	docker load -q -i x.tar >/dev/null
	eq "$(docker run --rm --network=none rootlift-script)" 'from /script'
	docker rmi rootlift-script >/dev/null
}

t "the guide's static program" static_program
t 'a dynamic program' dynamic_program
t 'an interpreter with its modules' python_runs
t 'paths that are linked into programs' linked_paths
t 'scripts' scripts_run
engine_stop
done_testing
