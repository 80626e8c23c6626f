#!/bin/bash
# SPDX-License-Identifier: MIT
#
# What docs/PARITY.md says of a golden VM: a case for each row, of the row's name.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"

# put FILE...: files of ./root that have something in them.
put() {
	local file
	for file; do
		mkdir -p "root/$(dirname "$file")"
		echo "something in $file" >"root/$file"
	done
}

# text FILE LINE...: a file of ./root with these lines.
text() {
	local file=root/$1
	shift
	mkdir -p "$(dirname "$file")"
	printf '%s\n' "$@" >"$file"
}

# distribution ID [ID_LIKE]: ./root becomes one. Of the two users one has a home elsewhere, and one
# package owns a file.
distribution() {
	text etc/os-release "ID=$1" "ID_LIKE=\"${2:-}\"" VERSION_ID=9
	text etc/passwd root:x:0:0:root:/root:/bin/sh ann:x:1000:1000::/home/ann:/bin/sh \
		bob:x:1001:1001::/srv/people/bob:/bin/sh
	put root/.profile home/ann/notes srv/people/bob/notes
	[ "$1" = debian ] || return 0
	text var/lib/dpkg/status 'Package: tool' 'Status: install ok installed' 'Architecture: all' \
		'Version: 1' 'Description: a tool' ''
	text var/lib/dpkg/info/tool.list /. /etc /etc/tool /etc/tool/example.bak /etc/tool/tool.conf
	put etc/tool/example.bak etc/tool/tool.conf
}

# take: captures ./root as a parent image; what is harmless must be there.
take() {
	capture 0 --profile parent-image -o x.tar root
	names x.tar >list
	stays root/.profile home/ann/notes srv/people/bob/notes etc/os-release
}

# gone PATH...: the image has none of these.
gone() {
	local path
	for path; do
		[ -e "root/$path" ] || [ -L "root/$path" ] || fail "the case has not made $path"
		! grep -qxF -e "$path" -e "$path/" list || fail "the image has $path"
	done
}

# emptied PATH...: the image has these files without content, these directories without entries.
emptied() {
	local path
	for path; do
		if [ -d "root/$path" ]; then
			grep -qxF -e "$path/" list || fail "the image has no $path"
			! grep -qE -e "^$path/." list || fail "something is in $path"
		else
			[ -s "root/$path" ] || fail "the case has not made $path"
			grep -qxF -e "$path" list || fail "the image has no $path"
			eq "$(tar -xOf x.tar "$path" | wc -c)" 0 "size of $path"
		fi
	done
}

# stays PATH...: the image has these as they are.
stays() {
	local path
	for path; do
		tar -xOf x.tar "$path" | cmp - "root/$path" || fail "$path has changed"
	done
}

# holds PATH LINE...: the image has the file with just these lines.
holds() {
	local path=$1
	shift
	eq "$(tar -xOf x.tar "$path")" "$(printf '%s\n' "$@")" "$path"
}

abrt_data() {
	distribution rhel
	put var/spool/abrt/oops-1/backtrace var/spool/abrt-upload/x var/spool/other/x
	take
	emptied var/spool/abrt var/spool/abrt-upload
	stays var/spool/other/x
}

backup_files() {
	distribution debian
	put etc/ssh/sshd_config~ etc/ssh/sshd_config.bak root/x.bak srv/app/conf~ var/lib/app/x.bak \
		etc/app.conf.dpkg-old etc/app.conf.rpmsave etc/app.conf.pacnew etc/app.conf.apk-new \
		etc/ssh/sshd_config usr/share/app/x.bak etc/bakery etc/a~b
	mkdir -p root/etc/conf.bak
	put etc/conf.bak/x
	take
	gone etc/ssh/sshd_config~ etc/ssh/sshd_config.bak root/x.bak srv/app/conf~ var/lib/app/x.bak \
		etc/app.conf.dpkg-old etc/app.conf.rpmsave etc/app.conf.pacnew etc/app.conf.apk-new
	# Neither what a package brings, nor directories, nor programs' files.
	stays etc/tool/example.bak etc/conf.bak/x usr/share/app/x.bak etc/ssh/sshd_config etc/bakery \
		etc/a~b
}

