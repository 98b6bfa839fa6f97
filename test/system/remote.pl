# server: as a source: another server is read as the one here is, by whom it lets in, and what cannot be is said.
use strict;
use warnings;
use IO::Socket::INET;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $here = PostgreSQL::Test::Cluster->new('here');
$here->init;
$here->append_conf('postgresql.conf', "shared_preload_libraries = 'schema_guard'");
$here->start;

# The other one has no library and no extension, and asks for passwords over TCP.
my $there = PostgreSQL::Test::Cluster->new('there');
$there->init;
my $port = PostgreSQL::Test::Cluster::get_free_port();
$there->append_conf('postgresql.conf', "listen_addresses = '127.0.0.1'\nport = $port");
unlink $there->data_dir . '/pg_hba.conf';
$there->append_conf('pg_hba.conf', "local all all trust\nhost all trusted 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256");
$there->{_port} = $port;
$there->start;

my $schema = q{
	CREATE SCHEMA "Shop ""x""";
	CREATE TYPE "Shop ""x""".mood AS ENUM ('sad', 'größer');
	CREATE TABLE "Shop ""x""".orders (id bigint PRIMARY KEY, mood "Shop ""x""".mood DEFAULT 'sad', CHECK (id > 0));
	CREATE VIEW seen AS SELECT id FROM "Shop ""x""".orders WHERE mood = 'größer';
	COMMENT ON VIEW seen IS E'two\nlines';
};
$there->safe_psql('postgres', $schema . q{
	CREATE ROLE reader LOGIN PASSWORD 'open sesame';
	CREATE ROLE trusted LOGIN;
	CREATE PUBLICATION pub;
	CREATE SUBSCRIPTION sub CONNECTION 'host=nowhere password=hidden' PUBLICATION pub WITH (connect = false);
	CREATE FOREIGN DATA WRAPPER wrapper;
	CREATE SERVER far FOREIGN DATA WRAPPER wrapper OPTIONS (host 'far');
	CREATE USER MAPPING FOR CURRENT_USER SERVER far OPTIONS (password 'hidden too');
});
my $superuser = $there->safe_psql('postgres', 'SELECT current_user');
$here->safe_psql('postgres', $schema . qq{
	CREATE EXTENSION schema_guard;
	CREATE EXTENSION postgres_fdw;
	CREATE ROLE reader LOGIN;
	CREATE ROLE trusted LOGIN;
	GRANT pg_monitor TO reader;
	GRANT EXECUTE ON FUNCTION schema_guard.diff_steps, schema_guard.diff, schema_guard.diff_sql TO reader;
	CREATE SERVER there FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '$port', dbname 'postgres');
	CREATE SERVER socket FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '@{[$there->host]}', port '$port', dbname 'postgres');
	CREATE USER MAPPING FOR CURRENT_USER SERVER socket OPTIONS (user '$superuser');
});

my $ours = 'kinds => $${schema,enum,table,column,constraint,index,view,view column,default}$$';
my $fails = sub
{
	my ($what, $query, $sqlstate, $message, %as) = @_;
	my (undef, undef, $stderr) = $here->psql('postgres', $query, extra_params => [ '-v', 'VERBOSITY=verbose', $as{role} ? ('-U', $as{role}) : () ]);
	like($stderr, qr/ERROR:  $sqlstate: $message/, $what);
	unlike($stderr, qr/sesame|hidden/, "$what: without secrets");
};

# --- read alike ---
is($here->safe_psql('postgres', "SELECT * FROM schema_guard.diff('live', 'server:socket', $ours)"), '', 'the same schema there and here');
is($here->safe_psql('postgres', "SELECT schema_guard.fingerprint('live', $ours) = schema_guard.fingerprint('server:socket', $ours)"), 't', 'and fingerprint');
like($here->safe_psql('postgres', "SELECT schema_guard.diff_sql('empty', 'server:socket')"), qr/CREATE SUBSCRIPTION sub CONNECTION/, 'a superuser reads subscriptions');
unlike($here->safe_psql('postgres', "SELECT schema_guard.diff_sql('empty', 'server:socket')"), qr/hidden/, 'but no secret');
$there->safe_psql('postgres', 'ALTER TABLE "Shop ""x""".orders ADD paid boolean');
is($here->safe_psql('postgres', "SELECT action, object_type, identity FROM schema_guard.diff('live', 'server:socket', $ours)"),
	'create|column|"Shop ""x""".orders.paid', 'a difference');

