# sqitch: its registry and each change run in different sessions.
packages=(sqitch libdbd-pg-perl)

sqitch_do() { HOME=$work SQITCH_FULLNAME=Tester SQITCH_EMAIL=tester@example.org TZ=UTC sqitch "$@" "db:pg:$PGDATABASE"; }
up() { sqitch_do deploy --verify; }
down() { sqitch_do revert -y; }
