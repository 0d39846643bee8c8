#include "strategy/core/indicators/cipher_a.h"

#include "strategy/core/indicators/test_walk.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace tapedeck::strategy {
namespace {

/// What Cipher A sees of a bar, by hand; the ribbon bearish and the wave calm unless said.
struct Moment {
    double ema1 = 90;
    double ema2 = 95;
    double ema3 = 97;
    double ema8 = 99;
    double wt2 = 0;
    double ahead = -1;  // wt1 - wt2
    double rsi = 50;
    double open = 80;
    double close = 80;
};

class Hand {
public:
    const CipherAMarks& at(const Moment& moment) {
        CipherASeries series;
        series.ribbon.fill(98);
        series.ribbon[0] = moment.ema1;
        series.ribbon[1] = moment.ema2;
        series.ribbon[2] = moment.ema3;
        series.ribbon[7] = moment.ema8;
        series.wt1 = moment.wt2 + moment.ahead;
        series.wt2 = moment.wt2;
        series.rsi = moment.rsi;
        return rules_.update(
            series, {.open = moment.open, .high = 200, .low = 10, .close = moment.close});
    }

    /// "index name" of every mark that is made.
    std::vector<std::string> marks_of(const std::vector<Moment>& moments) {
        std::vector<std::string> result;
        int index = 0;
        for (const Moment& moment : moments) {
            const CipherAMarks& marks = at(moment);
            const auto note = [&](bool is_made, const char* name) {
                if (is_made) result.push_back(std::to_string(index) + ' ' + name);
            };
            note(marks.long_ema, "long");
            note(marks.short_ema, "short");
            note(marks.blue_triangle, "blue triangle");
            note(marks.red_cross, "red cross");
            note(marks.red_diamond, "red diamond");
            note(marks.blood_diamond, "blood diamond");
            note(marks.yellow_cross, "yellow cross");
            note(marks.bull_candle, "bull candle");
            ++index;
        }
        return result;
    }

private:
    CipherARules rules_{{}};
};

using Marks = std::vector<std::string>;

TEST(CipherATest, TheRibbonsCrossingsAreMarks) {
    EXPECT_EQ(
        Hand().marks_of(
            {{.ema2 = 95},
             {.ema2 = 98},   // above EMA 3
             {.ema2 = 99},   // on EMA 8
             {.ema2 = 100},  // above it
             {.ema2 = 98},   // and below
             {.ema2 = 96}}),
        (Marks{"1 blue triangle", "3 long", "4 short"}));
    EXPECT_EQ(
        Hand().marks_of({{.ema1 = 96}, {.ema1 = 95}, {.ema1 = 94}, {.ema1 = 93}}),
        (Marks{"2 red cross"}));
}

TEST(CipherATest, TheRibbonsColourIsEma2AgainstEma8) {
    Hand hand;
    EXPECT_FALSE(hand.at({.ema2 = 99, .ema8 = 99}).ribbon_bullish);
    EXPECT_TRUE(hand.at({.ema2 = 99.1, .ema8 = 99}).ribbon_bullish);
}

TEST(CipherATest, TheRedDiamondIsTheWaveCrossingDownWhereverItIs) {
    EXPECT_EQ(
        Hand().marks_of({{.ahead = 1}, {.ahead = -1}, {.ahead = 1}, {.wt2 = 90, .ahead = -1}}),
        (Marks{"1 red diamond", "3 red diamond"}));
}

TEST(CipherATest, TheBloodDiamondIsBothRedMarksAtOnce) {
    EXPECT_EQ(
        Hand().marks_of({{.ema1 = 96, .ahead = 1}, {.ema1 = 94, .ahead = -1}}),
        (Marks{"1 red cross", "1 red diamond", "1 blood diamond"}));
    EXPECT_EQ(
        Hand().marks_of(
            {{.ema1 = 96, .ahead = 1}, {.ema1 = 94, .ahead = 1}, {.ema1 = 94, .ahead = -1}}),
        (Marks{"1 red cross", "2 red diamond"}));
}

TEST(CipherATest, TheYellowCrossIsARedDiamondThatIsLowButNotLowest) {
    const auto diamond_at = [](double wt2, double rsi) {
        return Hand().marks_of(
            {{.wt2 = wt2, .ahead = 1, .rsi = rsi}, {.wt2 = wt2, .ahead = -1, .rsi = rsi}});
    };
    const Marks yellow = {"1 red diamond", "1 yellow cross"};
    const Marks red = {"1 red diamond"};
    EXPECT_EQ(diamond_at(-40, 20), yellow);
    EXPECT_EQ(diamond_at(44.9, 20), yellow);
    EXPECT_EQ(diamond_at(45, 20), red);
    EXPECT_EQ(diamond_at(-79.9, 20), yellow);
    EXPECT_EQ(diamond_at(-80, 20), red);
    EXPECT_EQ(diamond_at(-40, 29.9), yellow);
    EXPECT_EQ(diamond_at(-40, 30), red);
    EXPECT_EQ(diamond_at(-40, 15.1), yellow);
    EXPECT_EQ(diamond_at(-40, 15), red);
}

TEST(CipherATest, TheBullCandleIsTheSecondRisingOneAboveTheRibbon) {
    const Moment rising = {.open = 110, .close = 111};
    const Moment falling = {.open = 110, .close = 109};
    const Moment still = {.open = 110, .close = 110};
    EXPECT_EQ(Hand().marks_of({rising, rising}), (Marks{"1 bull candle"}));
    EXPECT_EQ(Hand().marks_of({falling, rising}), Marks{});
    EXPECT_EQ(Hand().marks_of({still, rising}), Marks{});
    EXPECT_EQ(Hand().marks_of({rising, still}), Marks{});
    // It opens on EMA 8, or on EMA 2, and not above.
    EXPECT_EQ(Hand().marks_of({rising, {.ema8 = 110, .open = 110, .close = 111}}), Marks{});
    EXPECT_EQ(
        Hand().marks_of({rising, {.ema2 = 95, .ema8 = 90, .open = 95, .close = 111}}),
        (Marks{"1 long"}));
    // A red mark beside it.
    Moment before = rising;
    before.ahead = 1;
    EXPECT_EQ(Hand().marks_of({before, rising}), (Marks{"1 red diamond"}));
    before = rising;
    before.ema1 = 96;
    EXPECT_EQ(Hand().marks_of({before, rising}), (Marks{"1 red cross"}));
}

TEST(CipherATest, WithAMissingOperandThereIsNoMark) {
    CipherARules rules({});
    const Bar rising = {.open = 100, .high = 102, .low = 99, .close = 101};
    rules.update({}, rising);
    EXPECT_FALSE(rules.update({}, rising).bull_candle);  // above no ribbon
    CipherASeries series;
    series.ribbon[1] = 90;
    series.ribbon[7] = 80;
    const CipherAMarks& marks = rules.update(series, rising);
    EXPECT_TRUE(marks.ribbon_bullish);
    EXPECT_FALSE(marks.long_ema);    // from nothing
    EXPECT_TRUE(marks.bull_candle);  // a diamond that cannot be is none
}

TEST(CipherATest, BeginsWhenItSays) {
    const auto bars = test::Walk(3).take(100);
    CipherA cipher(CipherA::Parameters{});
    std::uint64_t count = 0;
    while (!cipher.series().rsi_mfi || !cipher.series().ribbon[7] || !cipher.series().wt2) {
        cipher.update(bars[count++]);
    }
    EXPECT_EQ(count, 60U);  // of the RSI+MFI area
    EXPECT_EQ(bars_needed(CipherA::Parameters{}), 60U);
    CipherA::Parameters short_flow;
    short_flow.rsi_mfi.period = 5;
    EXPECT_EQ(bars_needed(short_flow), 35U);  // EMA 8, and one bar more to cross
}

TEST(CipherATest, AgreesWithItsDefinitionOverAWalk) {
    const auto bars = test::Walk(4).take(900);
    const std::array<std::size_t, 8> lengths = {5, 11, 15, 18, 21, 24, 28, 34};
    std::vector<double> closes;
    std::array<std::vector<Reading>, 8> ribbon;
    CipherA cipher(CipherA::Parameters{});
    WaveTrend wave({.channel = 9, .average = 13, .signal = 3});
    Rsi rsi(14);
    std::array<int, 8> counts{};
    bool was_ahead = false;
    for (std::size_t i = 0; i < bars.size(); ++i) {
        closes.push_back(bars[i].close);
        for (std::size_t k = 0; k < 8; ++k) ribbon[k].push_back(test::ema_of(closes, lengths[k]));
        wave.update(bars[i]);
        rsi.update(bars[i].close);
        const CipherAMarks& marks = cipher.update(bars[i]);
        for (std::size_t k = 0; k < 8; ++k) {
            test::expect_close(cipher.series().ribbon[k], ribbon[k][i], i);
        }
        ASSERT_EQ(cipher.series().wt2, wave.value().wt2);
        ASSERT_EQ(cipher.series().rsi, rsi.value());
        if (i < 60) continue;
        const auto crossed = [&](std::size_t a, std::size_t b) {  // a above b
            return *ribbon[a][i] > *ribbon[b][i] && *ribbon[a][i - 1] <= *ribbon[b][i - 1];
        };
        const bool is_ahead = *wave.value().wt1 >= *wave.value().wt2;
        const bool diamond = i > 60 && was_ahead && !is_ahead;
        was_ahead = is_ahead;
        if (i == 60) continue;
        const bool red = crossed(1, 0);
        const double wt2 = *wave.value().wt2;
        const double r = *rsi.value();
        const bool rises = bars[i].close > bars[i].open && bars[i - 1].close > bars[i - 1].open;
        const bool above = bars[i].open > *ribbon[1][i] && bars[i].open > *ribbon[7][i];
        const std::array<std::pair<bool, bool>, 8> pairs = {
            std::pair(marks.long_ema, crossed(1, 7)),
            std::pair(marks.short_ema, crossed(7, 1)),
            std::pair(marks.red_cross, red),
            std::pair(marks.blue_triangle, crossed(1, 2)),
            std::pair(marks.red_diamond, diamond),
            std::pair(marks.blood_diamond, diamond && red),
            std::pair(marks.yellow_cross, diamond && wt2 < 45 && wt2 > -80 && r < 30 && r > 15),
            std::pair(marks.bull_candle, rises && above && !diamond && !red)};
        for (std::size_t k = 0; k < pairs.size(); ++k) {
            ASSERT_EQ(pairs[k].first, pairs[k].second) << "mark " << k << " at index " << i;
            if (pairs[k].first) ++counts[k];
        }
    }
    for (std::size_t k = 0; k < counts.size(); ++k) EXPECT_GT(counts[k], 0) << "mark " << k;
}

}  // namespace
}  // namespace tapedeck::strategy