# --- those who may read less ---
$fails->('no mapping', q{SELECT schema_guard.diff_sql('live', 'server:there')}, '42704', 'user mapping not found');
$fails->('no right to the server', q{SELECT schema_guard.diff_sql('live', 'server:there')}, '42501', 'permission denied for foreign server', role => 'reader');
$here->safe_psql('postgres', q{
	GRANT USAGE ON FOREIGN SERVER there TO reader;
	CREATE USER MAPPING FOR reader SERVER there OPTIONS (user 'reader', password 'open sesame');
});
is($here->safe_psql('postgres', "SELECT action, object_type, identity FROM schema_guard.diff('live', 'server:there', $ours)", extra_params => [ '-U', 'reader' ]),
	'create|column|"Shop ""x""".orders.paid', 'an ordinary role reads what there is');
is($here->safe_psql('postgres', q{SELECT action, object_type, identity FROM schema_guard.diff('live', 'server:there')
		WHERE identity LIKE 'sub%' OR object_type = 'other object'}, extra_params => [ '-U', 'reader' ]),
	'create|other object|subscription.sub', 'what it may not read is told, not skipped');
$here->safe_psql('postgres', q{ALTER USER MAPPING FOR reader SERVER there OPTIONS (SET user 'trusted')});
$fails->('let in without the password', q{SELECT schema_guard.diff_sql('live', 'server:there')}, '42501', 'server "there" did not ask for a password', role => 'reader');
$here->safe_psql('postgres', q{ALTER USER MAPPING FOR reader SERVER there OPTIONS (DROP password)});
$fails->('no password', q{SELECT schema_guard.diff_sql('live', 'server:there')}, '42501', 'password is required', role => 'reader');

# --- servers that cannot be read ---
$here->safe_psql('postgres', q{CREATE USER MAPPING FOR CURRENT_USER SERVER there OPTIONS (user 'reader', password 'wrong')});
$fails->('wrong password', q{SELECT schema_guard.diff_sql('live', 'server:there')}, '08001', 'could not read the schema of server "there".*password authentication failed');
$here->safe_psql('postgres', q{ALTER SERVER there OPTIONS (SET dbname 'nowhere')});
$here->safe_psql('postgres', q{ALTER USER MAPPING FOR CURRENT_USER SERVER there OPTIONS (SET password 'open sesame')});
$fails->('no database', q{SELECT schema_guard.diff_sql('live', 'server:there')}, '08001', 'could not read .*database "nowhere" does not exist');
$here->safe_psql('postgres', "ALTER SERVER there OPTIONS (SET port '" . PostgreSQL::Test::Cluster::get_free_port() . "')");
$fails->('nobody listens', q{SELECT schema_guard.diff_sql('live', 'server:there')}, '08001', 'could not read .*Connection refused');
$fails->('no server', q{SELECT schema_guard.diff_sql('live', 'server:elsewhere')}, '42704', 'server "elsewhere" does not exist');

# Something that listens and is no server we can read: script says what it answers, a name of a parameter and a version.
sub listener
{
	my ($answer) = @_;
	my $socket = IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1', Proto => 'tcp') or die "cannot listen: $!";
	my $child = fork;
	if ($child == 0)
	{
		while (my $client = $socket->accept)
		{
			# SSL and GSS are refused; then the startup packet.
			while (sysread($client, my $head, 8) == 8)
			{
				my ($length, $code) = unpack 'NN', $head;
				if ($code == 80877103 || $code == 80877104) { syswrite $client, 'N'; next; }
				sysread $client, my $rest, $length - 8;
				last;
			}
			syswrite $client, $answer;
			sysread $client, my $rest, 1;
		}
		POSIX::_exit(0);
	}
	$here->safe_psql('postgres', q{ALTER SERVER there OPTIONS (SET port '} . $socket->sockport . q{')});
	return $child;
}
sub packet { my ($type, $body) = @_; return $type . pack('N', length($body) + 4) . $body }
my $old = listener(packet('R', pack 'N', 0) . packet('S', "server_version\0" . "12.4\0") . packet('K', pack 'NN', 1, 1) . packet('Z', 'I'));
$fails->('too old', q{SELECT schema_guard.diff_sql('live', 'server:there')}, '0A000', 'server "there" is older than PostgreSQL 13');
kill 'KILL', $old;
my $silent = listener('');
$fails->('no answer, cancelled', q{SET statement_timeout = '1s'; SELECT schema_guard.diff_sql('live', 'server:there')}, '57014', 'canceling statement');
$here->safe_psql('postgres', q{ALTER SERVER there OPTIONS (ADD connect_timeout '2')});
$fails->('no answer, given up', q{SELECT schema_guard.diff_sql('live', 'server:there')}, '08001', 'could not read .*timeout expired');
kill 'KILL', $silent;

# --- what was left half-way leaves nothing behind ---
is($there->safe_psql('postgres', q{SELECT count(*) FROM pg_stat_activity WHERE application_name = 'schema_guard'}), '0', 'no connection is left');
is($here->safe_psql('postgres', 'SELECT 1'), '1', 'the server is well');

done_testing();
