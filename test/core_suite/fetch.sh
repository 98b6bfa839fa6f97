#!/usr/bin/env bash
# Fetches PostgreSQL's source package of one major, and the psql of exactly that version: fetch.sh MAJOR DIRECTORY
#
# Afterwards DIRECTORY/source holds the unpacked source and DIRECTORY/client the client programs of its version.
# The tests' expected output belongs to one minor release, and psql is part of what it describes: 15.19 changed how
# psql goes on after a failed COPY with inline data, for instance, so the server's own newer psql would differ.
set -euo pipefail

tools=$(cd "$(dirname "$0")/../tools" && pwd)
major=${1:?major version} directory=${2:?directory}
case $major in
	15) suite=bookworm ;;
	17) suite=trixie ;;
	18) suite=sid ;;
	*) echo "fetch.sh: no Debian suite known that has PostgreSQL $major" >&2; exit 2 ;;
esac

# Brings patch too, which run.sh needs.
if ! command -v dpkg-source >/dev/null || ! command -v patch >/dev/null; then
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends dpkg-dev patch
fi
[ -e "$directory/complete" ] && exit 0

rm -rf "$directory"
mkdir -p "$directory"
cd "$directory"
apt=("$tools/apt.sh" "$suite" apt)

"${apt[@]}" source --only-source "postgresql-$major"
mv "postgresql-$major"-*/ source
version=$(dpkg-parsechangelog -l source/debian/changelog -S Version)
"${apt[@]}" download "postgresql-client-$major=$version"
dpkg-deb -x "postgresql-client-${major}"_*.deb client
echo "$version" >version
rm -rf apt ./*.deb
touch complete
