#pragma once

#include "base/expected.h"
#include "base/time.h"

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tapedeck::ops {

/// A program that runs as a child of this process, and never outlives it: it is stopped when this
/// goes out of scope, and gets SIGTERM should we be killed. An orphan could trade unseen.
class ChildProcess {
public:
    /// What it says goes to the end of `log`; it has no stdin, and a process group of its own, so
    /// that Ctrl-C on the terminal is ours to pass on. A program that cannot be run ends with 127.
    /// Of our environment it gets all but the variables `withheld`.
    static Result<ChildProcess> start(
        const std::filesystem::path& program,
        const std::vector<std::string>& arguments,
        const std::filesystem::path& log,
        const std::vector<std::string>& withheld = {});

    ChildProcess(ChildProcess&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}

    ChildProcess& operator=(ChildProcess&& other) noexcept {
        std::swap(pid_, other.pid_);
        return *this;
    }

    ~ChildProcess() { stop(std::chrono::seconds(10)); }

    pid_t pid() const { return pid_; }

    /// How it ended, as waitpid(2) tells, once; nothing while it runs, or when that was told.
    std::optional<int> take_end();

    /// SIGTERM, then SIGKILL after `patience`. Nothing if it has ended.
    void stop(Duration patience);

private:
    explicit ChildProcess(pid_t pid) : pid_(pid) {}

    pid_t pid_ = -1;  ///< -1: it has ended
};

}  // namespace tapedeck::ops
