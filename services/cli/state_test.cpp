#include "cli/listing.h"
#include "cli/story_tape_test.h"

#include <nlohmann/json.hpp>

namespace tapedeck::cli {
namespace {

using testing::run_command;
using testing::Said;
using testing::StoryTape;

class StateTest : public ::testing::Test {
protected:
    Said run(std::vector<std::string> arguments) {
        arguments.insert(arguments.end(), {"--tape", tape_.path()});
        return run_command(arguments);
    }

    nlohmann::json json(std::vector<std::string> arguments) {
        arguments.emplace_back("--json");
        const Said said = run(std::move(arguments));
        EXPECT_EQ(said.code, 0) << said.err;
        return nlohmann::json::parse(said.out);
    }

    StoryTape tape_;
};

TEST_F(StateTest, PositionsSayAsOfWhenAndWhatTheyAreWorth) {
    const Said said = run({"positions"});
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_TRUE(
        said.out.starts_with("DEMO  tape 01c0ffee4711  as of seq 16  2026-11-20T12:06:00.101Z\n"))
        << said.out;
    const auto row = json({"positions"})["rows"][0];
    EXPECT_EQ(row["strategy"], "macd_btc");
    EXPECT_EQ(row["quantity"], "0.015");
    EXPECT_EQ(row["average_price"], "64211.5");
    EXPECT_EQ(row["price"], "64210");
    EXPECT_EQ(row["unrealised"], "-0.0225");
    EXPECT_EQ(row["fees"], "2.5");
}

TEST_F(StateTest, StateIsThatOfTheMomentThatWasAskedFor) {
    EXPECT_TRUE(json({"positions", "--at", "o-9"})["rows"].empty());
    EXPECT_EQ(json({"positions", "--at", "12"})["rows"][0]["quantity"], "0.005");
    EXPECT_EQ(json({"state", "--at", "2026-11-20T12:05:00.250Z"})["as_of"]["seq"], 12);
    EXPECT_EQ(run({"state", "--at", "99"}).code, 3);
}

TEST_F(StateTest, EqualKnowledgeHasEqualHashes) {
    const auto before = json({"state", "state_hash", "--at", "14"})["state_hash"];
    EXPECT_EQ(before, json({"state", "state_hash", "--at", "14"})["state_hash"]);
    EXPECT_EQ(before["risk"].get<std::string>().size(), 64U);
    const auto after = json({"state", "state_hash"})["state_hash"];
    EXPECT_NE(before["risk"], after["risk"]);
    EXPECT_EQ(before["execution.portfolio"], after["execution.portfolio"]);
}

TEST_F(StateTest, OnlyTheNamedPartsAreShown) {
    const auto object = json({"state", "positions,orders"});
    EXPECT_TRUE(object.contains("positions"));
    EXPECT_TRUE(object.contains("orders"));
    EXPECT_FALSE(object.contains("risk"));
    const Said wrong = run({"state", "postions"});
    EXPECT_EQ(wrong.code, 2);
    EXPECT_NE(wrong.err.find("did you mean \"positions\"?"), std::string::npos) << wrong.err;
}

TEST_F(StateTest, OrdersLeaveTheListWhenTheyEnd) {
    EXPECT_TRUE(json({"orders"})["rows"].empty());
    const auto open = json({"orders", "--at", "12"})["rows"];
    ASSERT_EQ(open.size(), 1U);
    EXPECT_EQ(open[0]["order"], "o-9");
    EXPECT_EQ(open[0]["state"], "partially_filled");
    EXPECT_EQ(open[0]["filled"], "0.005");
    EXPECT_EQ(json({"orders", "--all"})["rows"][0]["state"], "filled");
}

TEST_F(StateTest, FillsComeFromTheEventsAlone) {
    EXPECT_EQ(
        run({"fills", "--plain", "-n", "1"}).out,
        "seq\trecorded_at\torder\tstrategy\tinstrument\tside\tquantity\tprice\tfee\tfee_currency\t"
        "liquidity\n"
        "13\t2026-11-20T12:05:00.251Z\to-9\tmacd_btc\tdemo:BTC/USD\tbuy\t0.01\t64212.5\t1.67\tUSD\t"
        "taker\n");
    EXPECT_EQ(run({"fills", "--strategy", "rsi_btc", "--json"}).out, "");
}

TEST_F(StateTest, ProfitIsToldByStrategyAndByAccount) {
    const auto object = json({"pnl"});
    EXPECT_EQ(object["strategies"][0]["net"], "-2.5225");
    EXPECT_EQ(object["money"][0]["cash"], "9034.3275");
    EXPECT_EQ(object["money"][0]["equity"], "9997.4775");
}

TEST_F(StateTest, StatusShowsItAllOnOneScreen) {
    const Said said = run({"status"});
    EXPECT_EQ(said.code, 0) << said.err;
    for (const char* words :
         {"NOT RUNNING",
          "PROCESS",
          "equity 9 997.48 USD",
          "open orders 0",
          "next: tapedeck why o-9"}) {
        EXPECT_NE(said.out.find(words), std::string::npos) << words << "\n" << said.out;
    }
    EXPECT_EQ(run({"status", "--strict"}).code, 10);
}

TEST(StatusTest, AStoppedStackIsNotReachable) {
    StoryTape tape;
    tape.path();
    const Said said = run_command({"status", "--home", tape.home()});
    EXPECT_EQ(said.code, 4);
    EXPECT_NE(said.out.find("NOT RUNNING"), std::string::npos);
    EXPECT_EQ(run_command({"status", "--home", tape.home() + "/nowhere"}).code, 4);
}

TEST(ListingTest, MoneyIsRoundedForPeopleAndExactForPrograms) {
    const auto decimal = [](std::string_view text) { return Decimal::parse(text).value(); };
    EXPECT_EQ(show_money(decimal("25112.4")), "25 112.40");
    EXPECT_EQ(show_money(decimal("-1234567.895")), "-1 234 567.90");
    EXPECT_EQ(show_money(decimal("-0.001")), "0.00");
    EXPECT_EQ(show_money(decimal("999")), "999.00");
    EXPECT_EQ(show_gain(decimal("12.4")), "+12.40");
    EXPECT_EQ(show_gain(decimal("-3")), "-3.00");
    EXPECT_EQ(show_gain(decimal("0.004")), "0.00");
    EXPECT_EQ(show_percent(decimal("0.031")), "3.10 %");
    EXPECT_EQ(show_percent(decimal("0.79")), "79.0 %");
    Listing listing({{"A", "a", Look::Money}, {"N", "n", Look::Count}, {"T", "t", Look::Text}});
    listing.add({"1.005", "7", ""});
    EXPECT_EQ(listing.json_lines(), "{\"a\":\"1.005\",\"n\":7,\"t\":null}\n");
    EXPECT_EQ(listing.plain(), "a\tn\tt\n1.005\t7\t\n");
    EXPECT_EQ(listing.table(ops::Colors::off()), "   A  N  T\n1.00  7\n");
}

}  // namespace
}  // namespace tapedeck::cli
