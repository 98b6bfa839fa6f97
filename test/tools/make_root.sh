#!/usr/bin/env bash
# A Debian root with one PostgreSQL major and all that building and testing needs: make_root.sh SUITE DIRECTORY
#
# Done once: a root that is complete (its stamp says for which package list) is left as it is, one that is not
# is made anew. Needs root and network. Nothing outside the directory is written.
set -euo pipefail

suite=${1:?suite} root=${2:?directory}
case $suite in
	bookworm) major=15 ;;
	trixie) major=17 ;;
	sid) major=18 ;;
	*) echo "make_root.sh: no PostgreSQL major known for suite \"$suite\"" >&2; exit 2 ;;
esac

packages="postgresql-$major postgresql-server-dev-$major postgresql-$major-pgtap libtap-parser-sourcehandler-pgtap-perl
	libicu-dev libgtest-dev libipc-run-perl g++ make cmake pkg-config ca-certificates git locales-all xz-utils"
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
stamp=$root/etc/schema_guard-root
wanted="$suite $(echo $packages)"

[ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && exit 0

here=$(cd "$(dirname "$0")" && pwd)
if ! command -v debootstrap >/dev/null; then
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends debootstrap
fi

rm -rf --one-file-system "$root"
mkdir -p "$root"
# The private mount namespace takes debootstrap's mounts away with it, also when it fails half way.
unshare --mount debootstrap --variant=minbase "$suite" "$root" "$mirror"

cat >"$root/etc/apt/apt.conf.d/90schema_guard" <<-'CONF'
	APT::Install-Recommends "false";
	Acquire::Check-Valid-Until "false";
	Acquire::Languages "none";
	Acquire::Retries "3";
CONF
echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/schema_guard"
# No cluster and no service: the tests start their own servers.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
mkdir -p "$root/etc/postgresql-common"
echo 'create_main_cluster = false' >"$root/etc/postgresql-common/createcluster.conf"

# Who trusts the certificate authority of a company's network outside trusts it inside.
mkdir -p "$root/usr/local/share/ca-certificates"
cp /usr/local/share/ca-certificates/*.crt "$root/usr/local/share/ca-certificates/" 2>/dev/null || true

"$here/in_root.sh" "$root" env DEBIAN_FRONTEND=noninteractive sh -euc "
	apt-get update -qq
	apt-get install -qq -y $(echo $packages)
	apt-get clean"

echo "$wanted" >"$stamp"
