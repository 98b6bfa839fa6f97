/*
 * subscription.cpp - subscriptions.
 *
 * The publisher is never spoken to: a script creates a subscription with connect = false, as pg_dump does, and lets go
 * of the slot before it drops one.  Whether it is enabled and where it stands belongs to running it, not to the schema.
 */
#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/catalog/secrets.hpp"
#include "schema_guard/core/diff/forms.hpp"

namespace schema_guard::catalog {

namespace {

/*
 * A subscription belongs to one database, its catalog to all.  As pg_dump does, we leave subscriptions aside where their
 * connection is not to be seen: they are then reported as not compared.
 */
std::string
query(const Source &source)
{
	std::string connection = source.connections ? "s.subconninfo" : "NULL::text";
	auto since = [&](int version, const char *column) { return source.version >= version ? column : "NULL::text"; };

	return "SELECT 'pg_subscription'::regclass::oid AS classid, s.oid AS objid, 0 AS objsubid, s.subname AS name, "
		   "pg_get_userbyid(s.subowner) "
		   "AS owner, " +
		   open_connection(connection) + " AS connection, " + secret_connection(connection) +
		   " AS password_left_out, s.subpublications AS "
		   "publications, NULLIF(coalesce(s.subslotname, 'none'), s.subname) AS slot_name, "
		   "CASE WHEN s.subenabled THEN 'true' END AS enabled, NULLIF(s.subsynccommit, 'off') AS synchronous_commit, " +
		   since(140000, "CASE WHEN s.subbinary THEN 'true' END") + " AS \"binary\", " +
		   since(140000,
				 "CASE s.substream::text WHEN 't' THEN 'on' WHEN 'true' THEN 'on' WHEN 'p' THEN 'parallel' END") +
		   " AS streaming, " + since(150000, "CASE WHEN s.subtwophasestate <> 'd' THEN 'true' END") +
		   " AS two_phase, " + since(150000, "CASE WHEN s.subdisableonerr THEN 'true' END") + " AS disable_on_error, " +
		   since(160000, "CASE WHEN NOT s.subpasswordrequired THEN 'false' END") + " AS password_required, " +
		   since(160000, "CASE WHEN s.subrunasowner THEN 'true' END") + " AS run_as_owner, " +
		   since(160000, "NULLIF(s.suborigin, 'any')") + " AS origin, " +
		   since(170000, "CASE WHEN s.subfailover THEN 'true' END") +
		   " AS failover FROM pg_subscription s WHERE s.subdbid = (SELECT d.oid FROM pg_database d WHERE d.datname = "
		   "current_database()) AND " +
		   users_own("pg_subscription", "s.oid") + source.wanted("s.oid") + (source.connections ? "" : " AND false");
}

std::string
reference(const Object &object)
{
	return "SUBSCRIPTION " + sql::identifier(object.name());
}

std::string
publications(const Object &object)
{
	std::vector<std::string> names = object.list("publications");

	for (std::string &name : names)
		name = sql::identifier(name);
	return sql::join(names);
}

/* Options the server knows, each with what PostgreSQL has where the property is NULL. */
struct Option {
	std::string_view name;
	std::string_view otherwise;
	int since;
};
constexpr Option options[] = {{"synchronous_commit", "off", 130000}, {"binary", "false", 140000},
							  {"streaming", "off", 140000},			 {"two_phase", "false", 150000},
							  {"disable_on_error", "false", 150000}, {"password_required", "true", 160000},
							  {"run_as_owner", "false", 160000},	 {"origin", "any", 160000},
							  {"failover", "false", 170000}};

std::string
setting(const Object &object, const Option &option, const Script &script)
{
	std::string value = object.has(option.name) ? object[option.name] : std::string(option.otherwise);

	/* The nearest there is before 16. */
	if (value == "parallel" && script.version() < 160000)
		value = "on";
	return std::string(option.name) + " = " + value;
}

std::string
slot(const Object &object)
{
	if (object["slot_name"] == "none")
		return "slot_name = NONE";
	return "slot_name = " + sql::literal(object.has("slot_name") ? object["slot_name"] : object.name());
}

void
add_connection(const Form &form, const std::string &text, const Object &object, Script &script)
{
	if (object.has("password_left_out"))
		script.add(form, text + " /* the password in CONNECTION is to be set by hand */", breaks_applications);
	else
		script.add(form, text);
}

void
create(const Object &object, const Catalog &, Script &script)
{
	std::vector<std::string> with = {"connect = false", slot(object)};

	for (const Option &option : options) {
		/* Since 18 streaming is parallel unless something else is said. */
		bool said = object.has(option.name) || (option.name == "streaming" && script.version() >= 180000);
		if (said && script.version() >= option.since)
			with.push_back(setting(object, option, script));
	}
	add_connection(form::superuser,
				   "CREATE " + reference(object) + " CONNECTION " + sql::literal(object["connection"]) +
					   " PUBLICATION " + publications(object) + " WITH (" + sql::join(with) + ")",
				   object, script);
}

/* The slot stays on the publisher; to drop it would need a connection, and could not be taken back. */
void
drop(const Object &object, const Catalog &, Script &script)
{
	std::string name = reference(object);

	script.add(form::alter, "ALTER " + name + " DISABLE");
	if (object["slot_name"] != "none")
		script.add(form::alter, "ALTER " + name + " SET (slot_name = NONE)");
	script.add(form::drop, "DROP " + name, not_reversible | breaks_applications);
}

bool
alter_connection(const Change &change, Script &script)
{
	add_connection(form::alter,
				   "ALTER " + reference(change.to) + " CONNECTION " + sql::literal(change.to["connection"]), change.to,
				   script);
	return true;
}

bool
alter_publications(const Change &change, Script &script)
{
	script.add(form::alter, "ALTER " + reference(change.to) + " SET PUBLICATION " + publications(change.to) +
								" WITH (refresh = false)");
	return true;
}

/* DISABLE does not wait for the subscription's worker, and two_phase is refused as long as that runs; at most a minute. */
void
wait_until_stopped(const Object &object, Script &script)
{
	const std::string runs = "SELECT FROM pg_catalog.pg_stat_subscription s WHERE s.subname OPERATOR(pg_catalog.=) " +
							 sql::literal(object.name()) + " AND s.pid IS NOT NULL";

	script.add(form::subscription_stopped,
			   "DO " + sql::literal("BEGIN FOR i IN 1..600 LOOP EXIT WHEN NOT EXISTS (" + runs +
									"); PERFORM pg_catalog.pg_sleep(0.1); END LOOP; END"));
}

/* What a running subscription does not let change is changed while it is disabled. */
bool
alter_options(const Change &change, Script &script)
{
	std::vector<std::string> set, on_publisher;
	bool disabled = change.changed("slot_name") && change.to["slot_name"] == "none";
	std::string name = reference(change.to);

	if (change.changed("two_phase") && script.version() < 180000)
		return false;
	if (change.changed("slot_name"))
		set.push_back(slot(change.to));
	for (const Option &option : options) {
		if (!change.changed(option.name) || script.version() < option.since)
			continue;
		bool of_slot = option.name == "two_phase" || option.name == "failover";
		(of_slot ? on_publisher : set).push_back(setting(change.to, option, script));
	}
	if (set.empty() && on_publisher.empty())
		return true;
	disabled = disabled || !on_publisher.empty();
	if (disabled && change.from.has("enabled"))
		script.add(form::alter, "ALTER " + name + " DISABLE", breaks_applications);
	if (!set.empty())
		script.add(form::alter, "ALTER " + name + " SET (" + sql::join(set) + ")");
	if (disabled && change.from.has("enabled") && change.changed("two_phase"))
		wait_until_stopped(change.to, script);
	/* Each is a change of the slot as well, and no two go in one statement. */
	for (const std::string &option : on_publisher)
		script.add(form::subscription_slot, "ALTER " + name + " SET (" + option + ")");
	if (disabled && change.from.has("enabled") && change.to["slot_name"] != "none")
		script.add(form::alter, "ALTER " + name + " ENABLE");
	return true;
}

constexpr std::string_view identity[] = {"name"};
constexpr Property properties[] = {owner_property,
								   {"connection", alter_connection},
								   {"password_left_out", nullptr, implied},
								   {"publications", alter_publications},
								   {"slot_name", alter_options},
								   {"enabled", nullptr, implied},
								   {"synchronous_commit", alter_options},
								   {"binary", alter_options},
								   {"streaming", alter_options},
								   {"two_phase", alter_options},
								   {"disable_on_error", alter_options},
								   {"password_required", alter_options},
								   {"run_as_owner", alter_options},
								   {"origin", alter_options},
								   {"failover", alter_options}};

} // namespace

constexpr Kind subscription_kind = {
	.name = "subscription",
	.identity = identity,
	.properties = properties,
	.query = query,
	.reference = reference,
	.create = create,
	.drop = drop,
	.rank = rank::subscription,
};

} // namespace schema_guard::catalog
