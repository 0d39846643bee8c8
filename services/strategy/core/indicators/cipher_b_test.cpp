#include "strategy/core/indicators/cipher_b.h"

#include "strategy/core/indicators/test_walk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

namespace tapedeck::strategy {
namespace {

/// What Cipher B sees of a bar, by hand.
struct Moment {
    double wt2 = 0;
    double low = 100;
    double rsi = 50;
    double ahead = -1;  // wt1 - wt2
    double high = 200;
    double stoch_k = 50;
};

/// The marks of each moment; short names, only those made.
class Hand {
public:
    explicit Hand(const CipherBRules::Shown& shown = {}) : rules_({}, shown) {}

    const CipherBMarks& at(const Moment& moment) {
        const CipherBSeries series = {
            .wt1 = moment.wt2 + moment.ahead,
            .wt2 = moment.wt2,
            .rsi = moment.rsi,
            .stoch_k = moment.stoch_k,
            .stoch_d = moment.stoch_k,
            .rsi_mfi = 0};
        return rules_.update(
            series, {.open = 150, .high = moment.high, .low = moment.low, .close = 150});
    }

    /// "index name" of every mark that is made.
    std::vector<std::string> marks_of(const std::vector<Moment>& moments) {
        std::vector<std::string> result;
        for (const Moment& moment : moments) {
            const CipherBMarks& marks = at(moment);
            const auto note = [&](bool is_made, const char* name) {
                if (is_made) result.push_back(std::to_string(index_) + ' ' + name);
            };
            note(marks.crossed_up, "crossed up");
            note(marks.crossed_down, "crossed down");
            note(marks.buy, "buy");
            note(marks.sell, "sell");
            note(marks.divergence_buy, "divergence buy");
            note(marks.divergence_sell, "divergence sell");
            note(marks.gold_buy, "gold buy");
            note(marks.wave_any.hidden_bullish, "hidden bullish");
            note(marks.wave_any.hidden_bearish, "hidden bearish");
            ++index_;
        }
        return result;
    }

private:
    CipherBRules rules_;
    int index_ = 0;
};

using Marks = std::vector<std::string>;

TEST(CipherBTest, ADotAtEveryCrossingACircleBeyondTheLevels) {
    EXPECT_EQ(
        Hand().marks_of(
            {{.wt2 = -10, .ahead = -1},
             {.wt2 = -10, .ahead = 1},
             {.wt2 = -10, .ahead = 0},
             {.wt2 = -10, .ahead = -1},
             {.wt2 = -53, .ahead = 2},
             {.wt2 = 53, .ahead = 3},
             {.wt2 = 53, .ahead = -3},
             {.wt2 = -52.9, .ahead = 1}}),
        (Marks{
            "1 crossed up",
            "3 crossed down",
            "4 crossed up",
            "4 buy",
            "6 crossed down",
            "6 sell",
            "7 crossed up"}));
}

TEST(CipherBTest, LevelsAreReachedOnThem) {
    Hand hand;
    EXPECT_TRUE(hand.at({.wt2 = -53}).oversold);
    EXPECT_FALSE(hand.at({.wt2 = -52.9}).oversold);
    EXPECT_TRUE(hand.at({.wt2 = 53}).overbought);
    EXPECT_FALSE(hand.at({.wt2 = 52.9}).overbought);
}

/// Two bottoms of the wave, at index 2 and 6, with what belongs to each.
std::vector<Moment> two_bottoms(const Moment& first, const Moment& second) {
    return {
        {.wt2 = -60},
        {.wt2 = -68},
        first,
        {.wt2 = -68},
        {.wt2 = -60},
        {.wt2 = -64},
        second,
        {.wt2 = -64},
        {.wt2 = -58}};
}

TEST(CipherBTest, TheGoldCircleIsADivergenceFromAVeryLowBottomWithLowRsi) {
    const Moment low = {.wt2 = -80, .low = 90, .rsi = 25};
    const Moment higher = {.wt2 = -70, .low = 88};
    EXPECT_EQ(Hand().marks_of(two_bottoms(low, higher)), (Marks{"8 divergence buy", "8 gold buy"}));
    // RSI at the bottom before: not below 30. At the one now it does not matter.
    EXPECT_EQ(
        Hand().marks_of(
            two_bottoms({.wt2 = -80, .low = 90, .rsi = 30}, {.wt2 = -70, .low = 88, .rsi = 10})),
        (Marks{"8 divergence buy"}));
    // The bottom before: not at -75 or below.
    EXPECT_EQ(
        Hand().marks_of(two_bottoms({.wt2 = -74.9, .low = 90, .rsi = 25}, higher)),
        (Marks{"8 divergence buy"}));
    // The wave now: not above -75, or not 5 above the bottom before.
    for (const double now : {-75.0, -75.5}) {
        auto moments = two_bottoms({.wt2 = -100, .low = 90, .rsi = 25}, {.wt2 = -90, .low = 88});
        moments.back().wt2 = now;
        EXPECT_EQ(Hand().marks_of(moments), (Marks{"8 divergence buy"})) << now;
    }
    auto barely = two_bottoms({.wt2 = -75, .low = 90, .rsi = 25}, {.wt2 = -74.8, .low = 88});
    barely[7].wt2 = -74;
    barely[8].wt2 = -70.5;
    EXPECT_EQ(Hand().marks_of(barely), (Marks{"8 divergence buy"}));
    barely[8].wt2 = -70;
    EXPECT_EQ(Hand().marks_of(barely), (Marks{"8 divergence buy", "8 gold buy"}));
}

TEST(CipherBTest, AHiddenDivergenceIsNoBuyByItself) {
    EXPECT_EQ(
        Hand().marks_of(two_bottoms({.wt2 = -70, .low = 88}, {.wt2 = -80, .low = 90})),
        (Marks{"8 hidden bullish"}));
}

TEST(CipherBTest, TopsAreTheMirror) {
    const auto two_tops = [](double wt2, double high, double next_wt2, double next_high) {
        return std::vector<Moment>{
            {.wt2 = 10},
            {.wt2 = 11},
            {.wt2 = wt2, .high = high},
            {.wt2 = 11},
            {.wt2 = 10},
            {.wt2 = 11},
            {.wt2 = next_wt2, .high = next_high},
            {.wt2 = 11},
            {.wt2 = 10}};
    };
    EXPECT_EQ(Hand().marks_of(two_tops(60, 300, 50, 310)), (Marks{"8 divergence sell"}));
    EXPECT_EQ(Hand().marks_of(two_tops(50, 310, 60, 300)), (Marks{"8 hidden bearish"}));
    // Beyond the second level, 15, only; and not even beyond that.
    EXPECT_EQ(Hand().marks_of(two_tops(30, 300, 15, 310)), (Marks{"8 divergence sell"}));
    EXPECT_EQ(Hand().marks_of(two_tops(30, 300, 14, 310)), Marks{});
    CipherBRules::Shown first_only;
    first_only.wave_second = false;
    EXPECT_EQ(Hand(first_only).marks_of(two_tops(30, 300, 15, 310)), Marks{});
    EXPECT_EQ(Hand(first_only).marks_of(two_tops(60, 300, 50, 310)), (Marks{"8 divergence sell"}));
}

TEST(CipherBTest, DivergencesOfRsiAndStochasticRsiCountWhereShown) {
    // Neither has a pivot of the wave beside it.
    std::vector<Moment> of_rsi;
    std::vector<Moment> of_stoch;
    const std::array<double, 9> values = {40, 30, 20, 30, 40, 30, 25, 30, 40};
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double low = 100 - static_cast<double>(i);
        const double wave = static_cast<double>(i);
        of_rsi.push_back({.wt2 = wave, .low = low, .rsi = values[i]});
        of_stoch.push_back({.wt2 = wave, .low = low, .stoch_k = values[i] + 50});
    }
    CipherBRules::Shown rsi;
    rsi.rsi = true;
    CipherBRules::Shown stoch;
    stoch.stoch = true;
    EXPECT_EQ(Hand().marks_of(of_rsi), Marks{});
    EXPECT_EQ(Hand(rsi).marks_of(of_rsi), (Marks{"8 divergence buy"}));
    EXPECT_EQ(Hand(stoch).marks_of(of_rsi), Marks{});
    EXPECT_EQ(Hand().marks_of(of_stoch), Marks{});
    EXPECT_EQ(Hand(stoch).marks_of(of_stoch), (Marks{"8 divergence buy"}));
    // Above its level, 30, RSI's do not count; those of Stochastic RSI have none.
    for (Moment& moment : of_rsi) moment.rsi += 11;
    EXPECT_EQ(Hand(rsi).marks_of(of_rsi), Marks{});
}

TEST(CipherBTest, WithAMissingOperandThereIsNoMark) {
    CipherBRules rules({}, {});
    const Bar bar = {.open = 1, .high = 1, .low = 1, .close = 1};
    CipherBSeries series;
    EXPECT_FALSE(rules.update(series, bar).oversold);
    series.wt1 = -60;
    series.wt2 = -61;
    EXPECT_TRUE(rules.update(series, bar).oversold);
    EXPECT_FALSE(rules.value().crossed_up);  // from nothing
}

TEST(CipherBTest, BeginsWhenItSays) {
    const auto bars = test::Walk(3).take(100);
    CipherB cipher(CipherB::Parameters{});
    std::uint64_t count = 0;
    while (!cipher.series().rsi_mfi || !cipher.series().stoch_d || !cipher.series().wt2) {
        cipher.update(bars[count++]);
    }
    EXPECT_EQ(count, 60U);  // of the RSI+MFI area
    EXPECT_EQ(bars_needed(CipherB::Parameters{}), 60U);
    CipherB::Parameters short_flow;
    short_flow.rsi_mfi.period = 5;
    EXPECT_EQ(bars_needed(short_flow), 32U);  // Stochastic RSI's D has index 31
    short_flow.stoch_rsi.rsi = 5;
    EXPECT_EQ(bars_needed(short_flow), 31U);  // wt2 has 29, and one bar more to cross
}

/// The series from the whole history, in long double where the averages are.
struct Batch {
    explicit Batch(const std::vector<Bar>& bars) {
        std::vector<double> prices;
        std::vector<double> deviations;
        std::vector<double> channel;
        std::vector<double> wave;
        std::vector<double> pushes;
        for (const Bar& bar : bars) {
            prices.push_back((bar.high + bar.low + bar.close) / 3);
            const Reading mean = test::ema_of(prices, 9);
            if (mean) deviations.push_back(std::abs(prices.back() - *mean));
            const Reading deviation = test::ema_of(deviations, 9);
            if (deviation) channel.push_back((prices.back() - *mean) / (0.015 * *deviation));
            wt1.push_back(test::ema_of(channel, 12));
            if (wt1.back()) wave.push_back(*wt1.back());
            wt2.push_back(test::mean_of_last(wave, 3));
            pushes.push_back(
                bar.high == bar.low ? 0 : 150 * (bar.close - bar.open) / (bar.high - bar.low));
            const Reading push = test::mean_of_last(pushes, 60);
            rsi_mfi.push_back(push ? Reading(*push - 2.5) : push);
        }
        std::vector<double> closes = test::closes_of(bars);
        rsi = rsi_of(closes);
        for (double& close : closes) close = std::log(close);
        stochastics(rsi_of(closes));
    }

