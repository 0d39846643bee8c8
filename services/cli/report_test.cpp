#include "cli/decided_tape_test.h"
#include "cli/live_journal.h"
#include "cli/story_tape_test.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace tapedeck::cli {
namespace {

using testing::DecidedTape;
using testing::run_command;
using testing::Said;
using testing::StoryTape;

class ReportVerbTest : public ::testing::Test {
protected:
    static Said run(testing::HandMadeTape& tape, std::vector<std::string> arguments) {
        arguments.insert(arguments.end(), {"--tape", tape.path()});
        return run_command(arguments);
    }

    static std::vector<nlohmann::json> lines(const std::string& text) {
        std::vector<nlohmann::json> result;
        std::istringstream stream(text);
        for (std::string line; std::getline(stream, line);) {
            result.push_back(nlohmann::json::parse(line));
        }
        return result;
    }
};

TEST_F(ReportVerbTest, ReportsWhatRealDecidersTraded) {
    DecidedTape tape;
    const Said said = run(tape, {"report", "--json"});
    ASSERT_EQ(said.code, 0) << said.err;
    const auto json = nlohmann::json::parse(said.out);
    EXPECT_EQ(json["conventions"]["profile"], "demo");
    EXPECT_EQ(json["conventions"]["currency"], "USD");
    EXPECT_EQ(json["conventions"]["last_seq"], tape.records().size());
    EXPECT_GT(json["trades"].size(), 2U);
    EXPECT_EQ(json["start_equity"], "10000");
    // The books say the same of the money.
    const auto pnl = nlohmann::json::parse(run(tape, {"pnl", "--json"}).out);
    EXPECT_EQ(json["end_equity"], pnl["money"][0]["equity"]);
    for (const auto& figure : json["figures"]) {
        if (figure["key"] != "currency_profit") continue;
        EXPECT_EQ(figure["exact"], "0");
    }
    EXPECT_EQ(said.out, run(tape, {"report", "--json"}).out);
}

TEST_F(ReportVerbTest, ShowsConventionsFirstAndTablesOnRequest) {
    DecidedTape tape;
    const Said text = run(tape, {"report"});
    EXPECT_TRUE(text.out.starts_with("annualisation 365 d")) << text.out;
    EXPECT_NE(text.out.find("n/a (1 d < 30 d)"), std::string::npos) << text.out;
    EXPECT_TRUE(run(tape, {"report", "--csv", "trades"}).out.starts_with("id,account,"));
    EXPECT_TRUE(run(tape, {"report", "--csv", "daily"}).out.starts_with("end,equity,"));
    EXPECT_TRUE(run(tape, {"report", "--csv", "figures"}).out.starts_with("key,section,"));
    EXPECT_EQ(run(tape, {"report", "--csv", "weekly"}).code, 2);
    EXPECT_EQ(run(tape, {"report", "--csv", "daily", "--json"}).code, 2);
}

TEST_F(ReportVerbTest, WritesThePageBesideWhatItPrints) {
    DecidedTape tape;
    const std::string file = tape.home() + "/report.html";
    const Said said = run(tape, {"report", "--json", "--html", file});
    ASSERT_EQ(said.code, 0) << said.err;
    std::ifstream stream(file);
    std::stringstream page;
    page << stream.rdbuf();
    const std::string text = page.str();
    const auto from = text.find('{', text.find("id=\"report\""));
    const auto carried = text.substr(from, text.find("</script>", from) - from);
    EXPECT_EQ(nlohmann::json::parse(carried), nlohmann::json::parse(said.out));
    EXPECT_NE(text.find("id=\"prices\">{\"demo:BTC/USD\":[["), std::string::npos);
    EXPECT_EQ(run(tape, {"report", "--html", tape.home() + "/none/report.html"}).code, 1);
}

TEST_F(ReportVerbTest, APartOfTheTapeHasItsOwnStart) {
    DecidedTape tape;
    const auto whole = nlohmann::json::parse(run(tape, {"report", "--json"}).out);
    const auto part = nlohmann::json::parse(run(tape, {"report", "--json", "--from", "-30m"}).out);
    EXPECT_LT(part["trades"].size(), whole["trades"].size());
    EXPECT_EQ(part["end_equity"], whole["end_equity"]);
    EXPECT_NE(part["start_equity"], whole["start_equity"]);
    EXPECT_EQ(run(tape, {"report", "--from", "9999999"}).code, 3);
}

TEST_F(ReportVerbTest, TheJournalListsTradesAndTellsTheStoryOfOne) {
    DecidedTape tape;
    const Said list = run(tape, {"trades", "--json"});
    ASSERT_EQ(list.code, 0) << list.err;
    const auto trades = lines(list.out);
    ASSERT_GT(trades.size(), 2U);
    const std::string id = trades[0]["id"];
    EXPECT_EQ(trades[0]["strategy"], "rsi");
    EXPECT_FALSE(trades[0]["r"].is_null());
    const Said one = run(tape, {"trades", id});
    EXPECT_EQ(one.code, 0) << one.err;
    for (const char* word :
         {"opened",
          "closed",
          "result",
          "excursion",
          "slippage",
          "because",
          "allowed",
          "entry",
          "exit"}) {
        EXPECT_NE(one.out.find(word), std::string::npos) << word << " in\n" << one.out;
    }
    const auto json = nlohmann::json::parse(run(tape, {"trades", id, "--json"}).out);
    EXPECT_EQ(json["id"], id);
    EXPECT_TRUE(json["entry"].is_object());
    EXPECT_TRUE(json["exit"].is_object());
    EXPECT_EQ(lines(run(tape, {"trades", "--json", "-n", "1"}).out).size(), 1U);
    EXPECT_EQ(run(tape, {"trades", "--strategy", "none", "--json"}).out, "");
    EXPECT_EQ(run(tape, {"trades", "o-1"}).code, 3);
    EXPECT_EQ(run(tape, {"trades", "first"}).code, 2);
}

TEST_F(ReportVerbTest, ANoteIsAnEventThatTheJournalShows) {
    StoryTape tape;
    const testing::LiveJournal journal(tape);
    const auto say = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.end(), {"--home", journal.home()});
        return run_command(arguments, "", {{"USER", "alice"}});
    };
    const Said said = say({"note", "o-9", "chased it", "--tag", "late", "--tag", "news"});
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_NE(said.out.find("a note about OrderIntended 9"), std::string::npos) << said.out;
    const auto trades = lines(say({"trades", "--json", "--tag", "late"}).out);
    ASSERT_EQ(trades.size(), 1U);
    EXPECT_EQ(trades[0]["notes"][0]["by"], "alice");
    EXPECT_EQ(trades[0]["notes"][0]["text"], "chased it");
    EXPECT_EQ(trades[0]["tags"], nlohmann::json({"late", "news"}));
    EXPECT_EQ(say({"trades", "--json", "--tag", "early"}).out, "");
    EXPECT_NE(say({"trades", "o-9"}).out.find("alice: chased it #late #news"), std::string::npos);
    EXPECT_EQ(say({"note", "o-99999", "nobody"}).code, 3);
    EXPECT_EQ(say({"note", "o-9"}).code, 2);
    EXPECT_EQ(say({"note", "o-9", "--tag", "two words"}).code, 2);
}

TEST_F(ReportVerbTest, AnOpenTradeIsListedAsOpen) {
    StoryTape tape;
    const auto trades = lines(run(tape, {"trades", "--json"}).out);
    ASSERT_EQ(trades.size(), 1U);
    EXPECT_EQ(trades[0]["id"], "o-9");
    EXPECT_EQ(trades[0]["close"], "open");
    EXPECT_EQ(trades[0]["entry_reason"], "macd_crossed_above");
    EXPECT_EQ(trades[0]["first_stop"], "62283.7");
    EXPECT_EQ(trades[0]["net"], "-2.5225");
    const Said one = run(tape, {"trades", "o-9"});
    EXPECT_NE(one.out.find("open      since"), std::string::npos) << one.out;
    EXPECT_NE(run(tape, {"trades"}).out.find("none closed yet, 1 open"), std::string::npos);
}

}  // namespace
}  // namespace tapedeck::cli
