#!/bin/bash
# SPDX-License-Identifier: MIT
# What profiles can say beside leaving files out: words before a pattern, and changes.
# A "~/" in profiles is rootlift's.
# shellcheck disable=SC2088
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"

# A root with users, secrets and a symlinked /sbin.
tree_root() {
	mkdir -p root/etc root/usr/sbin root/srv/d/old root/home/ann root/root root/var/log root/dev
	ln -s usr/sbin root/sbin
	printf '%s\n' 'root:x:0:0::/root:/bin/sh' 'ann:x:1000:1000::/home/ann:/bin/sh' \
		'web:x:33:33::/srv/d:/bin/sh' >root/etc/passwd
	printf '%s\n' 'root:x:0:' 'adm:x:4:ann' >root/etc/group
	# shellcheck disable=SC2016 # these are hashes
	printf '%s\n' 'root:$6$abcdefghijklm:19000:0:99999:7:::' 'ann:!:19000::::::' \
		'bob:!$y$xxxxxxxxxxxxxxxxxx:1::::::' 'old:abABCDEFGHIJK:1::::::' >root/etc/shadow
	printf 'UUID=1 / ext4\nproc /proc proc' >root/etc/fstab
	printf -- '-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n' >root/srv/d/key
	printf -- 'no key: -----BEGIN OPENSSH PRIVATE KEY----- in a line\n' >root/srv/d/text
	echo hist >root/srv/d/.bash_history
	touch -d '2001-01-01 UTC' root/srv/d/old/file
	touch root/srv/d/old/new
	touch -d '2001-01-01 UTC' root/srv/d/old
	head -c 2000000 /dev/zero >root/srv/d/big
	printf 'ID=rocky\nID_LIKE="rhel centos fedora"\nVERSION_ID="8.9"\n' >root/etc/os-release
}

# profile LINE...: writes p.profile, captures with it.
profile() {
	printf '%s\n' "$@" >p.profile
	capture 0 --profile ./p.profile -o x.tar root
	names x.tar >list
}

put_files() {
	tree_root
	echo mine >root/usr/sbin/initctl
	echo replaced >root/etc/replaced
	chmod 600 root/etc/replaced
	profile '[write container]' \
		'mode=755 owner=1:2 /sbin/policy-rc.d  no services are started' \
		'| #!/bin/sh' '|' '|  exit 101' \
		'/etc/apt/apt.conf.d/x  made with its directories' '| hello' \
		'/etc/empty  nothing in it' '/etc/replaced  another one' '| new' \
		'/etc/twice  the first' '| first' '/etc/twice  the last counts' '| last' \
		'[link container]' 'to=/bin/true /sbin/initctl  does nothing' \
		'[rename container]' 'name=initctl.distrib /sbin/initctl  the old one' \
		'[mknod container]' 'node=c:1:3 mode=666 /dev/null  a device' 'node=p /run/p  a pipe'
	eq "$(sort list | uniq -d)" '' 'members twice'
	tar --numeric-owner -tvf x.tar >long
	has long '^-rwxr-xr-x 1/2 .* usr/sbin/policy-rc.d$'
	eq "$(tar -xOf x.tar usr/sbin/policy-rc.d | od -An -c | tr -d ' \n')" '#!/bin/sh\n\nexit101\n'
	has long '^drwxr-xr-x 0/0 .* etc/apt/$'
	has long '^-rw-r--r-- 0/0 +6 .* etc/apt/apt.conf.d/x$'
	has long '^-rw-r--r-- 0/0 +0 .* etc/empty$'
	eq "$(tar -xOf x.tar etc/replaced)" new
	has long '^-rw-r--r-- 0/0 .* etc/replaced$'
	eq "$(tar -xOf x.tar etc/twice)" last
	has long '^lrwxrwxrwx 0/0 .* usr/sbin/initctl -> /bin/true$'
	eq "$(tar -xOf x.tar usr/sbin/initctl.distrib)" mine
	has long '^crw-rw-rw- 0/0 +1,3 .* dev/null$'
	has long '^prw-r--r-- 0/0 .* run/p$'
	jq -e '.added == 11' report >/dev/null
	# The same bytes again; and what a later rule drops is not put there.
	capture 0 --profile ./p.profile -o y.tar root
	cmp x.tar y.tar
	capture 0 --profile ./p.profile --exclude /etc/empty -o y.tar root
	hasnt <(names y.tar) '^etc/empty'
	eq "$(cat root/etc/replaced)" replaced
}

cannot_put_files() {
	tree_root
	mkdir root/etc/there
	printf '%s\n' '[write container]' '/etc/there  is a directory' '/etc/passwd/x  is no directory' \
		>p.profile
	capture 1 --profile ./p.profile -o x.tar root
	eq "$(kinds | sort)" 'not-added etc/passwd/x
not-added etc/there'
	printf '%s\n' '[rename container]' 'name=group /etc/passwd  taken' >p.profile
	capture 1 --profile ./p.profile -o x.tar root
	eq "$(kinds)" 'not-changed etc/passwd'
	has <(names x.tar) '^etc/passwd$'
}