bash_history() {
	distribution debian
	put root/.bash_history home/ann/.bash_history srv/people/bob/.bash_history home/ann/.bashrc \
		srv/app/.bash_history.txt
	take
	gone root/.bash_history home/ann/.bash_history srv/people/bob/.bash_history
	stays home/ann/.bashrc srv/app/.bash_history.txt
}

zsh_history() {
	distribution debian
	put root/.zsh_history home/ann/.zhistory srv/people/bob/.histfile home/ann/.zsh_sessions/x \
		home/ann/.zshrc
	take
	gone root/.zsh_history home/ann/.zhistory srv/people/bob/.histfile home/ann/.zsh_sessions
	stays home/ann/.zshrc
}

blkid_tab() {
	distribution rhel
	put etc/blkid.tab etc/blkid.tab.old etc/blkid/blkid.tab etc/blkid/blkid.tab.old \
		var/run/blkid.tab dev/.blkid.tab etc/blkid.conf
	take
	gone etc/blkid.tab etc/blkid.tab.old etc/blkid/blkid.tab etc/blkid/blkid.tab.old \
		var/run/blkid.tab dev/.blkid.tab
	stays etc/blkid.conf
}

ca_certificates() {
	distribution rhel
	put etc/pki/CA/certs/a.crt etc/pki/CA/crl/a.crt etc/pki/CA/newcerts/a.crt \
		etc/pki/CA/private/a.key etc/pki/tls/private/www.key etc/pki/tls/certs/www.crt \
		etc/pki/tls/certs/ca-bundle.crt etc/pki/tls/certs/ca-bundle.trust.crt \
		etc/pki/tls/openssl.cnf etc/pki/rpm-gpg/RPM-GPG-KEY-x
	take
	gone etc/pki/CA/certs/a.crt etc/pki/CA/crl/a.crt etc/pki/CA/newcerts/a.crt \
		etc/pki/CA/private/a.key etc/pki/tls/private/www.key etc/pki/tls/certs/www.crt
	stays etc/pki/tls/certs/ca-bundle.crt etc/pki/tls/certs/ca-bundle.trust.crt \
		etc/pki/tls/openssl.cnf etc/pki/rpm-gpg/RPM-GPG-KEY-x
}

crash_data() {
	distribution rhel
	put var/crash/127.0.0.1-2024/vmcore var/log/dump/x var/lib/systemd/coredump/core.x.zst \
		var/lib/systemd/other
	take
	emptied var/crash var/log/dump var/lib/systemd/coredump
	stays var/lib/systemd/other
}

cron_spool() {
	distribution debian
	put var/spool/cron/crontabs/ann var/spool/cron/atjobs/a0000101 var/spool/cron/atspool/x \
		var/spool/at/a0000201 var/spool/at/spool/x var/spool/atjobs/a etc/cron.d/job etc/crontab
	text var/spool/cron/atjobs/.SEQ 0002a
	text var/spool/at/.SEQ 0002b
	take
	gone var/spool/cron/crontabs/ann var/spool/cron/atjobs/a0000101 var/spool/cron/atspool/x \
		var/spool/at/a0000201 var/spool/at/spool/x var/spool/atjobs/a
	holds var/spool/cron/atjobs/.SEQ 00000
	holds var/spool/at/.SEQ 00000
	emptied var/spool/cron/crontabs var/spool/cron/atspool
	stays etc/cron.d/job etc/crontab
}

dhcp_client_state() {
	distribution debian
	put var/lib/dhclient/dhclient.leases var/lib/dhcp/dhclient.eth0.leases var/lib/dhcpcd/x.lease \
		var/lib/NetworkManager/internal-x.lease var/lib/systemd/network/x var/lib/wicked/x.xml \
		etc/dhcp/dhclient.conf
	take
	gone var/lib/dhclient/dhclient.leases var/lib/dhcp/dhclient.eth0.leases var/lib/dhcpcd/x.lease \
		var/lib/NetworkManager/internal-x.lease var/lib/systemd/network/x var/lib/wicked/x.xml
	has list '^var/lib/dhcp/$'
	stays etc/dhcp/dhclient.conf
}

dhcp_server_state() {
	distribution rhel
	put var/lib/dhcpd/dhcpd.leases var/lib/dhcp/dhcpd.leases var/lib/kea/leases4.csv etc/dhcp/dhcpd.conf
	take
	emptied var/lib/dhcpd var/lib/dhcp var/lib/kea
	stays etc/dhcp/dhcpd.conf
}

