#include "strategy/core/indicators/divergence.h"

#include "strategy/core/indicators/test_walk.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

namespace tapedeck::strategy {
namespace {

/// "t" for a top that is known at a bar, "b" for a bottom, "." for neither.
std::string pivots_of(const std::vector<double>& values) {
    Fractal fractal;
    std::string result;
    for (const double value : values) {
        const FractalReading& reading =
            fractal.update({.value = value, .high = value + 1, .low = value - 1});
        result += reading.top ? 't' : (reading.bottom ? 'b' : '.');
    }
    return result;
}

TEST(FractalTest, IsKnownTwoBarsAfterItsPivot) {
    EXPECT_EQ(pivots_of({1, 2, 3, 2, 1}), "....t");
    EXPECT_EQ(pivots_of({3, 2, 1, 2, 3}), "....b");
    EXPECT_EQ(pivots_of({1, 2, 3, 2, 1, 2, 3, 2, 1}), "....t.b.t");
}

TEST(FractalTest, NeedsTwoLowerBarsOnEitherSide) {
    EXPECT_EQ(pivots_of({2, 3, 2, 1, 0}), ".....");
    EXPECT_EQ(pivots_of({1, 2, 3, 2, 3, 2, 1}), ".......");  // a top is no pivot beside its like
    EXPECT_EQ(pivots_of({1, 2, 3, 3, 2, 1, 0}), ".......");
    EXPECT_EQ(pivots_of({2, 1, 3, 1, 2}), "....t");  // in any order
}

TEST(FractalTest, TellsThePivotAndHowFarItsBarReached) {
    Fractal fractal;
    for (const double value : {1.0, 2.0, 5.0, 2.0}) {
        fractal.update({.value = value, .high = 10 * value, .low = 9 * value});
    }
    const FractalReading& reading = fractal.update({.value = 1, .high = 10, .low = 9});
    EXPECT_EQ(reading.top, Reading(5));
    EXPECT_EQ(reading.high, 50);
    EXPECT_EQ(reading.low, 45);
}

/// Feeds pivots two bars after one another and further: what is said at each.
class Pivots {
public:
    explicit Pivots(Divergence::Levels levels) : divergence_(levels) {}

    /// Three bars without a pivot, then this one.
    const DivergenceReading& top(double value, double high) {
        return after_a_while({.top = value, .bottom = {}, .high = high, .low = high - 1});
    }

    const DivergenceReading& bottom(double value, double low) {
        return after_a_while({.top = {}, .bottom = value, .high = low + 1, .low = low});
    }

private:
    const DivergenceReading& after_a_while(const FractalReading& fractal) {
        for (int i = 0; i < 3; ++i) divergence_.update({});
        return divergence_.update(fractal);
    }