edit_files() {
	tree_root
	printf 'last line' >root/srv/tail
	ln root/etc/fstab root/srv/fstab
	profile '[edit identity]' '/etc/fstab  mounts of this machine' '| delete /^UUID=/' \
		'| append tmpfs /tmp tmpfs' '| append tmpfs /tmp tmpfs' \
		'/srv/tail  words' '| replace /([a-z]+) ([a-z]+)/\2 & \1/' '| replace |e|E|' \
		'[edit secret]' '/etc/shadow  hashes' '| set password of * when ????????????* to *' \
		'| set expire of root to 1' '[edit identity]' '/etc/passwd  another home' \
		'| set home of w?b to /var/empty' '| delete /^ann:/'
	eq "$(tar -xOf x.tar etc/fstab)" $'proc /proc proc\ntmpfs /tmp tmpfs'
	eq "$(tar -xOf x.tar srv/fstab)" $'UUID=1 / ext4\nproc /proc proc' 'the other name'
	eq "$(tar -xOf x.tar srv/tail)" 'linE last linE last'
	eq "$(tar -xOf x.tar etc/shadow)" 'root:*:19000:0:99999:7::1:
ann:!:19000::::::
bob:*:1::::::
old:*:1::::::'
	eq "$(tar -xOf x.tar etc/passwd)" 'root:x:0:0::/root:/bin/sh
web:x:33:33::/var/empty:/bin/sh'
	jq -e '.changed == 4' report >/dev/null
	eq "$(cat root/etc/fstab)" $'UUID=1 / ext4\nproc /proc proc' 'the source'
	# Content that is as it should be is not counted.
	profile '[edit identity]' '/etc/group  nothing to do' '| delete /^nobody/'
	jq -e '.changed == 0' report >/dev/null
}

change_metadata() {
	tree_root
	chmod 4775 root/srv/d/text
	profile '[chmod docs]' 'mode=u-s,go=r /srv/d/text  no program' 'mode=750 /srv/d/  private' \
		'[chown docs]' 'owner=web:adm /srv/d/text  its owner' 'owner=7 /etc/group  by number'
	tar --numeric-owner -tvf x.tar >long
	has long '^-rwxr--r-- 33/4 .* srv/d/text$'
	has long '^drwxr-x--- .* srv/d/$'
	has long '7/.* etc/group$'
	printf '%s\n' '[chown docs]' 'owner=nobody-here /etc/group  nobody' >p.profile
	capture 2 --profile ./p.profile -o x.tar root
	has err "^rootlift: ./p.profile:2: ROOT has no user 'nobody-here'$"
}

strip_attributes() {
	tree_root
	setfattr -n user.a -v 1 root/srv/d/text
	setfattr -n user.b -v 2 root/srv/d/text
	profile '[strip-xattr docs]' 'name=user.a /srv/**  not wanted'
	has <(tar --xattrs -tvvf x.tar) 'user.b'
	hasnt <(tar --xattrs -tvvf x.tar) 'user.a'
}

select_files() {
	tree_root
	profile '[drop temp]' 'larger-than:1M /srv/**  big' 'older-than:2010-01-01 /srv/**  old'
	hasnt list 'd/big|old/file'
	# The directory is old, but what is in it is not.
	has list '^srv/d/old/$'
	has list '^srv/d/old/new$'
	profile '[drop temp]' 'type:l /**  links' '!type:d /home/**  not directories' 'type:d **/old  one'
	hasnt list '^sbin|old'
	has list '^home/ann/$'
	profile '[drop temp]' 'older-than:10y /srv/**  old'
	hasnt list 'old/file'
	export SOURCE_DATE_EPOCH=1000000000
	profile '[drop temp]' 'older-than:10y /srv/**  old'
	has list 'old/file'
	profile '[drop secret]' 'contains:-----BEGIN*PRIVATE\ KEY----- /**  keys'
	hasnt list 'd/key$'
	has list 'd/text$'
	profile '[drop secret]' '~/.bash_history  what was typed' '~/key  a key'
	hasnt list 'bash_history|d/key'
}

# Rules about packages hold whatever a path rule says of the directory above, in the order of the rules.
select_by_package() {
	local name
	mkdir -p root/var/lib/dpkg/info root/srv/a root/srv/b root/srv/both
	for name in a b; do
		printf 'Package: %s\nStatus: install ok installed\nArchitecture: all\nVersion: 1\n\n' \
			"$name" >>root/var/lib/dpkg/status
		# As in many a package of rpm's, not the directories.
		printf '/srv/%s/file\n/srv/both/file\n' "$name" \
			>"root/var/lib/dpkg/info/$name.list"
		echo "$name" | tee "root/srv/$name/file" >"root/srv/$name/own"
	done
	echo both >root/srv/both/file
	profile '[drop temp]' '/srv/  all' '[keep temp]' 'package:a /**  of a'
	eq "$(grep '^srv' list | sort | xargs)" 'srv/ srv/a/ srv/a/file srv/both/ srv/both/file'
	profile '[keep temp]' 'package:a /**  of a' '[drop temp]' '/srv/  all'
	hasnt list '^srv'
	profile '[drop temp]' 'package:a /**  of a' 'package:nothing* /srv/**  none' \
		'unowned /srv/**  of nobody'
	eq "$(grep '^srv' list | sort | xargs)" 'srv/ srv/b/ srv/b/file srv/both/ srv/both/file'
}

