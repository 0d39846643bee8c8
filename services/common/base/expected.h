#pragma once

#include <string>
#include <utility>

namespace tl {
// Debian's 1.0.0 is not [[nodiscard]]: said here, before its own header, the attribute holds.
template <class T, class E>
class [[nodiscard]] expected;
}  // namespace tl

#include <tl/expected.hpp>

namespace tapedeck {

/// How a process or command ends; the numbers are the command line's contract (docs/cli.md).
enum class ExitCode {
    Ok = 0,
    Error = 1,
    Usage = 2,
    NotFound = 3,
    Unreachable = 4,
    Configuration = 5,
    Refused = 6,
    OutcomeUnknown = 7,
    Integrity = 8,
    Authentication = 9,
    Degraded = 10,
    Interrupted = 130,
};

/// What an operator is told: one sentence with where, what and the fix.
struct Error {
    std::string message;
    ExitCode exit_code = ExitCode::Error;
};

template <class T = void>
using Result = tl::expected<T, Error>;

/// The error branch of any Result: `return fail("risk.toml:14: ...", ExitCode::Configuration)`.
inline tl::unexpected<Error> fail(std::string message, ExitCode code = ExitCode::Error) {
    return tl::make_unexpected(Error{std::move(message), code});
}

namespace detail {

template <class T, class E>
T take(tl::expected<T, E>&& result) {
    return std::move(*result);
}

template <class E>
void take(tl::expected<void, E>&&) {}

}  // namespace detail
}  // namespace tapedeck

/// The value of `expression`, or return its error to our caller. Not for use inside coroutines,
/// nor inside a braced list: GCC leaks what of the list has been built before the return.
#define TRY(expression)                                                   \
    __extension__({                                                       \
        auto try_result_ = (expression);                                  \
        if (!try_result_) [[unlikely]]                                    \
            return ::tl::make_unexpected(std::move(try_result_).error()); \
        ::tapedeck::detail::take(std::move(try_result_));                 \
    })
