#include "venues/kraken/checkup.h"

#include "venues/kraken/test_pairs.h"

#include <gmock/gmock.h>

namespace tapedeck::kraken {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Not;
using Verdict = Finding::Verdict;

constexpr Time kNow = Time(1'795'176'300s);  // 2026-11-20T12:05Z

auto says(Verdict verdict, std::string_view words) {
    return AllOf(
        Field(&Finding::verdict, verdict), Field(&Finding::text, HasSubstr(std::string(words))));
}

/// The same moment by both clocks, but for this skew and a way of 40 ms in all.
ClockSample sample(Duration ahead, Duration into_second = 500ms) {
    const Time venue = kNow + into_second;
    return {
        venue + ahead - 20ms,
        venue + ahead + 20ms,
        std::chrono::floor<std::chrono::seconds>(venue)};
}

TEST(CheckupClockTest, ReadsTheVenuesTime) {
    json::Document document;
    ASSERT_TRUE(
        document.read(R"({"unixtime":1616336594,"rfc1123":"Sun, 21 Mar 21 14:23:14 +0000"})"));
    EXPECT_EQ(to_ns(read_time(document.root()).value()), 1'616'336'594'000'000'000);
    EXPECT_EQ(time_request().target, "/0/public/Time");
}

TEST(CheckupClockTest, OneSampleKnowsTheSkewToASecondAndTheWay) {
    const auto skew = skew_of({sample(0s)});
    EXPECT_EQ(skew.least, -520ms);
    EXPECT_EQ(skew.most, 520ms);
    EXPECT_EQ(skew.proved(), 0s);
}

TEST(CheckupClockTest, SamplesTogetherKnowItBetter) {
    const auto skew = skew_of({sample(100ms, 0ms), sample(100ms, 340ms), sample(100ms, 680ms)});
    EXPECT_EQ(skew.least, 100ms + 680ms - 1s - 20ms);
    EXPECT_EQ(skew.most, 100ms + 20ms);
}

TEST(CheckupClockTest, WhereNoSkewFitsAllTheLastSampleCounts) {
    const auto skew = skew_of({sample(0s), sample(1h)});
    EXPECT_EQ(skew.least, 1h - 520ms);
    EXPECT_EQ(skew.most, 1h + 520ms);
}

TEST(CheckupClockTest, OnlyWhatIsProvedIsHeldAgainstTheClock) {
    const auto verdict = [](Duration ahead) { return check_clock(skew_of({sample(ahead)})); };
    EXPECT_THAT(verdict(0s), says(Verdict::Ok, "within 0.52 s of the venue's"));
    EXPECT_THAT(verdict(1s + 520ms), says(Verdict::Ok, "within 2.04 s"));
    EXPECT_THAT(verdict(1s + 521ms), says(Verdict::Warn, "1.01 s ahead of the venue's"));
    EXPECT_THAT(verdict(-3s), says(Verdict::Warn, "2.48 s behind the venue's"));
    EXPECT_THAT(verdict(5s + 520ms), says(Verdict::Warn, "5 s ahead"));
    EXPECT_THAT(verdict(-6s), says(Verdict::Fail, "chrony"));
}

TEST(CheckupClockTest, AKeyIsNotUsedWithAClockThatIsAhead) {
    EXPECT_TRUE(may_use_key(skew_of({sample(5s)})));
    EXPECT_FALSE(may_use_key(skew_of({sample(6s)})));
    EXPECT_TRUE(may_use_key(skew_of({sample(-1h)}))) << "it is refused, and does no harm";
}

TEST(CheckupStatusTest, SaysWhatTheVenueTakes) {
    const auto verdict = [](const std::string& text) {
        return check_status({system_state(text), text, {}});
    };
    EXPECT_THAT(verdict("online"), says(Verdict::Ok, "online"));
    EXPECT_THAT(verdict("maintenance"), says(Verdict::Fail, "maintenance"));
    EXPECT_THAT(verdict("post_only"), says(Verdict::Warn, "\"post_only\""));
    EXPECT_THAT(verdict("half_asleep"), says(Verdict::Warn, "\"half_asleep\""));
}

TEST(CheckupPairTest, SaysTheMinimumsAndWhatTheyAreWorthNow) {
    const auto symbols = testing::symbols();
    const auto instrument = Instrument::parse("kraken:BTC/USD").value();
    const auto* pair = symbols.find(instrument);
    const Price price = Price::parse("64210.5").value();
    EXPECT_EQ(
        check_pair(instrument, pair, price).text,
        "kraken:BTC/USD is online: at least 0.00005 BTC and 0.5 USD (now 3.22 USD), quantities in "
        "steps of 0.00000001, prices of 0.1");
    EXPECT_EQ(least_order(*pair, price)->to_string(), "3.210525");
    EXPECT_EQ(least_order(*pair, Price::parse("100").value())->to_string(), "0.5") << "the cost";
    EXPECT_THAT(check_pair(instrument, pair, {}).text, Not(HasSubstr("now")));
}

TEST(CheckupPairTest, APairThatCannotBeTradedFails) {
    const auto symbols = testing::symbols();
    const auto closed = Instrument::parse("kraken:DOGE/EUR").value();
    EXPECT_THAT(
        check_pair(closed, symbols.find(closed), {}), says(Verdict::Fail, "is cancel_only"));
    const auto unknown = Instrument::parse("kraken:BTC/EUR").value();
    EXPECT_THAT(
        check_pair(unknown, symbols.find(unknown), {}), says(Verdict::Fail, "is not listed"));
    Pair pair = symbols.pairs().front();
    pair.status = PairStatus::PostOnly;
    EXPECT_THAT(check_pair(pair.instrument, &pair, {}), says(Verdict::Warn, "is post_only"));
    pair.status = PairStatus::Unknown;
    EXPECT_THAT(check_pair(pair.instrument, &pair, {}), says(Verdict::Fail, "is unknown"));
}

/// As captured from the wire, with other figures and permissions.
constexpr std::string_view kKeyInfo =
    R"({"api_key_name":"TestKey","api_key":"kAbC","nonce":"123","nonce_window":"15",)"
    R"("permissions":["query-funds","query-open-trades","query-closed-trades","modify-trades",)"
    R"("close-trades","create-ws-token","query-ledger"],"iban":"AA11","valid_until":"0",)"
    R"("query_from":"0","query_to":"0","created_time":"1522132642",)"
    R"("modified_time":"1618230358","ip_allowlist":["192.0.2.7"],"last_used":"1774350056"})";

KeyInfo key_info(std::string_view text = kKeyInfo) {
    json::Document document;
    EXPECT_TRUE(document.read(text)) << text;
    const auto info = read_key_info(document.root());
    EXPECT_TRUE(info) << info.error().message;
    return info.value_or(KeyInfo{});
}

TEST(CheckupKeyTest, ReadsWhatTheWireSays) {
    const auto info = key_info();
    EXPECT_EQ(info.name, "TestKey");
    EXPECT_TRUE(info.may("modify-trades"));
    EXPECT_FALSE(info.may("withdraw-funds"));
    EXPECT_EQ(info.nonce_window, 15U);
    EXPECT_THAT(*info.ip_allowlist, ElementsAre("192.0.2.7"));
    EXPECT_EQ(info.valid_until, Time{});
}

TEST(CheckupKeyTest, ReadsWhatTheDocumentationSays) {
    const auto info =
        key_info(R"({"apiKeyName":"TestKey","nonceWindow":"15","permissions":["query-funds"],)"
                 R"("validUntil":"1795262700","ipAllowlist":[]})");
    EXPECT_EQ(info.name, "TestKey");
    EXPECT_EQ(info.nonce_window, 15U);
    EXPECT_EQ(info.valid_until, kNow + 24h);
    EXPECT_TRUE(info.ip_allowlist->empty());
}

TEST(CheckupKeyTest, WithoutPermissionsNothingIsKnown) {
    json::Document document;
    ASSERT_TRUE(document.read(R"({"api_key_name":"TestKey"})"));
    EXPECT_FALSE(read_key_info(document.root()));
}

TEST(CheckupKeyTest, AGoodKeyIsGood) {
    EXPECT_THAT(
        check_key(key_info(), KeyUse::Trade, kNow),
        ElementsAre(
            says(Verdict::Ok, "accepted (\"TestKey\")"),
            says(Verdict::Ok, "may query and trade, and may not withdraw"),
            says(Verdict::Ok, "from 192.0.2.7 only"),
            says(Verdict::Ok, "does not expire"),
            says(Verdict::Ok, "nonce window is 15")));
}

TEST(CheckupKeyTest, WhatMovesMoneyOutFailsWhateverTheKeyIsFor) {
    for (const auto* word : {"withdraw-funds", "add-withdraw-address", "update-withdraw-address"}) {
        for (const auto use : {KeyUse::Trade, KeyUse::Look}) {
            auto info = key_info();
            info.permissions.emplace_back(word);
            const auto found = check_key(info, use, kNow);
            EXPECT_THAT(found[1], says(Verdict::Fail, "the key has " + std::string(word) + ":"));
            EXPECT_THAT(found[1].text, HasSubstr("delete this one"));
        }
    }
}

TEST(CheckupKeyTest, EachMissingPermissionIsNamedWithItsBox) {
    const std::vector<std::pair<std::string, std::string>> boxes = {
        {"query-funds", "Query Funds"},
        {"query-open-trades", "Query Open Orders & Trades"},
        {"query-closed-trades", "Query Closed Orders & Trades"},
        {"modify-trades", "Create & Modify Orders"},
        {"close-trades", "Cancel/Close Orders"},
        {"create-ws-token", "Access WebSocket API"}};
    for (const auto& [word, box] : boxes) {
        auto info = key_info();
        std::erase(info.permissions, word);
        const auto found = check_key(info, KeyUse::Trade, kNow);
        ASSERT_EQ(found.size(), 5U);
        EXPECT_THAT(found[1], says(Verdict::Fail, "lacks " + word + ","));
        EXPECT_THAT(found[1].text, HasSubstr("tick \"" + box + "\""));
        EXPECT_EQ(check_key(info, KeyUse::Look, kNow)[1].verdict, Verdict::Warn);
    }
}

TEST(CheckupKeyTest, MoreThanIsNeededIsTold) {
    auto info = key_info();
    info.permissions.insert(
        info.permissions.end(), {"earn-funds", "export-data", "fly-to-the-moon"});
    EXPECT_THAT(
        check_key(info, KeyUse::Trade, kNow)[1],
        says(Verdict::Warn, "more than is needed: earn-funds, fly-to-the-moon; take it away"));
}

TEST(CheckupKeyTest, AKeyThatWorksFromEverywhereIsTold) {
    auto info = key_info();
    info.ip_allowlist->clear();
    EXPECT_THAT(check_key(info, KeyUse::Trade, kNow)[2], says(Verdict::Warn, "from every address"));
    info.ip_allowlist.reset();
    EXPECT_THAT(check_key(info, KeyUse::Trade, kNow)[2], says(Verdict::Warn, "is not told"));
}

TEST(CheckupKeyTest, AKeyThatEndsSoonIsTold) {
    const auto until = [](Time time) {
        auto info = key_info();
        info.valid_until = time;
        return check_key(info, KeyUse::Trade, kNow)[3];
    };
    EXPECT_THAT(until(kNow + 15 * 24h), says(Verdict::Ok, "2026-12-05"));
    EXPECT_THAT(until(kNow + 13 * 24h), says(Verdict::Warn, "that is soon"));
    EXPECT_THAT(until(kNow), says(Verdict::Fail, "that is over"));
}

TEST(CheckupKeyTest, AKeyThatShowsSomeDaysOnlyIsTold) {
    auto info = key_info();
    info.query_from = kNow;
    info.query_to = kNow + 24h;
    EXPECT_THAT(
        check_key(info, KeyUse::Trade, kNow)[4],
        says(Verdict::Warn, "from 2026-11-20 on until 2026-11-21"));
}

TEST(CheckupErrorTest, EachClassSaysWhatToDo) {
    const auto failed = [](std::string_view text) {
        return check_failed("the key", classify(text));
    };
    EXPECT_THAT(
        failed("EAPI:Invalid key"),
        says(Verdict::Fail, "the key: EAPI:Invalid key: copy key and secret again"));
    EXPECT_THAT(failed("EAPI:Invalid signature"), says(Verdict::Fail, "is not that of this key"));
    EXPECT_THAT(failed("EAPI:Invalid nonce"), says(Verdict::Fail, "stop it, or use --no-key"));
    EXPECT_THAT(failed("EGeneral:Permission denied"), says(Verdict::Fail, "its permissions"));
    EXPECT_THAT(failed("EAPI:Rate limit exceeded"), says(Verdict::Fail, "wait a minute"));
    EXPECT_THAT(failed("EGeneral:Temporary lockout"), says(Verdict::Fail, "wait some minutes"));
    EXPECT_THAT(failed("EAuth:Account unconfirmed"), says(Verdict::Fail, "is verified"));
    EXPECT_THAT(failed("EService:Unavailable"), says(Verdict::Fail, "out of order"));
    EXPECT_THAT(failed("EMoon:Not full"), says(Verdict::Fail, "does not know that answer"));
    EXPECT_THAT(
        check_failed("no connection", no_answer("its certificate has expired")),
        says(Verdict::Fail, "no connection: its certificate has expired: see kraken.rest_url"));
}

TEST(CheckupErrorTest, WhatCountsAgainstTheKeyIsNotRepeated) {
    for (const auto* text :
         {"EAPI:Invalid key",
          "EAPI:Invalid signature",
          "EAPI:Invalid nonce",
          "EAPI:Rate limit exceeded",
          "EGeneral:Temporary lockout"}) {
        EXPECT_TRUE(ends_checkup(classify(text))) << text;
    }
    for (const auto* text :
         {"EGeneral:Permission denied", "EService:Busy", "EGeneral:Unknown method", "EMoon:Full"}) {
        EXPECT_FALSE(ends_checkup(classify(text))) << text;
    }
}

TEST(CheckupKeyTextTest, AWrongCopyIsFoundAndNotQuoted) {
    EXPECT_TRUE(check_key_text("kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRz"));
    for (const auto* text :
         {"", "\"planted\"", "plan ted", "planted\r\nX-Header: 1", "plant\xc3\xa9"}) {
        const auto checked = check_key_text(text);
        ASSERT_FALSE(checked) << text;
        EXPECT_THAT(checked.error().message, Not(HasSubstr("plan")));
    }
    EXPECT_FALSE(check_key_text(std::string(257, 'a')));
}

}  // namespace
}  // namespace tapedeck::kraken
