#include "simulation/simulate.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace tapedeck::simulation {

namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kStepsMin = 4;

/// A directory for one run, gone with it.
class RunDirectory {
public:
    static Result<RunDirectory> make() {
        const fs::path memory = "/dev/shm";
        std::error_code ignored;
        const fs::path parent =
            fs::is_directory(memory, ignored) ? memory : fs::temp_directory_path(ignored);
        std::string pattern = (parent / "tapedeck-simulation-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) {
            return fail(
                parent.string() + ": cannot make a directory: " + std::strerror(errno) +
                "; set TMPDIR to a place that this user may write");
        }
        return RunDirectory(pattern);
    }

    RunDirectory(RunDirectory&& other) noexcept : path_(std::exchange(other.path_, {})) {}

    RunDirectory& operator=(RunDirectory&&) = delete;

    ~RunDirectory() {
        std::error_code ignored;
        if (!path_.empty()) fs::remove_all(path_, ignored);
    }

    const std::string& path() const { return path_; }

private:
    explicit RunDirectory(std::string path) : path_(std::move(path)) {}

    std::string path_;
};

}  // namespace

Result<Outcome> run_once(
    const RunOptions& options, const std::function<void(const std::string&)>& trace) {
    const RunDirectory directory = TRY(RunDirectory::make());
    World world(Plan::draw(options), directory.path() + "/tape");
    world.trace = trace;
    return world.run(options.until);
}

Result<RunOptions> shrink(const RunOptions& failing) {
    RunOptions smallest = failing;
    for (const auto& [fault, _] : Plan::draw(failing).means) {
        RunOptions smaller = smallest;
        smaller.without.insert(fault);
        if (!TRY(run_once(smaller)).ok) smallest = smaller;
    }
    std::uint32_t steps = Plan::draw(smallest).feed_steps;
    while (steps / 2 >= kStepsMin) {
        RunOptions smaller = smallest;
        smaller.steps = steps /= 2;
        if (TRY(run_once(smaller)).ok) break;
        smallest = smaller;
    }
    return smallest;
}

void Campaign::add(const Outcome& outcome) {
    ++runs;
    failed += outcome.ok ? 0 : 1;
    noticed += outcome.noticed ? 1 : 0;
    records += outcome.records;
    simulated += outcome.simulated;
    for (const auto& [name, count] : outcome.counts) counts[name] += count;
}

}  // namespace tapedeck::simulation
