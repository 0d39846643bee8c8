#include "bench/stack.h"

#include <fstream>
#include <system_error>

namespace tapedeck::bench {

using namespace std::chrono_literals;

namespace {

constexpr Duration kStartPatience = 15s;
constexpr Duration kStopPatience = 10s;
constexpr Duration kAnswerPatience = 1s;

std::string last_line_of(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::string last;
    for (std::string line; std::getline(in, line);) last = line;
    return last;
}

}  // namespace

Result<Stack> Stack::start(
    const Options& options,
    const std::filesystem::path& home,
    const std::vector<std::string>& services,
    const std::string& toml) {
    std::error_code error;
    std::filesystem::create_directories(home / "config", error);
    std::ofstream(home / "config" / "bench.toml") << toml;
    Stack stack(options.clock, home);
    for (const auto& service : services) {
        const auto log = home / (service + ".log");
        auto process = TRY(ops::ChildProcess::start(
            options.programs / ("tapedeck-" + service),
            {"--config", (home / "config").string(), "--profile", "bench", "--home", home},
            log));
        stack.members_.push_back({service, log, std::move(process)});
    }
    const Duration deadline = options.clock.monotonic() + kStartPatience;
    while (true) {
        if (stack.connect()) return stack;
        TRY(stack.check());
        if (options.interrupted()) return fail("interrupted", ExitCode::Interrupted);
        if (options.clock.monotonic() > deadline) {
            return fail("tapedeck-journal does not answer within " + to_string(kStartPatience));
        }
    }
}

Stack::~Stack() {
    while (!members_.empty()) {
        members_.back().process.stop(kStopPatience);
        members_.pop_back();
    }
}

Result<std::unique_ptr<tape::Client>> Stack::connect() const {
    return tape::Client::connect(
        {run_directory(), [clock = clock_] { return clock->monotonic(); }, kAnswerPatience});
}

Result<> Stack::check() {
    for (auto& member : members_) {
        if (!member.process.take_end()) continue;
        return fail("tapedeck-" + member.service + " ended: " + last_line_of(member.log));
    }
    return {};
}

}  // namespace tapedeck::bench
