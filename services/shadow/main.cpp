#include "ops/process.h"
#include "research/settings.h"
#include "shadow/shadow.h"
#include "tape/client.h"

#include <poll.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>

namespace tapedeck::shadow {
namespace {

using namespace std::chrono_literals;

constexpr Duration kTurn = 250ms;
constexpr Duration kReportEvery = 1s;
constexpr Duration kPatience = 1s;
/// Nobody waits for the shadow: the deciders go first.
constexpr int kLowestPriority = 19;

void pause(const ops::Process& process, Duration longest) {
    pollfd stop{process.stop_descriptor(), POLLIN, 0};
    const auto longest_ms = std::chrono::duration_cast<std::chrono::milliseconds>(longest);
    ::poll(&stop, 1, static_cast<int>(longest_ms.count()));
}

/// One process's watch over one tape.
class Watch {
public:
    explicit Watch(ops::Process& process)
        : process_(process), shadow_(ops::identity(process.build())) {}

    /// Follows the journal until the process is to stop, or the journal is away.
    Result<> follow() {
        auto client = tape::Client::connect(
            {process_.run_directory().string(),
             [this] { return process_.clock().monotonic(); },
             kPatience});
        if (!client) return {};
        client_ = std::move(*client);
        const auto followed = client_->follow(
            shadow_.last(), kTurn, [this](const tape::Follower::Frame* frame) -> Result<bool> {
                if (frame != nullptr) TRY(shadow_.take(frame->header, frame->records()));
                TRY(look_around());
                return !process_.stopping();
            });
        if (!followed && followed.error().exit_code == ExitCode::Integrity) return followed;
        return {};
    }

private:
    /// Now and then: tells what is to be told once everything recorded was seen, and writes how far
    /// the proof is.
    Result<> look_around() {
        const Duration now = process_.clock().monotonic();
        if (now - looked_ < kReportEvery) return {};
        looked_ = now;
        const auto welcome = client_->ask();
        if (!welcome) return {};
        if (shadow_.last() >= client_->tape_end()) TRY(tell());
        write(report(shadow_, welcome->tape_id, process_.clock().wall()));
        return {};
    }

    Result<> tell() {
        for (const auto& found : shadow_.untold()) {
            // Its own words come back with the tape; until then they are not said again.
            if (found == said_) continue;
            process_.log().error(
                "DECISION_DIVERGED",
                "a decision computed again is not the one on the tape",
                {{"service", found.service},
                 {"cause", found.cause.value},
                 {"recorded_seq", found.recorded_seq.value},
                 {"expected", found.expected},
                 {"recorded", found.recorded}});
            const auto seq = client_->submit(found, ops::identity(process_.build()), "shadow");
            // Whether it is on the tape will be seen there; what is not is said again.
            if (seq) said_ = found;
        }
        return {};
    }

    /// Whole or not at all: status may read at any moment.
    void write(const std::string& text) const {
        const auto file = process_.run_directory() / "shadow.json";
        const auto next = process_.run_directory() / "shadow.json.next";
        std::ofstream(next, std::ios::trunc) << text;
        std::error_code ignored;
        std::filesystem::rename(next, file, ignored);
    }

    ops::Process& process_;
    Shadow shadow_;
    std::unique_ptr<tape::Client> client_;
    DecisionDiverged said_;
    Duration looked_{};
};

Result<> serve(ops::Process& process) {
    ::setpriority(PRIO_PROCESS, 0, kLowestPriority);
    const bool enabled = process.settings().flag("shadow.enabled", true);
    if (!enabled) process.log().info("SHADOW_OFF", "switched off by shadow.enabled");
    Watch watch(process);
    return process.repeat([&]() -> Result<> {
        if (enabled) TRY(watch.follow());
        if (!process.stopping()) pause(process, kPatience);
        return {};
    });
}

ops::ProcessSpec spec() {
    return {
        .service = "shadow",
        .summary = "Decides everything again beside the live deciders; a difference is an alert.",
        .examples = {"tapedeck-shadow --profile demo --home var/demo"},
        .sections = research::settings()};
}

}  // namespace
}  // namespace tapedeck::shadow

int main(int argc, char** argv) {
    return tapedeck::ops::run(argc, argv, tapedeck::shadow::spec(), tapedeck::shadow::serve);
}