select_by_owner_and_file_system() {
	tree_root
	chown 33 root/srv/d/text
	profile '[drop temp]' 'owner:web /**  of web' 'owner:nobody-here /**  of nobody'
	hasnt list 'text'
	has list 'srv/d/key'
	local type
	type=$(findmnt -n -o FSTYPE -T root)
	profile '[drop temp]' "fstype:$type /etc/**  all" 'fstype:nothing /srv/**  none'
	hasnt list '^etc/.'
	has list 'srv/d/key'
}

conditions() {
	tree_root
	touch root/srv/{a,b,c,d1,e,f,g,h,i}
	profile 'match id:rhel|rocky' '[drop temp]' '/srv/a  rocky' 'match like:fedora version:<9' \
		'/srv/b  old' 'match version:>=9' '/srv/c  new' 'match exists:/etc/passwd' \
		'/srv/d1  has it' 'match !exists:/etc/passwd' '/srv/e  has it not' 'match always' \
		'if-exists:/sbin/../../etc/group /srv/f  has it' '!if-id:rocky /srv/g  another' \
		'if-package:bash /srv/h  not installed' '!if-package:bash /srv/i  not installed'
	eq "$(grep -E '^srv/[a-i]1?$' list | tr '\n' ' ')" 'srv/c srv/e srv/g srv/h '
}

negated_patterns() {
	tree_root
	profile '[drop temp]' '/srv/d/*  all' '!/srv/d/key  but this' '!*text  and this'
	eq "$(grep '^srv/d/.' list | tr '\n' ' ')" 'srv/d/key srv/d/text '
}

secrets_policy() {
	tree_root
	profile 'secrets report' '[drop secret]' '/srv/d/key  a key' '~/.bash_history  history' \
		'[edit secret]' '/etc/shadow  hashes' '| set password of * when ????????????* to *'
	has list 'srv/d/key'
	eq "$(kinds | sort)" 'secret etc/shadow
secret srv/d/.bash_history
secret srv/d/key'
	cmp <(tar -xOf x.tar etc/shadow) root/etc/shadow
	capture 0 --profile ./p.profile --secrets drop -o x.tar root
	hasnt <(names x.tar) 'd/key|bash_history'
	hasnt <(tar -xOf x.tar etc/shadow) 'abcdef'
	eq "$(kinds)" ''
	capture 0 --profile ./p.profile --secrets keep -o x.tar root
	has <(names x.tar) 'd/key'
	eq "$(kinds)" ''
	# What it is, never what is in it.
	capture 0 --profile ./p.profile -o x.tar root
	hasnt err 'abc|hist$'
	hasnt report 'abcdef'
}

purposes_include_the_detected() {
	tree_root
	mkdir -p root/var/cache/dnf/x mine
	touch root/var/cache/dnf/x/y
	printf '%s\n' 'include detected' '[keep cache]' '/var/cache/dnf/x/y  wanted' >mine/purpose.profile
	printf '%s\n' 'include detected' '[drop temp]' '/srv/d  not' >mine/other.profile
	capture 0 --profile-dir mine --profile purpose --profile other -o x.tar root
	has <(names x.tar) 'dnf/x/y'
	hasnt <(names x.tar) 'srv/d'
	printf '%s\n' 'include detected' >mine/purpose.profile
	capture 0 --profile-dir mine --profile purpose -o x.tar root
	hasnt <(names x.tar) 'dnf/x/y'
}

unreadable_once() {
	tree_root
	chmod 000 root/srv/d/key
	printf '%s\n' '[drop secret]' 'contains:*KEY* /srv/**  keys' >p.profile
	as_user 1 "$ROOTLIFT" capture --report report --profile ./p.profile -o x.tar root
	eq "$(kinds)" 'unreadable srv/d/key'
}

t 'files that rules put there' put_files
t 'files that cannot be put there' cannot_put_files
t 'edits' edit_files
is_root && t 'modes and owners' change_metadata
t 'attributes are stripped' strip_attributes
t 'selectors' select_files
t 'packages' select_by_package
is_root && t 'owners and file systems' select_by_owner_and_file_system
t 'conditions' conditions
t 'a ! before a pattern' negated_patterns
t 'secrets: drop, report, keep' secrets_policy
t 'include detected, once' purposes_include_the_detected
t 'a file that cannot be looked into is told once' unreadable_once
done_testing