dovecot_data() {
	distribution debian
	put var/lib/dovecot/instances var/lib/dovecot/sub/ssl-parameters.dat etc/dovecot/dovecot.conf
	take
	gone var/lib/dovecot/instances var/lib/dovecot/sub/ssl-parameters.dat
	has list '^var/lib/dovecot/sub/$'
	stays etc/dovecot/dovecot.conf
}

firewall_rules() {
	distribution rhel
	put etc/sysconfig/iptables etc/firewalld/services/x.xml etc/firewalld/zones/public.xml \
		etc/iptables/rules.v4 etc/sysconfig/iptables-config etc/firewalld/firewalld.conf
	take
	gone etc/sysconfig/iptables etc/firewalld/services/x.xml etc/firewalld/zones/public.xml \
		etc/iptables/rules.v4
	stays etc/sysconfig/iptables-config etc/firewalld/firewalld.conf
}

fs_uuids() {
	distribution debian
	text etc/fstab '# comment' 'UUID=1-2 / ext4 defaults 0 1' '/dev/sda2 none swap sw 0 0' \
		'  LABEL=x /data xfs defaults 0 0' 'nas:/export /mnt nfs ro 0 0' '/swapfile none swap sw 0 0' \
		'tmpfs /scratch tmpfs size=1g 0 0'
	put etc/crypttab
	take
	holds etc/fstab '# comment' 'nas:/export /mnt nfs ro 0 0' 'tmpfs /scratch tmpfs size=1g 0 0'
	emptied etc/crypttab
}

ipa_client() {
	distribution rhel
	put etc/ipa/ca.crt etc/ipa/default.conf var/lib/ipa-client/sysrestore/sysrestore.index \
		var/lib/ipa-client/pki/ca-bundle.pem etc/pki/ca-trust/source/anchors/ipa-ca.crt \
		etc/pki/ca-trust/source/ipa.p11-kit usr/local/share/ca-certificates/ipa-ca.crt \
		etc/pki/ca-trust/source/anchors/ours.crt
	take
	gone etc/ipa/ca.crt etc/ipa/default.conf var/lib/ipa-client/sysrestore/sysrestore.index \
		var/lib/ipa-client/pki/ca-bundle.pem etc/pki/ca-trust/source/anchors/ipa-ca.crt \
		etc/pki/ca-trust/source/ipa.p11-kit usr/local/share/ca-certificates/ipa-ca.crt
	stays etc/pki/ca-trust/source/anchors/ours.crt
}

kerberos_data() {
	distribution rhel
	put var/kerberos/krb5kdc/principal var/kerberos/krb5kdc/kadm5.acl var/kerberos/krb5kdc/kdc.conf \
		var/lib/krb5kdc/principal etc/krb5.conf
	take
	gone var/kerberos/krb5kdc/principal var/lib/krb5kdc/principal
	stays var/kerberos/krb5kdc/kadm5.acl var/kerberos/krb5kdc/kdc.conf etc/krb5.conf
}

kerberos_hostkeytab() {
	distribution debian
	put etc/krb5.keytab etc/apache2/http.keytab etc/krb5.conf
	take
	gone etc/krb5.keytab etc/apache2/http.keytab
	stays etc/krb5.conf
}

