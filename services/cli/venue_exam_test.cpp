#include "cli/venue_exam.h"

#include "cli/hand_made_tape.h"
#include "venues/kraken/test_pairs.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <algorithm>
#include <deque>

namespace tapedeck::cli {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::run_command;
using testing::Said;

auto says(const std::string& verdict, const std::string& words) {
    return AllOf(Field(&Finding::verdict, verdict), Field(&Finding::text, HasSubstr(words)));
}

/// A venue of words: the same answer to a method each time, at once.
class SpokenWire final : public net::Wire {
public:
    net::WireId request(const std::string&, net::HttpRequest request, Duration) override {
        const std::string path = request.target.substr(0, request.target.find('?'));
        const std::string method = path.substr(path.rfind('/') + 1);
        asked.push_back(method);
        requests.push_back(std::move(request));
        ++last_;
        const auto answer = answers.find(method);
        if (answer == answers.end()) {
            events_.push_back({net::HttpFailed{last_, true, "the connection was lost"}, {}});
        } else {
            events_.push_back({net::HttpAnswered{last_, {200, {}, answer->second}}, {}});
        }
        return last_;
    }

    net::WireId open(const std::string&) override { return ++last_; }

    bool send(net::WireId, std::string) override { return false; }

    void close(net::WireId) override {}

    std::optional<net::WireEvent> next() override {
        if (events_.empty()) return std::nullopt;
        auto event = std::move(events_.front());
        events_.pop_front();
        return event;
    }

    int wake_descriptor() const override { return -1; }

    void say(const std::string& method, const std::string& result) {
        answers[method] = R"({"error":[],"result":)" + result + "}";
    }

    void refuse(const std::string& method, const std::string& error) {
        answers[method] = R"({"error":[")" + error + R"("]})";
    }

    std::map<std::string, std::string> answers;
    std::vector<std::string> asked;
    std::vector<net::HttpRequest> requests;

private:
    net::WireId last_ = 0;
    std::deque<net::WireEvent> events_;
};

/// The secret of Kraken's own example, which is nobody's.
constexpr std::string_view kSecret =
    "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==";

class VenueExamTest : public ::testing::Test {
protected:
    VenueExamTest() {
        set_time(0s);
        wire_.say("SystemStatus", R"({"status":"online","timestamp":"2026-11-20T13:00:00Z"})");
        wire_.say("Assets", std::string(kraken::testing::kAssets));
        wire_.say("AssetPairs", std::string(kraken::testing::kPairs));
        wire_.say(
            "Ticker",
            R"({"XXBTZUSD":{"a":["64000.1","1","1.0"],"b":["64000","1","1.0"],)"
            R"("c":["64000","0.1"],"v":["1","2"],"p":["64000","64000"],"t":[1,2],)"
            R"("l":["63000","63000"],"h":["65000","65000"],"o":"64000"}})");
        set_permissions(
            R"("query-funds","query-open-trades","query-closed-trades","modify-trades",)"
            R"("close-trades","create-ws-token")");
        wire_.say(
            "BalanceEx",
            R"({"ZUSD":{"balance":"1000.0000","hold_trade":"0.0000"},)"
            R"("XXBT":{"balance":"0.5","hold_trade":"0"},)"
            R"("XETH":{"balance":"0","hold_trade":"0"}})");
        wire_.say(
            "TradeVolume",
            R"({"currency":"ZUSD","volume":"20000.0","fees":{"XXBTZUSD":{"fee":"0.3500"}},)"
            R"("fees_maker":{"XXBTZUSD":{"fee":"0.2000"}}})");
        options_.time_pause = 0s;
        options_.venue.rest_origin = "https://localhost:1";
        options_.instruments = {Instrument::parse("kraken:BTC/USD").value()};
    }

    /// The venue's clock, against ours.
    void set_time(std::chrono::seconds ahead) {
        const auto seconds =
            std::chrono::floor<std::chrono::seconds>(clock_.wall() + ahead).time_since_epoch();
        wire_.say("Time", R"({"unixtime":)" + std::to_string(seconds.count()) + "}");
    }

    void set_permissions(const std::string& list) {
        wire_.say(
            "GetApiKeyInfo",
            R"({"api_key_name":"main","nonce_window":"0","permissions":[)" + list +
                R"(],"valid_until":"0","ip_allowlist":["192.0.2.7"]})");
    }

