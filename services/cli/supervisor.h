#pragma once

#include "base/expected.h"
#include "base/time.h"
#include "ops/child_process.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tapedeck::cli {

/// Runs the processes of one stack as children: starts them, starts them again when they die, stops
/// them in order. What Compose does with containers, on a machine without it. A child dies with its
/// supervisor, so nothing is ever left behind.
class Supervisor {
public:
    struct Options {
        std::filesystem::path programs;  ///< the directory of tapedeck-journal and the others
        std::filesystem::path home;
        std::vector<std::string> arguments;  ///< of every process
        /// An ordinary exit with an error ends the stack instead of a restart: for runs over files,
        /// where the same line would stop it again and again.
        bool errors_are_final = false;
        bool shadow = true;  ///< whether the shadow runs beside the others
        /// Variables of the environment with a venue's secrets: they are execution's alone.
        std::vector<std::string> secrets{};
        /// With these a simulator of the venue runs before all others; none: it does not.
        std::vector<std::string> simulator{};
    };

    /// In the order in which they start; they stop the other way round.
    static const std::vector<std::string>& services();

    /// `say` hears of every start, death and restart, one sentence each.
    Supervisor(Options options, std::function<void(const std::string&)> say)
        : options_(std::move(options)), say_(std::move(say)) {}

    Supervisor(const Supervisor&) = delete;
    Supervisor& operator=(const Supervisor&) = delete;

    /// Stops what still runs.
    ~Supervisor();

    /// An error names the program that is missing.
    Result<> start();

    /// Reaps and restarts. An error is a process's own last word, with its exit code: it cannot run
    /// with this configuration, or its tape is damaged.
    Result<> poll(Duration now);

    /// SIGTERM to each in turn, SIGKILL after `patience`.
    void stop(Duration patience = std::chrono::seconds(10));

    std::filesystem::path log_of(const std::string& service) const {
        return options_.home / "logs" / (service + ".log");
    }

private:
    struct Child {
        std::string service;
        std::optional<ops::ChildProcess> process;  ///< none while it is dead
        int deaths = 0;
        Duration started{};
        Duration start_again{};
        std::uintmax_t log_start = 0;
    };

    Result<> launch(Child& child, Duration now);
    Result<> died(Child& child, int status, Duration now);
    std::string last_words(const Child& child) const;

    Options options_;
    std::function<void(const std::string&)> say_;
    std::vector<Child> children_;
};

}  // namespace tapedeck::cli
