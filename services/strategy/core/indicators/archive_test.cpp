// Saved after whichever bar, and loaded, every indicator goes on to the bit.

#include "strategy/core/indicators/adx.h"
#include "strategy/core/indicators/atr.h"
#include "strategy/core/indicators/bollinger.h"
#include "strategy/core/indicators/cipher_a.h"
#include "strategy/core/indicators/cipher_b.h"
#include "strategy/core/indicators/macd.h"
#include "strategy/core/indicators/mfi.h"
#include "strategy/core/indicators/stoch_rsi.h"
#include "strategy/core/indicators/test_archive.h"
#include "strategy/core/indicators/test_walk.h"

#include <gtest/gtest.h>

#include <vector>

namespace tapedeck::strategy {
namespace {

const std::vector<Bar> kBars = test::Walk(11).take(90);
const std::vector<double> kCloses = test::closes_of(kBars);

TEST(ArchiveTest, AveragesResume) {
    test::expect_resumes(WindowSum(7), WindowSum(3), kCloses);
    test::expect_resumes(Sma(7), Sma(9), kCloses);
    test::expect_resumes(Ema(7), Ema(9, Seed::First), kCloses);
    test::expect_resumes(Ema(7, Seed::First), Ema(9), kCloses);
    test::expect_resumes(Rma(7), Rma(9, Seed::First), kCloses);
    test::expect_resumes(Rma(7, Seed::First), Rma(9), kCloses);
    test::expect_resumes(WilderSum(7), WilderSum(9), kCloses);
}

TEST(ArchiveTest, RollingWindowsResume) {
    test::expect_resumes(RollingDeviation(7), RollingDeviation(9), kCloses);
    test::expect_resumes(RollingMax(7), RollingMax(9), kCloses);
    test::expect_resumes(RollingMin(7), RollingMin(3), kCloses);
}

TEST(ArchiveTest, OscillatorsResume) {
    test::expect_resumes(Rsi(14), Rsi(2, Seed::First), kCloses);
    test::expect_resumes(
        StochRsi(StochRsi::Periods{}),
        StochRsi({.rsi = 2, .stochastic = {.range = 3, .smoothing = 1, .signal = 2}}),
        kCloses);
    test::expect_resumes(
        Stochastic(Stochastic::Periods{}),
        Stochastic({.range = 20, .smoothing = 1, .signal = 2}),
        kBars);
    test::expect_resumes(Mfi(14), Mfi(5), kBars);
}

TEST(ArchiveTest, TrendsAndBandsResume) {
    test::expect_resumes(
        Macd(Macd::Periods{}), Macd({.fast = 3, .slow = 5, .signal = 2}, Seed::First), kCloses);
    test::expect_resumes(Bollinger(20), Bollinger(5, 3), kCloses);
    test::expect_resumes(Adx(14), Adx(3), kBars);
}

TEST(ArchiveTest, RangesResume) {
    test::expect_resumes(TrueRange(), TrueRange(FirstBar::Missing), kBars);
    test::expect_resumes(TrueRange(FirstBar::Missing), TrueRange(), kBars);
    test::expect_resumes(Atr(14), Atr(3, Seed::First, FirstBar::Missing), kBars);
}

TEST(ArchiveTest, CiphersResume) {
    test::expect_resumes(
        WaveTrend(WaveTrend::Periods{}),
        WaveTrend({.channel = 3, .average = 2, .signal = 5}, Seed::First),
        kBars);
    test::expect_resumes(
        RsiMfi(RsiMfi::Parameters{}), RsiMfi({.period = 3, .multiplier = 1, .shift = 9}), kBars);
    CipherA::Parameters other_a;
    other_a.ribbon.fill(3);
    other_a.levels = {1, 2, 3, 4, 5, 6, 7, 8};
    test::expect_resumes(CipherA(CipherA::Parameters{}), CipherA(other_a), kBars);
    CipherB::Parameters other_b;
    other_b.stoch_rsi_of_log = false;
    other_b.levels = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    other_b.shown = {false, false, true, true};
    test::expect_resumes(CipherB(CipherB::Parameters{}), CipherB(other_b), kBars);
}

}  // namespace
}  // namespace tapedeck::strategy
