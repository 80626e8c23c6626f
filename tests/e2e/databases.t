#!/bin/bash
# SPDX-License-Identifier: MIT
#
# needs: root
#
# Databases of real servers, in use and not.
. "$(dirname "$0")/../lib/tap.sh"

# wait_for COMMAND...: until it succeeds.
wait_for() {
	for _ in $(seq 300); do
		! "$@" >/dev/null 2>&1 || return 0
		sleep 0.1
	done
	fail "waited in vain: $*"
}

# check_live DIR TEXT: captured with the server running, what is told of DIR begins with TEXT.
check_live() {
	capture 1 --profile none -o x.tar root
	eq "$(jq -r '.exceptions[] | select(.kind == "database") | "\(.path) \(.detail)"' report |
		sed 's/, captured live.*//')" "$1 $2"
	has err 'database in use'
	rm x.tar
	capture 3 --profile none --fail-on database -o x.tar root
	[ ! -e x.tar ] || fail 'there is an output'
}

# check_quiet: with the server stopped nothing is told.
check_quiet() {
	capture 0 --profile none -o x.tar root
	eq "$(kinds)" ''
}

# stop_server: ends $server, in order.
stop_server() {
	kill "$server"
	wait "$server" || true
}

postgresql() {
	command -v psql >/dev/null || skip 'no PostgreSQL'
	bin=$(echo /usr/lib/postgresql/*/bin)
	mkdir -p root/var/lib/pg run
	chmod 711 "$WORK"
	chown postgres root/var/lib/pg run
	as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
	"${as[@]}" "$bin/initdb" -D root/var/lib/pg >/dev/null
	"${as[@]}" "$bin/postgres" -D root/var/lib/pg -k "$PWD/run" -c listen_addresses= 9<&- &
	server=$!
	wait_for "${as[@]}" psql -h "$PWD/run" -c 'create table t as select 1' postgres
	check_live var/lib/pg PostgreSQL
	stop_server
	check_quiet
}

mysql() {
	command -v mariadbd >/dev/null || skip 'no MariaDB'
	mkdir -p root/var/lib/mysql run
	chmod 711 "$WORK"
	chown mysql root/var/lib/mysql run
	mariadb-install-db --no-defaults --user=mysql --datadir="$PWD/root/var/lib/mysql" >/dev/null
	setpriv --reuid=mysql --regid=mysql --clear-groups mariadbd --no-defaults \
		--datadir="$PWD/root/var/lib/mysql" --socket="$PWD/run/socket" --skip-networking &
	server=$!
	wait_for mariadb-admin --no-defaults --socket="$PWD/run/socket" ping
	check_live var/lib/mysql MySQL
	stop_server
	check_quiet
}

etcd_server() {
	command -v etcd >/dev/null || skip 'no etcd'
	mkdir -p root/var/lib
	etcd --data-dir root/var/lib/etcd --listen-client-urls unix://client:0 \
		--advertise-client-urls unix://client:0 --listen-peer-urls unix://peer:0 \
		--initial-advertise-peer-urls unix://peer:0 \
		--initial-cluster default=unix://peer:0 >etcd.log 2>&1 &
	server=$!
	wait_for test -s root/var/lib/etcd/member/snap/db
	check_live var/lib/etcd etcd
	stop_server
	check_quiet
}

ldap() {
	command -v slapd >/dev/null || skip 'no slapd'
	mkdir -p root/var/lib/ldap
	cat >slapd.conf <<-EOF
		modulepath /usr/lib/ldap
		moduleload back_mdb
		include /etc/ldap/schema/core.schema
		database mdb
		suffix dc=example
		directory $PWD/root/var/lib/ldap
	EOF
	slapd -d 0 -f slapd.conf -h "ldapi://$(printf %s "$PWD/socket" | sed 's|/|%2F|g')" &
	server=$!
	wait_for test -S socket
	wait_for test -s root/var/lib/ldap/data.mdb
	check_live var/lib/ldap 'LMDB, as LDAP servers use'
	stop_server
	check_quiet
}

sqlite() {
	mkdir root
	rm -f ready
	python3 -c '
import sqlite3, time
db = sqlite3.connect("root/app.data")
db.execute("pragma journal_mode=wal")
db.execute("create table t (x)")
db.commit()
open("root/empty.db", "wb")
keep = open("root/plain", "wb")
open("ready", "w")
time.sleep(600)
' &
	server=$!
	wait_for test -e ready
	check_live app.data SQLite
	# Only what is kept matters.
	capture 0 --profile none --exclude 'app.data*' -o x.tar root
	kill $server
	wait $server || true
	check_quiet
}

t 'PostgreSQL' postgresql
t 'MariaDB' mysql
t 'etcd' etcd_server
t 'slapd' ldap
t 'SQLite' sqlite
done_testing
