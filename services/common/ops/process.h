#pragma once

#include "base/expected.h"
#include "ops/build_info.h"
#include "ops/clock.h"
#include "ops/config.h"
#include "ops/log.h"
#include "ops/stop_signal.h"
#include "ops/vitals.h"

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace tapedeck::ops {

/// What distinguishes one service's process from another's.
struct ProcessSpec {
    std::string service;                ///< "risk"; the binary and its messages: tapedeck-risk
    std::string summary;                ///< one sentence for --help
    std::vector<std::string> examples;  ///< command lines; --help opens with them
    std::vector<SettingsSection> sections;
    std::vector<Check> checks = {};
    /// Sections of others that are passed over; WholeStack for a process that knows all of them.
    Scope scope = Scope::OneService;
};

/// A running process as its service sees it: configuration, log, clock, and when to stop.
class Process {
public:
    Process(
        const ProcessSpec& spec,
        std::filesystem::path home,
        Configuration configuration,
        const Clock& clock,
        Log& log,
        const StopSignal& stop);
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    const std::string& service() const { return spec_.service; }

    const Configuration& configuration() const { return configuration_; }

    /// What goes into ServiceStarted: the keys of this service's own sections, without secrets.
    Settings settings() const;

    /// The directory of this installation; sockets are in run/, segments in journal/.
    const std::filesystem::path& home() const { return home_; }

    std::filesystem::path run_directory() const { return home_ / "run"; }

    std::filesystem::path journal_directory() const { return home_ / "journal"; }

    Log& log() const { return log_; }

    const Clock& clock() const { return clock_; }

    const BuildInfo& build() const { return build_; }

    /// True once SIGTERM or SIGINT came. Look at it at least twice a second, or poll the
    /// descriptor, which is readable from then on.
    bool stopping() const { return stop_.stopping(); }

    int stop_descriptor() const { return stop_.descriptor(); }

    /// Calls `step`, which returns a Result of anything and must not wait for long, until it fails
    /// or the process is to stop.
    template <class Step>
    Result<> repeat(Step&& step) {
        while (!stopping()) {
            vitals_.turned(clock_.monotonic());
            TRY(step());
        }
        return {};
    }

    /// What this process answers about its health.
    Vitals& vitals() { return vitals_; }

    /// One step of a tape::Node, which waits at most `longest`; health hears how far it is.
    template <class Node>
    Result<> turn(Node& node, Duration longest) {
        TRY(node.step(clock_.monotonic(), longest));
        joined_ = joined_ || node.is_live();
        TapeProgress progress{
            .applied = node.last().value,
            .decided = node.last().value,
            .tape_end = node.tape_end().value,
            .joined = joined_,
            .problem = node.quarantine()};
        if (node.journal_is_down()) progress.problem = "the journal is silent";
        vitals_.follow(clock_.monotonic(), progress);
        return {};
    }

private:
    const ProcessSpec& spec_;
    std::filesystem::path home_;
    Configuration configuration_;
    BuildInfo build_;
    const Clock& clock_;
    Log& log_;
    const StopSignal& stop_;
    Vitals vitals_;
    bool joined_ = false;
};

using Serve = std::function<Result<>(Process&)>;

/// No core dump, and no look into this process by a neighbour with ptrace: the keys of the venues
/// are in its memory. Programs it starts leave no core dump either.
void keep_memory_private();

/// The life of a service's process, from its flags to its exit code:
///
///     int main(int argc, char** argv) { return ops::run(argc, argv, spec(), serve); }
///
/// Reads --config DIR, --profile NAME, --home DIR, --set key=value, --log-level LEVEL, --version
/// and --help; finds all mistakes of the configuration; refuses to run twice on one home; keeps
/// secrets out of core dumps. What goes wrong is one line on stderr, "tapedeck-risk: …", and the
/// exit code of its Error; 2 for wrong flags, 5 for a wrong configuration; 0 after a signal.
int run(int argc, const char* const* argv, const ProcessSpec& spec, const Serve& serve);

}  // namespace tapedeck::ops
