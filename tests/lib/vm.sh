# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# A virtual machine for tests of what needs a kernel with more in it than this one's, or what could do
# harm: Debian's kernel, with the host's / beneath it, read-only (9p), an overlay in memory over that, and
# an empty disk. Needs qemu, a kernel image with its modules, and a static busybox.
#
# A test file is run in one as a whole: see vm_inside. Within, ROOTLIFT_VM is 1, and $TEST_TMPDIR lies
# on the disk.

# What the kernel is to know: the machine's devices, then what tests use.
VM_MODULES='virtio_pci virtio_blk virtio_console 9p 9pnet_virtio overlay loop ext4 xfs
	dm_mod dm_snapshot dm_thin_pool'

# How machines run. Not each /dev/kvm can run any kernel: only one made of the processor's own means.
if [ -w /dev/kvm ] && { [ -d /sys/module/kvm_intel ] || [ -d /sys/module/kvm_amd ]; }; then
	VM_ACCEL=${VM_ACCEL:-kvm}
fi
VM_ACCEL=${VM_ACCEL:-tcg}
# What emulated processors know more, and do for each other, costs time.
VM_CPU='-cpu qemu64 -smp 1'
[ "$VM_ACCEL" != kvm ] || VM_CPU='-cpu host -smp 2'
# How long one may, in seconds.
VM_SECONDS=${VM_SECONDS:-900}

# The newest kernel that is installed with its modules.
vm_kernel() {
	local image version
	for image in $(printf '%s\n' /boot/vmlinuz-* | sort -rV); do
		version=${image#/boot/vmlinuz-}
		[ ! -e "/lib/modules/$version/modules.dep" ] || {
			echo "$version"
			return
		}
	done
	echo 'no kernel in /boot that has modules in /lib/modules' >&2
	return 1
}

# vm_modules VERSION DIR: puts the modules there, and their names into DIR/order as they depend on each
# other.
vm_modules() {
	local name file
	for name in $VM_MODULES; do
		modprobe -S "$1" --show-depends "$name" || return 1
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' >"$2/files" || return 1
	while read -r file; do
		name=$(basename "$file")
		case $name in
		*.xz) xz -dc "$file" >"$2/${name%.xz}" ;;
		*.zst) zstd -qdc "$file" >"$2/${name%.zst}" ;;
		*) cp "$file" "$2/" ;;
		esac || return 1
		name=${name%.xz}
		echo "${name%.zst}" >>"$2/order"
	done <"$2/files"
}

# The first process: makes a root of the host's, and goes there.
vm_first() {
	cat <<'END'
#!/bin/busybox sh
mount() { busybox mount "$@" || busybox echo "vm: cannot mount $*"; }
busybox mkdir -p /proc /sys /dev /host /memory /root
mount -t devtmpfs dev /dev
exec >/dev/console 2>&1
while read -r module; do busybox insmod "/modules/$module"; done </modules/order
mount -t 9p -o ro,trans=virtio,version=9p2000.L,cache=loose,msize=262144 host /host
mount -t tmpfs -o mode=755 memory /memory
busybox mkdir /memory/upper /memory/work
mount -t overlay -o lowerdir=/host,upperdir=/memory/upper,workdir=/memory/work root /root
mount -t proc proc /root/proc
mount -t sysfs sys /root/sys
mount --move /dev /root/dev
busybox mkdir -p /root/dev/pts /root/dev/shm
mount -t devpts pts /root/dev/pts
mount -t tmpfs shm /root/dev/shm
for dir in run tmp mnt; do mount -t tmpfs -o mode=1777 $dir /root/$dir; done
busybox mkdir -p /root/run/lock /root/run/vm
busybox cp /second /command /root/run/vm/
exec busybox switch_root /root /bin/bash /run/vm/second
END
}

