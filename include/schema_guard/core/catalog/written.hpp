/*
 * core/catalog/written.hpp - what costs a server most, writing definitions out, is done once for all that are alike.
 *
 * A schema of many tables has few definitions that are unlike any other.  Which of them are the same shows before they are
 * written: by the rows of the catalogs that they are written from, and by the columns of their tables.
 */
#pragma once

#include "schema_guard/core/catalog/read.hpp"

#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace schema_guard::catalog {

/* The names and types of the columns of all tables, as they are read; equal ones get the same number. */
class Shapes {
public:
	/* Takes a column of a table or view; anything else is left alone. */
	void add(const Object &column);
	/* 0: the table's columns were not read. */
	uint32_t of(uint32_t table);

private:
	struct Column {
		uint32_t table;
		int32_t number;
		const void *texts[3];
	};

	void settle();

	interned::Use use_; /* of the texts that columns point to */
	std::vector<Column> columns_;
	std::unordered_map<uint32_t, uint32_t> of_;
	std::unordered_map<std::string, uint32_t> known_;
};

/* The objects of one kind whose properties are yet to be written (Kind::written). */
class Unwritten {
public:
	Unwritten(const Kind &kind, Shapes &shapes) : kind_(kind), shapes_(shapes), waiting_(kind.written.size()) {}

	/* A row of the kind's query with Source::keys, and the object it became, number n of the catalog. */
	void add(const Rows &rows, size_t row, const Object &object, size_t n);

	/* OIDs of objects one of which stands for each that is waiting; none: all is written. */
	std::set<uint32_t> ask();
	/* What the kind's query with Source::these gave for them. */
	void take(const std::vector<Object> &written, Catalog &catalog);

private:
	struct Alike {
		std::vector<std::pair<Address, size_t>> objects; /* and their numbers in the catalog */
		size_t gone = 0;								 /* so many of the first have been dropped meanwhile */
	};
	struct Waiting {
		std::vector<size_t> columns; /* of the query: the key */
		std::unordered_map<std::string, Alike> alike;
	};

	using Objects = std::unordered_map<Address, const Object *>;

	static bool settle(const Written &what, const Alike &alike, const Objects &written, Catalog &catalog);
	std::string key_of(const Written &written, const std::vector<size_t> &columns, const Rows &rows, size_t row,
					   const Object &object);

	const Kind &kind_;
	Shapes &shapes_;
	std::vector<Waiting> waiting_;
};

} // namespace schema_guard::catalog
