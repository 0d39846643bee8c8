#include "venues/kraken/errors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace tapedeck::kraken {
namespace {

std::string summary(const VenueError& error) {
    return std::string(to_string(error.error_class)) + " " + error.code +
           (error.proves_refusal ? "" : " open");
}

std::string told(std::string_view text) {
    return summary(classify(text));
}

struct Known {
    std::string_view text;
    std::string_view told;
};

/// Kraken's list of error messages, and what is seen live beside it.
constexpr std::array kKnown = {
    Known{"EGeneral:Invalid arguments", "invalid_request invalid_request"},
    Known{"EGeneral:Invalid arguments:ordertype", "invalid_request invalid_request"},
    Known{"EGeneral:Invalid arguments:Index unavailable", "rejected index_unavailable"},
    Known{"EGeneral:Invalid arguments:volume", "rejected invalid_quantity"},
    Known{"EGeneral:Invalid arguments:volume minimum not met", "rejected minimum_not_met"},
    Known{
        "EGeneral:Invalid arguments:no_mpp order option is only available when ordertype = market",
        "invalid_request invalid_request"},
    Known{"EGeneral:Temporary lockout", "rate_limited temporary_lockout"},
    Known{"EGeneral:Permission denied", "permission permission_denied"},
    Known{"EGeneral:Internal error", "transient internal_error open"},
    Known{"EGeneral:Internal error:7", "transient internal_error open"},
    Known{"EGeneral:Unknown method", "invalid_request invalid_request"},
    Known{"EService:Unavailable", "venue_down venue_unavailable open"},
    Known{"EService:Busy", "transient venue_busy open"},
    Known{"EService:Market in cancel_only mode", "venue_down venue_cancel_only"},
    Known{"EService:Market in post_only mode", "venue_down venue_post_only"},
    Known{"EService:Market in maintenance mode", "venue_down venue_maintenance open"},
    Known{"EService:Deadline elapsed", "transient deadline_elapsed open"},
    Known{"EService: Throttled: 1741500000", "rate_limited throttled open"},
    Known{"EAPI:Invalid key", "authentication invalid_key"},
    Known{"EAPI:Invalid signature", "authentication invalid_signature"},
    Known{"EAPI:Invalid nonce", "nonce invalid_nonce"},
    Known{"EAPI:Rate limit exceeded", "rate_limited rate_limited"},
    Known{"EAPI:Bad request", "invalid_request invalid_request"},
    Known{"EAPI:Feature disabled", "permission feature_disabled"},
    Known{"EOrder:Cannot open opposing position", "rejected opposing_position"},
    Known{"EOrder:Cannot open position", "rejected margin_not_permitted"},
    Known{"EOrder:Margin allowance exceeded", "rejected insufficient_margin"},
    Known{"EOrder:Margin level too low", "rejected insufficient_margin"},
    Known{"EOrder:Margin position size exceeded", "rejected insufficient_margin"},
    Known{"EOrder:Insufficient margin", "rejected insufficient_margin"},
    Known{"EOrder:Insufficient funds", "rejected insufficient_funds"},
    Known{"EOrder:Order minimum not met", "rejected minimum_not_met"},
    Known{"EOrder:Cost minimum not met", "rejected minimum_not_met"},
    Known{"EOrder:Tick size check failed", "rejected price_off_tick"},
    Known{"EOrder:Orders limit exceeded", "rejected open_orders_limit"},
    Known{"EOrder:Rate limit exceeded", "rate_limited rate_limited"},
    Known{"EOrder:Domain rate limit exceeded", "rate_limited rate_limited"},
    Known{"EOrder:Invalid price", "rejected invalid_price"},
    Known{
        "EOrder:Invalid price:ETH/GBP price can only be specified up to 2 decimals.",
        "rejected invalid_price"},
    Known{"EOrder:Positions limit exceeded", "rejected positions_limit"},
    Known{"EOrder:Reduce only:Non-PC", "rejected nothing_to_reduce"},
    Known{"EOrder:Reduce only:No position exists", "rejected nothing_to_reduce"},
    Known{"EOrder:Reduce only:Position is closed", "rejected nothing_to_reduce"},
    Known{"EOrder:Scheduled orders limit exceeded", "rejected open_orders_limit"},
    Known{"EOrder:Unknown position", "rejected unknown_position"},
    Known{"EOrder:Unknown order", "unknown_order unknown_order"},
    Known{"EOrder:Invalid order", "invalid_request invalid_request"},
    Known{"EOrder:Post only order", "rejected post_only"},
    Known{"EAccount:Invalid permissions", "permission account_not_permitted"},
    Known{
        "EAccount:Invalid permissions:USDT trading restricted for AT.",
        "permission account_not_permitted"},
    Known{"EAuth:Account temporary disabled", "permission account_disabled"},
    Known{"EAuth:Account unconfirmed", "permission account_unconfirmed"},
    Known{"EAuth:Rate limit exceeded", "rate_limited rate_limited"},
    Known{"EAuth:Too many requests", "rate_limited rate_limited"},
    Known{"ETrade:Invalid request", "invalid_request invalid_request"},
    Known{"ETrade:Locked", "transient account_locked open"},
    Known{"EBM:limit exceeded:CAL", "rejected client_limit"},
    Known{"EFunding:Max fee exceeded", "rejected fee_above_limit"},
    Known{"EQuery:Unknown asset pair", "rejected unknown_instrument"},
    Known{"ESession:Invalid session", "session invalid_session"},
    Known{"Malformed request", "invalid_request invalid_request"},
    Known{"Unsupported event", "invalid_request invalid_request"},
    Known{
        "Unsupported field: 'channel' for the given msg type: subscribe",
        "invalid_request invalid_request"},
    Known{"Limit_price field must be a number_float", "invalid_request invalid_request"},
    Known{"Currency pair not supported WWW/USD", "rejected unknown_instrument"},
    Known{"Token(s) not found", "session invalid_session"},
    Known{
        "Already subscribed to one ohlc interval on this symbol",
        "invalid_request already_subscribed"},
    Known{"WGeneral:Deprecated", "warning warning open"},
};

TEST(ErrorsTest, KnowsWhatKrakenSays) {
    for (const auto& known : kKnown) {
        EXPECT_EQ(told(known.text), known.told) << known.text;
        EXPECT_EQ(classify(known.text).text, known.text);
    }
}

TEST(ErrorsTest, ToleratesBlanksAndCase) {
    EXPECT_EQ(told(" EOrder: Insufficient funds "), "rejected insufficient_funds");
    EXPECT_EQ(told("EORDER:INSUFFICIENT FUNDS"), "rejected insufficient_funds");
    EXPECT_EQ(told("EGeneral:Invalid arguments: volume"), "rejected invalid_quantity");
}

TEST(ErrorsTest, WhatIsNotKnownLeavesTheOutcomeOpen) {
    for (const auto* text :
         {"",
          "E",
          "E:",
          ":",
          "EOrder",
          "EOrder:",
          "EOrder:Something new",
          "EFuture:Unknown order",
          "XOrder:Insufficient funds",
          "Insufficient funds",
          "order: insufficient funds",
          "EOrder:Insufficient funds perhaps",
          "WS is down",
          "WebSocket: order not placed",
          "EGeneral:Invalid",
          "\xff\xfe"}) {
        EXPECT_EQ(told(text), "unknown unknown_error open") << text;
    }
}

TEST(ErrorsTest, ThrottledSaysUntilWhen) {
    EXPECT_EQ(
        classify("EService: Throttled: 1741500000").retry_at,
        Time(std::chrono::seconds(1741500000)));
    EXPECT_FALSE(classify("EService:Throttled").retry_at);
    EXPECT_FALSE(classify("EService:Throttled:99999999999999999999").retry_at);
    EXPECT_FALSE(classify("EAPI:Rate limit exceeded").retry_at);
}

TEST(ErrorsTest, OfSeveralTheOneThatLeavesTheOutcomeOpenCounts) {
    EXPECT_EQ(
        summary(classify(
            std::vector<std::string>{"EOrder:Insufficient funds", "EService:Unavailable"})),
        "venue_down venue_unavailable open");
    EXPECT_EQ(
        summary(classify(
            std::vector<std::string>{"EOrder:Insufficient funds", "EOrder:Invalid price"})),
        "rejected insufficient_funds");
    EXPECT_EQ(summary(classify(std::vector<std::string>{})), "unknown unknown_error open");
}

TEST(ErrorsTest, OnlyQueriesAreRepeatedAndOnlyWhenItCanHelp) {
    const auto may_repeat = [](std::string_view text) { return may_repeat_query(classify(text)); };
    EXPECT_TRUE(may_repeat("EService:Busy"));
    EXPECT_TRUE(may_repeat("EService:Unavailable"));
    EXPECT_TRUE(may_repeat("EAPI:Rate limit exceeded"));
    EXPECT_TRUE(may_repeat("EAPI:Invalid nonce"));
    EXPECT_TRUE(may_repeat("ESession:Invalid session"));
    EXPECT_FALSE(may_repeat("EAPI:Invalid key"));
    EXPECT_FALSE(may_repeat("EQuery:Unknown asset pair"));
    EXPECT_FALSE(may_repeat("EGeneral:Something new"));
}

/// A refusal is proof: a text that was damaged on its way must not become one by chance.
TEST(ErrorsTest, ADamagedTextIsNoOtherError) {
    constexpr unsigned kSeed = 20261121;
    std::mt19937_64 random(kSeed);
    for (int i = 0; i < 20000; ++i) {
        const auto& known = kKnown[random() % kKnown.size()];
        std::string text(known.text);
        text.resize(random() % (text.size() + 1));
        const auto error = classify(text);
        const auto whole = classify(known.text);
        EXPECT_TRUE(
            !error.proves_refusal || error.code == whole.code || error.code == "invalid_request" ||
            error.code == "invalid_quantity" || error.code == "unknown_asset")
            << text << " of " << known.text << " seed " << kSeed;
    }
}

}  // namespace
}  // namespace tapedeck::kraken
