#include "base/money.h"

#include <gtest/gtest.h>

namespace tapedeck {
namespace {

template <class A, class B>
concept Adds = requires(A a, B b) {
    a + b;
};

template <class A, class B>
concept Subtracts = requires(A a, B b) {
    a - b;
};

template <class A, class B>
concept Multiplies = requires(A a, B b) {
    a* b;
};

template <class A, class B>
concept Divides = requires(A a, B b) {
    a / b;
};

template <class A, class B>
concept Compares = requires(A a, B b) {
    a < b;
};

template <class A, class B>
concept MakesANotional = requires(A a, B b) {
    notional(a, b, Rounding::Up);
};

template <class A, class B>
concept MakesARatio = requires(A a, B b) {
    ratio_of(a, b, Rounding::Up);
};

template <class A, class B>
concept RoundsTo = requires(A a, B b) {
    round_to(a, b, Rounding::Up);
};

// The algebra, by what compiles: amounts of one kind add up and compare …
static_assert(Adds<Price, Price> && Subtracts<Price, Price> && Compares<Price, Price>);
static_assert(Adds<Quantity, Quantity> && Adds<Money, Money> && Adds<Ratio, Ratio>);
// … amounts of two kinds do not mix, nor does a bare number become an amount by itself …
static_assert(!Adds<Price, Quantity> && !Subtracts<Price, Quantity>);
static_assert(!Adds<Price, Money> && !Adds<Money, Quantity> && !Adds<Money, Ratio>);
static_assert(!Adds<Price, Decimal> && !Adds<Decimal, Money> && !Adds<Price, int>);
static_assert(!Compares<Price, Quantity> && !Compares<Money, Price> && !Compares<Ratio, int>);
static_assert(!std::is_convertible_v<Decimal, Price> && !std::is_convertible_v<int, Money>);
static_assert(!std::is_convertible_v<Price, Decimal> && !std::is_convertible_v<Price, Quantity>);
static_assert(!std::is_constructible_v<Price, Quantity> && !std::is_constructible_v<Price, double>);
// … and there is no product or quotient but the named ones, which say how they round.
static_assert(!Multiplies<Price, Price> && !Multiplies<Price, Quantity> && !Divides<Money, Price>);
static_assert(MakesANotional<Price, Quantity>);
static_assert(!MakesANotional<Quantity, Price> && !MakesANotional<Price, Price>);
static_assert(MakesARatio<Money, Money> && !MakesARatio<Money, Price>);
static_assert(RoundsTo<Price, Price> && !RoundsTo<Price, Quantity>);

Price price(std::string_view text) {
    return Price::parse(text).value();
}

Quantity quantity(std::string_view text) {
    return Quantity::parse(text).value();
}

Money money(std::string_view text) {
    return Money::parse(text).value();
}

Ratio ratio(std::string_view text) {
    return Ratio::parse(text).value();
}

TEST(MoneyTest, AddsSubtractsAndComparesAmountsOfOneKind) {
    Money cash = money("100.10");
    cash += money("0.2");
    cash -= money("0.3");
    EXPECT_EQ(cash, money("100"));
    EXPECT_EQ(-cash, money("-100"));
    EXPECT_EQ((-cash).abs(), cash);
    EXPECT_LT(price("99.99"), price("100"));
    EXPECT_EQ(price("64210.50").to_string(), "64210.5");
    EXPECT_TRUE(quantity("-1").is_negative());
    EXPECT_TRUE(Quantity{}.is_zero());
}

TEST(MoneyTest, MultipliesAndDividesByNamedFunctionsOnly) {
    EXPECT_EQ(notional(price("64210.5"), quantity("0.015"), Rounding::Up), money("963.1575"));
    EXPECT_EQ(notional(price("100"), quantity("-2"), Rounding::Up), money("-200"));
    EXPECT_EQ(portion(price("200"), ratio("0.03"), Rounding::Down), price("6"));
    EXPECT_EQ(portion(money("1000"), ratio("0.1"), Rounding::Down), money("100"));
    EXPECT_EQ(ratio_of(money("25"), money("1000"), Rounding::Down), ratio("0.025"));
}

TEST(MoneyTest, RoundsWhatIsOwedUpAndWhatIsOwnedDown) {
    EXPECT_EQ(
        quantity_for(money("100"), price("3"), Rounding::Down), quantity("33.333333333333333333"));
    EXPECT_EQ(price_of(money("100"), quantity("3"), Rounding::Up), price("33.333333333333333334"));
    EXPECT_EQ(round_to(price("64210.57"), price("0.1"), Rounding::Down), price("64210.5"));
    EXPECT_EQ(round_to(price("64210.57"), price("0.1"), Rounding::Up), price("64210.6"));
    EXPECT_EQ(round_to(quantity("0.0159"), quantity("0.001"), Rounding::Down), quantity("0.015"));
}

TEST(MoneyTest, HandsErrorsOn) {
    EXPECT_EQ(Price::parse("1,000").error(), DecimalError::NotANumber);
    EXPECT_EQ(
        quantity_for(money("1"), Price{}, Rounding::Down).error(), DecimalError::DivisionByZero);
    EXPECT_EQ(
        notional(price("999999999999"), quantity("999999999999"), Rounding::Up).error(),
        DecimalError::Overflow);
}

}  // namespace
}  // namespace tapedeck
