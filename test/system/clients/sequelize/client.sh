# sequelize-cli: every statement a transaction of its own, history in "SequelizeMeta".
npm=1
own_setting=1

up() { "$bin/sequelize" db:migrate; }
down() { "$bin/sequelize" db:migrate:undo:all; }
