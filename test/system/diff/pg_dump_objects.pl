# Prints what src/bin/pg_dump/t/002_pg_dump.pl creates before it dumps, in its order: pg_dump_objects.pl FILE
use strict;
use warnings;

my $file = shift or die "usage: pg_dump_objects.pl 002_pg_dump.pl\n";
open my $in, '<', $file or die "$file: $!\n";
my $text = do { local $/; <$in> };
# Only its definitions: what stands around them starts a server.
my ($definitions) = $text =~ /^(my %dump_test_schema_runs = .*?)^# Create a PG instance/ms or die "$file: no definitions found\n";
my %tests = eval "no strict; our \$tempdir = ''; $definitions; %tests" or die "$file: $@\n";

my @creating = sort { ($tests{$a}{create_order} // 1000) <=> ($tests{$b}{create_order} // 1000) || $a cmp $b }
	grep { $tests{$_}{create_sql} && !$tests{$_}{database} } keys %tests;
die "$file: only " . @creating . " objects\n" if @creating < 100;
print "$tests{$_}{create_sql};\n" for @creating;
