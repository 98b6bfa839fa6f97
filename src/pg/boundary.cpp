/*
 * boundary.cpp - turning errors around at the two doors; see boundary.hpp.
 */
#include "schema_guard/pg/boundary.hpp"

namespace schema_guard::pg {

#ifdef SCHEMA_GUARD_TEST_FAULTS
int fail_at = 0;
int guard_count = 0;
#endif

namespace detail {

#ifdef SCHEMA_GUARD_TEST_FAULTS
/* Lets a test fail each guard() of an operation in turn; fail_at is 0 again when it has. */
void
fault_point()
{
	++guard_count;
	if (fail_at == 0 || guard_count != fail_at)
		return;
	fail_at = 0;
	ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("fault injected at guard %d", guard_count)));
}
#endif

Raised
begin_enter() noexcept
{
	Raised raised{};

	raised.caller = CurrentMemoryContext;
	raised.exception_stack = PG_exception_stack;
	raised.context_stack = error_context_stack;
	return raised;
}

/* Copies into the caller's context; a literal stands in when memory is short. */
static const char *
keep(MemoryContext memory, const char *text) noexcept
{
	size_t size = std::strlen(text) + 1;
	void *copy = MemoryContextAllocExtended(memory, size, MCXT_ALLOC_NO_OOM);

	return copy ? static_cast<const char *>(std::memcpy(copy, text, size)) : "out of memory while reporting an error";
}

void
capture_current_exception(Raised &raised) noexcept
{
	raised.sqlstate = ERRCODE_INTERNAL_ERROR;
	raised.file = __FILE__;
	raised.line = __LINE__;
	raised.function = __func__;

	try {
		throw;
	} catch (Error &error) {
		raised.rethrow = error.hand_over(raised.caller);
	} catch (const Failure &failure) {
		const char *s = failure.sqlstate;

		raised.sqlstate = MAKE_SQLSTATE(s[0], s[1], s[2], s[3], s[4]);
		raised.message = keep(raised.caller, failure.what());
		raised.detail = failure.detail.empty() ? nullptr : keep(raised.caller, failure.detail.c_str());
		raised.hint = failure.hint.empty() ? nullptr : keep(raised.caller, failure.hint.c_str());
		raised.file = failure.file;
		raised.line = failure.line;
		raised.function = failure.function;
	} catch (const std::bad_alloc &) {
		raised.sqlstate = ERRCODE_OUT_OF_MEMORY;
		raised.message = "out of memory";
	} catch (const std::exception &exception) {
		raised.message = keep(raised.caller, exception.what());
	} catch (...) {
		raised.message = "unknown C++ exception";
	}
}

void
raise(const Raised &raised)
{
	/* A C++ exception may have left a PG_TRY block without its PG_END_TRY. */
	PG_exception_stack = raised.exception_stack;
	error_context_stack = raised.context_stack;
	MemoryContextSwitchTo(raised.caller);

	if (raised.rethrow)
		ReThrowError(raised.rethrow);

	if (errstart_cold(ERROR, TEXTDOMAIN)) {
		errcode(raised.sqlstate);
		errmsg_internal("%s", raised.message);
		if (raised.detail)
			errdetail_internal("%s", raised.detail);
		if (raised.hint)
			errhint("%s", raised.hint);
		errfinish(raised.file, raised.line, raised.function);
	}
	pg_unreachable();
}

void
throw_current_error(MemoryContext caller)
{
	MemoryContext volatile memory = nullptr;
	ErrorData *volatile data = nullptr;
	{
		JumpFrame frame;

		if (sigsetjmp(frame.buffer, 0) == 0) {
			frame.arm();
			memory = AllocSetContextCreate(TopMemoryContext, "schema_guard error", ALLOCSET_SMALL_SIZES);
			MemoryContextSwitchTo(memory);
			data = CopyErrorData();
		}
	}
	FlushErrorState();
	MemoryContextSwitchTo(caller);

	if (data == nullptr) {
		if (memory != nullptr)
			MemoryContextDelete(memory);
		throw std::bad_alloc();
	}
	throw Error(memory, data);
}

} // namespace detail

std::optional<Error>
try_subtransaction(const std::function<void()> &fn)
{
	MemoryContext memory = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	std::optional<Error> failed;
	std::exception_ptr thrown;
	int level = GetCurrentTransactionNestLevel();

	try {
		guard([] { BeginInternalSubTransaction(nullptr); });
	} catch (Error &error) {
		/* Half begun, it is the server's to clean up; not begun at all, there is nothing to take back. */
		if (GetCurrentTransactionNestLevel() != level)
			throw;
		MemoryContextSwitchTo(memory);
		CurrentResourceOwner = owner;
		failed.emplace(std::move(error));
		return failed;
	}
	MemoryContextSwitchTo(memory);
	try {
		fn();
		guard([] { ReleaseCurrentSubTransaction(); });
	} catch (Error &error) {
		failed.emplace(std::move(error));
	} catch (...) {
		thrown = std::current_exception();
	}
	if (failed || thrown)
		detail::protect([] { RollbackAndReleaseCurrentSubTransaction(); });
	MemoryContextSwitchTo(memory);
	CurrentResourceOwner = owner;

	if (thrown)
		std::rethrow_exception(thrown);
	return failed;
}

} // namespace schema_guard::pg