logfiles() {
	distribution rhel
	local truncated=(var/log/yum.log var/log/cron var/log/dmesg var/log/lastlog var/log/maillog
		var/log/mail/statistics var/log/messages var/log/secure var/log/spooler var/log/tallylog
		var/log/apache2/access_log var/log/ntp var/log/tuned/tuned.log var/log/debug var/log/syslog
		var/log/faillog var/log/firewalld var/log/grubby var/log/xferlog var/log/BackupPC/LOG
		var/log/ceph/ceph.log var/log/cups/error_log
		var/log/glusterfs/glusterfs.log var/log/httpd/access_log var/log/libvirt/qemu/vm.log
		var/named/data/named.run var/log/ppp/connect-errors var/log/squid/access.log
		var/log/gdm/:0.log var/log/lightdm/x-0.log var/log/rhsm/rhsm.log var/log/exim4/mainlog
		var/log/ConsoleKit/history)
	local dropped=(var/log/messages-20240101 var/log/messages.1 var/log/cron-20240101
		var/log/secure.2.gz var/log/btmp.1 var/log/apache2/access_log-20240101.gz
		var/log/boot.log-20240101 var/lib/logrotate.status root/install.log
		root/install.log.syslog root/anaconda-ks.cfg root/anaconda-post.log
		root/initial-setup-ks.cfg root/original-ks.cfg var/log/anaconda.syslog
		var/log/anaconda/anaconda.log var/log/installer/syslog var/cache/gdm/x
		var/lib/AccountsService/users/ann var/lib/fprint/ann/x var/cache/fontconfig/x.cache
		var/cache/man/index.db var/log/sa/sa01 var/log/ntpstats/loopstats var/log/chrony/tracking.log
		etc/Pegasus/server.pem var/log/journal/1/system.journal var/log/audit/audit.log)
	put "${truncated[@]}" "${dropped[@]}"
	# A daemon's directory is no rotated log, whatever its name.
	put var/log/tomcat-8.5/x.txt var/log/archive-20240101/keep.txt var/log/README
	take
	emptied "${truncated[@]}"
	gone "${dropped[@]}"
	emptied var/log/journal var/log/audit
	stays var/log/tomcat-8.5/x.txt var/log/archive-20240101/keep.txt var/log/README
	rm -r root
	distribution debian
	put var/log/apt/term.log var/log/apt/history.log var/log/aptitude var/log/dpkg.log \
		var/log/auth.log
	take
	emptied var/log/apt/term.log var/log/apt/history.log var/log/aptitude var/log/dpkg.log \
		var/log/auth.log
}

lvm_system_devices() {
	distribution rhel
	put etc/lvm/devices/system.devices etc/lvm/lvm.conf
	take
	gone etc/lvm/devices/system.devices
	stays etc/lvm/lvm.conf
}

lvm_uuids() {
	distribution rhel
	put etc/lvm/archive/vg0_00001.vg etc/lvm/backup/vg0 etc/lvm/cache/.cache etc/lvm/lvm.conf
	take
	gone etc/lvm/archive/vg0_00001.vg etc/lvm/backup/vg0 etc/lvm/cache/.cache
	stays etc/lvm/lvm.conf
}

machine_id() {
	distribution debian
	put etc/machine-id var/lib/dbus/machine-id var/lib/dbus/other
	take
	emptied etc/machine-id
	gone var/lib/dbus/machine-id
	stays var/lib/dbus/other
	ln -sf /etc/machine-id root/var/lib/dbus/machine-id
	take
	has <(tar -tvf x.tar) 'var/lib/dbus/machine-id -> /etc/machine-id$'
}

mail_spool() {
	distribution debian
	put var/spool/mail/ann var/mail/bob var/spool/postfix/deferred/A/A1 var/spool/postfix/etc/hosts
	take
	emptied var/spool/mail var/mail var/spool/postfix/deferred
	stays var/spool/postfix/etc/hosts
}

net_hostname() {
	distribution rhel
	text etc/sysconfig/network-scripts/ifcfg-br0 DEVICE=br0 HOSTNAME=golden DHCP_HOSTNAME=golden \
		BOOTPROTO=dhcp
	text etc/sysconfig/network NETWORKING=yes HOSTNAME=golden
	take
	holds etc/sysconfig/network-scripts/ifcfg-br0 DEVICE=br0 BOOTPROTO=dhcp
	holds etc/sysconfig/network NETWORKING=yes
}

net_hwaddr() {
	distribution rhel
	text etc/sysconfig/network-scripts/ifcfg-eth0 DEVICE=eth0 HWADDR=00:11:22:33:44:55
	text etc/sysconfig/network-scripts/ifcfg-bond0 DEVICE=bond0 HWADDR=00:11:22:33:44:55 UUID=1-2 \
		ONBOOT=yes
	text etc/sysconfig/network-scripts/ifcfg-lo DEVICE=lo IPADDR=127.0.0.1
	take
	gone etc/sysconfig/network-scripts/ifcfg-eth0
	holds etc/sysconfig/network-scripts/ifcfg-bond0 DEVICE=bond0 ONBOOT=yes
	stays etc/sysconfig/network-scripts/ifcfg-lo
}

net_nmconn() {
	distribution debian
	put etc/NetworkManager/system-connections/home.nmconnection \
		etc/NetworkManager/system-connections/old etc/NetworkManager/NetworkManager.conf
	take
	emptied etc/NetworkManager/system-connections
	stays etc/NetworkManager/NetworkManager.conf
}