# Then: makes the disk and lvm ready, runs the command, and switches off. There is no udev in here: lvm
# has to make the names in /dev itself.
vm_second() {
	cat <<'END'
port() { basename "$(dirname "$(grep -lx "$1" /sys/class/virtio-ports/*/name)")"; }
exec </dev/null >"/dev/$(port output)" 2>&1
ln -s /proc/self/fd /dev/fd
mkdir -p /etc/lvm
cat >/etc/lvm/lvmlocal.conf <<'CONF'
activation { udev_sync=0 udev_rules=0 verify_udev_operations=0 monitoring=0 reserved_memory=0 reserved_stack=0 }
devices { obtain_device_list_from_udev=0 external_device_info_source="none" use_devicesfile=0
	md_component_detection=0 multipath_component_detection=0 global_filter=["a|/dev/loop|","r|.*|"] }
CONF
mkfs.ext4 -q -E lazy_itable_init=1 /dev/vda && mount /dev/vda /mnt
(export ROOTLIFT_VM=1 TEST_TMPDIR=/mnt && . /run/vm/command)
echo $? >"/dev/$(port status)"
sync
echo b >/proc/sysrq-trigger
END
}

# vm_run COMMAND...: runs it in a machine of its own, in the present directory, with the variables that
# tests are told things by. Its output comes when it has ended. Returns its exit status, or 125 if the
# machine has not told one.
vm_run() (
	set +e
	dir=$(mktemp -d /var/tmp/rootlift-vm.XXXXXX) || exit 125
	trap 'rm -rf "$dir"' EXIT
	mkdir -p "$dir/initrd/bin" "$dir/initrd/modules" && version=$(vm_kernel) &&
		vm_modules "$version" "$dir/initrd/modules" &&
		cp "$(command -v busybox)" "$dir/initrd/bin/busybox" || exit 125
	vm_first >"$dir/initrd/init"
	chmod 755 "$dir/initrd/init"
	vm_second >"$dir/initrd/second"
	{
		for name in ROOTLIFT CI_STRICT ASAN_OPTIONS UBSAN_OPTIONS; do
			[ -z "${!name:-}" ] || printf 'export %s=%q\n' "$name" "${!name}"
		done
		printf 'cd %q && ' "$PWD"
		printf '%q ' "$@"
		echo
	} >"$dir/initrd/command"
	(cd "$dir/initrd" && find . | cpio --quiet -o -H newc) >"$dir/initrd.img" || exit 125
	truncate -s 8G "$dir/disk"
	touch "$dir/output" "$dir/status"
	# Word by word.
	# shellcheck disable=SC2086
	timeout -k 5 "$VM_SECONDS" qemu-system-x86_64 -accel "$VM_ACCEL" $VM_CPU -m 1536 \
		-nodefaults -display none -no-reboot \
		-kernel "/boot/vmlinuz-$version" -initrd "$dir/initrd.img" \
		-append 'console=ttyS0 quiet mitigations=off panic=-1 init=/init' \
		-serial "file:$dir/console" \
		-drive "file=$dir/disk,format=raw,if=virtio,cache=unsafe,discard=unmap" \
		-fsdev local,id=host,path=/,security_model=none,readonly=on,multidevs=remap \
		-device virtio-9p-pci,fsdev=host,mount_tag=host \
		-device virtio-serial-pci \
		-chardev "file,id=output,path=$dir/output" \
		-device virtserialport,chardev=output,name=output \
		-chardev "file,id=status,path=$dir/status" \
		-device virtserialport,chardev=status,name=status </dev/null >"$dir/qemu" 2>&1
	qemu_status=$?
	cat "$dir/output"
	status=$(cat "$dir/status")
	[ -z "$status" ] || exit "$status"
	echo "The virtual machine gave no exit status; qemu's was $qemu_status (124: $VM_SECONDS s are over)."
	tail -n 40 "$dir/qemu" "$dir/console"
	exit 125
)

# vm_inside FILE: for the first lines of a test file: runs it in a machine, and ends with what came of
# that; does nothing if this is the machine.
vm_inside() {
	[ "${ROOTLIFT_VM:-0}" = 0 ] || return 0
	vm_run bash "$1"
	exit $?
}
