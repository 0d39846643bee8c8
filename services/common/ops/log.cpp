#include "ops/log.h"

#include "ops/terminal.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <mutex>
#include <vector>

namespace tapedeck::ops {

namespace {

using nlohmann::ordered_json;

// A code is a constant in our source, so there are some hundreds; a caller that makes codes up
// shares one bucket beyond this, instead of growing the table for ever.
constexpr std::size_t kBucketsMax = 1000;
constexpr std::string_view kOtherCodes = "(other codes)";

struct LevelName {
    LogLevel level;
    std::string_view name;
};

constexpr std::array<LevelName, 6> kLevels{
    {{LogLevel::Trace, "trace"},
     {LogLevel::Debug, "debug"},
     {LogLevel::Info, "info"},
     {LogLevel::Warn, "warn"},
     {LogLevel::Error, "error"},
     {LogLevel::Fatal, "fatal"}}};

spdlog::level::level_enum spdlog_level(LogLevel level) {
    switch (level) {
        case LogLevel::Trace: return spdlog::level::trace;
        case LogLevel::Debug: return spdlog::level::debug;
        case LogLevel::Info: return spdlog::level::info;
        case LogLevel::Warn: return spdlog::level::warn;
        case LogLevel::Error: return spdlog::level::err;
        case LogLevel::Fatal: return spdlog::level::critical;
    }
    return spdlog::level::info;
}

/// Hands each line to a function.
class FunctionSink final : public spdlog::sinks::base_sink<std::mutex> {
public:
    explicit FunctionSink(Log::Output output) : output_(std::move(output)) {}

private:
    void sink_it_(const spdlog::details::log_msg& message) override {
        output_({message.payload.data(), message.payload.size()});
    }

    void flush_() override {}

    Log::Output output_;
};

/// RFC 3339 with exactly six digits of a second, so that lines sort as text.
std::string timestamp(Time time) {
    using namespace std::chrono;
    const auto day = floor<days>(time);
    const year_month_day date{day};
    const hh_mm_ss clock{floor<microseconds>(time) - day};
    return fmt::format(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z",
        static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()),
        clock.hours().count(),
        clock.minutes().count(),
        clock.seconds().count(),
        clock.subseconds().count());
}

ordered_json to_json(const LogValue& value) {
    return std::visit(
        [](const auto& plain) -> ordered_json {
            if constexpr (std::is_same_v<std::decay_t<decltype(plain)>, double>) {
                // JSON has no NaN; null would hide that there was one.
                if (!std::isfinite(plain)) return fmt::format("{}", plain);
            }
            return plain;
        },
        value.variant());
}

std::string dump(const ordered_json& json) {
    // Invalid UTF-8 (a venue's message) becomes U+FFFD instead of an exception.
    return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

/// What a person reads after `key=`: quoted only when it would be ambiguous.
std::string console_value(const LogValue& value) {
    const auto* text = std::get_if<std::string>(&value.variant());
    if (text == nullptr) return dump(to_json(value));
    const bool plain = !text->empty() && std::all_of(text->begin(), text->end(), [](char c) {
        return static_cast<unsigned char>(c) > 0x20 && c != '"' && c != '=' && c != 0x7F;
    });
    return plain ? *text : dump(*text);
}

Color color_of(LogLevel level) {
    switch (level) {
        case LogLevel::Trace:
        case LogLevel::Debug: return Color::Dim;
        case LogLevel::Info: return Color::Green;
        case LogLevel::Warn: return Color::Yellow;
        case LogLevel::Error:
        case LogLevel::Fatal: return Color::Red;
    }
    return Color::Dim;
}

/// Lets `burst` through at once and `per_second` in the long run.
struct Bucket {
    double tokens;
    Duration filled;
    std::uint64_t suppressed = 0;
    LogLevel level = LogLevel::Info;  ///< of the last one suppressed
};

}  // namespace

std::string_view to_string(LogLevel level) {
    return kLevels[static_cast<std::size_t>(level)].name;
}

std::optional<LogLevel> parse_log_level(std::string_view text) {
    for (const auto& [level, name] : kLevels) {
        if (name == text) return level;
    }
    return std::nullopt;
}

std::optional<LogFormat> parse_log_format(std::string_view text, bool on_terminal) {
    if (text == "json") return LogFormat::Json;
    if (text == "console") return LogFormat::Console;
    if (text == "auto") return on_terminal ? LogFormat::Console : LogFormat::Json;
    return std::nullopt;
}

struct Log::State {
    State(Options wanted, const Clock& time)
        : options(std::move(wanted)), clock(time), logger(options.process, make_sink()) {
        logger.set_pattern("%v");
        logger.set_level(spdlog::level::trace);  // write() has decided before it formats
        logger.flush_on(spdlog::level::trace);
    }

    spdlog::sink_ptr make_sink() const {
        if (options.output) return std::make_shared<FunctionSink>(options.output);
        return std::make_shared<spdlog::sinks::stderr_sink_mt>();
    }

    /// The number suppressed before this line, or nothing if this one is suppressed too.
    std::optional<std::uint64_t> admit(LogLevel level, std::string_view code, Duration now);

