# SPDX-License-Identifier: MIT
# A golden VM becomes the image that others are built from: what one machine, its users and its services
# have gathered goes, the programs and their configuration stay.
title A clean parent image of a golden VM
include detected
include secrets
secrets drop

[empty identity]
~/.ssh/                         whom users trust, and who may log in as them
/var/spool/mail/                mail of this machine's users
/var/mail/                      mail of this machine's users
/var/lib/etcd                   state of a cluster
/var/lib/dhcpd                  addresses that this machine gave out
/var/lib/kea                    addresses that this machine gave out
/var/lib/sss/db                 accounts that this machine saw
/var/lib/sss/mc                 accounts that this machine saw
/var/lib/sss/secrets            passwords of accounts that this machine saw
/var/lib/sss/pubconf            servers that this machine spoke to
/var/lib/extrausers             accounts that somebody gave to this machine
/var/spool/postfix/maildrop     mail that waits
/var/spool/postfix/incoming     mail that waits
/var/spool/postfix/active       mail that waits
/var/spool/postfix/deferred     mail that waits
/var/spool/postfix/defer        mail that waits
/var/spool/postfix/bounce       mail that waits
/var/spool/postfix/corrupt      mail that waits
/var/spool/postfix/hold         mail that waits
/var/spool/exim4/input          mail that waits
/var/spool/exim4/msglog         mail that waits
/var/spool/exim/input           mail that waits
/var/spool/exim/msglog          mail that waits
/var/spool/mqueue               mail that waits
/var/spool/clientmqueue         mail that waits
/var/spool/cups                 what waits for the printer
/var/spool/lpd                  what waits for the printer
/var/spool/nullmailer/queue     mail that waits
/var/spool/anacron              when jobs ran last
/var/lib/systemd/linger         whose services run without a login

