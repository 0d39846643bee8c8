// Once made, an indicator asks for no more memory: all that it has on the heap are the vectors that
// it archives, and these stay where they are.

#include "strategy/core/indicators/adx.h"
#include "strategy/core/indicators/atr.h"
#include "strategy/core/indicators/bollinger.h"
#include "strategy/core/indicators/cipher_a.h"
#include "strategy/core/indicators/cipher_b.h"
#include "strategy/core/indicators/macd.h"
#include "strategy/core/indicators/mfi.h"
#include "strategy/core/indicators/stoch_rsi.h"
#include "strategy/core/indicators/test_walk.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <utility>
#include <vector>

namespace tapedeck::strategy {
namespace {

/// Notes where each vector is and how much it has room for.
class Surveyor {
public:
    template <class State>
    void operator()(const State&) {}

    template <class Value>
    void operator()(std::vector<Value>& values) {
        blocks.emplace_back(values.data(), values.capacity());
    }

    std::vector<std::pair<const void*, std::size_t>> blocks;
};

template <class Indicator, class Input>
void expect_stays_in_place(Indicator indicator, const std::vector<Input>& inputs) {
    Surveyor before;
    indicator.archive(before);
    for (const Input& input : inputs) indicator.update(input);
    Surveyor after;
    indicator.archive(after);
    EXPECT_EQ(after.blocks, before.blocks);
}

TEST(AllocationTest, NoIndicatorGrowsWithItsBars) {
    const auto bars = test::Walk(21).take(1000);
    const auto closes = test::closes_of(bars);
    expect_stays_in_place(Rsi(14), closes);
    expect_stays_in_place(StochRsi(StochRsi::Periods{}), closes);
    expect_stays_in_place(Macd(Macd::Periods{}), closes);
    expect_stays_in_place(Bollinger(20), closes);
    expect_stays_in_place(Stochastic(Stochastic::Periods{}), bars);
    expect_stays_in_place(Atr(14), bars);
    expect_stays_in_place(Adx(14), bars);
    expect_stays_in_place(Mfi(14), bars);
    expect_stays_in_place(CipherA(CipherA::Parameters{}), bars);
    expect_stays_in_place(CipherB(CipherB::Parameters{}), bars);
}

}  // namespace
}  // namespace tapedeck::strategy