pacct_log() {
	distribution rhel
	put var/account/pacct var/account/pacct-20240101.gz var/log/account/pacct var/log/account/pacct.1
	take
	emptied var/account/pacct var/log/account/pacct
	gone var/account/pacct-20240101.gz var/log/account/pacct.1
}

# cache ID LIKE FILE...: the files are caches of the distribution.
cache() {
	rm -rf root
	distribution "$1" "$2"
	shift 2
	put "$@" var/cache/app/x
	take
	gone "$@"
	stays var/cache/app/x
}

package_manager_cache() {
	cache debian '' var/cache/apt/archives/x_1_all.deb var/cache/apt/pkgcache.bin \
		var/lib/apt/lists/x_Packages
	cache rocky 'rhel centos fedora' var/cache/dnf/x/repodata/repomd.xml var/cache/yum/x/y.rpm
	cache fedora '' var/cache/libdnf5/x/y.rpm var/cache/dnf/x.solv
	cache opensuse-leap 'suse opensuse' var/cache/zypp/packages/x.rpm var/cache/zypper/x
	cache arch '' var/cache/pacman/pkg/x.pkg.tar.zst var/lib/pacman/sync/core.db
	cache alpine '' var/cache/apk/APKINDEX.x.tar.gz etc/apk/cache/x.apk
	cache gentoo '' var/cache/distfiles/x.tar.xz var/db/repos/gentoo/profiles/x
	cache void '' var/cache/xbps/x.xbps var/db/xbps/https___repo/x86_64-repodata
}

pam_data() {
	distribution rhel
	put var/run/console/ann var/run/faillock/ann var/run/sepermit/ann var/lib/faillock/ann \
		etc/security/faillock.conf
	take
	emptied var/run
	gone var/lib/faillock/ann
	stays etc/security/faillock.conf
}

passwd_backups() {
	distribution debian
	put etc/passwd- etc/shadow- etc/group- etc/gshadow- etc/subuid- etc/subgid- etc/group
	take
	gone etc/passwd- etc/shadow- etc/group- etc/gshadow- etc/subuid- etc/subgid-
	stays etc/passwd etc/group
}

puppet_data_log() {
	distribution debian
	put var/log/puppet/http.log var/log/puppet/masterhttp var/lib/puppet/state/state.yaml \
		var/lib/puppet/ssl/certs/ca.pem etc/puppetlabs/puppet/ssl/certs/golden.pem \
		opt/puppetlabs/puppet/cache/state/x etc/puppet/puppet.conf opt/puppetlabs/puppet/bin/puppet
	take
	emptied var/log/puppet/http.log var/log/puppet/masterhttp
	gone var/lib/puppet/state/state.yaml var/lib/puppet/ssl/certs/ca.pem \
		etc/puppetlabs/puppet/ssl/certs/golden.pem opt/puppetlabs/puppet/cache/state/x
	stays etc/puppet/puppet.conf opt/puppetlabs/puppet/bin/puppet
}

rh_subscription_manager() {
	distribution rhel
	put etc/pki/consumer/cert.pem etc/pki/entitlement/1.pem var/lib/rhsm/facts/facts.json \
		etc/pki/product/69.pem
	take
	gone etc/pki/consumer/cert.pem etc/pki/entitlement/1.pem var/lib/rhsm/facts/facts.json
	stays etc/pki/product/69.pem
}

rhn_systemid() {
	distribution rhel
	put etc/sysconfig/rhn/systemid etc/sysconfig/rhn/osad-auth.conf etc/sysconfig/rhn/up2date
	take
	gone etc/sysconfig/rhn/systemid etc/sysconfig/rhn/osad-auth.conf
	stays etc/sysconfig/rhn/up2date
}

rpm_db() {
	distribution rhel
	put var/lib/rpm/__db.001 var/lib/rpm/.rpm.lock usr/lib/sysimage/rpm/.rpm.lock
	take
	gone var/lib/rpm/__db.001 var/lib/rpm/.rpm.lock usr/lib/sysimage/rpm/.rpm.lock
	has list '^var/lib/rpm/$'
}

samba_db_log() {
	distribution debian
	put var/log/samba/log.smbd var/log/samba/old/x var/lib/samba/secrets.tdb \
		var/lib/samba/private/passdb.tdb etc/samba/smb.conf
	take
	emptied var/log/samba/log.smbd var/log/samba/old/x
	gone var/lib/samba/secrets.tdb var/lib/samba/private/passdb.tdb
	has list '^var/lib/samba/private/$'
	stays etc/samba/smb.conf
}