    Divergence divergence_;
};

std::string said(const DivergenceReading& reading) {
    std::string result;
    if (reading.bearish) result += "bearish";
    if (reading.bullish) result += "bullish";
    if (reading.hidden_bearish) result += "hidden bearish";
    if (reading.hidden_bullish) result += "hidden bullish";
    return result;
}

TEST(DivergenceTest, IsPriceAgainstSeriesFromPivotToPivot) {
    Pivots pivots({});
    EXPECT_EQ(said(pivots.top(50, 100)), "");
    EXPECT_EQ(said(pivots.top(40, 110)), "bearish");
    EXPECT_EQ(said(pivots.top(60, 105)), "hidden bearish");
    EXPECT_EQ(said(pivots.top(70, 120)), "");  // both higher
    EXPECT_EQ(said(pivots.top(60, 110)), "");  // both lower
    EXPECT_EQ(said(pivots.bottom(-50, 90)), "");
    EXPECT_EQ(said(pivots.bottom(-40, 80)), "bullish");
    EXPECT_EQ(said(pivots.bottom(-60, 85)), "hidden bullish");
    EXPECT_EQ(said(pivots.bottom(-70, 70)), "");
    EXPECT_EQ(said(pivots.bottom(-60, 75)), "");
}

TEST(DivergenceTest, EqualIsNeitherHigherNorLower) {
    Pivots pivots({});
    pivots.top(50, 100);
    EXPECT_EQ(said(pivots.top(40, 100)), "");
    EXPECT_EQ(said(pivots.top(40, 110)), "");
}

TEST(DivergenceTest, PivotsShortOfTheirLevelDoNotCount) {
    Pivots pivots({.top = 45, .bottom = -65});
    pivots.top(60, 100);
    const DivergenceReading& skipped = pivots.top(44.9, 130);
    EXPECT_EQ(said(skipped), "");
    EXPECT_FALSE(skipped.top);
    EXPECT_EQ(skipped.previous_top, Reading(60));
    EXPECT_EQ(said(pivots.top(45, 110)), "bearish");  // than 100, on the level
    pivots.bottom(-80, 50);
    EXPECT_EQ(said(pivots.bottom(-64.9, 40)), "");
    EXPECT_EQ(said(pivots.bottom(-65, 45)), "bullish");
}

TEST(DivergenceTest, APivotOfExactlyZeroIsNone) {
    Pivots pivots({});
    pivots.top(10, 100);
    EXPECT_FALSE(pivots.top(0, 110).top);
    EXPECT_EQ(said(pivots.top(5, 105)), "bearish");  // compared with 10 at 100
}

TEST(EarlierPivotTest, IsTheLatestAsOfTwoBarsAgo) {
    EarlierPivot pivot;
    EXPECT_EQ(pivot.update(true, 1), Reading());
    EXPECT_EQ(pivot.update(false, 7), Reading());
    EXPECT_EQ(pivot.update(false, 7), Reading(1));
    EXPECT_EQ(pivot.update(true, 2), Reading(1));
    EXPECT_EQ(pivot.update(false, 7), Reading(1));
    EXPECT_EQ(pivot.update(false, 7), Reading(2));
}

/// All divergences of a series up to its last bar, found in the whole of it.
DivergenceReading found_at_the_end(
    const std::vector<FractalPoint>& points, double top_level, double bottom_level) {
    std::vector<std::size_t> tops;
    std::vector<std::size_t> bottoms;
    for (std::size_t i = 2; i + 2 < points.size(); ++i) {
        const auto is_beyond = [&](double sign) {
            for (const std::size_t k : {i - 2, i - 1, i + 1, i + 2}) {
                if (sign * points[k].value >= sign * points[i].value) return false;
            }
            return true;
        };
        if (is_beyond(1) && points[i].value >= top_level) tops.push_back(i);
        if (is_beyond(-1) && points[i].value <= bottom_level) bottoms.push_back(i);
    }
    DivergenceReading found;
    const std::size_t pivot = points.size() - 3;
    if (tops.size() > 1 && tops.back() == pivot) {
        const FractalPoint& now = points[pivot];
        const FractalPoint& before = points[tops[tops.size() - 2]];
        found.bearish = now.high > before.high && now.value < before.value;
        found.hidden_bearish = now.high < before.high && now.value > before.value;
    }
    if (bottoms.size() > 1 && bottoms.back() == pivot) {
        const FractalPoint& now = points[pivot];
        const FractalPoint& before = points[bottoms[bottoms.size() - 2]];
        found.bullish = now.low < before.low && now.value > before.value;
        found.hidden_bullish = now.low > before.low && now.value < before.value;
    }
    return found;
}

TEST(DivergenceTest, IsWhatIsFoundInAllBarsSoFarAndNeverUnsaid) {
    // What is said at a bar depends on no later one: it is what the bars so far come to.
    test::Dice dice(7);
    test::Walk walk(8);
    Fractal fractal;
    Divergence divergence({.top = 10, .bottom = -10});
    std::vector<FractalPoint> points;
    int count = 0;
    for (int i = 0; i < 1500; ++i) {
        const Bar bar = walk.next();
        points.push_back({.value = 100 * dice.next() - 50, .high = bar.high, .low = bar.low});
        const DivergenceReading& reading = divergence.update(fractal.update(points.back()));
        if (points.size() < 5) continue;
        ASSERT_EQ(said(reading), said(found_at_the_end(points, 10, -10))) << "at index " << i;
        if (!said(reading).empty()) ++count;
    }
    EXPECT_GT(count, 100);
}

}  // namespace
}  // namespace tapedeck::strategy
