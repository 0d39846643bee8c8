#include "base/expected.h"

#include "base/verify.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace tapedeck {
namespace {

Result<std::unique_ptr<int>> half(int value) {
    if (value % 2 != 0) return fail("odd", ExitCode::Usage);
    return std::make_unique<int>(value / 2);
}

Result<> check(bool good) {
    if (!good) return fail("bad");
    return {};
}

Result<int> quarter(int value) {
    TRY(check(value >= 0));
    const auto first = TRY(half(value));
    return *TRY(half(*first));
}

TEST(TryTest, TakesTheValueEvenOfMoveOnlyTypes) {
    EXPECT_EQ(quarter(8).value(), 2);
}

TEST(TryTest, ReturnsTheFirstErrorToTheCaller) {
    EXPECT_EQ(quarter(6).error().message, "odd");
    EXPECT_EQ(quarter(6).error().exit_code, ExitCode::Usage);
    EXPECT_EQ(quarter(-4).error().message, "bad");
    EXPECT_EQ(quarter(-4).error().exit_code, ExitCode::Error);
}

TEST(VerifyDeathTest, NamesTheBrokenConditionAndItsPlace) {
    VERIFY(1 + 1 == 2);
    EXPECT_DEATH(VERIFY(1 + 1 == 3), "expected_test.cpp:[0-9]+: VERIFY failed: 1 \\+ 1 == 3");
}

}  // namespace
}  // namespace tapedeck
