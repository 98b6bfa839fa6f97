/*
 * pg/boundary.hpp - the two doors between PostgreSQL and C++.
 *
 * PostgreSQL reports an error with siglongjmp(), which runs no destructor; C++
 * reports one by unwinding, which PostgreSQL's C frames cannot pass on.  So an
 * error crosses from one world to the other only through
 *
 *   enter()  PostgreSQL calls C++:  a C++ exception becomes ereport(ERROR)
 *   guard()  C++ calls PostgreSQL:  an ereport(ERROR) becomes pg::Error
 *
 * In a guard() body no object with a destructor may be alive across a call
 * that can raise; filling objects that live outside the body is fine.
 */
#pragma once

#include "schema_guard/core/failure.hpp"
#include "schema_guard/pg/postgres.hpp"

namespace schema_guard::pg {

/*
 * An error PostgreSQL raised inside guard(), with every field it had.
 *
 * The (sub)transaction is lost, so it is caught in two places only: enter(),
 * which raises it again, and try_subtransaction(), which rolls back.
 */
class Error final : public std::exception {
public:
	Error(MemoryContext memory, ErrorData *data) noexcept : memory_(memory), data_(data) {}

	const char *what() const noexcept override { return data_->message ? data_->message : "missing error text"; }
	int sqlstate() const noexcept { return data_->sqlerrcode; }
	const ErrorData &data() const noexcept { return *data_; }

	/* Gives the error's memory to parent, which then frees it. */
	ErrorData *hand_over(MemoryContext parent) noexcept
	{
		MemoryContextSetParent(memory_.release(), parent);
		return data_;
	}

private:
	struct Delete {
		void operator()(MemoryContextData *memory) const noexcept { MemoryContextDelete(memory); }
	};
	std::unique_ptr<MemoryContextData, Delete> memory_;
	ErrorData *data_;
};

namespace detail {

/* One PG_TRY frame whose restore also happens when a C++ exception leaves it. */
class JumpFrame {
public:
	JumpFrame() noexcept : exception_stack_(PG_exception_stack), context_stack_(error_context_stack) {}
	~JumpFrame() noexcept
	{
		PG_exception_stack = exception_stack_;
		error_context_stack = context_stack_;
	}
	JumpFrame(const JumpFrame &) = delete;
	JumpFrame &operator=(const JumpFrame &) = delete;

	void arm() noexcept { PG_exception_stack = &buffer; }

	sigjmp_buf buffer;

private:
	sigjmp_buf *exception_stack_;
	ErrorContextCallback *context_stack_;
};

/* What enter() keeps of a dead exception: plain data, so ereport() may jump over it. */
struct Raised {
	MemoryContext caller;
	sigjmp_buf *exception_stack;
	ErrorContextCallback *context_stack;

	ErrorData *rethrow;
	int sqlstate;
	const char *message;
	const char *detail;
	const char *hint;
	const char *file;
	int line;
	const char *function;
};
static_assert(std::is_trivially_destructible_v<Raised>);

Raised begin_enter() noexcept;
void capture_current_exception(Raised &raised) noexcept;
[[noreturn]] void raise(const Raised &raised);
[[noreturn]] void throw_current_error(MemoryContext caller);

#ifdef SCHEMA_GUARD_TEST_FAULTS
void fault_point();
#else
inline void
fault_point()
{
}
#endif

template <typename T>
constexpr bool may_be_jumped_over = std::is_void_v<T> || std::is_trivially_destructible_v<T>;

/* guard() without the fault point, for code that undoes. */
template <typename Fn>
[[gnu::noinline]] auto
protect(Fn &&fn) -> std::invoke_result_t<Fn &>
{
	static_assert(may_be_jumped_over<std::invoke_result_t<Fn &>>,
				  "guard() must return plain data: a jump would skip the result's destructor");

	MemoryContext caller = CurrentMemoryContext;
	{
		JumpFrame frame;

		if (sigsetjmp(frame.buffer, 0) == 0) {
			frame.arm();
			return fn();
		}
	}
	throw_current_error(caller);
}

} // namespace detail

/* Runs server calls; whatever they raise is thrown as pg::Error. */
template <typename Fn>
auto
guard(Fn &&fn) -> std::invoke_result_t<Fn &>
{
	return detail::protect([&]() -> std::invoke_result_t<Fn &> {
		detail::fault_point();
		return fn();
	});
}

/* Runs C++ on behalf of PostgreSQL; whatever it throws is raised with ereport(ERROR). */
template <typename Fn>
auto
enter(Fn &&fn) -> std::invoke_result_t<Fn &>
{
	static_assert(detail::may_be_jumped_over<std::invoke_result_t<Fn &>>, "PostgreSQL takes plain data only");

	detail::Raised raised = detail::begin_enter();

	try {
		return fn();
	} catch (...) {
		detail::capture_current_exception(raised);
	}
	/* The exception object is gone; nothing with a destructor is alive. */
	detail::raise(raised);
}

/* CHECK_FOR_INTERRUPTS() for C++ loops: a flag test unless one is pending. */
inline void
check_interrupts()
{
	if (INTERRUPTS_PENDING_CONDITION())
		guard([] { ProcessInterrupts(); });
}

/* Runs fn in a subtransaction; an error means that it was rolled back. */
std::optional<Error> try_subtransaction(const std::function<void()> &fn);

#ifdef SCHEMA_GUARD_TEST_FAULTS
/* Test builds: the guard() to break, counted from 1 since the setting was changed; 0 for none. */
extern int fail_at;
extern int guard_count;
#endif

} // namespace schema_guard::pg

/* Defines one SQL-callable function; the body may throw and may not ereport. */
#define SCHEMA_GUARD_FUNCTION(name)                                                 \
	static Datum name##_body(FunctionCallInfo fcinfo);                              \
	extern "C" {                                                                    \
	PG_FUNCTION_INFO_V1(name);                                                      \
	PGDLLEXPORT Datum name(PG_FUNCTION_ARGS)                                        \
	{                                                                               \
		return ::schema_guard::pg::enter([fcinfo] { return name##_body(fcinfo); }); \
	}                                                                               \
	}                                                                               \
	static Datum name##_body([[maybe_unused]] FunctionCallInfo fcinfo)
