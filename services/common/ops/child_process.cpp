#include "ops/child_process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

namespace tapedeck::ops {

namespace {

constexpr Duration kPoll = std::chrono::milliseconds(10);

[[noreturn]] void become(
    pid_t parent,
    const std::filesystem::path& program,
    const std::vector<std::string>& arguments,
    const std::filesystem::path& log,
    const std::vector<std::string>& withheld) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != parent) ::_exit(1);  // it died before that took hold
    ::setpgid(0, 0);
    const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    const int in = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (out < 0 || in < 0) ::_exit(1);
    ::dup2(in, STDIN_FILENO);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(out, STDERR_FILENO);
    for (const auto& name : withheld) ::unsetenv(name.c_str());
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

Result<ChildProcess> ChildProcess::start(
    const std::filesystem::path& program,
    const std::vector<std::string>& arguments,
    const std::filesystem::path& log,
    const std::vector<std::string>& withheld) {
    if (::access(program.c_str(), X_OK) != 0) {
        return fail(
            program.string() + ": cannot be run: " + std::strerror(errno) +
            "; build the stack first (deploy/run does)");
    }
    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    if (pid < 0) return fail("cannot start another process: " + std::string(std::strerror(errno)));
    if (pid == 0) become(parent, program, arguments, log, withheld);
    return ChildProcess(pid);
}

std::optional<int> ChildProcess::take_end() {
    int status = 0;
    if (pid_ < 0 || ::waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
    pid_ = -1;
    return status;
}

void ChildProcess::stop(Duration patience) {
    if (pid_ < 0) return;
    ::kill(pid_, SIGTERM);
    Duration waited{};
    int status = 0;
    while (::waitpid(pid_, &status, WNOHANG) == 0) {
        if (waited > patience) ::kill(pid_, SIGKILL);
        ::usleep(static_cast<useconds_t>(
            std::chrono::duration_cast<std::chrono::microseconds>(kPoll).count()));
        waited += kPoll;
    }
    pid_ = -1;
}

}  // namespace tapedeck::ops
