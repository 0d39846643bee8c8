#include "cli/story_tape_test.h"

#include <fstream>

namespace tapedeck::cli {
namespace {

using testing::run_command;
using testing::Said;
using testing::StoryTape;

class EventsTest : public ::testing::Test {
protected:
    Said run(std::vector<std::string> arguments) {
        arguments.insert(arguments.end(), {"--tape", tape_.path()});
        return run_command(arguments);
    }

    StoryTape tape_;
};

TEST_F(EventsTest, TailShowsTheLastEventsInOneLineEach) {
    const Said said = run({"tail", "-n", "3"});
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_EQ(
        said.out,
        "14 12:05:00.252 execution.portfolio PositionChanged      macd_btc demo:BTC/USD 0.015 @ "
        "64211.5 realised 0 cash 9034.3275  ← 13\n"
        "15 12:06:00.100 strategy            TargetSet            rsi_btc demo:BTC/USD → 1 @ 64210 "
        "rsi_below_lower  ← 5\n"
        "16 12:06:00.101 risk                OrderDenied          rsi_btc demo:BTC/USD "
        "position_above_limit: position_above_limit  ← 15\n");
}

TEST_F(EventsTest, TailCountsSelectedEventsOnly) {
    const Said said = run({"tail", "-n", "1", "--type", "OrderSent,OrderFilled", "--plain"});
    EXPECT_EQ(
        said.out,
        "13\t2026-11-20T12:05:00.251Z\texecution.paper\tOrderFilled\t0\to-9 BUY 0.01 demo:BTC/USD "
        "@ "
        "64212.5, fee 1.67 USD taker\n");
}

TEST_F(EventsTest, TailSinceIsMeasuredFromTheTapesEnd) {
    const Said said = run({"tail", "--since", "1m", "--plain", "--type", "OrderFilled"});
    EXPECT_EQ(std::count(said.out.begin(), said.out.end(), '\n'), 2);
    EXPECT_EQ(run({"tail", "--since", "10s", "--type", "OrderFilled"}).out, "");
}

TEST_F(EventsTest, LastPerKeyKeepsTheNewestOfEachOrder) {
    const Said said = run({"cat", "--last-per-key", "--type", "OrderFilled", "--json"});
    EXPECT_NE(said.out.find("\"seq\":13"), std::string::npos);
    EXPECT_EQ(said.out.find("\"seq\":12"), std::string::npos);
}

TEST_F(EventsTest, CatShowsARangeInAFormatOfTheUsersOwn) {
    const Said said =
        run({"cat", "--from", "9", "--to", "11", "--format", "{seq}\\t{type} {service}\\n"});
    EXPECT_EQ(
        said.out,
        "9\tOrderIntended execution.orders\n10\tOrderSent execution.paper\n"
        "11\tOrderAccepted execution.paper\n");
}

TEST_F(EventsTest, PlacesAreSeqsTimesAndDistances) {
    const auto seqs = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"cat", "--format", "{seq} "});
        return run(std::move(arguments)).out;
    };
    EXPECT_EQ(seqs({"--from", "-2"}), "15 16 ");
    EXPECT_EQ(seqs({"--from", "-1s"}), "15 16 ");
    EXPECT_EQ(seqs({"--from", "2026-11-20T12:06Z"}), "15 16 ");
    EXPECT_EQ(seqs({"--from", "12:06"}), "15 16 ");
    EXPECT_EQ(seqs({"--from", "end"}), "");
    EXPECT_EQ(seqs({"--to", "2026-11-20T12:00:00.001Z"}), "1 2 ");
    EXPECT_EQ(seqs({"--from", "beginning", "-n", "2"}), "1 2 ");
    EXPECT_EQ(seqs({"--from", "o-9", "-n", "1"}), "9 ");
    EXPECT_EQ(seqs({"--strategy", "rsi_btc"}), "15 16 ");
    EXPECT_EQ(seqs({"--instrument", "demo:ETH/USD"}), "");
}

TEST_F(EventsTest, GetPrintsEveryField) {
    const Said said = run({"get", "o-9"});
    EXPECT_EQ(
        said.out.substr(0, said.out.find("  terms.instrument")),
        "9 OrderIntended  2026-11-20T12:05:00.205Z\n"
        "  by                     execution.orders (its #1)\n"
        "  cause                  8\n"
        "  approved_seq           8\n"
        "  terms.account          paper\n"
        "  terms.strategy         macd_btc\n");
    EXPECT_EQ(run({"get", "99"}).code, 3);
}

TEST_F(EventsTest, OneTypeIsExportedWithAColumnForEachField) {
    const Said said = run({"export", "--csv", "--type", "OrderSent"});
    EXPECT_EQ(
        said.out,
        "seq,recorded_at,type,service,cause,instrument,strategy,intent_seq,client_order_id\n"
        "10,2026-11-20T12:05:00.206Z,OrderSent,execution.paper,9,,,9,c-1\n");
    EXPECT_EQ(said.err, "1 of 16 events exported\n");
}

TEST_F(EventsTest, AnExportGoesToAFile) {
    const tapedeck::testing::TemporaryDirectory directory;
    const std::string file = directory / "day.jsonl";
    EXPECT_EQ(run({"export", "-o", file, "-q"}).out, "");
    std::ifstream in(file);
    std::string line;
    int lines = 0;
    while (std::getline(in, line)) ++lines;
    EXPECT_EQ(lines, 16);
    EXPECT_EQ(run({"export", "-o", directory / "no/such/place"}).code, 1);
}

