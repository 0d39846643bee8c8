#include "cli/stack_verbs.h"

#include "cli/configuration.h"
#include "cli/local_venue.h"
#include "cli/status.h"
#include "cli/summary.h"
#include "cli/supervisor.h"
#include "market-data/shell/make_feed.h"
#include "ops/pid_file.h"
#include "ops/process.h"
#include "ops/progress.h"
#include "tape/client.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iostream>
#include <set>

namespace tapedeck::cli {

using namespace std::chrono_literals;

namespace {

constexpr Duration kTurn = 100ms;
constexpr Duration kStartPatience = 15s;
constexpr Duration kStopPatience = 30s;

void sleep_for(Duration duration) {
    ::usleep(static_cast<useconds_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(duration).count()));
}

bool sets(const Session& session, std::string_view key) {
    const auto& all = session.options().overrides;
    return std::any_of(all.begin(), all.end(), [&](const std::string& text) {
        return text.starts_with(std::string(key) + "=");
    });
}

std::string joined(const std::vector<std::string>& items) {
    std::string text;
    for (const auto& item : items) text += (text.empty() ? "" : ",") + item;
    return text;
}

/// A feed over the files, made only to ask what is in them.
Result<std::vector<InstrumentListed>> instruments_in(const std::vector<std::string>& files) {
    Settings settings;
    settings.set("market-data.feed", "recorded");
    settings.set("market-data.files", joined(files));
    const auto feed = TRY(market_data::make_feed(settings));
    return feed->instruments();
}

/// Follows a recorded run to its end.
class EndWatch {
public:
    explicit EndWatch(Session& session)
        : session_(session), progress_("playing", 0, "records", session.world().clock) {}

    /// True once FeedEnded is on the tape and every decider has decided to its end.
    bool is_over() {
        if (!client_) {
            auto connected = tape::Client::connect(
                {session_.home().run().string(),
                 [this] { return session_.world().clock.monotonic(); },
                 200ms});
            if (!connected) return false;
            client_ = std::move(*connected);
        }
        const auto welcome = client_->ask();
        if (!welcome) {
            client_.reset();
            return false;
        }
        const Seq end = client_->tape_end();
        const auto done = client_->read(seen_.next(), end, [&](const tape::Follower::Frame& frame) {
            return tape::for_each_record(
                frame.header,
                frame.records(),
                [](std::uint16_t type) { return type == FeedEnded::kType; },
                [&](const Recorded&) { return ended_ = true; });
        });
        if (!done) return false;
        seen_ = end;
        progress_.advance_to(end.value);
        if (!ended_) return false;
        return std::all_of(
            welcome->services.begin(), welcome->services.end(), [&](const auto& service) {
                const bool decides = service.name == "strategy" || service.name == "risk" ||
                                     service.name.starts_with("execution.");
                return !decides || service.decided >= end.value;
            });
    }

private:
    Session& session_;
    ops::Progress progress_;
    std::unique_ptr<tape::Client> client_;
    Seq seen_;
    bool ended_ = false;
};

std::string absolute_path(const std::filesystem::path& path) {
    return std::filesystem::absolute(path).lexically_normal().string();
}

/// "path=venue:BASE/QUOTE@1m": only the path in front is one.
std::string absolute_file(const std::string& text) {
    const auto sign = text.find('=');
    const std::string path = absolute_path(text.substr(0, sign));
    return sign == std::string::npos ? path : path + text.substr(sign);
}

/// What the run's directory begins with. Of a tape the home around it: "demo" for var/demo/journal.
std::string stem_of(const std::string& file) {
    auto path = std::filesystem::path(absolute_path(file.substr(0, file.find('='))));
    if (!path.has_filename()) path = path.parent_path();
    if (path.filename() == "journal") path = path.parent_path();
    const std::string name = path.filename();
    return name.substr(0, name.find('.'));
}

std::string home_flag(const Session& session) {
    const auto& given = session.options().home;
    return given.empty() ? "" : " --home " + given;
}

/// Runs the supervisor until it is told to stop or the recorded data end.
Result<> supervise(Session& session, const UpOptions& options, Supervisor& supervisor) {
    const auto& clock = session.world().clock;
    TRY(supervisor.start());
    std::optional<EndWatch> end;
    if (!options.data.empty() && !options.watch) end.emplace(session);
    Result<> outcome;
    const auto turn = [&] {
        outcome = supervisor.poll(clock.monotonic());
        return outcome.has_value() && !session.world().interrupted();
    };
    if (options.watch) {
        TRY(watch_status(session, turn));
        return outcome;
    }
    while (turn()) {
        if (end && end->is_over()) {
            end.reset();
            const std::string summary = TRY(run_summary(session));
            return session.print(summary);
        }
        sleep_for(kTurn);
    }
    return outcome;
}

Result<> wait_until_up(Session& session) {
    const auto& clock = session.world().clock;
    const Duration deadline = clock.monotonic() + kStartPatience;
    while (clock.monotonic() < deadline) {
        const auto client = tape::Client::connect(
            {session.home().run().string(), [&] { return clock.monotonic(); }, 500ms});
        if (client) return {};
    }
    return fail(
        "the stack has not come up within " + to_string(kStartPatience) + "; see " +
            (session.home().logs() / "up.log").string(),
        ExitCode::Unreachable);
}

/// The parent waits until the stack answers; the child goes on without a terminal.
Result<bool> detached(Session& session) {
    std::error_code ignored;
    std::filesystem::create_directories(session.home().logs(), ignored);
    const std::string log = (session.home().logs() / "up.log").string();
    const pid_t child = ::fork();
    if (child < 0) return fail("cannot start a process in the background");
    if (child > 0) {
        TRY(wait_until_up(session));
        session.note(
            "the stack runs in the background\nnext: tapedeck status --watch" + home_flag(session) +
            "  ·  tapedeck down" + home_flag(session));
        return false;
    }
    ::setsid();
    const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    const int in = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (out >= 0 && in >= 0) {
        ::dup2(in, STDIN_FILENO);
        ::dup2(out, STDOUT_FILENO);
        ::dup2(out, STDERR_FILENO);
    }
    return true;
}

}  // namespace

