#include "strategy/core/indicators/mfi.h"

#include "strategy/core/indicators/test_sheet.h"
#include "strategy/core/indicators/test_walk.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

namespace tapedeck::strategy {
namespace {

/// A bar of one price.
Bar tick(double price, double volume) {
    return {.open = price, .high = price, .low = price, .close = price, .volume = volume};
}

TEST(MfiTest, IsTheShareOfTheFlowByHand) {
    Mfi mfi(2);
    EXPECT_FALSE(mfi.update(tick(3, 99)));
    EXPECT_FALSE(mfi.update(tick(4, 6)));            // +24
    EXPECT_EQ(mfi.update(tick(2, 4)), Reading(75));  // -8: 24 of 32
    EXPECT_EQ(mfi.update(tick(2, 50)), Reading(0));  // neither; the 24 has left
    EXPECT_EQ(mfi.update(tick(5, 1)), Reading(100));
}

TEST(MfiTest, WithoutAnyFlowIsAHundred) {
    Mfi mfi(3);
    for (int i = 0; i < 10; ++i) mfi.update(tick(1 + i % 2, 0));
    EXPECT_EQ(mfi.value(), Reading(100));
}

TEST(MfiTest, AgreesWithItsDefinitionOverAWalkWithinItsBounds) {
    const auto bars = test::Walk(1).take(1000);
    Mfi mfi(14);
    for (std::size_t i = 0; i < bars.size(); ++i) {
        const Reading reading = mfi.update(bars[i]);
        ASSERT_EQ(reading.has_value(), i >= 14);
        if (!reading) continue;
        double positive = 0;
        double negative = 0;
        for (std::size_t j = i - 13; j <= i; ++j) {
            const double price = typical_price(bars[j]);
            const double before = typical_price(bars[j - 1]);
            if (price > before) positive += price * bars[j].volume;
            if (price < before) negative += price * bars[j].volume;
        }
        test::expect_close(reading, 100 - 100 / (1 + positive / negative), i, 100);
        ASSERT_GE(*reading, 0);
        ASSERT_LE(*reading, 100);
    }
}

TEST(MfiTest, KnowsNoScaleOfPriceOrVolume) {
    Mfi mfi(14);
    Mfi tiny(14);
    for (Bar each : test::Walk(2, 1e5).take(1000)) {
        const Reading reading = mfi.update(each);
        const double scale = 0x1p-43;  // from 1e5 to 1e-8
        each.high *= scale;
        each.low *= scale;
        each.close *= scale;
        each.volume *= 0x1p20;
        ASSERT_EQ(tiny.update(each), reading);
    }
}

TEST(MfiTest, AgreesWithTheSheet) {
    const auto opened = test::Sheet::open("cs-mfi.csv");
    if (!opened) GTEST_SKIP() << test::Sheet::missing("cs-mfi.csv");
    const test::Sheet& sheet = *opened;
    Mfi mfi(14);
    for (std::size_t i = 0; i < sheet.rows(); ++i) {
        const Bar bar = {
            .open = sheet.number(i, "Close"),
            .high = sheet.number(i, "High"),
            .low = sheet.number(i, "Low"),
            .close = sheet.number(i, "Close"),
            .volume = sheet.number(i, "Volume")};
        sheet.expect(typical_price(bar), i, "Typical Price");
        const Reading reading = mfi.update(bar);
        ASSERT_EQ(reading.has_value(), sheet.has(i, "MFI"));
        ASSERT_EQ(reading.has_value(), i >= 14);
        if (reading) sheet.expect(reading, i, "MFI");
    }
}

}  // namespace
}  // namespace tapedeck::strategy
