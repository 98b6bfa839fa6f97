#!/usr/bin/env bash
# Fetches PostgreSQL's source package of one major, and the psql of exactly that version: fetch.sh MAJOR DIRECTORY
#
# Afterwards DIRECTORY/source holds the unpacked source and DIRECTORY/client the client programs of its version.
# The tests' expected output belongs to one minor release, and psql is part of what it describes: 15.19 changed how
# psql goes on after a failed COPY with inline data, for instance, so the server's own newer psql would differ.
#
# apt is given lists, caches and sources of its own; those of the machine stay as they are.
set -euo pipefail

major=${1:?major version} directory=${2:?directory}
case $major in
	15) suite=bookworm ;;
	17) suite=trixie ;;
	18) suite=sid ;;
	*) echo "fetch.sh: no Debian suite known that has PostgreSQL $major" >&2; exit 2 ;;
esac
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}

# Brings patch too, which run.sh needs.
if ! command -v dpkg-source >/dev/null || ! command -v patch >/dev/null; then
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends dpkg-dev patch
fi
[ -e "$directory/complete" ] && exit 0

rm -rf "$directory"
mkdir -p "$directory"/apt/{lists,cache}/partial "$directory"/apt/parts
directory=$(cd "$directory" && pwd)
cd "$directory"

# Only the main archive: the security pool removes superseded sources, and its newer ones are not always there.
printf '%s %s %s main\n' deb "$mirror" "$suite" deb-src "$mirror" "$suite" >apt/sources.list
apt=(-q -o Dir::Etc::SourceList="$PWD/apt/sources.list" -o Dir::Etc::SourceParts="$PWD/apt/parts"
	-o Dir::State::Lists="$PWD/apt/lists" -o Dir::Cache="$PWD/apt/cache"
	-o APT::Sandbox::User=root -o Acquire::Check-Valid-Until=false -o Acquire::Languages=none -o Acquire::Retries=3)

apt-get "${apt[@]}" update
apt-get "${apt[@]}" source --only-source "postgresql-$major"
mv "postgresql-$major"-*/ source
version=$(dpkg-parsechangelog -l source/debian/changelog -S Version)
apt-get "${apt[@]}" download "postgresql-client-$major=$version"
dpkg-deb -x "postgresql-client-${major}"_*.deb client
echo "$version" >version
rm -rf apt ./*.deb
touch complete
