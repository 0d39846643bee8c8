#pragma once

#include "base/time.h"
#include "events/event.h"
#include "tape/client.h"
#include "testing/temporary_directory.h"

#include <sys/types.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// Whole processes, real sockets, real files. Every wait is bounded; what a test started ends with
/// it.
namespace tapedeck::integration {

/// A child process of the test. Killed, by its id, when this goes out of scope.
class Child {
public:
    /// stdout and stderr go to `log`. `group`: in place of this process's own.
    Child(
        const std::string& program,
        const std::vector<std::string>& arguments,
        const std::string& log,
        std::optional<gid_t> group = {});
    Child(Child&& other) noexcept;
    Child& operator=(Child&&) = delete;
    ~Child();

    pid_t pid() const { return pid_; }

    void signal(int number) const;

    /// The exit code once it has ended; 128 + signal if it was killed; -1 if it has not ended in
    /// time.
    int wait(Duration patience = std::chrono::seconds(20));

    bool is_running();

private:
    pid_t pid_ = -1;
    int exit_code_ = -1;
};

struct Output {
    int exit_code = -1;
    std::string out;
    std::string err;
};

/// Runs a program of the build to its end.
Output run(const std::string& program, const std::vector<std::string>& arguments);

std::string slurp(const std::string& file);

/// Where the build has put its programs.
std::string binary(const std::string& name);

/// A stack over recorded candles, in a home of its own.
class Stack {
public:
    /// `settings`: overrides as "risk.day_trades=20", on top of four strategies on three pairs.
    explicit Stack(std::vector<std::string> settings);

    static const std::vector<std::string>& services();

    void start(const std::string& service);
    void start_all();

    /// kill -9, by id.
    void kill(const std::string& service);

    /// SIGTERM to all, journal last; each must end with exit code 0.
    void stop();

    Child& process(const std::string& service) { return *processes_.at(service); }

    std::string log_of(const std::string& service) const;

    /// The last lines of every service's log, for the message of a test that failed.
    std::string last_words() const;

    /// A connection to the journal, asked for until it answers.
    std::unique_ptr<tape::Client> connect();

    /// Waits until `reached` says so of the tape's end; false after `patience`.
    bool wait_for_seq(std::uint64_t seq, Duration patience = std::chrono::seconds(60));

    /// Waits until FeedEnded is on the tape and every decider has decided to its end.
    bool wait_for_end(Duration patience = std::chrono::seconds(120));

    /// All records of the stopped tape.
    std::vector<Recorded> tape() const;

    /// The stopped tape's frames, verified: the chain at the last seq of each.
    std::map<std::uint64_t, tape::Hash> chain() const;

    std::string home() const { return home_.path().string(); }

    std::string journal() const { return home() + "/journal"; }

    std::vector<std::string> arguments() const;

private:
    testing::TemporaryDirectory home_;
    std::vector<std::string> settings_;
    std::map<std::string, std::unique_ptr<Child>> processes_;
};

/// Turns the clock for bounded waits.
Duration monotonic_now();

/// A file of `minutes` candles of a seeded walk, in our CSV format; "<name>_BTCUSD_1m.csv" and so
/// on name the instrument. Returns its path.
std::string write_candles(
    const testing::TemporaryDirectory& directory,
    const std::string& name,
    std::uint64_t seed,
    int minutes,
    double start_price);

}  // namespace tapedeck::integration