    std::vector<Finding> examine(bool with_key = true) {
        options_.credentials = with_key ? &credentials_ : nullptr;
        return VenueExam(wire_, clock_, options_).run();
    }

    std::size_t count_asked(const std::string& method) const {
        return static_cast<std::size_t>(std::count(wire_.asked.begin(), wire_.asked.end(), method));
    }

    SpokenWire wire_;
    testing::FakeClock clock_;
    kraken::Secret secret_ = kraken::Secret::from_base64(kSecret).value();
    kraken::Credentials credentials_{"kAbC", secret_, std::nullopt};
    VenueExam::Options options_;
};

TEST_F(VenueExamTest, WithoutAKeyOnlyPublicQuestionsAreAsked) {
    const auto found = examine(false);
    EXPECT_THAT(
        wire_.asked,
        ElementsAre("Time", "Time", "Time", "SystemStatus", "Assets", "AssetPairs", "Ticker"));
    EXPECT_THAT(
        found,
        ElementsAre(
            says("ok", "https://localhost:1 answers"),
            says("ok", "this clock is within"),
            says("ok", "online"),
            says("ok", "kraken:BTC/USD is online: at least 0.00005 BTC and 0.5 USD (now 3.2 USD)")))
        << "what nobody knows is left out";
}

TEST_F(VenueExamTest, WithAKeyThreeQuestionsMoreAreSignedAndNothingElse) {
    options_.venue.account = "real";
    const auto found = examine();
    EXPECT_THAT(
        wire_.asked,
        ElementsAre(
            "Time",
            "Time",
            "Time",
            "SystemStatus",
            "Assets",
            "AssetPairs",
            "Ticker",
            "GetApiKeyInfo",
            "BalanceEx",
            "TradeVolume"));
    EXPECT_THAT(found, Contains(says("ok", "may query and trade, and may not withdraw")));
    EXPECT_THAT(found, Contains(says("ok", "2 currencies (USD, BTC)")));
    EXPECT_THAT(found, Contains(says("ok", "0.35 % as taker, 0.2 % as maker, with 20000 USD")));
    for (const auto& finding : found) {
        EXPECT_EQ(finding.verdict, "ok") << finding.text;
        EXPECT_THAT(finding.text, Not(HasSubstr("1000"))) << "how much there is, is not said";
    }
}

TEST_F(VenueExamTest, NoncesAreThePresentTimeAndRise) {
    examine();
    std::vector<std::uint64_t> nonces;
    for (const auto& request : wire_.requests) {
        if (request.body.starts_with("nonce="))
            nonces.push_back(std::stoull(request.body.substr(6)));
    }
    const auto now = static_cast<std::uint64_t>(to_ns(clock_.wall()));
    EXPECT_THAT(nonces, ElementsAre(now, now + 1, now + 2));
}

TEST_F(VenueExamTest, ARefusedNonceEndsItAndSaysWhose) {
    wire_.refuse("GetApiKeyInfo", "EAPI:Invalid nonce");
    EXPECT_THAT(examine(), Contains(says("FAIL", "A process that trades uses it now")));
    EXPECT_EQ(count_asked("GetApiKeyInfo"), 1U);
    EXPECT_EQ(count_asked("BalanceEx") + count_asked("TradeVolume"), 0U);
}

TEST_F(VenueExamTest, WithAClockThatIsAheadTheKeyIsNotTouched) {
    set_time(-8s);
    const auto found = examine();
    EXPECT_THAT(found, Contains(says("FAIL", "ahead of the venue's")));
    EXPECT_THAT(found, Contains(says("FAIL", "the key was not tried")));
    EXPECT_EQ(count_asked("GetApiKeyInfo"), 0U);
}

TEST_F(VenueExamTest, AKeyThatMayNotQueryFundsIsAskedNothingAboutThem) {
    set_permissions(R"("query-open-trades","withdraw-funds")");
    const auto found = examine();
    EXPECT_THAT(found, Contains(says("FAIL", "the key has withdraw-funds")));
    EXPECT_THAT(found, Contains(says("warn", "the key lacks query-funds")));
    EXPECT_EQ(count_asked("BalanceEx") + count_asked("TradeVolume"), 0U);
}

TEST_F(VenueExamTest, AnUnreadableKeyIsNoGoodKey) {
    wire_.say("GetApiKeyInfo", R"({"api_key_name":"main"})");
    EXPECT_THAT(examine(), Contains(says("FAIL", "the key: ")));
}

TEST_F(VenueExamTest, WhereNobodyAnswersNothingMoreIsAsked) {
    wire_.answers.clear();
    EXPECT_THAT(
        examine(),
        ElementsAre(says("FAIL", "no connection: the connection was lost: see kraken.rest_url")));
    EXPECT_THAT(wire_.asked, ElementsAre("Time"));
}

TEST_F(VenueExamTest, WhatIsNotTheVenueIsTold) {
    wire_.answers["Time"] = "<html>please log in</html>";
    EXPECT_THAT(examine(), ElementsAre(says("FAIL", "this is no answer of Kraken's")));
}

TEST_F(VenueExamTest, AQuestionThatFailsDoesNotEndTheOthers) {
    wire_.refuse("SystemStatus", "EService:Unavailable");
    wire_.refuse("BalanceEx", "EGeneral:Permission denied");
    const auto found = examine();
    EXPECT_THAT(found, Contains(says("FAIL", "the venue's status: EService:Unavailable")));
    EXPECT_THAT(found, Contains(says("FAIL", "balances: EGeneral:Permission denied")));
    EXPECT_THAT(found, Contains(says("ok", "0.35 % as taker")));
}

TEST_F(VenueExamTest, EntriesAreHeldAgainstWhatIsOnTheAccount) {
    options_.venue.account = "real";
    options_.settings.set("risk.account", "real");
    options_.settings.set("risk.fraction", "0.0001");
    // 1000 USD and half a Bitcoin of 64,000: a ten-thousandth is 3.30 USD.
    EXPECT_THAT(examine(), Contains(says("ok", "can reach the minimum of BTC/USD")));
    options_.settings.set("risk.fraction", "0.00009");
    EXPECT_THAT(examine(), Contains(says("warn", "is worth 2.97 USD at most by [risk]")));
}

TEST_F(VenueExamTest, TheTwoFactorPasswordGoesAlong) {
    credentials_.otp = "planted";
    const auto found = examine();
    EXPECT_THAT(found, Contains(says("ok", "a two-factor password goes with each call")));
    EXPECT_THAT(wire_.requests.back().body, HasSubstr("&otp=planted&"));
    for (const auto& finding : found) EXPECT_THAT(finding.text, Not(HasSubstr("planted")));
}

/// The command as it is typed, against a port where nobody listens.
class VenueDoctorTest : public ::testing::Test {
protected:
    VenueDoctorTest() {
        directory_.write("kraken.toml", R"(
[kraken]
rest_url = "https://localhost:1"
[market-data]
instruments = ["kraken:BTC/USD"]
)");
    }

