#include "cli/health.h"

#include "cli/supervisor.h"
#include "net/http.h"
#include "ops/health.h"
#include "ops/nearest.h"
#include "ops/table.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace tapedeck::cli {

namespace {

using Json = nlohmann::json;

constexpr Duration kPatience = std::chrono::seconds(2);

/// What one process says of itself; an object with "error" when it says nothing.
Json ask(const Session& session, const std::string& service) {
    const auto socket =
        ops::health_socket(std::filesystem::absolute(session.home().run()).string(), service);
    const auto answer = net::http_get(socket, "/status", kPatience);
    Json object = Json::object();
    if (answer) object = Json::parse(answer->body, nullptr, false);
    if (answer && object.is_object() && object.contains("live")) return object;
    return {
        {"service", service},
        {"live", false},
        {"ready", false},
        {"reason", answer ? "it answers nonsense" : answer.error().message},
        {"error", true}};
}

std::string yes_or_no(const Json& object, const char* key) {
    return object.value(key, false) ? "yes" : "no";
}

/// Why it isn't ready, or what is out of order at its venue though it is.
std::string remark_of(const Json& object) {
    const Json figures = object.value("figures", Json::object());
    const auto is = [&](const char* key, int value) { return figures.value(key, -1) == value; };
    std::string remark = object.value("reason", "");
    const auto add = [&](const char* text) {
        remark += (remark.empty() ? "" : "; ") + std::string(text);
    };
    if (is("venue_stream_up", 0)) add("the account's stream is down");
    if (is("venue_breaker_open", 1)) add("breaker open: REST rests after failures");
    if (is("venue_breaker_half_open", 1)) add("breaker half-open: one call, to see");
    return remark;
}

std::string megabytes(const Json& object) {
    return fmt::format("{:.1f}", object.value("resident_bytes", 0.0) / 1e6);
}

ops::Table table_of(const std::vector<Json>& answers) {
    ops::Table table(
        {"PROCESS", "LIVE", "READY", "LAG", "BEHIND s", "MEMORY MB", "UP s", "REASON"});
    for (const Json& each : answers) {
        const bool silent = each.contains("error");
        table.add(
            {each.value("service", ""),
             yes_or_no(each, "live"),
             yes_or_no(each, "ready"),
             silent ? "" : std::to_string(each.value("lag_records", std::uint64_t{0})),
             silent ? "" : fmt::format("{:.1f}", each.value("lag_seconds", 0.0)),
             silent ? "" : megabytes(each),
             silent ? "" : fmt::format("{:.0f}", each.value("uptime_seconds", 0.0)),
             remark_of(each)});
    }
    return table;
}

Result<> check_names(const std::vector<std::string>& services) {
    const auto& known = Supervisor::services();
    for (const auto& service : services) {
        if (std::find(known.begin(), known.end(), service) != known.end()) continue;
        const auto meant = ops::nearest(service, known);
        return fail(
            "there is no process \"" + service + "\"" +
                (meant ? ": did you mean \"" + *meant + "\"?"
                       : "; there are journal, strategy, risk, execution and market-data"),
            ExitCode::Usage);
    }
    return {};
}

/// The shadow is looked at by `status`, in what it has proven; trading goes on without it.
std::vector<std::string> core_services() {
    auto services = Supervisor::services();
    std::erase(services, "shadow");
    return services;
}

}  // namespace

Result<> show_health(Session& session, const HealthOptions& options) {
    TRY(check_names(options.services));
    std::vector<Json> answers;
    for (const auto& service : options.services.empty() ? core_services() : options.services) {
        answers.push_back(ask(session, service));
    }
    if (session.options().json) {
        for (const Json& each : answers) TRY(session.print(each.dump() + '\n'));
    } else {
        TRY(session.print(table_of(answers)));
    }
    const auto any = [&](const auto& is_so) {
        return std::any_of(answers.begin(), answers.end(), is_so);
    };
    if (any([](const Json& each) { return each.contains("error"); })) {
        return fail("", ExitCode::Unreachable);
    }
    const char* const wanted = options.live ? "live" : "ready";
    if (any([&](const Json& each) { return !each.value(wanted, false); })) {
        return fail("", ExitCode::Degraded);
    }
    return {};
}

}  // namespace tapedeck::cli
