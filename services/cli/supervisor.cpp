#include "cli/supervisor.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <system_error>

namespace tapedeck::cli {

using namespace std::chrono_literals;

namespace {

constexpr Duration kFirstPause = 200ms;
constexpr Duration kLongestPause = 5s;
/// A process that lived so long has not died of its start: the pauses begin anew.
constexpr Duration kHealthyAfter = 30s;
constexpr auto kPoll = 10ms;
constexpr auto kShadow = "shadow";

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

void become(
    pid_t supervisor,
    const std::filesystem::path& program,
    const std::vector<std::string>& arguments,
    const std::filesystem::path& log) {
    // Whoever kills the supervisor ends the stack: an orphan could trade unseen.
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != supervisor) ::_exit(1);  // it died before that took hold
    // Ctrl-C on the terminal is the supervisor's to pass on, in order.
    ::setpgid(0, 0);
    const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    const int in = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (out < 0 || in < 0) ::_exit(1);
    ::dup2(in, STDIN_FILENO);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(out, STDERR_FILENO);
    std::vector<char*> argv;
    std::string name = program.string();
    argv.push_back(name.data());
    std::vector<std::string> copies = arguments;
    for (auto& argument : copies) argv.push_back(argument.data());
    argv.push_back(nullptr);
    ::execv(program.c_str(), argv.data());
    ::_exit(127);
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
    for (const auto& service : services()) {
        const auto program = options_.programs / ("tapedeck-" + service);
        if (::access(program.c_str(), X_OK) != 0) {
            return fail(
                program.string() + ": cannot be run: " + std::strerror(errno) +
                "; build the stack first (deploy/run does)");
        }
    }
    std::error_code error;
    std::filesystem::create_directories(options_.home / "logs", error);
    if (error) {
        return fail(
            (options_.home / "logs").string() + ": cannot make it: " + error.message() +
            "; choose another --home");
    }
    for (const auto& service : services()) {
        if (service == kShadow && !options_.shadow) continue;
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
    const auto program = options_.programs / ("tapedeck-" + child.service);
    const pid_t supervisor = ::getpid();
    const pid_t pid = ::fork();
    if (pid < 0) return fail("cannot start another process: " + std::string(std::strerror(errno)));
    if (pid == 0) become(supervisor, program, options_.arguments, log);
    child.pid = pid;
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
    child.pid = -1;
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
        if (child.pid < 0) {
            if (now < child.start_again) continue;
            TRY(launch(child, now));
            say_(child.service + " started again");
            continue;
        }
        if (child.started == Duration::zero()) child.started = now;
        int status = 0;
        if (::waitpid(child.pid, &status, WNOHANG) == child.pid) TRY(died(child, status, now));
    }
    return {};
}

void Supervisor::stop(Duration patience) {
    for (auto child = children_.rbegin(); child != children_.rend(); ++child) {
        if (child->pid < 0) continue;
        ::kill(child->pid, SIGTERM);
        Duration waited{};
        int status = 0;
        while (::waitpid(child->pid, &status, WNOHANG) == 0) {
            if (waited > patience) ::kill(child->pid, SIGKILL);
            ::usleep(static_cast<useconds_t>(
                std::chrono::duration_cast<std::chrono::microseconds>(kPoll).count()));
            waited += kPoll;
        }
        child->pid = -1;
    }
    children_.clear();
}

}  // namespace tapedeck::cli
