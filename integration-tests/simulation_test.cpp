#include "stack.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

/// `tapedeck simulate`, as a process: the same seed gives the same run wherever it runs.
namespace tapedeck::integration {
namespace {

using ::testing::HasSubstr;

Output simulate(std::vector<std::string> flags) {
    flags.insert(flags.begin(), "simulate");
    return run("tapedeck", flags);
}

TEST(SimulationProcessTest, TheSameSeedTwiceInFreshProcessesIsTheSameRun) {
    // Hashes of tape and states, and all counts, are in the JSON.
    const std::vector<std::string> flags = {"--seed", "1", "--seeds", "20", "--json"};
    const Output one = simulate(flags);
    const Output two = simulate(flags);
    EXPECT_EQ(one.exit_code, 0) << one.out << one.err;
    EXPECT_THAT(one.out, HasSubstr("\"tape_hash\""));
    EXPECT_EQ(one.out, two.out);
}

TEST(SimulationProcessTest, AFailingSeedIsPrintedWithTheCommandThatReplaysIt) {
    const Output output = simulate({"--seed", "1", "--seeds", "50", "--plant", "unordered"});
    EXPECT_EQ(output.exit_code, 1);
    EXPECT_THAT(output.out, HasSubstr("FAILED: proof: strategy"));
    EXPECT_THAT(output.out, HasSubstr("replay: tapedeck simulate --seed "));
    EXPECT_THAT(output.out, HasSubstr("--plant unordered --trace"));
    EXPECT_THAT(output.out, HasSubstr("build:"));
}

TEST(SimulationProcessTest, UntilStopsAtASeqAndTraceShowsTheWayThere) {
    const Output output = simulate({"--seed", "3", "--until", "30", "--trace"});
    EXPECT_EQ(output.exit_code, 0) << output.err;
    EXPECT_THAT(output.out, HasSubstr("journal started"));
    EXPECT_THAT(output.out, HasSubstr(" 30 "));
}

TEST(SimulationProcessTest, ABadClassOfFaultsIsAUsageError) {
    const Output output = simulate({"--without", "earthquake"});
    EXPECT_EQ(output.exit_code, 2);
    EXPECT_THAT(output.err, HasSubstr("power_cut"));
}

}  // namespace
}  // namespace tapedeck::integration
