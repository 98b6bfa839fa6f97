# Zabbix: the schema as the package's documentation loads it, then the two changes it offers afterwards.
packages=(zabbix-server-pgsql)

steps() {
	local folder=$1/zabbix-server-pgsql/usr/share/zabbix-server-pgsql file
	for file in schema images data double history_pk_prepare; do
		zcat "$folder/$file.sql.gz" | step "$file"
	done
}