smolt_uuid() {
	distribution rhel
	put etc/sysconfig/hw-uuid etc/smolt/uuid etc/smolt/hw-uuid etc/smolt/config.py
	take
	gone etc/sysconfig/hw-uuid etc/smolt/uuid etc/smolt/hw-uuid
	stays etc/smolt/config.py
}

ssh_hostkeys() {
	distribution debian
	put etc/ssh/ssh_host_rsa_key etc/ssh/ssh_host_rsa_key.pub etc/ssh/ssh_host_ed25519_key-cert.pub \
		etc/ssh/our_host_key etc/dropbear/dropbear_rsa_host_key etc/ssh/sshd_config \
		etc/ssh/ssh_known_hosts
	take
	gone etc/ssh/ssh_host_rsa_key etc/ssh/ssh_host_rsa_key.pub etc/ssh/ssh_host_ed25519_key-cert.pub \
		etc/ssh/our_host_key etc/dropbear/dropbear_rsa_host_key
	stays etc/ssh/sshd_config etc/ssh/ssh_known_hosts
}

ssh_userdir() {
	distribution debian
	put root/.ssh/authorized_keys home/ann/.ssh/id_ed25519 home/ann/.ssh/id_ed25519.pub \
		srv/people/bob/.ssh/known_hosts srv/app/.ssh/config
	chmod 700 root/root/.ssh
	take
	emptied root/.ssh home/ann/.ssh srv/people/bob/.ssh
	has <(tar -tvf x.tar) '^drwx------ .* root/.ssh/$'
	stays srv/app/.ssh/config
}

sssd_db_log() {
	distribution rhel
	put var/log/sssd/sssd_x.log var/log/sssd/krb5_child var/lib/sss/db/cache_x.ldb \
		var/lib/sss/mc/passwd etc/sssd/sssd.conf
	take
	emptied var/log/sssd/sssd_x.log var/log/sssd/krb5_child var/lib/sss/db var/lib/sss/mc
	stays etc/sssd/sssd.conf
}

tmp_files() {
	distribution debian
	put tmp/x tmp/.hidden tmp/dir/y var/tmp/z
	chmod 1777 root/tmp root/var/tmp
	take
	emptied tmp var/tmp
	has <(tar -tvf x.tar) '^drwxrwxrwt .* tmp/$'
}

udev_persistent_net() {
	distribution debian
	put etc/udev/rules.d/70-persistent-net.rules etc/udev/rules.d/75-persistent-net-generator.rules \
		etc/udev/rules.d/90-ours.rules
	take
	gone etc/udev/rules.d/70-persistent-net.rules etc/udev/rules.d/75-persistent-net-generator.rules
	stays etc/udev/rules.d/90-ours.rules
}

utmp() {
	distribution rhel
	put var/run/utmp run/utmp var/log/wtmp var/log/btmp var/log/lastlog
	take
	gone var/run/utmp run/utmp
	emptied var/log/wtmp var/log/btmp var/log/lastlog
}

yum_uuid() {
	distribution rhel
	put var/lib/yum/uuid var/lib/dnf/uuid var/lib/dnf/history.sqlite
	take
	gone var/lib/yum/uuid var/lib/dnf/uuid
	stays var/lib/dnf/history.sqlite
}

user_account() {
	distribution debian
	# shellcheck disable=SC2016
	text etc/shadow 'root:*:19000:0:99999:7:::' 'ann:$6$salt$abcdefghijklmnop:19000:0:99999:7:::'
	printf '%s\n' '[drop identity]' '/home/ann/  a user of the golden VM' '[edit identity]' \
		'/etc/passwd  a user of the golden VM' '| delete /^ann:/' '/etc/shadow  the same' \
		'| delete /^ann:/' >mine.profile
	capture 0 --profile parent-image --profile ./mine.profile -o x.tar root
	names x.tar >list
	gone home/ann
	holds etc/shadow 'root:*:19000:0:99999:7:::'
	hasnt <(tar -xOf x.tar etc/passwd) '^ann'
	stays srv/people/bob/notes
}

