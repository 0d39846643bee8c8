#include "ops/terminal.h"

#include "ops/build_info.h"
#include "ops/nearest.h"
#include "ops/progress.h"
#include "ops/table.h"

#include <gmock/gmock.h>

#include <cstdlib>

namespace tapedeck::ops {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class HandClock final : public Clock {
public:
    Time wall() const override { return Time{now}; }

    Duration monotonic() const override { return now; }

    Duration now{};
};

TEST(TableTest, AlignsWordsLeftAndNumbersRightWithoutTrailingSpaces) {
    Table table({"PROCESS", "LAG", "CPU", "NOTE"});
    table.add({"journal", "-", "3%", ""});
    table.add({"market-data", "3 ms", "14%", "ok"});
    EXPECT_EQ(
        table.print(),
        "PROCESS       LAG  CPU  NOTE\n"
        "journal         -   3%\n"
        "market-data  3 ms  14%  ok\n");
}

TEST(TableTest, CountsCharactersNotBytes) {
    Table table({"FROM", "TO"});
    table.add({"0.026 → x", "y"});
    table.add({"a", "z"});
    EXPECT_EQ(table.print(), "FROM       TO\n0.026 → x  y\na          z\n");
}

TEST(TableTest, ColorsDoNotShiftColumns) {
    Table table({"A", "B"});
    table.add({{"FAIL", Color::Red}, "x"});
    table.add({"ok", "y"});
    EXPECT_EQ(
        table.print(Colors::on()),
        "\x1b[1mA\x1b[0m     \x1b[1mB\x1b[0m\n\x1b[31mFAIL\x1b[0m  x\nok    y\n");
    EXPECT_THAT(table.print(), Not(HasSubstr("\x1b")));
}

TEST(TableTest, PlainIsTabSeparatedAndOneLineARow) {
    Table table({"ORDER", "WHY"});
    table.add({"o-12", "line\nbreak\tand tab"});
    table.add({"o-13"});
    EXPECT_EQ(table.plain(), "ORDER\tWHY\no-12\tline break and tab\no-13\t\n");
}

TEST(TableTest, ATimeOrAnIdIsNoNumber) {
    Table table({"TIME", "X"});
    table.add({"2026-11-20", "1"});
    table.add({"5", "22"});
    EXPECT_EQ(table.print(), "TIME         X\n2026-11-20   1\n5           22\n");
}

TEST(ColorsTest, AFileHasNone) {
    EXPECT_EQ(Colors::off().paint(Color::Red, "x"), "x");
    EXPECT_FALSE(Colors::of(-1).enabled());
    EXPECT_EQ(terminal_width(-1), 80U);
}

TEST(PrintableTest, ControlCharactersDoNotReachTheTerminal) {
    EXPECT_EQ(printable("a\x1b[31mb\x07\n\tc\x7f"), "a?[31mb?\n\tc?");
    EXPECT_EQ(printable("→"), "→");
}

TEST(NearestTest, FindsTypingErrorsAndNothingElse) {
    const std::vector<std::string> names{"max_position", "max_order", "day_loss", "kind"};
    EXPECT_EQ(nearest("max_postion", names), "max_position");
    EXPECT_EQ(nearest("dya_loss", names), "day_loss");
    EXPECT_EQ(nearest("knid", names), "kind");
    EXPECT_EQ(nearest("colour", names), std::nullopt);
    EXPECT_EQ(nearest("", names), std::nullopt);
    EXPECT_EQ(nearest(std::string(100'000, 'x'), names), std::nullopt);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
    EXPECT_EQ(edit_distance("ab", "ba"), 1U);
}

TEST(ProgressTest, ShowsRateAndTimeLeftAndCleansUp) {
    HandClock clock;
    std::string screen;
    {
        Progress progress(
            "replay", 12'000'000, "events", clock, [&](std::string_view text) { screen += text; });
        progress.advance_to(10);
        EXPECT_EQ(screen, "") << "not before 100 ms: short work shows no bar";
        clock.now = 5s;
        progress.advance_to(6'000'000);
        EXPECT_EQ(progress.line(), "replay  50 %  6.0M of 12.0M events  1.2M/s  5s left");
        progress.advance_to(6'000'001);
        EXPECT_EQ(screen, "\r\x1b[Kreplay  50 %  6.0M of 12.0M events  1.2M/s  5s left");
    }
    EXPECT_TRUE(screen.ends_with("\r\x1b[K"));
}

TEST(ProgressTest, AnUnknownTotalShowsCountAndRate) {
    HandClock clock;
    Progress progress("fetch", 0, "candles", clock, Progress::Output{});
    clock.now = 2s;
    progress.advance_to(500);
    EXPECT_EQ(progress.line(), "fetch  500 candles  250/s");
}

TEST(ProgressTest, CountsAreReadable) {
    EXPECT_EQ(human_count(0), "0");
    EXPECT_EQ(human_count(999), "999");
    EXPECT_EQ(human_count(1000), "1.0k");
    EXPECT_EQ(human_count(999'960), "1.0M");
    EXPECT_EQ(human_count(2.34e9), "2.3G");
}

TEST(BuildInfoTest, NamesVersionCommitAndBinary) {
    const BuildInfo build = build_info();
    EXPECT_THAT(std::string(build.version), testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+"));
    EXPECT_THAT(std::string(build.git), testing::MatchesRegex("[0-9a-f]+|unknown"));
    EXPECT_THAT(identity(build), HasSubstr(std::string(build.version)));
    EXPECT_EQ(identity(build), identity(build_info()));
    EXPECT_THAT(describe(build), HasSubstr("git "));
}

}  // namespace
}  // namespace tapedeck::ops
