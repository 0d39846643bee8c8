#pragma once

#include "base/expected.h"
#include "base/time.h"
#include "cli/tape_source.h"
#include "cli/world.h"
#include "ops/table.h"

#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::cli {

/// The flags that every command takes.
struct CommonOptions {
    std::string home;
    std::string profile;
    std::string config;
    std::string tape;
    std::string output;
    std::vector<std::string> overrides;
    bool json = false;
    bool plain = false;
    bool quiet = false;
    bool no_input = false;
    bool local_time = false;
};

/// Where one stack lives on disk.
struct Home {
    std::filesystem::path directory;

    std::filesystem::path run() const { return directory / "run"; }

    std::filesystem::path journal() const { return directory / "journal"; }

    std::filesystem::path logs() const { return directory / "logs"; }

    std::filesystem::path pid_file() const { return directory / "run" / "up.pid"; }
};

/// One command's run: its flags, where its words go, and the tape it speaks of.
class Session {
public:
    Session(World& world, CommonOptions options) : world_(world), options_(std::move(options)) {}

    World& world() const { return world_; }

    const std::map<std::string, std::string>& environment() const { return world_.environment; }

    const CommonOptions& options() const { return options_; }

    /// --profile, else TAPEDECK_PROFILE, else demo.
    std::string profile() const;

    /// --home, else TAPEDECK_HOME, else ./var/<profile>.
    Home home() const;

    /// --config, else the deploy/config above the program or the working directory, else
    /// /etc/tapedeck.
    std::filesystem::path config_directory() const;

    /// The tape that is asked about: --tape, else the running journal, else the file that a stopped
    /// one has left, which is said on stderr. Errors: exit 3, 4, 8.
    Result<TapeSource*> tape();

    /// The journal, running; nothing else will do.
    Result<TapeSource*> live_tape();

    /// Where the result goes: stdout or -o FILE.
    Result<std::ostream*> out();

    /// Writes the table in the form that was asked for.
    Result<> print(const ops::Table& table);

    /// Writes text to the result.
    Result<> print(std::string_view text);

    /// Says something beside the result, on stderr, unless -q.
    void note(std::string_view message);

    /// Flushes; an error when not everything could be written.
    Result<> finish();

    ops::Colors colors() const;

    /// Where a progress line is drawn: stderr on a terminal, else nowhere.
    std::function<void(std::string_view)> progress_output() const;

    /// "2026-11-20T12:05:00.415Z", or local time with its offset.
    std::string show(Time time) const;

    /// "12:05:00.415".
    std::string show_clock(Time time) const;

    bool interactive() const { return world_.in_is_terminal && !options_.no_input; }

private:
    std::string variable(const std::string& name) const;

    World& world_;
    CommonOptions options_;
    std::unique_ptr<TapeSource> tape_;
    std::ofstream file_;
};

/// "o-48211885".
std::string order_name(Seq intent);

/// The seq in "o-48211885" or "48211885".
std::optional<Seq> parse_order_name(std::string_view text);

}  // namespace tapedeck::cli
