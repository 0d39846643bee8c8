#include "cli/doctor.h"

#include "bench/disk.h"
#include "cli/configuration.h"
#include "ops/table.h"
#include "tape/socket.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

namespace tapedeck::cli {

using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t kGiB = std::uint64_t{1} << 30U;
constexpr Duration kSyncTime = 200ms;
constexpr Duration kSlowSync = 20ms;

struct Finding {
    std::string verdict;  ///< ok, warn, FAIL
    std::string text;
};

Finding ok(std::string text) {
    return {"ok", std::move(text)};
}

Finding warn(std::string text) {
    return {"warn", std::move(text)};
}

Finding failed(std::string text) {
    return {"FAIL", std::move(text)};
}

Finding check_configuration(Session& session) {
    const auto loaded = load_configuration(session, session.options().overrides);
    if (loaded.ok()) {
        return ok(
            "configuration of profile " + session.profile() + " (" +
            session.config_directory().string() + ")");
    }
    return failed("configuration: " + loaded.report());
}

Finding check_sockets(const Session& session) {
    const auto run = std::filesystem::absolute(session.home().run()).string();
    const auto endpoints = tape::Endpoints::in(run);
    return endpoints ? ok("socket paths fit (" + run + ")") : failed(endpoints.error().message);
}

Finding check_space(const std::filesystem::path& home) {
    struct statvfs status {};

    if (::statvfs(home.c_str(), &status) != 0) {
        return failed(home.string() + ": " + std::strerror(errno));
    }
    const std::uint64_t free = std::uint64_t{status.f_bavail} * status.f_frsize;
    const std::string text = std::to_string(free / kGiB) + " GiB free at " + home.string();
    if (free < kGiB) return failed(text + ": a day of market data needs more");
    return free < 10 * kGiB ? warn(text) : ok(text);
}

Finding check_disk(const Session& session, const std::filesystem::path& home) {
    auto times = bench::flush_times(session.world().clock, home, kSyncTime, bench::Place::Next);
    if (!times) return failed("cannot write: " + times.error().message);
    const double us = times->percentile_us(50);
    const std::string text = fmt::format("a write is on disk after {:.0f} us (median)", us);
    const auto in_us = [](Duration d) {
        return std::chrono::duration<double, std::micro>(d).count();
    };
    if (us < in_us(bench::kTooFastFlush)) {
        return warn(text + ": too fast to be true; does it flush?");
    }
    return us > in_us(kSlowSync) ? warn(text + ": slow") : ok(text);
}

std::vector<Finding> check_stack(Session& session) {
    const auto tape = session.live_tape();
    if (!tape) return {warn("no stack is running: " + tape.error().message)};
    const auto facts = (*tape)->facts();
    if (!facts) return {failed(facts.error().message)};
    std::vector<Finding> found;
    for (const auto& service : facts->services) {
        if (service.name == "operator") continue;
        found.push_back(
            service.alive ? ok(service.name + " is alive") : failed(service.name + " is gone"));
    }
    const auto verified = (*tape)->verify([](Seq) {});
    found.push_back(
        verified ? ok("tape verified to seq " + std::to_string(verified->value))
                 : failed("tape: " + verified.error().message));
    return found;
}

Result<> show(Session& session, const std::vector<Finding>& found) {
    for (const auto& finding : found) {
        if (session.options().json) {
            const nlohmann::ordered_json line{{"verdict", finding.verdict}, {"text", finding.text}};
            TRY(session.print(line.dump() + '\n'));
        } else {
            std::string verdict = finding.verdict;
            verdict.resize(6, ' ');
            TRY(session.print(verdict + finding.text + '\n'));
        }
    }
    return {};
}

}  // namespace

Result<> doctor(Session& session) {
    const auto home = std::filesystem::absolute(session.home().directory);
    std::error_code error;
    std::filesystem::create_directories(home, error);
    std::vector<Finding> found{check_configuration(session), check_sockets(session)};
    if (error) {
        found.push_back(failed(home.string() + ": cannot make it: " + error.message()));
    } else {
        found.push_back(check_space(home));
        found.push_back(check_disk(session, home));
    }
    for (auto& finding : check_stack(session)) found.push_back(std::move(finding));
    TRY(show(session, found));
    const bool bad = std::any_of(found.begin(), found.end(), [](const Finding& finding) {
        return finding.verdict == "FAIL";
    });
    if (bad) return fail("something would go wrong: see FAIL above");
    return {};
}

}  // namespace tapedeck::cli
