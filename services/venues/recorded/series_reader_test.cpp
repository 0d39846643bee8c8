#include "venues/recorded/series_reader.h"

#include "testing/temporary_directory.h"
#include "venues/recorded/test_store.h"

namespace tapedeck::recorded {

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

}  // namespace

class SeriesReaderTest : public ::testing::Test {
protected:
    void store(const std::string& name, const std::string& text) {
        ImportOptions options;
        options.store = directory_ / "store";
        options.files = {directory_.write(name, text)};
        const auto done = import_files(options);
        ASSERT_TRUE(done) << done.error().message;
        for (const auto& each : done->series) ASSERT_FALSE(each.error) << each.error->message;
    }

    std::vector<std::string> rows(std::string_view selection) const {
        return rows_in(directory_ / "store", selection);
    }

    testing::TemporaryDirectory directory_;  // NOLINT(readability-identifier-naming): gtest's way
};

/// A candle at so many minutes after 2026-01-01T12:00:00Z, in Kraken's form.
std::string minute(int number, const std::string& rest) {
    return std::to_string(1'767'268'800 + 60 * number) + ',' + rest + '\n';
}

TEST_F(SeriesReaderTest, BarsAreMadeWholeAndAlignedToUtc) {
    // Begins at 12:03: the bar of 12:00 is cut off. Ends at 12:16: so is the one of 12:15.
    store(
        "XBTEUR_1.csv",
        minute(3, "50,60,40,55,9,9") + minute(5, "10,12,9,11,0.1,1") +
            minute(6, "11,15,10,14,0.2,2") + minute(9, "14,14,7,8,0.000000000000000003,3") +
            minute(12, "8,9,8,9,1,1") + minute(15, "9,90,1,9,1,1"));
    EXPECT_THAT(
        rows("kraken:BTC/EUR@5m"),
        ElementsAre("12:05 10 15 7 8 0.300000000000000003/6", "12:10 8 9 8 9 1/1"));
    EXPECT_THAT(rows("kraken:BTC/EUR@3m").front(), "12:03 50 60 9 11 9.1/10");
}

TEST_F(SeriesReaderTest, ARangeLeavesBarsOutThatItCuts) {
    std::string text;
    for (int i = 0; i < 20; ++i) text += minute(i, "10,10,10,10,1,1");
    store("XBTEUR_1.csv", text);
    EXPECT_EQ(rows("kraken:BTC/EUR@5m").size(), 4U);
    EXPECT_THAT(
        rows("kraken:BTC/EUR@5m:2026-01-01T12:04:00Z..2026-01-01T12:19:00Z"),
        ElementsAre("12:05 10 10 10 10 5/5", "12:10 10 10 10 10 5/5"));
    EXPECT_THAT(
        rows("kraken:BTC/EUR@5m:2026-01-01T12:05:00Z..2026-01-01T12:10:00Z"),
        ElementsAre("12:05 10 10 10 10 5/5"));
    EXPECT_THAT(
        rows("kraken:BTC/EUR@5m:2026-01-01T12:06:00Z..2026-01-01T12:10:00Z").front(),
        HasSubstr("has no whole row"));
}

TEST_F(SeriesReaderTest, ACountThatOnePartLacksTheBarLacks) {
    std::string text(kCandleHeader);
    for (int i = 0; i < 2; ++i) {
        text += std::to_string(1'767'268'800'000 + 60'000 * i) + ",10,10,10,10,1\n";
    }
    store("kraken_BTCEUR_1m.csv", text);
    store("XBTEUR_1.csv", minute(2, "10,10,10,10,1,5") + minute(3, "10,10,10,10,1,5"));
    EXPECT_THAT(
        rows("kraken:BTC/EUR@2m"), ElementsAre("12:00 10 10 10 10 2", "12:02 10 10 10 10 2/10"));
    EXPECT_THAT(rows("kraken:BTC/EUR@4m"), ElementsAre("12:00 10 10 10 10 4"));
}

TEST_F(SeriesReaderTest, TradesBecomeCandles) {
    store(
        "XBTEUR.csv",
        "1767268830,9,1\n1767268860,10,1\n1767268860,12,0.5\n1767268919.9,8,0.25\n"
        "1767269040,7,1\n1767269100,6,1\n");
    // The minute of 12:00 is cut off, nobody traded at 12:02 and 12:03, and 12:05 has just begun.
    EXPECT_THAT(
        rows("kraken:BTC/EUR@1m"), ElementsAre("12:01 10 12 8 8 1.75/3", "12:04 7 7 7 7 1/1"));
}

TEST_F(SeriesReaderTest, TheSeriesThatCoversMostIsTakenThenTheCoarsest) {
    std::string minutes;
    for (int i = 0; i < 60; ++i) minutes += minute(i, "10,10,10,10,1,1");
    store("XBTEUR_1.csv", minutes);
    store("XBTEUR_15.csv", minute(0, "10,10,10,10,15,2") + minute(15, "10,10,10,10,15,2"));
    EXPECT_THAT(rows("kraken:BTC/EUR@30m").back(), "12:30 10 10 10 10 30/30");
    EXPECT_THAT(
        rows("kraken:BTC/EUR@30m:2026-01-01T12:00:00Z..2026-01-01T12:30:00Z"),
        ElementsAre("12:00 10 10 10 10 30/4"));
    // Not a multiple of any but the minutes.
    EXPECT_THAT(rows("kraken:BTC/EUR@20m").front(), "12:00 10 10 10 10 20/20");
}

TEST_F(SeriesReaderTest, VolumesBeyondAllReasonAreAnErrorNotACrash) {
    std::string text;
    for (int i = 0; i < 200; ++i) text += minute(i, "10,10,10,10,999999999999999999,1");
    store("XBTEUR_1.csv", text);
    EXPECT_THAT(rows("kraken:BTC/EUR@200m").back(), HasSubstr("has no whole row"));
    EXPECT_THAT(rows("kraken:BTC/EUR@3h").back(), HasSubstr("error: "));
}

TEST_F(SeriesReaderTest, ASelectionIsReadAndSpelled) {
    const auto whole = parse_selection("store:kraken:BTC/EUR@trades").value();
    EXPECT_EQ(whole.to_string(), "kraken:BTC/EUR@trades");
    const auto part = parse_selection("kraken:BTC/EUR@quotes-1h:2024-01-01..").value();
    EXPECT_EQ(part.to_string(), "kraken:BTC/EUR@quotes-1h:2024-01-01T00:00:00.000Z..");
    EXPECT_EQ(part.series.kind, Kind::QuoteBars);
    EXPECT_TRUE(names_store("store:x"));
    EXPECT_FALSE(names_store("stores/x.csv"));
    EXPECT_EQ(parse_selection("kraken:BTC").error().exit_code, ExitCode::Usage);
}

TEST_F(SeriesReaderTest, NoTwoSeriesHaveOnePath) {
    EXPECT_EQ(series_of("kraken:BTC/EUR@1m").path(), "kraken/BTC_EUR/1m.columns");
    EXPECT_NE(series_of("kraken:A-B/C@1m").path(), series_of("kraken:A/B-C@1m").path());
    EXPECT_EQ(series_of("kraken:BTC/EUR@90s").path(), "kraken/BTC_EUR/1m30s.columns");
}

}  // namespace tapedeck::recorded