    Said doctor(
        std::vector<std::string> arguments = {},
        std::map<std::string, std::string> environment = {}) {
        arguments.insert(
            arguments.begin(), {"doctor", "--venue", "kraken", "--config", directory_.path()});
        return run_command(arguments, "", std::move(environment));
    }

    std::string secret_file(const std::string& name, std::string_view content, mode_t mode) {
        const std::string file = directory_.write(name, content);
        EXPECT_EQ(::chmod(file.c_str(), mode), 0);
        return file;
    }

    tapedeck::testing::TemporaryDirectory directory_;
};

TEST_F(VenueDoctorTest, AnUnknownVenueIsRefusedWithTheNearest) {
    const Said said = run_command({"doctor", "--venue", "krakn"});
    EXPECT_EQ(said.code, 2);
    EXPECT_THAT(said.err, HasSubstr("no venue called \"krakn\": did you mean \"kraken\"?"));
    EXPECT_THAT(
        run_command({"doctor", "--venue", "lunar"}).err, HasSubstr("this build has: kraken"));
    EXPECT_EQ(run_command({"doctor", "--no-key"}).code, 2);
}

TEST_F(VenueDoctorTest, TheProfileIsTheVenuesUnlessAnotherIsNamed) {
    EXPECT_THAT(doctor().out, HasSubstr("ok    configuration of profile kraken"));
    directory_.write("mine.toml", "[kraken]\nrest_url = \"https://localhost:1\"\n");
    EXPECT_THAT(doctor({"--profile", "mine"}).out, HasSubstr("of profile mine"));
}

TEST_F(VenueDoctorTest, WithoutAKeyItSaysHowToGiveOneAndFailsOnlyIfOneIsNeeded) {
    EXPECT_THAT(doctor().out, HasSubstr("ok    no key is given: name their files by TAPEDECK__"));
    const Said trading = doctor({"--set", "kraken.account=real", "--set", "risk.account=real"});
    EXPECT_THAT(trading.out, HasSubstr("FAIL  no key is given"));
    EXPECT_THAT(doctor({"--no-key"}).out, HasSubstr("ok    the key is left out"));
    const std::string empty = secret_file("empty", "", 0400);
    EXPECT_THAT(
        doctor({"--set", "kraken.key_file=" + empty, "--set", "kraken.secret_file=" + empty}).out,
        HasSubstr("ok    no key is given"))
        << "the containers' files are there, and empty, before there is a key";
}

TEST_F(VenueDoctorTest, AnAccountThatIsNotTheOneThatTradesIsTold) {
    EXPECT_THAT(
        doctor({"--set", "kraken.account=real"}).out,
        HasSubstr("warn  kraken.account is \"real\", and risk.account \"paper\""));
    EXPECT_THAT(
        doctor({"--set", "kraken.account=real", "--set", "risk.account=real"}).out,
        HasSubstr("ok    orders of the account \"real\" go to Kraken"));
}

TEST_F(VenueDoctorTest, HalfAKeyAndAWrongCopyFailUnseen) {
    const std::string secret(kSecret);
    const Said half = doctor({}, {{"TAPEDECK__KRAKEN__SECRET", secret}});
    EXPECT_THAT(half.out, HasSubstr("FAIL  the key: kraken.secret is set, and kraken.key is not"));
    const Said quoted = doctor(
        {}, {{"TAPEDECK__KRAKEN__KEY", "\"plantedKey\""}, {"TAPEDECK__KRAKEN__SECRET", secret}});
    EXPECT_THAT(quoted.out, HasSubstr("FAIL  the key: the API key is letters, digits"));
    const Said cut = doctor(
        {},
        {{"TAPEDECK__KRAKEN__KEY", "plantedKey"}, {"TAPEDECK__KRAKEN__SECRET", secret.substr(1)}});
    EXPECT_THAT(cut.out, HasSubstr("FAIL  the key: the API secret is not base64"));
    const Said absent = doctor({"--set", "kraken.key_file=/nowhere/key"});
    EXPECT_THAT(absent.out, HasSubstr("FAIL  the key: cannot read /nowhere/key"));
    for (const Said* said : {&half, &quoted, &cut, &absent}) {
        EXPECT_EQ(said->code, 1);
        EXPECT_THAT(said->out + said->err, Not(HasSubstr("plantedKey")));
        EXPECT_THAT(said->out + said->err, Not(HasSubstr(secret.substr(10, 20))));
    }
}

TEST_F(VenueDoctorTest, AFileThatOthersMayReadIsTold) {
    const std::string key = secret_file("key", "plantedKey\n", 0400);
    const std::string secret = secret_file("secret", kSecret, 0440);
    const Said said =
        doctor({"--set", "kraken.key_file=" + key, "--set", "kraken.secret_file=" + secret});
    EXPECT_THAT(said.out, HasSubstr("warn  " + secret + " (kraken.secret_file) may be read"));
    EXPECT_THAT(said.out, Not(HasSubstr(key + " (kraken.key_file)")));
}

TEST_F(VenueDoctorTest, AMistakeInTheConfigurationComesFirst) {
    const Said said = doctor({"--set", "kraken.rest_url=http://localhost:1"});
    EXPECT_EQ(said.code, 1);
    EXPECT_THAT(said.out, HasSubstr("FAIL  configuration: "));
    EXPECT_THAT(said.out, Not(HasSubstr("no connection")));
}

TEST_F(VenueDoctorTest, JsonIsALineAFinding) {
    const Said said = doctor({"--json"});
    EXPECT_EQ(said.code, 1) << said.err;
    std::istringstream lines(said.out);
    std::string line;
    std::string last;
    while (std::getline(lines, line)) last = line;
    EXPECT_TRUE(last.starts_with(R"({"verdict":"FAIL","text":"no connection: )")) << last;
}

}  // namespace
}  // namespace tapedeck::cli
