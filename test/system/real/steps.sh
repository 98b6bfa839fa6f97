#!/usr/bin/env bash
# steps.sh BUILD NAME: downloads the Debian packages that packages/NAME.sh names, unpacks them under BUILD (nothing is
# installed) and writes their schema changes to BUILD/steps/NAME/NNN_STEP.sql, in the order they are to be run.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
build=$1
name=$2
tolerant=
. "$here/packages/$name.sh"

# The recipes know Debian 12's packages. They hold nothing but files, so that any other release can unpack them, too.
apt_get=(apt-get)
[ "$(. /etc/os-release && echo "${VERSION_CODENAME:-}")" = bookworm ] || apt_get=("$here/../../tools/apt.sh" bookworm "$build/apt")

download() {
	local package=$1
	[ ! -e "$build/unpacked/$package.done" ] || return 0
	mkdir -p "$build/unpacked/$package" "$build/debs"
	cd "$build/debs"
	"${apt_get[@]}" download -qq -o APT::Sandbox::User=root "$package" || {
		# A bare machine has no package lists yet.
		apt-get update -qq
		"${apt_get[@]}" download -qq -o APT::Sandbox::User=root "$package"
	}
	cd - >/dev/null
	dpkg -x "$build/debs/$package"_*.deb "$build/unpacked/$package"
	touch "$build/unpacked/$package.done"
}

# Names are what schema_guard.migration is set to later: letters, digits and underscores.
step() {
	local count
	count=$(find "$build/steps/$name" -name '*.sql' | wc -l)
	cat >"$build/steps/$name/$(printf %03d $((count * 10 + 10)))_$(tr -c '[:alnum:]\n' _ <<<"$1").sql"
}

for package in "${packages[@]}"; do
	download "$package"
done
rm -rf "$build/steps/$name"
mkdir -p "$build/steps/$name"
[ -z "$tolerant" ] || touch "$build/steps/$name/tolerant"
steps "$build/unpacked"
