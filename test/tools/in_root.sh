#!/usr/bin/env bash
# Runs a command inside a root made by make_root.sh: in_root.sh [-b OUTSIDE:INSIDE]... ROOT COMMAND [ARGUMENT]...
#
# The mounts live in a mount namespace of their own and end with the command, so a root can be deleted at any
# time without a look at what is mounted in it.
set -euo pipefail

if [ "${1:-}" != --inside ]; then
	exec unshare --mount --propagation private "$0" --inside "$@"
fi
shift

binds=()
while [ "${1:-}" = -b ]; do
	binds+=("$2")
	shift 2
done
root=${1:?root directory}
shift

mount --bind /proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
cp -L /etc/hosts "$root/etc/hosts"
for bind in ${binds[@]+"${binds[@]}"}; do
	mkdir -p "$root${bind#*:}"
	mount --bind "${bind%%:*}" "$root${bind#*:}"
done

exec env -i HOME=/root LANG=C.UTF-8 TERM=dumb PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
	chroot "$root" "$@"