std::string run_directory_for(const Session& session, const std::vector<std::string>& files) {
    std::string stamp =
        to_string(std::chrono::floor<std::chrono::seconds>(session.world().clock.wall()));
    stamp = stamp.substr(0, 19);
    std::erase_if(stamp, [](char c) { return c == ':' || c == '-'; });
    const auto beside = session.home().directory.parent_path();
    return (beside / "runs" / (stem_of(files[0]) + "-" + stamp)).string();
}

Result<std::vector<std::string>> overrides_for_data(
    const Session& session, const UpOptions& options) {
    std::vector<std::string> files;
    for (const auto& file : options.data) files.push_back(absolute_file(file));
    const auto listed = TRY(instruments_in(files));
    std::vector<std::string> names;
    std::set<std::string> quotes;
    for (const auto& each : listed) {
        names.push_back(each.instrument.to_string());
        quotes.emplace(each.instrument.quote());
    }
    std::vector<std::string> overrides{
        "journal.clock=feed",
        "journal.sync=checkpoint",
        "market-data.feed=recorded",
        "market-data.files=" + joined(files),
        "market-data.speed=" + options.speed};
    const Settings settings = TRY(effective_settings(session, overrides));
    for (const auto& strategy : settings.names_in("strategy")) {
        const std::string key = "strategy." + strategy + ".instruments";
        const auto wanted = settings.list(key);
        const bool any = std::any_of(wanted.begin(), wanted.end(), [&](const std::string& name) {
            return std::find(names.begin(), names.end(), name) != names.end();
        });
        if (!any && !sets(session, key)) overrides.push_back(key + "=" + joined(names));
    }
    const std::string currency = settings.text("risk.currency");
    if (quotes.size() == 1 && !quotes.contains(currency) && !sets(session, "risk.currency")) {
        overrides.push_back("risk.currency=" + *quotes.begin());
        if (!sets(session, "paper.cash")) {
            overrides.push_back("paper.cash=" + *quotes.begin() + ":10000");
        }
    }
    return overrides;
}