    std::vector<Reading> wt1, wt2, rsi_mfi, rsi, stoch_k, stoch_d;

private:
    static std::vector<Reading> rsi_of(const std::vector<double>& closes) {
        std::vector<double> gains;
        std::vector<double> losses;
        std::vector<Reading> result = {std::nullopt};
        for (std::size_t i = 1; i < closes.size(); ++i) {
            gains.push_back(std::max(closes[i] - closes[i - 1], 0.0));
            losses.push_back(std::max(closes[i - 1] - closes[i], 0.0));
            const Reading gain = test::rma_of(gains, 14);
            const Reading loss = test::rma_of(losses, 14);
            result.push_back(gain ? Reading(100 - 100 / (1 + *gain / *loss)) : std::nullopt);
        }
        return result;
    }

    void stochastics(const std::vector<Reading>& of) {
        std::vector<double> values;
        std::vector<double> raws;
        std::vector<double> ks;
        for (const Reading& each : of) {
            if (each) values.push_back(*each);
            if (values.size() >= 14) {
                const auto [low, high] = std::minmax_element(values.end() - 14, values.end());
                raws.push_back(100 * (values.back() - *low) / (*high - *low));
            }
            stoch_k.push_back(test::mean_of_last(raws, 3));
            if (stoch_k.back()) ks.push_back(*stoch_k.back());
            stoch_d.push_back(test::mean_of_last(ks, 3));
        }
    }
};

/// The indices of the bars that are a top (sign 1) or a bottom (-1) beyond a level, all bars known.
std::vector<std::size_t> pivots(const std::vector<Reading>& series, int sign, double level) {
    std::vector<std::size_t> result;
    for (std::size_t i = 2; i + 2 < series.size(); ++i) {
        if (!series[i - 2]) continue;
        bool is_pivot = sign * *series[i] >= sign * level && *series[i] != 0;
        for (const std::size_t k : {i - 2, i - 1, i + 1, i + 2}) {
            is_pivot = is_pivot && sign * *series[k] < sign * *series[i];
        }
        if (is_pivot) result.push_back(i);
    }
    return result;
}

/// At which bars a divergence is known, if `hidden` a hidden one.
std::vector<bool> divergences(
    const std::vector<Reading>& series,
    const std::vector<Bar>& bars,
    int sign,
    double level,
    bool hidden) {
    std::vector<bool> result(bars.size(), false);
    const auto at = pivots(series, sign, level);
    for (std::size_t k = 1; k < at.size(); ++k) {
        const Bar& now = bars[at[k]];
        const Bar& before = bars[at[k - 1]];
        const double price = sign > 0 ? now.high - before.high : before.low - now.low;
        const double value = sign * (*series[at[k]] - *series[at[k - 1]]);
        result[at[k] + 2] = hidden ? price < 0 && value > 0 : price > 0 && value < 0;
    }
    return result;
}

TEST(CipherBTest, SeriesAgreeWithTheirDefinitionsOverAWalk) {
    const auto bars = test::Walk(4).take(900);
    const Batch batch(bars);
    CipherB cipher(CipherB::Parameters{});
    for (std::size_t i = 0; i < bars.size(); ++i) {
        cipher.update(bars[i]);
        const CipherBSeries& series = cipher.series();
        test::expect_close(series.wt1, batch.wt1[i], i, 100);
        test::expect_close(series.wt2, batch.wt2[i], i, 100);
        test::expect_close(series.rsi_mfi, batch.rsi_mfi[i], i, 100);
        test::expect_close(series.rsi, batch.rsi[i], i, 100);
        test::expect_close(series.stoch_k, batch.stoch_k[i], i, 100);
        test::expect_close(series.stoch_d, batch.stoch_d[i], i, 100);
    }
}

/// The marks that must be at each bar, found in the series with all bars known.
std::vector<std::vector<bool>> expected_marks(
    const std::vector<CipherBSeries>& series, const std::vector<Bar>& bars) {
    std::vector<Reading> wave;
    std::vector<Reading> rsi;
    std::vector<Reading> stoch;
    std::vector<bool> buy(bars.size(), false);
    std::vector<bool> sell(bars.size(), false);
    for (std::size_t i = 0; i < bars.size(); ++i) {
        wave.push_back(series[i].wt2);
        rsi.push_back(series[i].rsi);
        stoch.push_back(series[i].stoch_k);
        if (i == 0 || !wave[i - 1]) continue;
        const double gap = *series[i].wt1 - *wave[i];
        const double gap_before = *series[i - 1].wt1 - *wave[i - 1];
        buy[i] = gap > 0 && gap_before <= 0 && *wave[i] <= -53;
        sell[i] = gap < 0 && gap_before >= 0 && *wave[i] >= 53;
    }
    const double all_tops = -1e9;
    const double all_bottoms = 1e9;
    return {
        buy,
        sell,
        divergences(wave, bars, -1, -65, false),
        divergences(wave, bars, -1, -40, false),
        divergences(wave, bars, 1, 45, false),
        divergences(wave, bars, 1, 15, false),
        divergences(wave, bars, -1, all_bottoms, true),
        divergences(wave, bars, 1, all_tops, true),
        divergences(rsi, bars, -1, 30, false),
        divergences(rsi, bars, 1, 60, false),
        divergences(stoch, bars, -1, all_bottoms, false),
        divergences(stoch, bars, 1, all_tops, false)};
}

TEST(CipherBTest, MarksAreThoseFoundInAllBarsOfAWalk) {
    // Found with all bars known, and said with only those before: a later bar changes nothing.
    const auto bars = test::Walk(4).take(4000);
    CipherB cipher(CipherB::Parameters{});
    std::vector<CipherBSeries> series;
    std::vector<std::vector<bool>> said;  // by bar, then by mark
    for (const Bar& bar : bars) {
        const CipherBMarks& marks = cipher.update(bar);
        series.push_back(cipher.series());
        said.push_back(
            {marks.buy,
             marks.sell,
             marks.wave.bullish,
             marks.wave_second.bullish,
             marks.wave.bearish,
             marks.wave_second.bearish,
             marks.wave_any.hidden_bullish,
             marks.wave_any.hidden_bearish,
             marks.rsi.bullish,
             marks.rsi.bearish,
             marks.stoch.bullish,
             marks.stoch.bearish});
    }
    const auto expected = expected_marks(series, bars);
    for (std::size_t mark = 0; mark < expected.size(); ++mark) {
        int count = 0;
        for (std::size_t i = 0; i < bars.size(); ++i) {
            ASSERT_EQ(said[i][mark], expected[mark][i]) << "mark " << mark << " at index " << i;
            if (said[i][mark]) ++count;
        }
        EXPECT_GT(count, 0) << "mark " << mark;
    }
}

TEST(CipherBTest, StaysFiniteThroughHaltsAndCrashes) {
    CipherB cipher(CipherB::Parameters{});
    double price = 50'000;
    test::Dice dice(9);
    for (int i = 0; i < 3000; ++i) {
        if (i % 700 == 350) price *= 1e-3;
        if (i % 700 == 0) price *= 1e3;
        const bool halts = i % 700 > 500;
        const double close = halts ? price : price * (1 + 0.01 * (dice.next() - 0.5));
        cipher.update(
            {.open = price,
             .high = std::max(price, close),
             .low = std::min(price, close),
             .close = close});
        const CipherBSeries& series = cipher.series();
        for (const Reading& each :
             {series.wt1, series.wt2, series.rsi, series.stoch_k, series.rsi_mfi}) {
            if (each) {
                ASSERT_TRUE(std::isfinite(*each)) << "at index " << i;
            }
        }
    }
}

}  // namespace
}  // namespace tapedeck::strategy
