#include "research/report/html.h"

#include "research/report/output.h"
#include "research/report/price_curves.h"
#include "research/report/report_story_test.h"

#include <nlohmann/json.hpp>

namespace tapedeck::research {
namespace {

using testing::instrument;
using testing::price;
using testing::ReportStory;

/// What the page's element of that name holds.
nlohmann::json carried(const std::string& page, const std::string& id) {
    const auto from = page.find('{', page.find("id=\"" + id + "\""));
    return nlohmann::json::parse(page.substr(from, page.find("</script>", from) - from));
}

TEST(Html, CarriesTheReportAndNothingFromElsewhere) {
    ReportStory story;
    story.deposit("1000").price_is("100");
    story.buy("1", "100");
    const std::string json = to_json(story.report());
    const std::string page = to_html(json);
    EXPECT_EQ(carried(page, "report"), nlohmann::json::parse(json));
    EXPECT_EQ(carried(page, "prices"), nlohmann::json::object());
    EXPECT_TRUE(page.starts_with("<!doctype html>"));
    EXPECT_NE(page.find("default-src 'none'; script-src 'sha256-"), std::string::npos);
    EXPECT_EQ(page.find("{{"), std::string::npos);
    for (const char* outside : {"src=", "@import", "url(", "https:"}) {
        EXPECT_EQ(page.find(outside), std::string::npos) << outside;
    }
    EXPECT_EQ(page, to_html(json));
}

TEST(Html, WhatIsInTheReportCannotEndItsElement) {
    const std::string json = R"({"reason":"</script><script>alert(1)</script><!-- {{style}}"})";
    const std::string page = to_html(json);
    EXPECT_EQ(page.find("</script><script>alert"), std::string::npos);
    EXPECT_NE(page.find(R"("\u003c/script>\u003cscript>alert(1))"), std::string::npos);
    EXPECT_NE(page.find("{{style}}"), std::string::npos);
    EXPECT_EQ(carried(page, "report"), nlohmann::json::parse(json));
}

TEST(PriceCurve, KeepsTheLowestTheHighestAndTheLastOfEachStretch) {
    using namespace std::chrono_literals;
    PriceCurve curve;
    const Time start = testing::time("2026-01-01");
    curve.add(start, price("10"), price("12"), price("11"));
    curve.add(start + 500ms, price("8"), price("9"), price("9"));
    curve.add(start + 1s, price("20"), price("20"), price("20"));
    ASSERT_EQ(curve.stretches().size(), 2U);
    EXPECT_EQ(curve.stretches()[0].low, price("8"));
    EXPECT_EQ(curve.stretches()[0].high, price("12"));
    EXPECT_EQ(curve.stretches()[0].close, price("9"));
    EXPECT_EQ(curve.stretches()[1].close, price("20"));
}

TEST(PriceCurve, NeverGetsLongAndLosesNoExtreme) {
    using namespace std::chrono_literals;
    PriceCurve curve;
    const Time start = testing::time("2026-01-01");
    for (int i = 0; i < 20'000; ++i) {
        const Price at = price(std::to_string(i == 777 ? 5 : i == 12'345 ? 99 : 50));
        curve.add(start + i * 60s, at, at, at);
    }
    EXPECT_LE(curve.stretches().size(), PriceCurve::kStretches);
    EXPECT_GT(curve.stretches().size(), PriceCurve::kStretches / 2);
    Price low = price("50");
    Price high = price("50");
    for (std::size_t i = 0; i < curve.stretches().size(); ++i) {
        const auto& each = curve.stretches()[i];
        low = std::min(low, each.low);
        high = std::max(high, each.high);
        if (i == 0) continue;
        EXPECT_GT(each.begin, curve.stretches()[i - 1].begin);
    }
    EXPECT_EQ(low, price("5"));
    EXPECT_EQ(high, price("99"));
}

TEST(PriceCurves, TellThoseOfTheInstrumentsThatWereTraded) {
    PriceCurves prices;
    Recorded recorded;
    const auto quoted = [&](std::string_view of, std::string_view bid, std::string_view ask) {
        recorded.recorded_at = testing::time("2026-01-01T00:00:01Z");
        recorded.event = QuoteChanged{
            .instrument = instrument(of),
            .bid = price(bid),
            .bid_quantity = testing::quantity("1"),
            .ask = price(ask),
            .ask_quantity = testing::quantity("1")};
        prices.apply(recorded);
    };
    quoted("demo:BTC/USD", "99", "101");
    quoted("demo:ETH/USD", "9", "11");
    ReportStory story;
    story.deposit("1000").price_is("100");
    story.buy("1", "100");
    story.after(std::chrono::seconds(5)).price_is("100");
    EXPECT_EQ(
        prices.to_json(story.report()), R"({"demo:BTC/USD":[[1767225601000,100.0,100.0,100.0]]})");
    EXPECT_EQ(prices.to_json(ReportStory().report()), "{}");
}

}  // namespace
}  // namespace tapedeck::research
