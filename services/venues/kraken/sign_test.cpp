#include "venues/kraken/sign.h"

#include <gtest/gtest.h>

#include <type_traits>

namespace tapedeck::kraken {
namespace {

using namespace std::chrono_literals;

// The key, nonce and first case of Kraken's documentation ("Spot REST Authentication"); the other
// cases were computed apart from this code.
constexpr std::string_view kSecret =
    "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==";
constexpr std::uint64_t kNonce = 1616492376594;

struct Case {
    std::string_view path;
    std::string_view body;
    std::string_view signature;
};

constexpr std::array<Case, 5> kCases = {{
    {"/0/private/AddOrder",
     "nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25",
     "4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ=="},
    {"/0/private/AddOrder",
     R"({"nonce":"1616492376594","ordertype":"limit","pair":"XBTUSD","price":"37500","type":"buy",)"
     R"("volume":"1.25"})",
     "r/o+GpKxXjV/mls/r5CKLu5R+yzK5psqvQ4hXxMX1nzdxTBhV+ui82QGgPZMMitpFwCOAdPEZMmXgZxD2chJEg=="},
    {"/0/private/Balance",
     "nonce=1616492376594",
     "1nH4vwR+8FHiYh1QT649xXkGd3JR3x0DWkgv3u9Ed/Qqv6KPtgQpEU4m+Emb/VgpEji3j1XNwI+HCbfXxmrTOg=="},
    {"/0/private/GetWebSocketsToken",
     "nonce=1616492376594",
     "+mRDmY9Ks0Moc1zjv/BjfvYa98buO0x1yHChZR5onlfAzAUbfIYlLggUZzdQ0RsmXm4Sh+Q8iAIZdo2wSeHeiA=="},
    {"/0/private/Balance",
     "nonce=1616492376594&otp=123456",
     "jbyoyzbCFde1u0Rnp3ChMEofg5y4E4qpI247mcYicXoAi4c201b8GKM5LmshBvKP9WVm+UFHd710qkGBE0tRJw=="},
}};

TEST(SignTest, SignsAsKrakenDocuments) {
    const auto secret = Secret::from_base64(kSecret);
    ASSERT_TRUE(secret);
    for (const auto& known : kCases) {
        EXPECT_EQ(api_sign(*secret, known.path, kNonce, known.body), known.signature) << known.body;
    }
}

TEST(SignTest, EveryPartOfARequestCounts) {
    const auto secret = Secret::from_base64(kSecret);
    ASSERT_TRUE(secret);
    const auto& known = kCases[0];
    EXPECT_NE(api_sign(*secret, known.path, kNonce + 1, known.body), known.signature);
    EXPECT_NE(api_sign(*secret, "/0/private/AddOrders", kNonce, known.body), known.signature);
    EXPECT_NE(
        api_sign(*secret, known.path, kNonce, std::string(known.body) + " "), known.signature);
    const auto other = Secret::from_base64("AAAA");
    EXPECT_NE(api_sign(*other, known.path, kNonce, known.body), known.signature);
}

TEST(SecretTest, DecodesWhateverThePadding) {
    EXPECT_EQ(Secret::from_base64("QUJD")->bytes(), "ABC");
    EXPECT_EQ(Secret::from_base64("QUI=")->bytes(), "AB");
    EXPECT_EQ(Secret::from_base64("QQ==")->bytes(), "A");
}

TEST(SecretTest, RefusesWhatIsNoSecretWithoutRepeatingIt) {
    for (const auto* text : {"", "QUJ", " QUJD", "QUJD\n123", "Q===", "====", "QU=D", "QU-D"}) {
        const auto secret = Secret::from_base64(text);
        ASSERT_FALSE(secret) << text;
        EXPECT_EQ(secret.error().message.find("QU"), std::string::npos);
        EXPECT_EQ(secret.error().exit_code, ExitCode::Configuration);
    }
    EXPECT_FALSE(Secret::from_base64(std::string(1028, 'A')));
}

TEST(SecretTest, IsInOnePlaceOnly) {
    static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
    auto first = Secret::from_base64("QUJD");
    Secret second = std::move(*first);
    EXPECT_EQ(second.bytes(), "ABC");
    EXPECT_EQ(first->bytes(), "");  // NOLINT(bugprone-use-after-move): what is left of it
    *first = std::move(second);
    EXPECT_EQ(first->bytes(), "ABC");
    EXPECT_EQ(second.bytes(), "");  // NOLINT(bugprone-use-after-move)
}

TEST(FormTest, WritesFieldsInOrder) {
    Form form;
    form.add("nonce", "1616492376594").add("ordertype", "limit").add("pair", "XBTUSD");
    form.add("price", "37500").add("type", "buy").add("volume", "1.25");
    EXPECT_EQ(form.str(), kCases[0].body);
}

TEST(FormTest, EncodesWhatWouldMeanSomethingElse) {
    Form form;
    form.add("price", "+1.5%").add("close[ordertype]", "stop-loss").add("oflags", "post,fciq");
    form.add("otp", "a&b=c d\xc3\xa9");
    EXPECT_EQ(
        form.str(),
        "price=%2B1.5%25&close%5Bordertype%5D=stop-loss&oflags=post%2Cfciq&otp=a%26b%3Dc%20d%C3%"
        "A9");
}

constexpr Time kNow = Time(1700000000s);
constexpr auto kNowNs = std::uint64_t{1700000000} * 1000000000;

TEST(NonceTest, GivesNothingBeforeAMarkIsDurable) {
    NonceSource source(0);
    EXPECT_FALSE(source.next(kNow));
    source.mark_written(source.mark_wanted(kNow));
    EXPECT_EQ(source.next(kNow), kNowNs);
}

TEST(NonceTest, RisesWhenTheClockDoesNot) {
    NonceSource source(0);
    source.mark_written(source.mark_wanted(kNow));
    EXPECT_EQ(source.next(kNow), kNowNs);
    EXPECT_EQ(source.next(kNow), kNowNs + 1);
    EXPECT_EQ(source.next(kNow - 1h), kNowNs + 2);
    EXPECT_EQ(source.next(kNow + 1us), kNowNs + 1000);
    EXPECT_EQ(source.next(Time{} - 1s), kNowNs + 1001);
}

TEST(NonceTest, AMarkIsUsedUp) {
    NonceSource source(0);
    source.mark_written(source.mark_wanted(kNow));
    EXPECT_TRUE(source.next(kNow + NonceSource::kAhead));
    EXPECT_FALSE(source.next(kNow + NonceSource::kAhead));
    EXPECT_FALSE(source.next(kNow + NonceSource::kAhead + 1h));
    source.mark_written(1);  // an older file that was read late
    EXPECT_FALSE(source.next(kNow));
}

TEST(NonceTest, RisesOverRestartsWhateverTheClockSays) {
    std::uint64_t mark = 0;
    std::uint64_t last = 0;
    for (int restart = 0; restart < 50; ++restart) {
        NonceSource source(mark);  // all else is lost
        const Time now = kNow + (restart % 2 == 0 ? -1h : 1h) * (restart % 7);
        for (int i = 0; i < 100; ++i) {
            auto nonce = source.next(now);
            if (!nonce) {
                mark = source.mark_wanted(now);
                source.mark_written(mark);
                nonce = source.next(now);
            }
            ASSERT_TRUE(nonce);
            ASSERT_GT(*nonce, last) << "restart " << restart;
            last = *nonce;
        }
    }
}

TEST(NonceTest, GoesOnAboveANonceThatWasNotOurs) {
    NonceSource source(0);
    source.mark_written(source.mark_wanted(kNow));
    source.skip_to(kNowNs + 5);
    EXPECT_EQ(source.next(kNow), kNowNs + 6);
    source.skip_to(kNowNs * 2);
    EXPECT_FALSE(source.next(kNow)) << "above the mark";
    source.mark_written(source.mark_wanted(kNow));
    EXPECT_EQ(source.next(kNow), kNowNs * 2 + 1);
}

}  // namespace
}  // namespace tapedeck::kraken