TEST_F(EventsTest, VerifyNamesTheFirstDamagedFrame) {
    const Said sound = run({"verify"});
    EXPECT_EQ(sound.code, 0) << sound.err;
    EXPECT_TRUE(
        sound.out.starts_with("ok  tape 01c0ffee4711 (demo): 16 events, hash chain intact, "))
        << sound.out;
    tape_.tamper("UPDATE frame SET recorded_at = recorded_at + 1 WHERE first_seq = 7");
    const Said damaged = run({"verify"});
    EXPECT_EQ(damaged.code, 8);
    EXPECT_NE(damaged.err.find("seq 7"), std::string::npos) << damaged.err;
}

TEST_F(EventsTest, WhatIsNotUnderstoodIsAUsageErrorWithAHint) {
    EXPECT_EQ(
        run({"tail", "--type", "OrderFiled"}).err,
        "tapedeck: there is no event type \"OrderFiled\": did you mean OrderFilled?\n");
    EXPECT_EQ(run({"tail", "--type", "OrderFiled"}).code, 2);
    EXPECT_EQ(run({"cat", "--from", "yesterday"}).code, 2);
    EXPECT_EQ(run({"cat", "--instrument", "btc"}).code, 2);
    EXPECT_EQ(run({"cat", "--format", "{sq}"}).code, 2);
    EXPECT_EQ(run({"tail", "--json", "--plain"}).code, 2);
}

TEST(ArgumentsTest, MistakesEndWithTwoAndSayWhatWasMeant) {
    struct Case {
        std::vector<std::string> arguments;
        int code;
        std::string words;
    };

    const std::vector<Case> cases = {
        {{}, 2, "which command?"},
        {{"tial"}, 2, "unknown command \"tial\": did you mean \"tail\"?"},
        {{"xyzzy"}, 2, "unknown command \"xyzzy\""},
        {{"tail", "--folow"}, 2, "unknown flag \"--folow\": did you mean \"--follow\"?"},
        {{"tail", "-n", "many"}, 2, "--lines"},
        {{"tail", "-n"}, 2, "--lines"},
        {{"get"}, 2, "seq is required"},
        {{"verify", "that"}, 2, "unknown argument \"that\""},
        {{"completion", "tcsh"}, 2, "bash, zsh and fish"},
        {{"tail", "--tape", "/no/tape"}, 3, "there is no tape here"},
        {{"tail", "--home", "/no/home"}, 4, "tapedeck up"},
    };
    for (const auto& each : cases) {
        const Said said = run_command(each.arguments);
        EXPECT_EQ(said.code, each.code) << each.words << "\n" << said.err;
        EXPECT_NE(said.err.find(each.words), std::string::npos) << said.err;
        EXPECT_EQ(said.out, "");
    }
}

TEST(ArgumentsTest, HelpOpensWithExamples) {
    for (const auto& arguments : std::vector<std::vector<std::string>>{
             {"--help"}, {"tail", "--help"}, {"-h"}, {"completion", "-h"}}) {
        const Said said = run_command(arguments);
        EXPECT_EQ(said.code, 0);
        EXPECT_TRUE(said.out.starts_with("Examples:\n  tapedeck ")) << said.out;
    }
}

TEST(ArgumentsTest, CompletionKnowsEveryCommand) {
    for (const std::string shell : {"bash", "zsh", "fish"}) {
        const Said said = run_command({"completion", shell});
        EXPECT_EQ(said.code, 0);
        for (const char* word : {"tail", "verify", "last-per-key", "json"}) {
            EXPECT_NE(said.out.find(word), std::string::npos) << shell << ": " << word;
        }
    }
}

/// The commands that the shell's script offers at the top, which are all there are.
std::vector<std::string> all_commands() {
    const std::string script = run_command({"completion", "fish"}).out;
    std::vector<std::string> names;
    const std::string mark = "-n '__fish_use_subcommand' -a ";
    for (auto at = script.find(mark); at != std::string::npos; at = script.find(mark, at + 1)) {
        const auto begin = at + mark.size();
        names.push_back(script.substr(begin, script.find(' ', begin) - begin));
    }
    return names;
}

TEST(DocumentTest, TellsOfEveryCommand) {
    std::ifstream in(std::string(TAPEDECK_SOURCE_DIR) + "/docs/cli.md");
    const std::string page((std::istreambuf_iterator<char>(in)), {});
    const auto commands = all_commands();
    EXPECT_GT(commands.size(), 20U);
    for (const auto& command : commands) {
        const bool told = page.find('`' + command + '`') != std::string::npos ||
                          page.find('`' + command + ' ') != std::string::npos;
        EXPECT_TRUE(told) << "docs/cli.md does not tell of `" << command << '`';
    }
}

TEST(TapeChoice, AStoppedStacksTapeIsReadWithAWord) {
    StoryTape tape;
    tape.path();
    const Said said = run_command({"tail", "-n", "1", "--home", tape.home()});
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_TRUE(said.err.starts_with("the stack is not running: this is the tape as it was left"));
}

}  // namespace
}  // namespace tapedeck::cli
