#include "simulation/simulate.h"

#include <gtest/gtest.h>

#include <set>

namespace tapedeck::simulation {
namespace {

constexpr std::uint64_t kSeeds = 100;
/// A planted bug is found within so many seeds.
constexpr std::uint64_t kPlantSeeds = 40;
/// Short: a seed is some milliseconds of work.
constexpr std::uint32_t kSteps = 12;

RunOptions short_run(std::uint64_t seed, Plant plant = Plant::None) {
    RunOptions options;
    options.seed = seed;
    options.plant = plant;
    options.steps = kSteps;
    // Rot in what nobody has written down yet cannot be told from a torn tail: see the README.
    options.without = {Fault::Rot};
    return options;
}

/// The first seed that finds the plant; 0 = none has.
std::uint64_t seed_that_finds(Plant plant, std::string& failure) {
    for (std::uint64_t seed = 1; seed <= kPlantSeeds; ++seed) {
        const Outcome outcome = run_once(short_run(seed, plant)).value();
        if (outcome.ok) continue;
        failure = outcome.failure;
        return seed;
    }
    return 0;
}

TEST(SimulationTest, AHundredSeedsHold) {
    Campaign campaign;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        const RunOptions options = short_run(seed);
        const Outcome outcome = run_once(options).value();
        EXPECT_TRUE(outcome.ok) << outcome.failure << "\nreplay: tapedeck simulate "
                                << flags_of(options) << " --trace";
        campaign.add(outcome);
    }
    // A run in which nothing happens proves nothing.
    for (const Fault fault : kFaults) {
        if (fault == Fault::Rot) continue;
        EXPECT_GT(campaign.counts["fault." + std::string(to_string(fault))], 0U)
            << to_string(fault);
    }
    for (const auto* event : {"TargetSet", "OrderApproved", "OrderFilled", "PositionChanged"}) {
        EXPECT_GT(campaign.counts[event], 0U) << event;
    }
}

TEST(SimulationTest, TheSameSeedGivesTheSameRun) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        const Outcome one = run_once(short_run(seed)).value();
        const Outcome two = run_once(short_run(seed)).value();
        EXPECT_EQ(one.tape_hash, two.tape_hash) << "seed " << seed;
        EXPECT_EQ(one.states, two.states) << "seed " << seed;
        EXPECT_EQ(one.counts, two.counts) << "seed " << seed;
    }
}

TEST(SimulationTest, ALostAcknowledgementIsFound) {
    std::string failure;
    const auto seed = seed_that_finds(Plant::LostAck, failure);
    ASSERT_NE(seed, 0U) << "not within " << kPlantSeeds << " seeds";
    RecordProperty("seeds", std::to_string(seed));
    // By the checker of the tape, or by the journal itself when it can no longer open it.
    EXPECT_TRUE(failure.starts_with("tape: ") || failure.starts_with("exit: journal")) << failure;
}

TEST(SimulationTest, ADecisionMadeTwiceIsFound) {
    std::string failure;
    const auto seed = seed_that_finds(Plant::DecideTwice, failure);
    ASSERT_NE(seed, 0U) << "not within " << kPlantSeeds << " seeds";
    RecordProperty("seeds", std::to_string(seed));
    EXPECT_TRUE(failure.starts_with("group: ")) << failure;
}

TEST(SimulationTest, AnUnorderedDeciderIsFound) {
    std::string failure;
    const auto seed = seed_that_finds(Plant::Unordered, failure);
    ASSERT_NE(seed, 0U) << "not within " << kPlantSeeds << " seeds";
    RecordProperty("seeds", std::to_string(seed));
    EXPECT_TRUE(failure.starts_with("proof: ")) << failure;
}

TEST(SimulationTest, AFailingRunShrinksToOneThatFails) {
    std::string failure;
    const auto seed = seed_that_finds(Plant::Unordered, failure);
    ASSERT_NE(seed, 0U);
    const RunOptions failing = short_run(seed, Plant::Unordered);
    const RunOptions smallest = shrink(failing).value();
    EXPECT_FALSE(run_once(smallest).value().ok);
    EXPECT_LE(Plan::draw(smallest).means.size(), Plan::draw(failing).means.size());
}

TEST(PlanTest, AClassLeftOutDoesNotChangeTheLuckOfTheOthers) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        RunOptions options = short_run(seed);
        const Plan whole = Plan::draw(options);
        options.without = {Fault::Kill};
        Plan without = Plan::draw(options);
        EXPECT_FALSE(without.means.contains(Fault::Kill));
        if (whole.means.contains(Fault::Kill)) {
            without.means[Fault::Kill] = whole.means.at(Fault::Kill);
        }
        EXPECT_EQ(without.describe(), whole.describe());
    }
}

TEST(PlanTest, NamesOfFaultsAndPlantsReadBack) {
    std::set<std::string_view> names;
    for (const Fault fault : kFaults) {
        EXPECT_EQ(parse_fault(to_string(fault)).value(), fault);
        names.insert(to_string(fault));
    }
    EXPECT_EQ(names.size(), kFaults.size());
    EXPECT_EQ(parse_plant("lost_ack").value(), Plant::LostAck);
    const auto unknown = parse_fault("earthquake");
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().exit_code, ExitCode::Usage);
    EXPECT_NE(unknown.error().message.find("power_cut"), std::string::npos);
}

}  // namespace
}  // namespace tapedeck::simulation
