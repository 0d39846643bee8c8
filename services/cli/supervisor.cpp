#include "cli/supervisor.h"

#include <sys/wait.h>

#include <algorithm>
#include <fstream>
#include <system_error>

namespace tapedeck::cli {

using namespace std::chrono_literals;

namespace {

constexpr Duration kFirstPause = 200ms;
constexpr Duration kLongestPause = 5s;
/// A process that lived so long has not died of its start: the pauses begin anew.
constexpr Duration kHealthyAfter = 30s;
constexpr auto kShadow = "shadow";
constexpr auto kSimulator = "venue-simulator";
constexpr auto kTrader = "execution";  // it alone speaks for an account

Duration pause_after(int deaths) {
    Duration pause = kFirstPause;
    for (int i = 1; i < deaths && pause < kLongestPause; ++i) pause *= 2;
    return std::min(pause, kLongestPause);
}

bool is_final(int code) {
    return code == static_cast<int>(ExitCode::Usage) ||
           code == static_cast<int>(ExitCode::Configuration) ||
           code == static_cast<int>(ExitCode::Integrity);
}

}  // namespace

const std::vector<std::string>& Supervisor::services() {
    static const std::vector<std::string> kNames{
        "journal", "strategy", "risk", "execution", "market-data", kShadow};
    return kNames;
}

Supervisor::~Supervisor() {
    stop();
}

Result<> Supervisor::start() {
    std::error_code error;
    std::filesystem::create_directories(options_.home / "logs", error);
    if (error) {
        return fail(
            (options_.home / "logs").string() + ": cannot make it: " + error.message() +
            "; choose another --home");
    }
    std::vector<std::string> wanted = services();
    if (!options_.shadow) std::erase(wanted, kShadow);
    if (!options_.simulator.empty()) wanted.insert(wanted.begin(), kSimulator);
    for (const auto& service : wanted) {
        Child child;
        child.service = service;
        TRY(launch(child, Duration::zero()));
        children_.push_back(std::move(child));
    }
    return {};
}

Result<> Supervisor::launch(Child& child, Duration now) {
    const auto log = log_of(child.service);
    std::error_code ignored;
    const auto size = std::filesystem::file_size(log, ignored);
    child.log_start = ignored ? 0 : size;
    child.started = now;
    child.process = TRY(ops::ChildProcess::start(
        options_.programs / ("tapedeck-" + child.service),
        child.service == kSimulator ? options_.simulator : options_.arguments,
        log,
        child.service == kTrader ? std::vector<std::string>{} : options_.secrets));
    return {};
}

std::string Supervisor::last_words(const Child& child) const {
    std::ifstream in(log_of(child.service));
    in.seekg(static_cast<std::streamoff>(child.log_start));
    const std::string prefix = "tapedeck-" + child.service + ": ";
    std::string line;
    std::string words;
    bool speaking = false;
    while (std::getline(in, line)) {
        // Its log lines are JSON; what it says to people is not, and may have several lines.
        if (line.starts_with(prefix)) {
            words = line;
            speaking = true;
        } else if (speaking && !line.starts_with('{')) {
            words += '\n' + line;
        } else {
            speaking = false;
        }
    }
    return words;
}

Result<> Supervisor::died(Child& child, int status, Duration now) {
    child.process.reset();
    if (now - child.started > kHealthyAfter) child.deaths = 0;
    ++child.deaths;
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    const std::string how = WIFEXITED(status) ? "exit " + std::to_string(code)
                                              : "signal " + std::to_string(WTERMSIG(status));
    // The others trade on without their shadow.
    const bool final =
        child.service != kShadow && (is_final(code) || (options_.errors_are_final && code != 0));
    if (final) {
        std::string words = last_words(child);
        if (words.empty())
            words = child.service + " ended (" + how + "); see " + log_of(child.service).string();
        return fail(std::move(words), static_cast<ExitCode>(code));
    }
    const Duration pause = pause_after(child.deaths);
    child.start_again = now + pause;
    say_(child.service + " died (" + how + "), starting it again in " + to_string(pause));
    return {};
}

Result<> Supervisor::poll(Duration now) {
    for (auto& child : children_) {
        if (!child.process) {
            if (now < child.start_again) continue;
            if (const auto again = launch(child, now); !again) {
                say_(again.error().message);  // it is being replaced, maybe
                child.start_again = now + kLongestPause;
                continue;
            }
            say_(child.service + " started again");
            continue;
        }
        if (child.started == Duration::zero()) child.started = now;
        if (const auto status = child.process->take_end()) TRY(died(child, *status, now));
    }
    return {};
}

void Supervisor::stop(Duration patience) {
    for (auto child = children_.rbegin(); child != children_.rend(); ++child) {
        if (child->process) child->process->stop(patience);
    }
    children_.clear();
}

}  // namespace tapedeck::cli