cloud_init() {
	distribution debian
	put var/lib/cloud/instances/i-1/user-data.txt var/lib/cloud/data/instance-id \
		var/log/cloud-init.log etc/cloud/cloud.cfg var/lib/waagent/x.xml
	take
	emptied var/lib/cloud var/lib/waagent var/log/cloud-init.log
	stays etc/cloud/cloud.cfg
}

netplan() {
	distribution ubuntu debian
	put etc/netplan/50-cloud-init.yaml etc/netplan/01-ours.yaml usr/share/netplan/netplan.script
	take
	emptied etc/netplan
	stays usr/share/netplan/netplan.script
}

hostname_() {
	distribution debian
	put etc/hostname
	text etc/hosts '127.0.0.1 localhost' '127.0.1.1 golden.example golden' '10.0.0.1 nas'
	take
	emptied etc/hostname
	holds etc/hosts '127.0.0.1 localhost' '10.0.0.1 nas'
}

random_seeds() {
	distribution debian
	put var/lib/systemd/random-seed var/lib/urandom/random-seed var/lib/random-seed \
		var/lib/misc/random-seed var/lib/misc/other
	take
	gone var/lib/systemd/random-seed var/lib/urandom/random-seed var/lib/random-seed \
		var/lib/misc/random-seed
	stays var/lib/misc/other
	rm -r root
	distribution alpine
	put var/lib/seedrng/seed.credit
	take
	gone var/lib/seedrng/seed.credit
}

credential_secret() {
	distribution debian
	put var/lib/systemd/credential.secret var/lib/systemd/catalog/other
	take
	gone var/lib/systemd/credential.secret
	stays var/lib/systemd/catalog/other
}

kubelet() {
	distribution debian
	put var/lib/kubelet/pki/kubelet.crt var/lib/kubelet/pods/1/x etc/kubernetes/kubelet.conf \
		etc/kubernetes/pki/ca.key usr/bin/kubelet
	take
	emptied var/lib/kubelet
	gone etc/kubernetes
	stays usr/bin/kubelet
}

engines() {
	distribution debian
	put var/lib/docker/overlay2/1/x var/lib/containerd/x var/lib/containers/storage/x \
		home/ann/.local/share/containers/storage/x srv/people/bob/.local/share/docker/x \
		etc/docker/daemon.json home/ann/.local/share/app/x
	take
	emptied var/lib/docker var/lib/containerd var/lib/containers home/ann/.local/share/containers \
		srv/people/bob/.local/share/docker
	stays etc/docker/daemon.json home/ann/.local/share/app/x
}

cloud_credentials() {
	distribution debian
	put home/ann/.aws/credentials home/ann/.aws/config root/.config/gcloud/credentials.db \
		srv/people/bob/.azure/msal_token_cache.json home/ann/.kube/config home/ann/.netrc \
		home/ann/.docker/config.json home/ann/.pgpass home/ann/.git-credentials \
		home/ann/.config/gh/hosts.yml home/ann/.vault-token home/ann/.s3cfg \
		home/ann/.config/rclone/rclone.conf home/ann/.config/app
	text home/ann/.npmrc registry=https://example/ //example/:_authToken=abc
	take
	gone home/ann/.aws/credentials root/.config/gcloud/credentials.db \
		srv/people/bob/.azure/msal_token_cache.json home/ann/.kube/config home/ann/.netrc \
		home/ann/.docker/config.json home/ann/.pgpass home/ann/.git-credentials \
		home/ann/.config/gh/hosts.yml home/ann/.vault-token home/ann/.s3cfg \
		home/ann/.config/rclone/rclone.conf
	stays home/ann/.aws/config home/ann/.config/app
	holds home/ann/.npmrc registry=https://example/
}

# The heads of keys are put together here: this file holds no key.
private_keys() {
	distribution debian
	local key='PRIVATE KEY-----'
	text srv/app/innocent.txt 'a comment' "-----BEGIN RSA $key" MIIB
	text usr/local/etc/tls/server "-----BEGIN $key" MIIB
	text etc/tool/tool.conf "-----BEGIN OPENSSH $key" AAAA
	text srv/app/cert.pem '-----BEGIN CERTIFICATE-----' MIIB
	text srv/app/talk.txt "A file that begins with -----BEGIN $key is a key."
	put srv/app/store.p12 srv/app/store.jks home/ann/safe.kdbx
	take
	gone srv/app/innocent.txt usr/local/etc/tls/server srv/app/store.p12 srv/app/store.jks \
		home/ann/safe.kdbx
	# The last is what a package brings to everybody.
	stays srv/app/cert.pem srv/app/talk.txt etc/tool/tool.conf
	# Reported, they stay, and no content is told.
	capture 0 --profile parent-image --secrets report -v -o x.tar root
	stays srv/app/innocent.txt srv/app/store.p12
	hasnt err 'MIIB'
	hasnt report 'MIIB'
}

