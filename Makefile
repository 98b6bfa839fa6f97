EXTENSION  = schema_guard
EXTVERSION = 1.0
MODULE_big = schema_guard
OBJS       = $(patsubst %.cpp,%.o,$(wildcard src/*/*.cpp src/*/*/*.cpp))

# The install script is the migrations (our tables) followed by the parts sql/manifest names (all else).
install_script = build/schema_guard--$(EXTVERSION).sql
DATA_built     = $(install_script)

PG_CONFIG ?= pg_config
WARNINGS   = -Wall -Wextra -Wno-missing-field-initializers $(if $(WERROR),-Werror)

# -isystem: the server's headers are C and warn (-Wregister, -Wunused-parameter).
PG_CPPFLAGS = -Iinclude -isystem $(shell $(PG_CONFIG) --includedir-server) $(if $(TEST_FAULTS),-DSCHEMA_GUARD_TEST_FAULTS)
PG_CXXFLAGS = -std=c++20 $(WARNINGS) -fvisibility=hidden -fvisibility-inlines-hidden $(SANITIZE)
SHLIB_LINK  = -licui18n -licuuc $(SANITIZE)

# JIT can inline nothing here that matters: setjmp frames never inline.
override with_llvm = no

EXTRA_CLEAN = build $(OBJS:.o=.d)

PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

# Link with the C++ driver, as PostgreSQL's own test_cplusplusext does.
override COMPILER = $(CXX) $(CXXFLAGS)

# Debian's server is built without --enable-depend, so PGXS tracks no header.
$(OBJS): override CPPFLAGS += -MMD -MP
-include $(OBJS:.o=.d)

migrations = $(sort $(filter-out %_rollback.sql,$(wildcard migrations/*.sql)))
sql_parts  = $(addprefix sql/,$(shell cat sql/manifest))

$(install_script): $(migrations) $(sql_parts) sql/manifest sql/header.sql
	@mkdir -p $(@D)
	cat sql/header.sql $(migrations) $(sql_parts) > $@
