# ActiveRecord: the migrator of Rails, with its advisory lock in a second session and its two tables of its own.
packages=(ruby-activerecord ruby-pg)

up() { ruby migrate.rb up; }
down() { ruby migrate.rb down; }
