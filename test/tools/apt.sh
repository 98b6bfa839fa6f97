#!/usr/bin/env bash
# apt-get for one Debian release, whatever the machine's own is: apt.sh SUITE DIRECTORY ARGUMENT...
#
# Lists, caches and sources lie in DIRECTORY; those of the machine stay as they are. For downloads, not for installing.
# Only the main archive: the security pool removes what is superseded, and sources of what is new are not always there.
set -euo pipefail

suite=${1:?suite} directory=${2:?directory}
shift 2
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

mkdir -p "$directory"/{lists,cache}/partial "$directory"/parts
directory=$(cd "$directory" && pwd)
options=(-q -o Dir::Etc::SourceList="$directory/sources.list" -o Dir::Etc::SourceParts="$directory/parts"
	-o Dir::State::Lists="$directory/lists" -o Dir::Cache="$directory/cache"
	-o APT::Sandbox::User=root -o Acquire::Check-Valid-Until=false -o Acquire::Languages=none -o Acquire::Retries=3)
if [ ! -e "$directory/complete" ]; then
	printf '%s [signed-by=%s] %s %s main\n' deb "$keyring" "$mirror" "$suite" deb-src "$keyring" "$mirror" "$suite" >"$directory/sources.list"
	apt-get "${options[@]}" update >&2
	touch "$directory/complete"
fi
exec apt-get "${options[@]}" "$@"
