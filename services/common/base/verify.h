#pragma once

namespace tapedeck::detail {

/// Prints the broken condition with its place and aborts. Never returns.
[[noreturn]] void verify_failed(const char* condition, const char* file, int line);

}  // namespace tapedeck::detail

/// Aborts, in every build, when the program itself is wrong. Never for what comes from outside:
/// that is a Result. A crash loses nothing: all state is a fold of the tape.
#define VERIFY(condition)                                                      \
    do {                                                                       \
        if (!(condition)) [[unlikely]]                                         \
            ::tapedeck::detail::verify_failed(#condition, __FILE__, __LINE__); \
    } while (false)
