#include "venue-simulator/core/text.h"

#include "venue-simulator/core/json.h"

#include <gtest/gtest.h>

namespace tapedeck::venue_simulator {
namespace {

Decimal d(const char* text) {
    return Decimal::parse(text).value();
}

TEST(TextTest, NumbersHaveTheirPlacesAndNoMore) {
    EXPECT_EQ(fixed(d("0.1"), 8), "0.10000000");
    EXPECT_EQ(fixed(d("45285.2"), 1), "45285.2");
    EXPECT_EQ(fixed(d("-3.6"), 2), "-3.60");
    EXPECT_EQ(fixed(d("0.018474927"), 6), "0.018475");
    EXPECT_EQ(fixed(d("0.125"), 2), "0.12");
    EXPECT_EQ(fixed(d("-0.001"), 2), "0.00");
    EXPECT_EQ(fixed(d("7"), 0), "7");
}

TEST(TextTest, MomentsAreSpelledAsTheVenueSpellsThem) {
    const Time moment = time_from_ns(1'616'336'594'833'306'007);
    EXPECT_EQ(rfc3339_micros(moment), "2021-03-21T14:23:14.833306Z");
    EXPECT_EQ(rfc3339_nanos(moment), "2021-03-21T14:23:14.833306007Z");
    EXPECT_EQ(rfc3339_seconds(moment), "2021-03-21T14:23:14Z");
    EXPECT_EQ(rfc1123(moment), "Sun, 21 Mar 21 14:23:14 +0000");
    EXPECT_EQ(unix_text(moment, 4), "1616336594.8333");
    EXPECT_EQ(parse_unix("1616336594.833306007"), moment);
    EXPECT_EQ(parse_unix("-1"), std::nullopt);
}

TEST(TextTest, FormsAreUnescaped) {
    const auto form = parse_form("a=1&price=%2B5%25&c=x+y&d");
    ASSERT_TRUE(form.has_value());
    const Fields expected = {{"a", "1"}, {"price", "+5%"}, {"c", "x y"}, {"d", ""}};
    EXPECT_EQ(*form, expected);
    EXPECT_EQ(parse_form("a=%2"), std::nullopt);
    EXPECT_EQ(parse_form("a=%zz"), std::nullopt);
}

TEST(JsonTest, KeepsTheSpellingOfNumbers) {
    const auto json = parse_json(R"({"a":0.10000000,"b":1e-08,"c":100,"d":["x",true,null]})");
    ASSERT_TRUE(json.has_value());
    EXPECT_EQ(json->find("a")->text, "0.10000000");
    EXPECT_EQ(json->find("b")->text, "1e-08");
    EXPECT_EQ(json->find("c")->text, "100");
    EXPECT_TRUE(json->find("c")->is_integer);
    EXPECT_FALSE(json->find("a")->is_integer);
    ASSERT_EQ(json->find("d")->items.size(), 3U);
    EXPECT_TRUE(json->find("d")->items[1].flag);
    EXPECT_EQ(json->find("e"), nullptr);
}

TEST(JsonTest, RefusesWhatIsBrokenOrTooDeep) {
    EXPECT_EQ(parse_json("{").has_value(), false);
    EXPECT_EQ(parse_json("").has_value(), false);
    EXPECT_EQ(parse_json("{} {}").has_value(), false);
    EXPECT_EQ(parse_json(std::string(1000, '[')).has_value(), false);
    EXPECT_TRUE(parse_json(std::string(32, '[') + std::string(32, ']')).has_value());
    EXPECT_FALSE(parse_json(std::string(33, '[') + std::string(33, ']')).has_value());
}

TEST(JsonTest, WritesInOrder) {
    EXPECT_EQ(
        Object().text("b", "x\"\n").raw("a", "1.50").null("c").boolean("d", true).take(),
        R"({"b":"x\"\n","a":1.50,"c":null,"d":true})");
    EXPECT_EQ(Array().raw("1").text("two").take(), R"([1,"two"])");
}

}  // namespace
}  // namespace tapedeck::venue_simulator
