#pragma once

#include "base/expected.h"
#include "bench/bench.h"
#include "ops/child_process.h"
#include "tape/client.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace tapedeck::bench {

/// Real processes of a stack, in a directory of their own, with a profile called "bench". They end
/// with this.
class Stack {
public:
    /// Starts `services` in `home`, configured by `toml`, and waits until the journal answers.
    static Result<Stack> start(
        const Options& options,
        const std::filesystem::path& home,
        const std::vector<std::string>& services,
        const std::string& toml);

    Stack(Stack&&) = default;
    Stack& operator=(Stack&&) = delete;

    /// The journal first to start, last to stop.
    ~Stack();

    std::string run_directory() const { return (home_ / "run").string(); }

    /// A visitor's connection, in the calling thread.
    Result<std::unique_ptr<tape::Client>> connect() const;

    /// An error with its last words if a process has ended.
    Result<> check();

private:
    Stack(const ops::Clock& clock, std::filesystem::path home)
        : clock_(&clock), home_(std::move(home)) {}

    struct Member {
        std::string service;
        std::filesystem::path log;
        ops::ChildProcess process;
    };

    const ops::Clock* clock_;
    std::filesystem::path home_;
    std::vector<Member> members_;
};

}  // namespace tapedeck::bench
