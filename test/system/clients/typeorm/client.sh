# TypeORM: all migrations in one transaction.
npm=1
own_setting=1

up() { "$bin/typeorm" migration:run -d source.js; }
down() {
	local count
	for count in 1 2; do
		"$bin/typeorm" migration:revert -d source.js || return
	done
}
