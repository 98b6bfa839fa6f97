# schema_guard: `make demo` to watch it work, `make test` to prove that it does; README.md, Development, lists the rest.
#
#   PG_CONFIG=/path/pg_config   the server to build for (15 to 18)
#   WERROR=1                    warnings are errors
#   TEST_FAULTS=1               test build: the setting schema_guard.fail_at breaks the N-th guard()
#   SANITIZE=1                  test build under AddressSanitizer and UndefinedBehaviorSanitizer
EXTENSION  = schema_guard
EXTVERSION = $(shell sed -nE 's/.*library_version\[\] = "([0-9.]+)".*/\1/p' include/schema_guard/core/version.hpp)

PG_CONFIG ?= pg_config
PGXS      := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)
PG_MAJOR  := $(shell $(PG_CONFIG) --version 2>/dev/null | sed -E 's/^[^0-9]*([0-9]+).*/\1/')
FLAVOUR    = $(if $(SANITIZE),asan,$(if $(TEST_FAULTS),faults,plain))

# Everything made lies here, each flavour of build apart.
builddir = build/pg$(PG_MAJOR)/$(FLAVOUR)

# The install script is the migrations (our tables) followed by the parts sql/manifest names (all else).
install_script = build/schema_guard--$(EXTVERSION).sql
migrations     = $(sort $(filter-out %_rollback.sql,$(wildcard migrations/*.sql)))
sql_parts      = $(addprefix sql/,$(shell cat sql/manifest))

sources = $(wildcard src/*/*.cpp src/*/*/*.cpp src/*/*/*/*.cpp)
library = $(builddir)/schema_guard
objects = $(sources:%.cpp=$(builddir)/%.o)

# Test-only, never installed for real: one proves the error boundary, one shows what is read from parse trees, one allows labels.
boundary_library  = $(builddir)/boundary_test.so
boundary_sources  = $(wildcard test/modules/boundary/*.cpp) src/pg/boundary.cpp
boundary_objects  = $(boundary_sources:%.cpp=$(builddir)/boundary_test/%.o)
statement_library = $(builddir)/statement_test.so
statement_objects = $(patsubst %.cpp,$(builddir)/%.o,$(wildcard test/modules/statement/*.cpp src/pg/statement/*.cpp) \
                      src/pg/boundary.cpp src/core/policy/redact.cpp src/core/text/lexer.cpp)
label_library     = $(builddir)/label_test.so
label_objects     = $(builddir)/test/modules/label/label_test.o
test_libraries    = $(boundary_library) $(statement_library) $(label_library)

MODULES     = $(library)
DATA_built  = $(install_script)
EXTRA_CLEAN = build

WARNINGS  = -Wall -Wextra -Wno-missing-field-initializers $(if $(WERROR),-Werror)
sanitizer = $(if $(SANITIZE),-fsanitize=address$(,)undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -g)
,        := ,

# -isystem: the server's headers are C and warn (-Wregister, -Wunused-parameter).
PG_CPPFLAGS = -Iinclude -isystem $(shell $(PG_CONFIG) --includedir-server) -isystem $(shell $(PG_CONFIG) --includedir) \
              $(if $(TEST_FAULTS)$(SANITIZE),-DSCHEMA_GUARD_TEST_FAULTS)
PG_CXXFLAGS = -std=c++20 $(WARNINGS) -fPIC -fvisibility=hidden -fvisibility-inlines-hidden $(sanitizer) $(COPT)
libraries   = -licui18n -licuuc -L$(shell $(PG_CONFIG) --libdir) -lpq

# JIT can inline nothing here that matters: setjmp frames never inline.
override with_llvm = no

# The two commands that work on a bare machine: they bring what the rest needs.
.PHONY: demo test
ifeq ($(PGXS),)
.DEFAULT_GOAL = no_pg_config
no_pg_config:
	@echo "$(PG_CONFIG) not found: run test/tools/packages.sh as root, or say PG_CONFIG=/path/pg_config" >&2; false
else
include $(PGXS)
endif

demo:
	test/tools/packages.sh demo
	test/tools/demo.sh

test:
	test/tools/packages.sh
	test/tools/test.sh

# Half a file that a killed run has left would pass for a whole one.
whole = mv $@.new $@
link  = @echo "$(CXX) -shared $@"; $(CXX) $(CXXFLAGS)

# PGXS links a module from one object with the C compiler; this one has many and needs C++.
$(library).so: $(objects)
	$(link) $^ $(LDFLAGS) $(LDFLAGS_SL) -shared -o $@.new $(libraries) && $(whole)

$(statement_library): $(statement_objects)
$(boundary_library): $(boundary_objects)
$(label_library): $(label_objects)
$(test_libraries):
	$(link) $^ $(LDFLAGS) $(LDFLAGS_SL) -shared -o $@.new && $(whole)

# Debian's server is built without --enable-depend, so PGXS tracks no header.
dependencies = -MMD -MP -MF $(@:.o=.d) -MT $@
compile = @mkdir -p $(@D); echo "$(CXX) $<"; $(CXX) $(CXXFLAGS) $(CPPFLAGS)

$(sort $(objects) $(statement_objects) $(label_objects)): $(builddir)/%.o: %.cpp $(builddir)/flags
	$(compile) $(dependencies) -c -o $@.new $< && $(whole)

$(boundary_objects): $(builddir)/boundary_test/%.o: %.cpp $(builddir)/flags
	$(compile) -DSCHEMA_GUARD_TEST_FAULTS $(dependencies) -c -o $@.new $< && $(whole)

-include $(sort $(objects:.o=.d) $(statement_objects:.o=.d) $(label_objects:.o=.d) $(boundary_objects:.o=.d))

# Other flags, another build.
$(builddir)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CXX) $(CXXFLAGS) $(CPPFLAGS)' | cmp -s - $@ || echo '$(CXX) $(CXXFLAGS) $(CPPFLAGS)' > $@
FORCE:

$(install_script): $(migrations) $(sql_parts) sql/manifest sql/header.sql
	@mkdir -p $(@D)
	cat sql/header.sql $(migrations) $(sql_parts) > $@.new && $(whole)

# --- tests: each suite takes the files it finds; see test/tools/check.sh ---
export PG_CONFIG TEST_FAULTS SANITIZE

suites = regress isolation pgtap tap torture docs diff schemas real clients
.PHONY: server test-asan fuzz format check-format check-faults $(addprefix check-,core boundary $(suites))

# A private copy of the server with the extension in it, under the build folder.
server: all $(test_libraries)
	test/tools/server.sh install

$(addprefix check-,$(suites)): server
	test/tools/check.sh $(@:check-%=%)

# Breaks guards one by one, so it needs the build that can.
check-faults:
	$(if $(SANITIZE),,TEST_FAULTS=1) $(MAKE) --no-print-directory server
	$(if $(SANITIZE),,TEST_FAULTS=1) test/tools/check.sh faults

check-core check-boundary: check-%:
	test/tools/check.sh $*

# The whole suite on a sanitized build.
test-asan:
	test/tools/packages.sh
	SANITIZE=1 test/tools/test.sh core regress faults isolation pgtap tap

# All of diff; schemas out of Debian packages and PostgreSQL's sources, migration tools from Debian and npm: they download
# what they need.
.PHONY: test-diff test-real test-clients test-schemas
test-diff test-real test-clients test-schemas: test-%:
	test/tools/packages.sh
	test/tools/test.sh $*

# Servers killed, shut down and starved in a loop; ROUNDS=100 for a long one.
.PHONY: test-torture
test-torture:
	test/tools/packages.sh
	$(MAKE) --no-print-directory check-torture

fuzz:
	test/tools/check.sh fuzz

# What the guard costs beside others: two tables, in about twenty minutes.
.PHONY: bench bench-diff bench-seal bench-refusal bench-indexes
# What comparing schemas costs, beside pg_dump and other tools; TABLES='1000 10000 50000'.
bench-diff:
	test/tools/packages.sh bench
	$(MAKE) --no-print-directory server
	test/bench/diff/run $(TABLES)
# What sealing the log costs, and how long verifying a million rows takes.
bench-seal:
	test/tools/packages.sh bench
	$(MAKE) --no-print-directory server
	test/bench/sealed_log/run
# How long a refused statement waits until it is on record.
bench-refusal:
	test/tools/packages.sh bench
	$(MAKE) --no-print-directory server
	test/bench/refusal/run
# What the reports on indexes cost, beside pghero.
bench-indexes:
	test/tools/packages.sh bench
	$(MAKE) --no-print-directory server
	test/bench/indexes/run $(TABLES)
bench:
	test/tools/packages.sh bench
	$(MAKE) --no-print-directory server
	test/bench/ddl_overhead/run

# PostgreSQL's own suites with the library preloaded; CORE_SUITES='regress isolation' for some of them.
.PHONY: test-core-suite test-matrix test-majors
test-core-suite:
	test/tools/packages.sh
	test/core_suite/run.sh $(CORE_SUITES)

# The same tests on PostgreSQL 17 and 18, in Debian roots; MAJORS=17 for one, MATRIX='test test-real test-clients test-core-suite' for all there is.
test-matrix:
	test/tools/matrix.sh $(MATRIX)

# Schemas of this server and of other majors, compared both ways; MAJORS=18 for one.
test-majors:
	test/tools/packages.sh
	test/tools/majors.sh

formatted = git ls-files '*.cpp' '*.hpp'
format:
	$(formatted) | xargs clang-format -i
check-format:
	$(formatted) | xargs clang-format --dry-run --Werror
