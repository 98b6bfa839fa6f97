# Request Tracker: the schema of version 4, then version 5's own upgrade series.
packages=(request-tracker4 request-tracker5)

steps() {
	local version
	step schema_4 <"$1/request-tracker4/usr/share/request-tracker4/etc/schema.Pg"
	for version in 4.5.0 4.5.1 4.5.3 4.5.4 4.5.7 5.0.3; do
		step "$version" <"$1/request-tracker5/usr/share/request-tracker5/etc/upgrade/$version/schema.Pg"
	done
}
