#include "ops/health.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <utility>

namespace tapedeck::ops {

using namespace std::chrono_literals;

namespace {

using Json = nlohmann::ordered_json;

constexpr unsigned kOk = 200;
constexpr unsigned kNotFound = 404;
constexpr unsigned kUnavailable = 503;

double seconds(Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

/// What of our memory is in RAM, in bytes; 0 where /proc does not tell.
std::uint64_t resident_bytes() {
    std::ifstream in("/proc/self/statm");
    std::uint64_t size = 0;
    std::uint64_t resident = 0;
    if (!(in >> size >> resident)) return 0;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::uint64_t lag_of(const TapeProgress& progress) {
    return progress.tape_end - std::min(progress.tape_end, progress.decided);
}

net::HttpResponse verdict(const char* name, const std::string& reason) {
    Json object{{name, reason.empty()}};
    if (!reason.empty()) object["reason"] = reason;
    return {reason.empty() ? kOk : kUnavailable, object.dump() + '\n'};
}

}  // namespace

HealthLimits HealthLimits::read(const Settings& settings) {
    return {
        .stuck_after = settings.duration("health.stuck_after", 10s),
        .lag_records = static_cast<std::uint64_t>(settings.integer("health.lag_records", 100'000)),
        .lag_age = settings.duration("health.lag_age", 5s)};
}

Health::Health(std::string service, HealthLimits limits, const Clock& clock, const Vitals& vitals)
    : service_(std::move(service)),
      limits_(limits),
      clock_(clock),
      vitals_(vitals),
      build_(build_info()),
      began_(clock.monotonic()) {}

std::string Health::stuck(const Vitals::Reading& reading) const {
    // A process that opens a long tape has not begun to turn: that is not stuck, only not ready.
    if (reading.turned == Duration{}) return "";
    const Duration since = clock_.monotonic() - reading.turned;
    if (since <= limits_.stuck_after) return "";
    return fmt::format("the loop has not turned for {:.1f} s", seconds(since));
}

std::string Health::unready(const Vitals::Reading& reading) const {
    if (reading.turned == Duration{} || !reading.follows) return "starting";
    if (auto reason = stuck(reading); !reason.empty()) return reason;
    const TapeProgress& at = reading.progress;
    if (!at.problem.empty()) return at.problem;
    const std::uint64_t lag = lag_of(at);
    if (!at.joined) return fmt::format("catching up: {} records to go", lag);
    if (limits_.lag_records > 0 && lag > limits_.lag_records) {
        return fmt::format("{} records behind, the limit is {}", lag, limits_.lag_records);
    }
    const Duration behind = clock_.monotonic() - reading.caught_up;
    if (lag > 0 && limits_.lag_age > Duration::zero() && behind > limits_.lag_age) {
        return fmt::format(
            "behind for {:.1f} s, the limit is {:.1f} s",
            seconds(behind),
            seconds(limits_.lag_age));
    }
    return "";
}

std::string Health::status(const Vitals::Reading& reading) const {
    const Duration now = clock_.monotonic();
    const TapeProgress& at = reading.progress;
    const std::string reason = unready(reading);
    const std::uint64_t lag = lag_of(at);
    const bool has_turned = reading.turned != Duration{};
    Json object{
        {"service", service_},
        {"live", stuck(reading).empty()},
        {"ready", reason.empty()},
        {"reason", reason},
        {"applied_seq", at.applied},
        {"decided_seq", at.decided},
        {"tape_end_seq", at.tape_end},
        {"lag_records", lag},
        {"lag_seconds", lag > 0 ? seconds(now - reading.caught_up) : 0.0},
        {"turned_seconds_ago", has_turned ? Json(seconds(now - reading.turned)) : Json(nullptr)},
        {"uptime_seconds", seconds(now - began_)},
        {"resident_bytes", resident_bytes()},
        {"pid", ::getpid()},
        {"build", identity(build_)}};
    if (!reading.figures.empty()) object["figures"] = reading.figures;
    return object.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

net::HttpResponse Health::answer(const std::string& path) const {
    const Vitals::Reading reading = vitals_.read();
    if (path == "/livez") return verdict("live", stuck(reading));
    if (path == "/readyz") return verdict("ready", unready(reading));
    if (path == "/status") return {kOk, status(reading)};
    return {kNotFound, "{\"error\":\"there are /livez, /readyz and /status\"}\n"};
}

std::string health_socket(const std::string& run_directory, const std::string& service) {
    return run_directory + "/" + service + ".health";
}

}  // namespace tapedeck::ops
