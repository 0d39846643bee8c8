#include "cli/doctor.h"

#include "cli/configuration.h"
#include "cli/views.h"
#include "ops/table.h"
#include "tape/socket.h"

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

namespace tapedeck::cli {

using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t kGiB = std::uint64_t{1} << 30U;
constexpr int kSyncSamples = 20;
/// No disk that really flushes is faster.
constexpr Duration kSuspiciousSync = 30us;
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

/// The median time that one 4 KiB write takes to be on disk.
Result<Duration> sync_median(const ops::Clock& clock, const std::filesystem::path& home) {
    const std::string file = (home / "doctor.tmp").string();
    const int descriptor = ::open(file.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0) return fail(file + ": " + std::strerror(errno));
    std::array<char, 4096> block{};
    std::vector<Duration> times;
    bool works = true;
    for (int i = 0; i < kSyncSamples && works; ++i) {
        const Duration start = clock.monotonic();
        works =
            ::write(descriptor, block.data(), block.size()) == static_cast<ssize_t>(block.size()) &&
            ::fdatasync(descriptor) == 0;
        times.push_back(clock.monotonic() - start);
    }
    const std::string why = std::strerror(errno);
    ::close(descriptor);
    ::unlink(file.c_str());
    if (!works) return fail(file + ": " + why);
    std::sort(times.begin(), times.end());
    return times[times.size() / 2];
}

Finding check_disk(const Session& session, const std::filesystem::path& home) {
    const auto median = sync_median(session.world().clock, home);
    if (!median) return failed("cannot write: " + median.error().message);
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(*median).count();
    const std::string text = "a write is on disk after " + std::to_string(us) + " us (median)";
    if (*median < kSuspiciousSync) return warn(text + ": too fast to be true; does it flush?");
    return *median > kSlowSync ? warn(text + ": slow") : ok(text);
}

std::vector<Finding> check_stack(Session& session) {
    const auto tape = session.live_tape();
    if (!tape) return {warn("no stack is running: " + tape.error().message)};
    const auto facts = (*tape)->facts();
    if (!facts) return {failed(facts.error().message)};
    std::vector<Finding> found;
    for (const auto& service : facts->services) {
        if (is_visitor(service.name)) continue;
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