    std::string json_line(
        LogLevel level,
        std::string_view code,
        std::string_view message,
        const std::vector<LogField>& fields) const;
    std::string console_line(
        LogLevel level,
        std::string_view code,
        std::string_view message,
        const std::vector<LogField>& fields) const;
    void print(
        LogLevel level,
        std::string_view code,
        std::string_view message,
        const std::vector<LogField>& fields);

    mutable std::mutex mutex;
    Options options;
    const Clock& clock;
    spdlog::logger logger;
    std::vector<std::pair<std::string, std::string>> context;
    std::map<std::string, Bucket, std::less<>> buckets;
    std::map<LogLevel, std::uint64_t> counts;
};

std::optional<std::uint64_t> Log::State::admit(
    LogLevel level, std::string_view code, Duration now) {
    if (buckets.size() >= kBucketsMax && buckets.find(code) == buckets.end()) code = kOtherCodes;
    const double full = options.burst;
    Bucket& bucket = buckets.try_emplace(std::string(code), Bucket{full, now}).first->second;
    const double refill =
        std::chrono::duration<double>(now - bucket.filled).count() * options.per_second;
    bucket.tokens = std::min(full, bucket.tokens + refill);
    bucket.filled = now;
    if (bucket.tokens < 1) {
        ++bucket.suppressed;
        bucket.level = level;
        return std::nullopt;
    }
    bucket.tokens -= 1;
    return std::exchange(bucket.suppressed, 0);
}

std::string Log::State::json_line(
    LogLevel level,
    std::string_view code,
    std::string_view message,
    const std::vector<LogField>& fields) const {
    ordered_json line;
    line["ts"] = timestamp(clock.wall());
    line["lvl"] = to_string(level);
    line["proc"] = options.process;
    for (const auto& [key, value] : context) line[key] = value;
    line["code"] = code;
    line["msg"] = message;
    for (const auto& field : fields) {
        // The line's own fields are never overwritten: a log that lies about its time is worse
        // than an odd name.
        const std::string key(field.key);
        line[line.contains(key) ? key + "_" : key] = to_json(field.value);
    }
    return dump(line);
}

std::string Log::State::console_line(
    LogLevel level,
    std::string_view code,
    std::string_view message,
    const std::vector<LogField>& fields) const {
    const Colors colors = options.colors ? Colors::on() : Colors::off();
    std::string line = timestamp(clock.wall()).substr(11, 12);
    line += ' ';
    line += colors.paint(color_of(level), fmt::format("{:<5}", to_string(level)));
    line += ' ';
    line += code;
    line += "  ";
    line += printable(message);
    for (const auto& field : fields) {
        line += "  ";
        line += colors.paint(Color::Dim, std::string(field.key) + "=");
        line += console_value(field.value);
    }
    return line;
}

void Log::State::print(
    LogLevel level,
    std::string_view code,
    std::string_view message,
    const std::vector<LogField>& fields) {
    const std::string line = options.format == LogFormat::Json
                                 ? json_line(level, code, message, fields)
                                 : console_line(level, code, message, fields);
    logger.log(spdlog_level(level), spdlog::string_view_t(line));
}

Log::Log(Options options, const Clock& clock)
    : state_(std::make_unique<State>(std::move(options), clock)) {}

Log::~Log() {
    const std::lock_guard lock(state_->mutex);
    for (const auto& [code, bucket] : state_->buckets) {
        if (bucket.suppressed == 0) continue;
        state_->print(
            bucket.level, code, "lines were suppressed", {{"suppressed", bucket.suppressed}});
    }
}

void Log::set_context(std::string key, std::string value) {
    const std::lock_guard lock(state_->mutex);
    for (auto& [known, old] : state_->context) {
        if (known == key) {
            old = std::move(value);
            return;
        }
    }
    state_->context.emplace_back(std::move(key), std::move(value));
}

void Log::set_level(LogLevel level) {
    const std::lock_guard lock(state_->mutex);
    state_->options.level = level;
}

std::map<LogLevel, std::uint64_t> Log::counts() const {
    const std::lock_guard lock(state_->mutex);
    return state_->counts;
}

void Log::write(LogLevel level, std::string_view code, std::string_view message, LogFields fields) {
    const std::lock_guard lock(state_->mutex);
    if (level < state_->options.level) return;
    ++state_->counts[level];
    const auto suppressed = state_->admit(level, code, state_->clock.monotonic());
    if (!suppressed) return;
    std::vector<LogField> all(fields);
    if (*suppressed > 0) all.push_back({"suppressed", *suppressed});
    state_->print(level, code, message, all);
}

void Log::trace(std::string_view code, std::string_view message, LogFields fields) {
    write(LogLevel::Trace, code, message, fields);
}

void Log::debug(std::string_view code, std::string_view message, LogFields fields) {
    write(LogLevel::Debug, code, message, fields);
}

void Log::info(std::string_view code, std::string_view message, LogFields fields) {
    write(LogLevel::Info, code, message, fields);
}

void Log::warn(std::string_view code, std::string_view message, LogFields fields) {
    write(LogLevel::Warn, code, message, fields);
}

void Log::error(std::string_view code, std::string_view message, LogFields fields) {
    write(LogLevel::Error, code, message, fields);
}

void Log::fatal(std::string_view code, std::string_view message, LogFields fields) {
    write(LogLevel::Fatal, code, message, fields);
}

}  // namespace tapedeck::ops
