#include "venues/kraken/rest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tapedeck::kraken {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

TEST(EnvelopeTest, GivesTheResult) {
    json::Document document;
    const auto result = read_envelope(document, 200, R"({"error":[],"result":{"count":3}})");
    ASSERT_TRUE(result);
    EXPECT_EQ(result->value.at("count")->natural().value(), 3U);
    EXPECT_THAT(result->warnings, ElementsAre());
}

TEST(EnvelopeTest, GivesTheErrorsMeaning) {
    json::Document document;
    const auto one = read_envelope(document, 200, R"({"error":["EOrder:Insufficient funds"]})");
    ASSERT_FALSE(one);
    EXPECT_EQ(one.error().code, "insufficient_funds");
    EXPECT_TRUE(one.error().proves_refusal);
    const auto two = read_envelope(
        document, 200, R"({"error":["EOrder:Insufficient funds","EService:Busy"],"result":{}})");
    EXPECT_EQ(two.error().code, "venue_busy");
    EXPECT_FALSE(two.error().proves_refusal);
}

TEST(EnvelopeTest, WarningsAreNoErrors) {
    json::Document document;
    const auto result =
        read_envelope(document, 200, R"({"error":["WGeneral:Deprecated"],"result":7})");
    ASSERT_TRUE(result);
    EXPECT_THAT(result->warnings, ElementsAre("WGeneral:Deprecated"));
    EXPECT_EQ(result->value.natural().value(), 7U);
}

TEST(EnvelopeTest, AnythingElseProvesNothing) {
    struct Case {
        unsigned status;
        std::string_view body;
        ErrorClass error_class;
    };

    const std::vector<Case> cases = {
        {520, "<html>", ErrorClass::Transient},
        {503, R"({"error":["EOrder:Insufficient funds"]})", ErrorClass::Transient},
        {403, "", ErrorClass::Unreadable},
        {429, "", ErrorClass::RateLimited},
        {200, "", ErrorClass::Unreadable},
        {200, "<html>", ErrorClass::Unreadable},
        {200, "{}", ErrorClass::Unreadable},
        {200, R"({"error":[]})", ErrorClass::Unreadable},
        {200, R"({"error":"EOrder:Insufficient funds"})", ErrorClass::Unreadable},
        {200, R"({"error":[7],"result":{}})", ErrorClass::Unreadable},
        {200, R"({"error":["EOrder:Insufficient fun)", ErrorClass::Unreadable}};
    for (const auto& each : cases) {
        json::Document document;
        const auto result = read_envelope(document, each.status, each.body);
        ASSERT_FALSE(result) << each.body;
        EXPECT_EQ(result.error().error_class, each.error_class) << each.status << each.body;
        EXPECT_FALSE(result.error().proves_refusal) << each.status << each.body;
        EXPECT_FALSE(result.error().text.empty());
    }
}

constexpr std::string_view kSecret =
    "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==";

TEST(SignCallTest, SignsTheBytesThatAreSent) {
    const auto secret = Secret::from_base64(kSecret);
    const Credentials credentials{"key", *secret, {}};
    PrivateCall call;
    call.method = "AddOrder";
    call.fields = {
        {"ordertype", "limit"},
        {"pair", "XBTUSD"},
        {"price", "37500"},
        {"type", "buy"},
        {"volume", "1.25"}};
    const auto request = sign_call(call, credentials, 1616492376594);
    EXPECT_EQ(request.verb, "POST");
    EXPECT_EQ(request.target, "/0/private/AddOrder");
    EXPECT_THAT(
        request.headers,
        ElementsAre(
            Pair("Content-Type", "application/x-www-form-urlencoded"),
            Pair("API-Key", "key"),
            Pair(
                "API-Sign",
                "4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8"
                "ndwLUQ==")));
}

TEST(SignCallTest, SendsArraysAsJson) {
    const auto secret = Secret::from_base64(kSecret);
    const Credentials credentials{"key", *secret, {}};
    PrivateCall call;
    call.method = "AddOrder";
    call.json =
        R"({"ordertype":"limit","pair":"XBTUSD","price":"37500","type":"buy","volume":"1.25"})";
    const auto request = sign_call(call, credentials, 1616492376594);
    EXPECT_THAT(
        request.headers,
        ElementsAre(
            Pair("Content-Type", "application/json"),
            Pair("API-Key", "key"),
            Pair(
                "API-Sign",
                "r/o+GpKxXjV/mls/r5CKLu5R+yzK5psqvQ4hXxMX1nzdxTBhV+ui82QGgPZMMitpFwCOAdPEZMmXgZxD"
                "2chJEg==")));
    const Credentials with_otp{"key", *secret, "123456"};
    EXPECT_THAT(
        sign_call(call, with_otp, 7).body,
        HasSubstr(R"({"nonce":"7","otp":"123456","ordertype":)"));
}

TEST(SignCallTest, SendsTheSecondFactor) {
    const auto secret = Secret::from_base64(kSecret);
    const Credentials credentials{"key", *secret, "123456"};
    const auto request = sign_call({"Balance", {}, {}}, credentials, 1616492376594);
    EXPECT_EQ(request.body, "nonce=1616492376594&otp=123456");
    EXPECT_EQ(
        request.headers[2].second,
        "jbyoyzbCFde1u0Rnp3ChMEofg5y4E4qpI247mcYicXoAi4c201b8GKM5LmshBvKP9WVm+UFHd710qkGBE0tRJw==");
}

}  // namespace
}  // namespace tapedeck::kraken
