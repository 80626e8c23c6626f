# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# A docker engine of the tests' own, on a private socket. The runner starts one for all files
# (ROOTLIFT_ENGINE is its directory); a file that is run alone starts its own.

engine_start() {
	ENGINE=${ROOTLIFT_ENGINE:-}
	if [ -z "$ENGINE" ]; then
		ENGINE=$(mktemp -d /var/tmp/rootlift-engine.XXXXXX)
		dockerd -H "unix://$ENGINE/docker.sock" --data-root "$ENGINE/root" \
			--exec-root "$ENGINE/exec" --pidfile "$ENGINE/pid" --iptables=false \
			--ip6tables=false --bridge=none --storage-driver=overlay2 \
			>"$ENGINE/log" 2>&1 </dev/null &
		ENGINE_PID=$!
	fi
	export DOCKER_HOST=unix://$ENGINE/docker.sock
	local tries=0
	until docker info >/dev/null 2>&1; do
		tries=$((tries + 1))
		[ $tries -lt 120 ] || {
			echo "# dockerd does not answer:"
			tail -n 20 "$ENGINE/log" | sed 's/^/# /'
			return 1
		}
		sleep 0.5
	done
}

# Ends the engine that engine_start started, and removes what it kept.
engine_stop() {
	[ -n "${ENGINE_PID:-}" ] || return 0
	kill "$ENGINE_PID"
	wait "$ENGINE_PID" 2>/dev/null
	ENGINE_PID=
	# It leaves its own bind mounts behind.
	umount -l "$ENGINE/root" 2>/dev/null
	find "$ENGINE" -xdev -depth -delete 2>/dev/null
	rm -rf "$ENGINE"
}

# import TAR NAME
import() {
	docker import "$1" "$2" >/dev/null
}

# layer NAME: the directory on the engine's disk that has the image's one layer.
layer() {
	docker image inspect --format '{{.GraphDriver.Data.UpperDir}}' "$1"
}

# run NAME COMMAND...: in a container of the image.
run() {
	docker run --rm --network=none "$@"
}

# A registry on the loopback, at a port that the kernel finds free. Sets $registry and $port.
start_registry() {
	command -v docker-registry >/dev/null || skip 'no docker-registry'
	port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	cat >registry.yml <<-YML
		version: 0.1
		log: {level: error}
		storage: {filesystem: {rootdirectory: $PWD/registry}}
		http: {addr: "127.0.0.1:$port"}
	YML
	docker-registry serve registry.yml >registry.log 2>&1 &
	# For who started it to end.
	# shellcheck disable=SC2034
	registry=$!
	local tries=0
	until (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
		tries=$((tries + 1))
		[ $tries -lt 100 ] || { cat registry.log; fail 'the registry does not answer'; }
		sleep 0.1
	done
}
