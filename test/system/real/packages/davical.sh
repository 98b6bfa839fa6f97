# DAViCal on the AWL library: functions, triggers and views beside the tables.
packages=(davical libawl-php)

steps() {
	local awl=$1/libawl-php/usr/share/awl/dba davical=$1/davical/usr/share/davical/dba
	step awl_tables <"$awl/awl-tables.sql"
	step awl_schema_management <"$awl/schema-management.sql"
	step davical <"$davical/davical.sql"
	step caldav_functions <"$davical/caldav_functions.sql"
	step rrule_functions <"$davical/rrule_functions.sql"
	step dav_principal <"$davical/views/dav_principal.sql"
	step base_data <"$davical/base-data.sql"
}