password_hashes() {
	distribution debian
	# The dollars are crypt's.
	# shellcheck disable=SC2016
	text etc/shadow 'root:$6$salt$abcdefghijklmnop:19000:0:99999:7:::' \
		'ann:abJnggxhB/yWI:19000:0:99999:7:::' 'bob:!$y$j9T$abcdefghijklmnop:19000::::::' \
		'daemon:*:19000:0:99999:7:::' 'locked:!:19000:0:99999:7:::' 'open::19000:0:99999:7:::'
	# shellcheck disable=SC2016
	text etc/gshadow 'root:*::' 'ops:$6$salt$abcdefghijklmnop:ann:bob'
	take
	holds etc/shadow 'root:*:19000:0:99999:7:::' 'ann:*:19000:0:99999:7:::' 'bob:*:19000::::::' \
		'daemon:*:19000:0:99999:7:::' 'locked:!:19000:0:99999:7:::' 'open:*:19000:0:99999:7:::'
	holds etc/gshadow 'root:*::' 'ops:!:ann:bob'
}

boot() {
	distribution debian
	put boot/vmlinuz-6.1 boot/grub/grub.cfg lib/modules/6.1/x.ko usr/lib/firmware/x.bin \
		usr/lib/other/x
	take
	emptied boot lib/modules usr/lib/firmware
	stays usr/lib/other/x
}

t 'abrt-data' abrt_data
t 'backup-files' backup_files
t 'bash-history' bash_history
t 'blkid-tab' blkid_tab
t 'ca-certificates' ca_certificates
t 'crash-data' crash_data
t 'cron-spool' cron_spool
t 'dhcp-client-state' dhcp_client_state
t 'dhcp-server-state' dhcp_server_state
t 'dovecot-data' dovecot_data
t 'firewall-rules' firewall_rules
t 'fs-uuids' fs_uuids
t 'ipa-client' ipa_client
t 'kerberos-data' kerberos_data
t 'kerberos-hostkeytab' kerberos_hostkeytab
t 'logfiles' logfiles
t 'lvm-system-devices' lvm_system_devices
t 'lvm-uuids' lvm_uuids
t 'machine-id' machine_id
t 'mail-spool' mail_spool
t 'net-hostname' net_hostname
t 'net-hwaddr' net_hwaddr
t 'net-nmconn' net_nmconn
t 'pacct-log' pacct_log
t 'package-manager-cache' package_manager_cache
t 'pam-data' pam_data
t 'passwd-backups' passwd_backups
t 'puppet-data-log' puppet_data_log
t 'rh-subscription-manager' rh_subscription_manager
t 'rhn-systemid' rhn_systemid
t 'rpm-db' rpm_db
t 'samba-db-log' samba_db_log
t 'smolt-uuid' smolt_uuid
t 'ssh-hostkeys' ssh_hostkeys
t 'ssh-userdir' ssh_userdir
t 'sssd-db-log' sssd_db_log
t 'tmp-files' tmp_files
t 'udev-persistent-net' udev_persistent_net
t 'user-account' user_account
t 'utmp' utmp
t 'yum-uuid' yum_uuid
t 'zsh-history' zsh_history
t 'cloud-init' cloud_init
t 'netplan' netplan
t 'hostname' hostname_
t 'random-seeds' random_seeds
t 'credential-secret' credential_secret
t 'kubelet' kubelet
t 'engines' engines
t 'cloud-credentials' cloud_credentials
t 'private-keys' private_keys
t 'password-hashes' password_hashes
t 'boot' boot

# The table and the cases are of one mind.
table() {
	sed -n 's/^|.*| \([a-z-]*\) |$/\1/p' "$TOP/docs/PARITY.md" | sed '/^$/d' | sort >rows
	sed -n "s/^t '\([a-z-]*\)' .*/\1/p" "$TOP/tests/e2e/parity.t" | sort >cases
	diff rows cases
}
t 'every row of the table has its case' table
done_testing
