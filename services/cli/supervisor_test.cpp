#include "cli/supervisor.h"

#include "testing/temporary_directory.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

namespace tapedeck::cli {
namespace {

using namespace std::chrono_literals;

/// A stack whose programs are shell scripts that the test writes.
class SupervisorTest : public ::testing::Test {
protected:
    SupervisorTest() {
        for (const auto& service : Supervisor::services()) program(service, "exec sleep 60");
    }

    void program(const std::string& service, const std::string& script) {
        const std::string file = directory_.write("tapedeck-" + service, "#!/bin/sh\n" + script);
        ASSERT_EQ(::chmod(file.c_str(), 0755), 0);
    }

    Supervisor::Options options() const {
        return {
            .programs = directory_.path(),
            .home = directory_.path() / "home",
            .arguments = {"--home", "here"}};
    }

    std::function<void(const std::string&)> listener() {
        return [this](const std::string& what) { said_ += what + '\n'; };
    }

    /// Turns the wheel until `done` or an error, at most ten seconds.
    template <class Done>
    Result<> turn_until(Supervisor& supervisor, Done done) {
        Duration now{1s};
        for (int i = 0; i < 1000 && !done(); ++i) {
            TRY(supervisor.poll(now));
            ::usleep(10'000);
            now += 10ms;
        }
        EXPECT_TRUE(done()) << said_;
        return {};
    }

    std::string content(const std::string& name) const {
        std::ifstream in(directory_ / name);
        std::stringstream text;
        text << in.rdbuf();
        return text.str();
    }

    bool said(std::string_view words) const { return said_.find(words) != std::string::npos; }

    testing::TemporaryDirectory directory_;
    std::string said_;
};

TEST_F(SupervisorTest, WhatDiesIsStartedAgain) {
    program("risk", "echo started >> " + (directory_ / "starts") + "; exit 1");
    Supervisor supervisor(options(), listener());
    ASSERT_TRUE(supervisor.start());
    const auto twice = [&] {
        return content("starts").size() >= 2 * std::string("started\n").size();
    };
    EXPECT_TRUE(turn_until(supervisor, twice));
    EXPECT_TRUE(said("risk died (exit 1), starting it again in 200ms")) << said_;
    EXPECT_TRUE(said("risk started again")) << said_;
}

TEST_F(SupervisorTest, AWrongConfigurationEndsTheStackWithItsWords) {
    program("strategy", "echo 'tapedeck-strategy: demo.toml:3: unknown key' >&2; exit 5");
    Supervisor supervisor(options(), listener());
    ASSERT_TRUE(supervisor.start());
    const auto ended = turn_until(supervisor, [] { return false; });
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().exit_code, ExitCode::Configuration);
    EXPECT_EQ(ended.error().message, "tapedeck-strategy: demo.toml:3: unknown key");
}

TEST_F(SupervisorTest, AMissingProgramIsNamed) {
    ASSERT_EQ(::unlink((directory_ / "tapedeck-execution").c_str()), 0);
    Supervisor supervisor(options(), listener());
    const auto started = supervisor.start();
    ASSERT_FALSE(started);
    EXPECT_NE(started.error().message.find("tapedeck-execution"), std::string::npos);
}

TEST_F(SupervisorTest, TheJournalStartsFirstAndStopsLast) {
    for (const auto& service : Supervisor::services()) {
        const std::string log = directory_ / "ends";
        program(
            service,
            "trap 'echo " + service + " >> " + log + "; exit 0' TERM\necho up >> " +
                (directory_ / "starts") + "\nwhile :; do sleep 0.02; done");
    }
    Supervisor supervisor(options(), listener());
    ASSERT_TRUE(supervisor.start());
    const std::size_t all = Supervisor::services().size() * std::string("up\n").size();
    const auto all_up = [&] { return content("starts").size() == all; };
    EXPECT_TRUE(turn_until(supervisor, all_up));
    supervisor.stop();
    EXPECT_EQ(content("ends"), "shadow\nmarket-data\nexecution\nrisk\nstrategy\njournal\n");
}

TEST_F(SupervisorTest, AShadowThatDiesEndsNothing) {
    program("shadow", "exit 8");
    auto wanted = options();
    wanted.errors_are_final = true;
    Supervisor supervisor(wanted, listener());
    ASSERT_TRUE(supervisor.start());
    const auto told = [&] { return said_.find("shadow died (exit 8)") != std::string::npos; };
    EXPECT_TRUE(turn_until(supervisor, told));
}

TEST_F(SupervisorTest, AVenuesSecretsAreExecutionsAlone) {
    ::setenv("TAPEDECK__KRAKEN__SECRET", "planted", 1);
    for (const auto& service : Supervisor::services()) {
        program(
            service,
            "echo \"<$TAPEDECK__KRAKEN__SECRET>\" > " + (directory_ / (service + ".env")) +
                "; exec sleep 60");
    }
    auto wanted = options();
    wanted.secrets = {"TAPEDECK__KRAKEN__KEY", "TAPEDECK__KRAKEN__SECRET"};
    Supervisor supervisor(wanted, listener());
    ASSERT_TRUE(supervisor.start());
    for (const auto& service : Supervisor::services()) {
        const auto is_told = [&] { return content(service + ".env").ends_with(">\n"); };
        ASSERT_TRUE(turn_until(supervisor, is_told));
        EXPECT_EQ(content(service + ".env"), service == "execution" ? "<planted>\n" : "<>\n")
            << service;
    }
    supervisor.stop();
    ::unsetenv("TAPEDECK__KRAKEN__SECRET");
}

TEST_F(SupervisorTest, WithoutTheShadowTheOthersRun) {
    program("shadow", "echo up > " + (directory_ / "shadowed"));
    program("market-data", "echo up > " + (directory_ / "last") + "\nexec sleep 60");
    auto wanted = options();
    wanted.shadow = false;
    Supervisor supervisor(wanted, listener());
    ASSERT_TRUE(supervisor.start());
    EXPECT_TRUE(turn_until(supervisor, [&] { return !content("last").empty(); }));
    EXPECT_EQ(content("shadowed"), "");
}

TEST_F(SupervisorTest, WhatDoesNotStopIsKilled) {
    program(
        "risk",
        "trap '' TERM\necho $$ > " + (directory_ / "pid") + "\nwhile :; do sleep 0.05; done");
    Supervisor supervisor(options(), listener());
    ASSERT_TRUE(supervisor.start());
    EXPECT_TRUE(turn_until(supervisor, [&] { return content("pid").ends_with('\n'); }));
    const pid_t pid = std::stoi(content("pid"));
    supervisor.stop(100ms);
    EXPECT_NE(::kill(pid, 0), 0);
}

}  // namespace
}  // namespace tapedeck::cli
