/*
 * label_test.cpp - a provider that takes any label: without one, no test could write SECURITY LABEL.
 *
 * Goes to shared_preload_libraries; test/system/diff uses it.
 */
#include "schema_guard/pg/postgres.hpp"

extern "C" {
#include "commands/seclabel.h"

PG_MODULE_MAGIC;

PGDLLEXPORT void _PG_init();

static void
any_label(const ObjectAddress *, const char *)
{
}

void
_PG_init()
{
	register_label_provider("label_test", any_label);
}
}
