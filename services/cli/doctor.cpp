#include "cli/doctor.h"

#include "bench/disk.h"
#include "cli/configuration.h"
#include "cli/findings.h"
#include "cli/views.h"
#include "tape/socket.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/timex.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

namespace tapedeck::cli {

using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t kGiB = std::uint64_t{1} << 30U;
constexpr Duration kSyncTime = 200ms;
constexpr Duration kSlowSync = 20ms;
/// Sockets, the tape's files, logs: far fewer are needed, but ZeroMQ takes some a connection.
constexpr rlim_t kFilesMin = 256;
constexpr Duration kCheckAgeMost = 49h;

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

/// Whether something keeps this machine's clock right: orders carry its time.
Finding check_clock() {
    timex state{};
    if (::adjtimex(&state) < 0) return warn("the clock's state cannot be read");
    if ((state.status & STA_UNSYNC) != 0) {
        return warn("nothing keeps the clock right: run chrony or systemd-timesyncd");
    }
    return ok(fmt::format("clock is synchronised, within {} ms", state.maxerror / 1000));
}

Finding check_file_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return warn("the limit of open files is unknown");
    const std::string text = fmt::format("{} files may be open in a process", limit.rlim_cur);
    return limit.rlim_cur < kFilesMin ? warn(text + ": raise it (ulimit -n 4096)") : ok(text);
}

/// The newest daily check of the tape that is on it.
Finding check_tape_checked(Session& session, TapeSource& tape) {
    const Seq end = tape.end().value_or(Seq{});
    std::optional<std::pair<Time, TapeChecked>> last;
    const auto wanted = [](std::uint16_t type) { return type == TapeChecked::kType; };
    const auto read = tape.records({1}, end, wanted, [&](const Recorded& recorded) {
        last.emplace(recorded.recorded_at, *recorded.event.as<TapeChecked>());
        return true;
    });
    if (!read) return failed("tape: " + read.error().message);
    if (!last) return ok("the tape has not been checked by its journal yet: that is once a day");
    const auto& [at, checked] = *last;
    const std::string text = fmt::format(
        "the journal checked seq {} to {} at {}",
        checked.first_seq.value,
        checked.last_seq.value,
        session.show(at));
    if (!checked.problem.empty()) return failed(text + ": " + checked.problem);
    const Duration age = session.world().clock.wall() - at;
    return age > kCheckAgeMost ? warn(text + ": that is long ago") : ok(text);
}

std::vector<Finding> check_stack(Session& session) {
    const auto tape = session.live_tape();
    if (!tape) return {warn("no stack is running: " + tape.error().message)};
    const auto facts = (*tape)->facts();
    if (!facts) return {failed(facts.error().message)};
    std::vector<Finding> found;
    for (const auto& service : facts->services) {
        if (is_visitor(service.name)) continue;
        if (!service.alive) {
            found.push_back(failed(service.name + " is gone"));
        } else if (service.lagging) {
            found.push_back(failed(service.name + " does not keep up with the tape"));
        } else {
            found.push_back(ok(service.name + " is alive"));
        }
    }
    const auto verified = (*tape)->verify([](Seq) {});
    found.push_back(
        verified ? ok("tape verified to seq " + std::to_string(verified->value))
                 : failed("tape: " + verified.error().message));
    if (!facts->lockstep) found.push_back(check_tape_checked(session, **tape));
    return found;
}

}  // namespace

Result<> doctor(Session& session) {
    const auto home = std::filesystem::absolute(session.home().directory);
    std::error_code error;
    std::filesystem::create_directories(home, error);
    std::vector<Finding> found{
        check_configuration(session), check_sockets(session), check_clock(), check_file_limit()};
    if (error) {
        found.push_back(failed(home.string() + ": cannot make it: " + error.message()));
    } else {
        found.push_back(check_space(home));
        found.push_back(check_disk(session, home));
    }
    for (auto& finding : check_stack(session)) found.push_back(std::move(finding));
    return report(session, found);
}

}  // namespace tapedeck::cli
