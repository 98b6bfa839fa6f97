#include "schema_guard/core/catalog/unclaimed.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

using namespace schema_guard;

namespace {

/* "Anum_pg_proc_oid" stands in the server's header of each catalog whose rows have an OID. */
std::set<std::string>
catalogs_with_oids(const std::filesystem::path &headers)
{
	std::set<std::string> found;

	for (const auto &entry : std::filesystem::directory_iterator(headers)) {
		std::string file = entry.path().filename();
		if (!file.ends_with("_d.h"))
			continue;
		std::string catalog = file.substr(0, file.size() - 4);
		std::ifstream stream(entry.path());
		std::string text{std::istreambuf_iterator<char>(stream), {}};
		if (text.find("#define Anum_" + catalog + "_oid ") != text.npos)
			found.insert(catalog);
	}
	return found;
}

std::string
output_of(const std::string &command)
{
	std::string text;
	FILE *pipe = popen(command.c_str(), "r");

	for (int c = fgetc(pipe); c != EOF && c != '\n'; c = fgetc(pipe))
		text += static_cast<char>(c);
	pclose(pipe);
	return text;
}

} // namespace

/* A catalog that a new version brings is walked, or left out knowingly. */
TEST(Unclaimed, EveryCatalogWithOidsIsWalked)
{
	const char *config = std::getenv("PG_CONFIG");
	std::string pg_config = config ? config : "pg_config";
	std::filesystem::path headers = output_of(pg_config + " --includedir-server") + "/catalog";
	int major = std::atoi(output_of(pg_config + " --version | tr -dc '0-9.'").c_str());
	std::string query = catalog::objects_query(major * 10000);
	std::set<std::string> left_out = {
		"pg_authid",
		"pg_auth_members",
		"pg_database",
		"pg_tablespace",
		"pg_parameter_acl",		   /* the whole server's */
		"pg_enum",				   /* labels, part of their type */
		"pg_largeobject_metadata", /* data */
	};

	ASSERT_TRUE(std::filesystem::exists(headers)) << headers;
	std::set<std::string> catalogs = catalogs_with_oids(headers);
	ASSERT_GT(catalogs.size(), 30u);
	for (const std::string &name : catalogs) {
		/* The view stands in for the table. */
		std::string from = name == "pg_user_mapping" ? "pg_user_mappings" : name;
		bool walked =
			query.find(" FROM " + from + " o ") != query.npos || query.find("FROM " + from + ") o") != query.npos;
		EXPECT_NE(walked, left_out.count(name) == 1) << name;
	}
}

/* What the catalog has is claimed, the rest is asked for by its address. */
TEST(Unclaimed, WhatNoKindHas)
{
	catalog::Catalog catalog;
	std::vector<std::string> asked;

	catalog.version = 150000;
	catalog.finish();
	auto run = [&](const std::string &, const catalog::Value &oids, const catalog::Take &take) {
		catalog::Rows rows;

		rows.columns = {"one", "another"};
		if (oids)
			asked.push_back(*oids);
		for (const char *cell :
			 oids ? std::vector{"table", "public.t"} : std::vector{"1259", "{20000}", "2600", "{20001,20002}"})
			rows.add(cell);
		take(rows);
	};

	std::vector<catalog::Unclaimed> found = catalog::unclaimed(run, catalog);
	EXPECT_EQ(asked, std::vector<std::string>{"{1259,20000,2600,20001,2600,20002}"});
	ASSERT_EQ(found.size(), 1u);
	EXPECT_EQ(found[0].identity, "public.t");
}