# Numbers of jobs start anew; the directories stay for the daemons.
[drop identity]
type:f /var/spool/cron/**       jobs of this machine's users
type:f /var/spool/at/**         jobs of this machine's users
type:f /var/spool/atjobs/**     jobs of this machine's users
type:f /var/spool/atspool/**    output of jobs of this machine's users

[keep identity]
/var/spool/cron/atjobs/.SEQ     at wants the file
/var/spool/at/.SEQ              at wants the file
/var/spool/atjobs/.SEQ          at wants the file

[edit identity]
/var/spool/cron/atjobs/.SEQ     the number of the last job
| replace /^.*$/00000/
/var/spool/at/.SEQ              the number of the last job
| replace /^.*$/00000/
/var/spool/atjobs/.SEQ          the number of the last job
| replace /^.*$/00000/

# What services know of their machine and of others. Their directories stay.
[drop identity]
/etc/ssh/*_host_*               this machine's SSH host keys, under whatever name
type:f /var/lib/dovecot/**      what the mail server keeps
type:f /var/lib/samba/**        accounts, shares and joined domains of this machine
type:f /var/lib/puppet/*/**     what a management service did on this machine
type:f /var/lib/puppetlabs/**   what a management service did on this machine
type:f /opt/puppetlabs/puppet/cache/**  what a management service did on this machine
type:f /etc/puppet/ssl/**       this machine's keys to a management service
type:f /etc/puppetlabs/puppet/ssl/**  this machine's keys to a management service
/etc/chef/client.pem            this machine's key to a management service
/etc/chef/validation.pem        a key to a management service
type:f /var/chef/**             what a management service did on this machine
type:f /var/cache/chef/**       what a management service did on this machine
/etc/salt/minion_id             this machine's name to a management service
type:f /var/cache/salt/**       what a management service did on this machine
type:f /var/lib/cfengine*/ppkeys/**  this machine's keys to a management service
type:f /var/lib/dhcp/**         addresses that this machine was given or gave out
type:f /var/lib/dhcp3/**        addresses that this machine was given or gave out
/etc/ipa/ca.crt                 the domain that this machine has joined
/etc/ipa/default.conf           the domain that this machine has joined
/var/lib/ipa-client/sysrestore/*  the domain that this machine has joined
/var/lib/ipa-client/pki/*       the domain that this machine has joined
/etc/pki/ca-trust/source/anchors/ipa-ca.crt  the domain that this machine has joined
/etc/pki/ca-trust/source/ipa.p11-kit  the domain that this machine has joined
/usr/local/share/ca-certificates/ipa-ca.crt  the domain that this machine has joined
/var/kerberos/krb5kdc/*         principals of a realm
!/var/kerberos/krb5kdc/kadm5.acl  configuration, no data
!/var/kerberos/krb5kdc/kdc.conf configuration, no data
/var/lib/krb5kdc/*              principals of a realm
/etc/krb5kdc/.k5.*              what principals of a realm are encrypted with
/etc/krb5.keytab                this machine's keys in a realm
/etc/Pegasus/*.cnf              certificates of this machine
/etc/Pegasus/*.crt              certificates of this machine
/etc/Pegasus/*.csr              certificates of this machine
/etc/Pegasus/*.pem              certificates of this machine
/etc/Pegasus/*.srl              certificates of this machine
/etc/pki/CA/certs/*.crt         certificates that this machine issued
/etc/pki/CA/crl/*.crt           certificates that this machine withdrew
/etc/pki/CA/newcerts/*.crt      certificates that this machine issued
/etc/pki/CA/private/*.key       the key of an authority
/etc/pki/tls/private/*.key      keys of this machine's servers
type:f /etc/pki/tls/certs/*.crt certificates of this machine's servers
!/etc/pki/tls/certs/ca-bundle.crt  the authorities that everybody trusts
!/etc/pki/tls/certs/ca-bundle.trust.crt  the authorities that everybody trusts
/etc/ssl/private/ssl-cert-snakeoil.key  a key that was made for this machine
/etc/ssl/certs/ssl-cert-snakeoil.pem  a certificate that was made for this machine
/var/lib/net-snmp/*             this machine's number and users for watching it
/var/lib/snmp/*                 this machine's number and users for watching it
/var/lib/zabbix/*               this machine's state in being watched
/var/lib/fail2ban/*             who attacked this machine
/var/lib/denyhosts/*            who attacked this machine
/var/lib/aide/*                 sums of this machine's files
/var/lib/tripwire/**/*.twd      sums of this machine's files
/var/lib/rkhunter/db/*          sums of this machine's files
/var/lib/sudo/*                 who has been asked for a password
/var/db/sudo/*                  who has been asked for a password
/var/lib/faillock/*             who failed to log in on this machine
/var/lib/lastlog/*              who logged in last on this machine
/var/lib/wtmpdb/*               who logged in on this machine
/var/lib/tuned/*                settings of this machine's devices
/etc/vmware-tools/GuestProxyData/  keys between this machine and its hypervisor
/etc/kubernetes/                this node's cluster
/etc/cni/net.d/*                networks of this node's pods
/etc/rancher/node/              this node's cluster
/etc/docker/key.json            this machine's key as an engine

# The firewall of a container is its host's.
[drop identity]
/etc/sysconfig/iptables         rules of this machine's firewall
/etc/sysconfig/ip6tables        rules of this machine's firewall
/etc/sysconfig/iptables.save    rules of this machine's firewall
/etc/sysconfig/ip6tables.save   rules of this machine's firewall
/etc/firewalld/services/*       rules of this machine's firewall
/etc/firewalld/zones/*          rules of this machine's firewall
/etc/iptables/rules.v[46]       rules of this machine's firewall
/var/lib/iptables/*             rules of this machine's firewall
/var/lib/ip6tables/*            rules of this machine's firewall
/var/lib/nftables/*             rules of this machine's firewall

# The network of a container is its engine's.
[drop identity]
/etc/netplan/*                  network cards of this machine
unowned type:f /etc/systemd/network/*  network cards of this machine
/etc/network/interfaces.d/*     network cards of this machine
/etc/dhcpcd.duid                this machine's name to DHCP servers
/var/lib/dhcpcd*/*              this machine's name to DHCP servers
/var/db/dhcpcd/*                this machine's name to DHCP servers

[edit identity]
/etc/hosts                      this machine's own name
| delete /^127\.0\.1\.1[[:space:]]/
/etc/shadow                     accounts without a password let everybody in
| replace /^([^:]+)::/\1:*:/

match exists:/etc/network/interfaces
[write identity]
/etc/network/interfaces         network cards of this machine
| auto lo
| iface lo inet loopback

match always

# Copies that editors and package managers leave behind.
[drop temp]
unowned type:f /etc/**/*~       a copy that an editor keeps
unowned type:f /root/**/*~      a copy that an editor keeps
unowned type:f /srv/**/*~       a copy that an editor keeps
unowned type:f /var/**/*~       a copy that an editor keeps
unowned type:f /home/**/*~      a copy that an editor keeps
unowned type:f /etc/**/*.bak    a copy from before a change
unowned type:f /root/**/*.bak   a copy from before a change
unowned type:f /srv/**/*.bak    a copy from before a change
unowned type:f /var/**/*.bak    a copy from before a change
unowned type:f /home/**/*.bak   a copy from before a change
unowned type:f /etc/**/.*.sw[a-p]  what an editor has open
unowned type:f ~/.*.sw[a-p]     what an editor has open
unowned type:f /etc/**/*.dpkg-old  the configuration before an update
unowned type:f /etc/**/*.dpkg-bak  the configuration before an update
unowned type:f /etc/**/*.dpkg-dist  a configuration that was not taken
unowned type:f /etc/**/*.dpkg-new  a configuration that was not taken
unowned type:f /etc/**/*.dpkg-tmp  a configuration that was not taken
unowned type:f /etc/**/*.ucf-old  the configuration before an update
unowned type:f /etc/**/*.ucf-dist  a configuration that was not taken
unowned type:f /etc/**/*.rpmsave  the configuration before an update
unowned type:f /etc/**/*.rpmorig  the configuration before an update
unowned type:f /etc/**/*.rpmnew  a configuration that was not taken
unowned type:f /etc/**/*.pacsave  the configuration before an update
unowned type:f /etc/**/*.pacorig  the configuration before an update
unowned type:f /etc/**/*.pacnew  a configuration that was not taken
unowned type:f /etc/**/*.apk-new  a configuration that was not taken
unowned type:f /etc/**/._cfg[0-9][0-9][0-9][0-9]_*  a configuration that was not taken

# Logs of services that common leaves alone, since their names say nothing.
[truncate log]
type:f /var/log/sssd/**         content of logs
type:f /var/log/puppet/**       content of logs
type:f /var/log/puppetlabs/**   content of logs
type:f /var/log/samba/**        content of logs
type:f /var/log/rhsm/**         content of logs
type:f /var/log/chef/**         content of logs
type:f /var/log/salt/**         content of logs

# Where users have been.
[drop identity]
~/.local/share/zeitgeist/       what a user opened
~/.dbus/session-bus/            sessions of this machine
~/.config/pulse/*-device-*      sound cards of this machine
~/.config/pulse/[0-9a-f]*       sound cards of this machine
~/.gvfs/                        where the file manager mounted
~/.ansible/tmp/                 what Ansible left behind
~/.ansible/cp/                  sockets to other machines
~/.cloud-locale-test.skip       what cloud-init said at the first login