namespace {

/// The market of a venue is a profile, with a tape of its own.
Result<> up_at_venue(Session& session, UpOptions options) {
    CommonOptions own = session.options();
    if (!own.profile.empty() && own.profile != options.venue) {
        return fail(
            "--venue " + options.venue + " is the profile of that name: leave --profile out",
            ExitCode::Usage);
    }
    own.profile = std::exchange(options.venue, "");
    Session at_venue(session.world(), own);
    const auto file = at_venue.config_directory() / (own.profile + ".toml");
    if (!std::filesystem::exists(file)) {
        return fail(
            "no live market called " + own.profile + " (" + file.string() +
                " is missing); this build has: kraken, simulator",
            ExitCode::Usage);
    }
    return up(at_venue, options);
}

}  // namespace

Result<> up(Session& session, const UpOptions& options) {
    if (!options.venue.empty()) return up_at_venue(session, options);
    if (!options.data.empty() && session.options().home.empty()) {
        CommonOptions own = session.options();
        own.home = run_directory_for(session, options.data);
        Session with_home(session.world(), own);
        return up(with_home, options);
    }
    if (options.watch && options.detach) {
        return fail("--watch and --detach exclude each other", ExitCode::Usage);
    }
    ops::keep_memory_private();  // keys may be in the environment that the services get
    Supervisor::Options wanted;
    wanted.programs = session.world().program_directory;
    wanted.home = std::filesystem::absolute(session.home().directory);
    wanted.errors_are_final = !options.data.empty();
    std::vector<std::string> overrides;
    if (!options.data.empty()) overrides = TRY(overrides_for_data(session, options));
    for (const auto& each : session.options().overrides) overrides.push_back(each);
    // All mistakes at once, before anything runs.
    const Settings settings = TRY(effective_settings(session, overrides));
    wanted.shadow = settings.flag("shadow.enabled", true);
    wanted.secrets = secret_variables();
    if (settings.flag("kraken.simulator", false)) {
        const auto venue = TRY(prepare_local_venue(
            wanted.programs, wanted.home, wanted.home / "logs" / "venue-simulator.log", settings));
        wanted.simulator = venue.arguments;
        overrides.insert(overrides.begin(), venue.overrides.begin(), venue.overrides.end());
    }
    wanted.arguments = {
        "--config",
        absolute_path(session.config_directory()),
        "--profile",
        session.profile(),
        "--home",
        wanted.home.string()};
    for (const auto& each : overrides) {
        wanted.arguments.emplace_back("--set");
        wanted.arguments.push_back(each);
    }
    if (options.detach && !TRY(detached(session))) return {};
    const auto pid = TRY(ops::PidFile::take(wanted.home, "up"));
    session.note("starting in " + wanted.home.string() + " (profile " + session.profile() + ")");
    Supervisor supervisor(wanted, [&](const std::string& what) { session.note(what); });
    auto outcome = supervise(session, options, supervisor);
    supervisor.stop();
    if (!outcome) return outcome;
    session.note("stopped; the tape is " + (wanted.home / "journal").string());
    return {};
}

Result<> down(Session& session) {
    const auto home = session.home().directory;
    std::ifstream in(home / "run" / "up.pid");
    pid_t pid = 0;
    // The lock is the proof, not the number: it may be another process's by now.
    const bool runs = (in >> pid) && pid > 1 && !ops::PidFile::take(home, "up");
    if (!runs) {
        return fail(
            "no stack runs in " + home.string() + "; name its home with --home",
            ExitCode::Unreachable);
    }
    ::kill(pid, SIGTERM);
    const auto& clock = session.world().clock;
    const Duration deadline = clock.monotonic() + kStopPatience;
    while (clock.monotonic() < deadline) {
        if (ops::PidFile::take(home, "up")) {
            session.note("stopped; the tape is " + session.home().journal().string());
            return {};
        }
        sleep_for(kTurn);
    }
    return fail(
        "process " + std::to_string(pid) + " has not stopped within " + to_string(kStopPatience) +
            "; look at " + session.home().logs().string(),
        ExitCode::OutcomeUnknown);
}

}  // namespace tapedeck::cli
