# ActiveRecord: the migrator of Rails, with its advisory lock in a second session and its two tables of its own.
packages=(ruby-activerecord ruby-pg)
own_setting=1

up() { ruby migrate.rb up; }
down() { ruby migrate.rb down; }
