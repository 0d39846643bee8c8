#pragma once

#include "base/time.h"
#include "ops/clock.h"

#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace tapedeck::ops {

enum class LogLevel { Trace, Debug, Info, Warn, Error, Fatal };

std::string_view to_string(LogLevel level);

/// "trace" … "fatal".
std::optional<LogLevel> parse_log_level(std::string_view text);

enum class LogFormat { Json, Console };

/// "json", "console", or "auto": lines for people on a terminal, NDJSON elsewhere.
std::optional<LogFormat> parse_log_format(std::string_view text, bool on_terminal);

template <class T>
concept HasToStringMember = requires(const T& value) {
    { value.to_string() } -> std::convertible_to<std::string>;
};

/// What a field says. Numbers stay numbers; decimals, prices, instruments, times and secrets go
/// through their to_string, so a decimal is a string and a secret is "***".
class LogValue {
public:
    using Variant = std::variant<bool, std::int64_t, std::uint64_t, double, std::string>;

    LogValue(bool value) : value_(value) {}  // NOLINT: values are written as they are

    LogValue(double value) : value_(value) {}  // NOLINT

    LogValue(const char* value) : value_(std::string(value)) {}  // NOLINT

    LogValue(std::string_view value) : value_(std::string(value)) {}  // NOLINT

    LogValue(std::string value) : value_(std::move(value)) {}  // NOLINT

    template <std::signed_integral T>
    LogValue(T value) : value_(std::int64_t{value}) {}  // NOLINT

    template <std::unsigned_integral T>

    requires(!std::same_as<T, bool>) LogValue(T value) : value_(std::uint64_t{value}) {}  // NOLINT

    template <HasToStringMember T>
    LogValue(const T& value) : value_(std::string(value.to_string())) {}  // NOLINT

    LogValue(Time value) : value_(tapedeck::to_string(value)) {}  // NOLINT

    LogValue(Duration value) : value_(tapedeck::to_string(value)) {}  // NOLINT

    const Variant& variant() const { return value_; }

private:
    Variant value_;
};

struct LogField {
    std::string_view key;  ///< snake_case; a key that the line already has is written all the same
    LogValue value;
};

using LogFields = std::initializer_list<LogField>;

/// Structured lines for operators: one fact each, with a stable code, a sentence and its values.
///
///     log.info("ORDER_SENT", "order sent", {{"seq", 12}, {"qty", quantity}});
///
/// Not a second truth: business facts are events. Each code has a bucket of tokens; what exceeds it
/// is counted, and the next line of that code says "suppressed":N. Safe to use from any thread.
class Log {
public:
    /// Takes one line without its line feed.
    using Output = std::function<void(std::string_view)>;

    struct Options {
        std::string process;  ///< "risk": the field proc
        LogFormat format = LogFormat::Json;
        LogLevel level = LogLevel::Info;
        bool colors = false;      ///< only for Console
        unsigned burst = 50;      ///< lines of one code at once
        unsigned per_second = 5;  ///< and this many a second in the long run
        Output output = {};       ///< empty: stderr
    };

    /// The clock must outlive the log.
    Log(Options options, const Clock& clock);
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    /// Says what was suppressed and not yet told.
    ~Log();

    /// A field of every later line: "tape", "mode".
    void set_context(std::string key, std::string value);

    void set_level(LogLevel level);

    void trace(std::string_view code, std::string_view message, LogFields fields = {});
    void debug(std::string_view code, std::string_view message, LogFields fields = {});
    void info(std::string_view code, std::string_view message, LogFields fields = {});
    void warn(std::string_view code, std::string_view message, LogFields fields = {});
    void error(std::string_view code, std::string_view message, LogFields fields = {});
    void fatal(std::string_view code, std::string_view message, LogFields fields = {});

    /// Lines asked for so far by level, suppressed ones included, those below the level not:
    /// for log_messages_total{level}.
    std::map<LogLevel, std::uint64_t> counts() const;

private:
    struct State;

    void write(LogLevel level, std::string_view code, std::string_view message, LogFields fields);

    std::unique_ptr<State> state_;
};

}  // namespace tapedeck::ops
