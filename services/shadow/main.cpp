#include "ops/process.h"
#include "research/settings.h"
#include "shadow/shadow.h"
#include "tape/client.h"

#include <poll.h>
#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <utility>

namespace tapedeck::shadow {
namespace {

using namespace std::chrono_literals;

constexpr Duration kTurn = 250ms;
constexpr Duration kReportEvery = 1s;
constexpr Duration kPatience = 1s;
/// Records asked for at once. Each may be a message of its own, and they must fit into the socket's
/// queue: whoever lets it fill up hears no heartbeat and is disconnected.
constexpr std::uint64_t kPiece = 512;
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

    /// Takes what the journal has recorded meanwhile; waits a little when that is nothing. LIVE is
    /// not listened to: it would be pushed at us faster than we are allowed to look.
    Result<> step() {
        if (!client_ && !connect()) {
            tell_progress({}, "the journal does not answer");
            pause(process_, kPatience);
            return {};
        }
        const auto welcome = client_->ask();
        if (!welcome) {  // it comes back, or we are stopped
            tell_progress({}, "the journal does not answer");
            return {};
        }
        const Seq end = client_->tape_end();
        if (end < shadow_.last()) {
            return fail(
                "the tape ends at " + std::to_string(end.value) + ", and was proven to " +
                    std::to_string(shadow_.last().value) + ": it is another one, begin anew",
                ExitCode::Integrity);
        }
        tape_id_ = welcome->tape_id;
        tell_progress(end, {});
        TRY(take_to(end));
        tell_progress(end, {});
        if (shadow_.last() < end) return {};
        tell();
        look_around();
        pause(process_, kTurn);
        return {};
    }

private:
    /// The client's own thread keeps its priority, or it would miss heartbeats.
    bool connect() {
        auto client = tape::Client::connect(
            {process_.run_directory().string(),
             [this] { return process_.clock().monotonic(); },
             kPatience});
        if (!client) return false;
        client_ = std::move(*client);
        ::setpriority(PRIO_PROCESS, 0, kLowestPriority);
        return true;
    }

    Result<> take_to(Seq end) {
        while (shadow_.last() < end && !process_.stopping()) {
            const Seq from = shadow_.last().next();
            const Seq to{std::min(end.value, shadow_.last().value + kPiece)};
            auto read =
                client_->read(from, to, [this](const tape::Follower::Frame& frame) -> Result<bool> {
                    TRY(shadow_.take(frame.header, frame.records()));
                    return true;
                });
            if (!read && read.error().exit_code == ExitCode::Integrity) return read;
            if (!read || shadow_.last() < to) return {};  // it is away
            process_.vitals().turned(process_.clock().monotonic());
            tell_progress(end, {});
            look_around();
        }
        return {};
    }

    /// For /readyz.
    void tell_progress(Seq end, std::string problem) {
        const std::uint64_t last = shadow_.last().value;
        joined_ = joined_ || (end.exists() && last >= end.value);
        process_.vitals().follow(
            process_.clock().monotonic(),
            {.applied = last,
             .decided = last,
             .tape_end = std::max(end.value, last),
             .joined = joined_,
             .problem = std::move(problem)});
    }

    /// Now and then: writes how far the proof is.
    void look_around() {
        const Duration now = process_.clock().monotonic();
        if (now - looked_ < kReportEvery) return;
        looked_ = now;
        write(report(shadow_, tape_id_, process_.clock().wall()));
    }

    /// Only when everything that is recorded was seen: what an earlier shadow told may come late.
    void tell() {
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
    std::uint64_t tape_id_ = 0;
    Duration looked_{};
    bool joined_ = false;  ///< all that was there at the start is proven
};

Result<> serve(ops::Process& process) {
    const bool enabled = process.settings().flag("shadow.enabled", true);
    if (!enabled) process.log().info("SHADOW_OFF", "switched off by shadow.enabled");
    Watch watch(process);
    return process.repeat([&]() -> Result<> {
        if (enabled) return watch.step();
        ops::TapeProgress nothing;
        nothing.joined = true;
        process.vitals().follow(process.clock().monotonic(), nothing);
        pause(process, kPatience);
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
