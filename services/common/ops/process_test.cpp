#include "ops/process.h"

#include "ops/config_fixture.h"
#include "ops/pid_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace tapedeck::ops {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

ProcessSpec risk_spec() {
    ProcessSpec spec;
    spec.service = "risk";
    spec.summary = "Judges what strategies want.";
    spec.examples = {"tapedeck-risk --config deploy/config --profile paper"};
    for (auto& section : some_sections()) {
        if (section.name.starts_with("risk")) spec.sections.push_back(section);
    }
    return spec;
}

struct Ended {
    int code = -1;
    std::string out;
    std::string err;
};

std::string content_of(const std::string& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// run() changes signals, limits and descriptors, so each test lets a child do it.
class ProcessTest : public ConfigTest {
protected:
    pid_t start(const std::vector<std::string>& more, const Serve& serve) const {
        std::vector<std::string> words{
            "tapedeck-risk",
            "--config",
            request_.directory.string(),
            "--home",
            (request_.directory / "home").string()};
        words.insert(words.end(), more.begin(), more.end());
        const pid_t child = fork();
        if (child != 0) return child;
        redirect(STDOUT_FILENO, file("out"));
        redirect(STDERR_FILENO, file("err"));
        std::vector<const char*> argv;
        argv.reserve(words.size());
        for (const auto& word : words) argv.push_back(word.c_str());
        const int code = run(static_cast<int>(argv.size()), argv.data(), risk_spec(), serve);
        std::fflush(stdout);
        _exit(code);
    }

    Ended wait_for(pid_t child) const {
        int status = 0;
        EXPECT_EQ(waitpid(child, &status, 0), child);
        const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
        return {code, content_of(file("out")), content_of(file("err"))};
    }

    Ended run_child(const std::vector<std::string>& more, const Serve& serve) const {
        return wait_for(start(more, serve));
    }

    static Result<> do_nothing(Process& /*process*/) { return {}; }

    std::string file(const char* name) const { return (request_.directory / name).string(); }

private:
    static void redirect(int descriptor, const std::string& name) {
        const int opened = open(name.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        dup2(opened, descriptor);
        close(opened);
    }
};

TEST_F(ProcessTest, ServesWithItsConfigurationAndLogsJson) {
    write("base.toml", "[risk]\nday_trades = 7\n[journal]\nwhatever = 1\n");
    const auto ended = run_child({"--set", "risk.day_loss=0.04"}, [](Process& process) -> Result<> {
        const Settings settings = process.settings();
        process.log().info(
            "SERVED",
            "served",
            {{"trades", settings.integer("risk.day_trades", 0)},
             {"loss", settings.text("risk.day_loss")},
             {"log", settings.has("log.level")},
             {"home", process.run_directory().string()}});
        return {};
    });
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_EQ(ended.out, "");
    std::istringstream lines(ended.err);
    std::vector<nlohmann::json> seen;
    for (std::string line; std::getline(lines, line);) seen.push_back(nlohmann::json::parse(line));
    ASSERT_EQ(seen.size(), 4U) << ended.err;
    EXPECT_EQ(seen[0]["code"], "PROCESS_STARTED");
    EXPECT_EQ(seen[0]["proc"], "risk");
    EXPECT_EQ(seen[0]["mode"], "paper");
    EXPECT_EQ(seen[1]["key"], "risk.day_loss");
    EXPECT_EQ(seen[1]["by"], "--set");
    EXPECT_EQ(seen[2]["trades"], 7);
    EXPECT_EQ(seen[2]["loss"], "0.04");
    EXPECT_EQ(seen[2]["log"], false);
    EXPECT_EQ(seen[2]["home"], file("home") + "/run");
    EXPECT_EQ(seen[3]["code"], "PROCESS_STOPPED");
}

TEST_F(ProcessTest, AnErrorIsOneLineAndItsExitCode) {
    write("base.toml", "[log]\nlevel = \"fatal\"\n");
    const auto ended = run_child({}, [](Process&) -> Result<> {
        return fail("journal.sock: nobody listens", ExitCode::Unreachable);
    });
    EXPECT_EQ(ended.code, 4);
    EXPECT_EQ(ended.err, "tapedeck-risk: journal.sock: nobody listens\n");
}

TEST_F(ProcessTest, AnExceptionIsOneLineAndExitOne) {
    write("base.toml", "[log]\nlevel = \"fatal\"\n");
    const auto ended = run_child(
        {}, [](Process&) -> Result<> { throw std::runtime_error("a library was surprised"); });
    EXPECT_EQ(ended.code, 1);
    EXPECT_EQ(ended.err, "tapedeck-risk: unexpected: a library was surprised\n");
}

TEST_F(ProcessTest, AWrongConfigurationIsToldInFullAndExitsWithFive) {
    write("base.toml", "[risk]\nday_trads = 7\nday_loss = 0.1\n");
    const auto ended = run_child({}, do_nothing);
    EXPECT_EQ(ended.code, 5);
    EXPECT_EQ(
        ended.err,
        "base.toml:2:1: error: unknown key \"risk.day_trads\": did you mean \"risk.day_trades\"?\n"
        "base.toml:3:12: error: risk.day_loss must be a quoted decimal (\"0.1\"), got the float "
        "0.1: floats are not exact\n"
        "2 errors\n"
        "tapedeck-risk: the configuration is not valid\n");
}

TEST_F(ProcessTest, WrongFlagsExitWithTwo) {
    write("base.toml", "");
    auto ended = run_child({"--profle", "live"}, do_nothing);
    EXPECT_EQ(ended.code, 2);
    EXPECT_EQ(ended.err, "tapedeck-risk: unknown argument --profle; did you mean --profile?\n");
    ended = run_child({"stray"}, do_nothing);
    EXPECT_EQ(ended.code, 2);
    EXPECT_EQ(ended.err, "tapedeck-risk: unknown argument stray; see --help\n");
    ended = run_child({"--log-level", "loud"}, do_nothing);
    EXPECT_EQ(ended.code, 2);
    EXPECT_THAT(ended.err, HasSubstr("--log-level must be trace, debug"));
    ended = run_child({"--set"}, do_nothing);
    EXPECT_EQ(ended.code, 2);
    EXPECT_THAT(ended.err, MatchesRegex("tapedeck-risk: .*--set.*; see --help\n"));
}

TEST_F(ProcessTest, HelpOpensWithExamplesAndNeedsNoConfiguration) {
    auto ended = run_child({"--help"}, do_nothing);
    EXPECT_EQ(ended.code, 0);
    EXPECT_THAT(
        ended.out,
        StartsWith("Examples:\n  tapedeck-risk --config deploy/config --profile paper\n\n"));
    EXPECT_THAT(ended.out, HasSubstr("--log-level"));
    ended = run_child({"--version"}, do_nothing);
    EXPECT_EQ(ended.code, 0);
    EXPECT_THAT(ended.out, StartsWith("tapedeck-risk "));
    EXPECT_THAT(ended.out, HasSubstr("git "));
}

/// Until `text` is in the file `name`; a process that never gets there fails the test by ctest's
/// time limit.
void wait_until_in(const std::string& name, const std::string& text) {
    while (content_of(name).find(text) == std::string::npos) ::poll(nullptr, 0, 1);
}

TEST_F(ProcessTest, ASignalEndsTheLoopAndThatIsNoError) {
    write("base.toml", "");
    for (const int signal : {SIGTERM, SIGINT}) {
        std::filesystem::remove(file("err"));
        const pid_t child = start({}, [](Process& process) -> Result<> {
            pollfd stop{process.stop_descriptor(), POLLIN, 0};
            process.log().info("READY", "ready");
            return process.repeat([&]() -> Result<> {
                ::poll(&stop, 1, 60'000);
                return {};
            });
        });
        wait_until_in(file("err"), "READY");
        kill(child, signal);
        const auto ended = wait_for(child);
        EXPECT_EQ(ended.code, 0);
        EXPECT_THAT(ended.err, HasSubstr("stopped by signal"));
    }
}

TEST_F(ProcessTest, ASecondSignalEndsAProcessThatHangs) {
    write("base.toml", "");
    const pid_t child = start({}, [](Process& process) -> Result<> {
        process.log().info("READY", "ready");
        while (!process.stopping()) ::poll(nullptr, 0, 1000);
        process.log().info("HANGS", "hangs");
        while (true) ::poll(nullptr, 0, 1000);
    });
    wait_until_in(file("err"), "READY");
    kill(child, SIGTERM);
    wait_until_in(file("err"), "HANGS");
    kill(child, SIGTERM);
    EXPECT_EQ(wait_for(child).code, 1000 + SIGTERM);
}

TEST_F(ProcessTest, ASecondInstanceOnOneHomeIsRefusedByNameOfTheFirst) {
    write("base.toml", "[log]\nlevel = \"fatal\"\n");
    const pid_t first = start({"--log-level", "info"}, [](Process& process) -> Result<> {
        process.log().info("READY", "ready");
        while (!process.stopping()) ::poll(nullptr, 0, 1000);
        return {};
    });
    wait_until_in(file("err"), "READY");
    const auto second = run_child({}, do_nothing);
    EXPECT_EQ(second.code, 1);
    EXPECT_EQ(
        second.err,
        "tapedeck-risk: risk runs on " + file("home") + " already, as pid " +
            std::to_string(first) + "; stop it, or give another --home\n");
    kill(first, SIGTERM);
    wait_for(first);
    EXPECT_EQ(run_child({}, do_nothing).code, 0) << "free again";
    EXPECT_EQ(content_of(file("home/run/risk.pid")), "");
}

TEST_F(ProcessTest, AKilledProcessLeavesNoLockBehind) {
    write("base.toml", "");
    const auto killed = run_child({}, [](Process&) -> Result<> {
        kill(getpid(), SIGKILL);
        return {};
    });
    EXPECT_EQ(killed.code, 1000 + SIGKILL);
    EXPECT_EQ(run_child({}, do_nothing).code, 0);
}

TEST_F(ProcessTest, KeepsMemoryPrivateAndSurvivesABrokenPipe) {
    write("base.toml", "");
    const auto ended = run_child({}, [](Process&) -> Result<> {
        rlimit core{};
        getrlimit(RLIMIT_CORE, &core);
        if (core.rlim_cur != 0 || core.rlim_max != 0) return fail("core dumps");
#if !defined(__SANITIZE_ADDRESS__)
        if (prctl(PR_GET_DUMPABLE) != 0) return fail("dumpable");
#endif
        int ends[2];
        if (pipe(ends) != 0) return fail("no pipe");
        close(ends[0]);
        if (::write(ends[1], "x", 1) != -1) return fail("written to nobody");
        return {};
    });
    EXPECT_EQ(ended.code, 0) << ended.err;
}

TEST_F(ProcessTest, StandardDescriptorsAreOpenWhateverTheParentDid) {
    write("base.toml", "");
    const pid_t child = fork();
    if (child == 0) {
        close(STDIN_FILENO);
        close(STDOUT_FILENO);
        close(STDERR_FILENO);
        const std::string directory = request_.directory.string();
        const std::string home = file("home");
        const std::vector<const char*> argv{
            "tapedeck-risk", "--config", directory.c_str(), "--home", home.c_str()};
        _exit(
            run(static_cast<int>(argv.size()), argv.data(), risk_spec(), [](Process&) -> Result<> {
                for (int descriptor = 0; descriptor <= 2; ++descriptor) {
                    if (fcntl(descriptor, F_GETFD) == -1) return fail("closed", ExitCode::NotFound);
                }
                return {};
            }));
    }
    EXPECT_EQ(wait_for(child).code, 0);
}

TEST_F(ProcessTest, AHomeThatCannotBeMadeIsOneLine) {
    write("base.toml", "");
    write("home", "a file, no directory");
    const auto ended = run_child({}, do_nothing);
    EXPECT_EQ(ended.code, 1);
    EXPECT_THAT(ended.err, MatchesRegex("tapedeck-risk: cannot write .*/home/run/risk.pid: .*\n"));
}

TEST(StopSignalTest, ARequestIsLikeASignal) {
    for (int round = 0; round < 2; ++round) {
        StopSignal stop;
        EXPECT_FALSE(stop.stopping());
        pollfd descriptor{stop.descriptor(), POLLIN, 0};
        EXPECT_EQ(::poll(&descriptor, 1, 0), 0);
        stop.request();
        EXPECT_TRUE(stop.stopping());
        EXPECT_EQ(::poll(&descriptor, 1, 0), 1);
        EXPECT_EQ(::poll(&descriptor, 1, 0), 1) << "it stays readable";
    }
}

TEST(SystemClockTest, GoesForward) {
    const SystemClock clock;
    const Duration before = clock.monotonic();
    EXPECT_GE(clock.monotonic(), before);
    EXPECT_GT(clock.wall(), parse_time("2024-01-01").value());
}

}  // namespace
}  // namespace tapedeck::ops
