#include "cli/decided_tape_test.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace tapedeck::cli {
namespace {

using testing::DecidedTape;
using ::testing::HasSubstr;
using testing::made_tape;
using testing::run_command;
using testing::Said;

Said run_on(DecidedTape& tape, std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--tape", tape.path()});
    return run_command(arguments);
}

TEST(WhatIfVerbTest, TheRecordedSettingsChangeNothing) {
    DecidedTape tape;
    const Said said = run_on(tape, {"whatif"});
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_THAT(said.out, HasSubstr("this build, the recorded configuration"));
    EXPECT_THAT(said.out, HasSubstr("every order is the same"));
    EXPECT_THAT(said.out, HasSubstr("nothing changes: all "));
    const auto object = nlohmann::json::parse(run_on(tape, {"whatif", "--json"}).out);
    EXPECT_EQ(object["changed"], 0);
    EXPECT_TRUE(object["simulated_from"].is_null());
}

TEST(WhatIfVerbTest, AnotherSettingIsShownWithBothSidesAndItsCause) {
    DecidedTape tape;
    const Said said = run_on(tape, {"whatif", "--set", "risk.fraction=0.10"});
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_THAT(said.out, HasSubstr("what if   risk.fraction 0.05 → 0.1\n"));
    EXPECT_THAT(said.out, HasSubstr("simulated by the paper venue, since an order is another one"));
    EXPECT_THAT(said.out, HasSubstr("cause     configuration: risk.fraction 0.05 → 0.1"));
    EXPECT_THAT(said.out, HasSubstr("OrderApproved changes"));
    const Recorded& first = tape.nth(OrderApproved::kType);
    EXPECT_THAT(said.out, HasSubstr("(seq " + std::to_string(first.seq.value) + ")"));
    const auto object = nlohmann::json::parse(
        run_on(tape, {"whatif", "--set", "risk.fraction=0.1", "--json", "-n", "2"}).out);
    EXPECT_EQ(object["changes"].size(), 2);
    EXPECT_GT(object["changed"], 2);
    EXPECT_EQ(object["changes"][0]["recorded"]["seq"], first.seq.value);
    EXPECT_EQ(object["simulated_from"]["reason"], "order_differs");
    EXPECT_EQ(object["equity"].size(), 1);
    EXPECT_NE(object["equity"][0]["recorded"], object["equity"][0]["what_if"]);
    const auto wrong = run_on(tape, {"whatif", "--set", "risk.fractoin=0.1"});
    EXPECT_EQ(wrong.code, 5);
}

TEST(CompareVerbTest, ARunIsAtParityWithItself) {
    DecidedTape tape;
    const Said said = run_command({"compare", tape.path(), tape.home()});
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_THAT(said.out, HasSubstr("PARITY AB  100.0 %"));
    EXPECT_THAT(said.out, HasSubstr("the same: every decision"));
    const auto object = nlohmann::json::parse(
        run_command({"compare", tape.path(), tape.path(), tape.path(), "--json"}).out);
    ASSERT_EQ(object["days"].size(), 1);
    EXPECT_EQ(object["days"][0]["pairs"].size(), 2);
    EXPECT_EQ(object["days"][0]["pairs"][1]["parity"], 100.0);
}

TEST(CompareVerbTest, TheFirstDifferenceIsShownOnBothSides) {
    DecidedTape one;
    DecidedTape other(made_tape("5"));
    const Said said = run_command({"compare", one.path(), other.path(), "--day", "2026-11-20"});
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_THAT(said.out, HasSubstr("FIRST DIFFERENCE at "));
    EXPECT_THAT(said.out, HasSubstr("cause  configuration: strategy.rsi.period 2 → 5"));
    EXPECT_EQ(run_command({"compare", one.path(), other.path(), "--day", "2026-11-19"}).code, 3);
    EXPECT_EQ(run_command({"compare", one.path(), other.path(), "--day", "soon"}).code, 2);
    EXPECT_EQ(run_command({"compare", one.path()}).code, 2);
}

}  // namespace
}  // namespace tapedeck::cli
