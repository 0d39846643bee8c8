#pragma once

#include "venues/kraken/account_story_test.h"
#include "venues/kraken/fake_wire.h"
#include "venues/kraken/test_pairs.h"
#include "venues/kraken/trader.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A trader with a fake wire, its account's books, and a tape between them. For tests.
namespace tapedeck::kraken::testing {

using namespace std::chrono_literals;  // NOLINT: a header for tests only

inline constexpr std::string_view kSecret = "c2VjcmV0LXNlY3JldA==";
inline constexpr std::string_view kToken = "TOKEN-THAT-NOBODY-SEES";

class TraderTest : public ::testing::Test {
protected:
    TraderTest() : secret_(Secret::from_base64(kSecret).value()), credentials_{"KEY", secret_, {}} {
        record(TapeStarted{kTapeId, "demo", 1});
        InstrumentListed listed;
        listed.instrument = instrument("kraken:BTC/USD");
        record(listed);
    }

    void make_trader(TraderOptions options = {}) {
        options.producer_epoch = 7;
        auto wire = std::make_unique<FakeWire>();
        wire_ = wire.get();
        trader_ =
            std::make_unique<Trader>(std::move(options), std::move(wire), credentials_, books_);
        for (const auto& recorded : tape_) trader_->on_record(recorded);
    }

    ServiceStarted our_start(std::uint32_t epoch = 7) {
        auto start = started("execution.kraken", {{"kraken.account", "main"}});
        start.producer_epoch = epoch;
        return start;
    }

    /// One record: applied, decided on, and handed to the trader; and what follows from it.
    Seq record(Event event) {
        Recorded recorded;
        recorded.seq = Seq{tape_.size() + 1};
        recorded.recorded_at = now_.wall;
        recorded.event = std::move(event);
        tape_.push_back(recorded);
        books_.apply(recorded);
        Outbox out;
        books_.decide(recorded, out);
        if (trader_) trader_->on_record(recorded);
        for (auto& fact : out.take()) record(std::move(fact));
        return recorded.seq;
    }

    /// Time passes; what the trader says is recorded.
    void poll(Duration after = 1s) {
        now_.wall += after;
        now_.monotonic += after;
        if (is_beating_ && wire_->open_sockets.contains(wire_->socket())) {
            wire_->say(R"({"channel":"heartbeat"})");
        }
        auto news = trader_->poll(now_, is_healthy_ ? lease_ : Duration{});
        if (news.nonce_mark && writes_marks_) {
            marks_.push_back(*news.nonce_mark);
            trader_->nonce_mark_written(*news.nonce_mark);
        }
        for (const auto& note : news.notes) notes_ += note.code + ' ' + note.text + '\n';
        for (auto& sourced : news.events) record(std::move(sourced.event));
    }

    void polls(int times, Duration after = 1s) {
        for (int i = 0; i < times; ++i) poll(after);
    }

    void begin(TraderOptions options = {}) {
        make_trader(std::move(options));
        record(our_start());
        polls(2);
        EXPECT_TRUE(wire_->answer("/Assets", envelope(std::string(kAssets))));
        polls(2);
        EXPECT_TRUE(wire_->answer("/AssetPairs", envelope(std::string(kPairs))));
        poll();
    }

    void give_token() {
        EXPECT_TRUE(wire_->answer(
            "GetWebSocketsToken",
            envelope(R"({"token":")" + std::string(kToken) + R"(","expires":900})")));
        polls(2);
    }

    void snapshots() {
        wire_->say(R"({"channel":"executions","type":"snapshot","sequence":1,"data":[]})");
        wire_->say(R"({"channel":"balances","type":"snapshot","sequence":1,"data":[]})");
        poll();
    }

    void link() {
        give_token();
        wire_->accept();
        poll();
        snapshots();
    }

    void answer_audit(const std::string& open_orders = "", const std::string& trade = "") {
        answer_lists(open_orders, trade);
        answer_balances("");
    }

    void answer_balances(const std::string& balances) {
        EXPECT_TRUE(wire_->answer("BalanceEx", envelope("{" + balances + "}")));
        poll();
    }

    void answer_lists(const std::string& open_orders = "", const std::string& trade = "") {
        poll();
        EXPECT_TRUE(wire_->answer("OpenOrders", envelope(R"({"open":{)" + open_orders + "}}")));
        polls(10);
        EXPECT_TRUE(wire_->answer("ClosedOrders", envelope(R"({"closed":{},"count":0})")));
        polls(20);
        const std::string count = trade.empty() ? "0" : "1";
        EXPECT_TRUE(wire_->answer(
            "TradesHistory", envelope(R"({"trades":{)" + trade + R"(},"count":)" + count + "}")));
        polls(20);
    }

    /// Linked, reconciled, nothing under way.
    void ready(TraderOptions options = {}) {
        options.tier = Tier::Pro;
        options.switch_every = switch_every_;
        begin(std::move(options));
        link();
        answer_audit();
        is_healthy_ = true;
        poll();
        answer("cancel_all_orders_after", R"("success":true,"result":{"triggerTime":"0"})");
        poll();
        wire_->sent.clear();
        ASSERT_FALSE(of<ReconciliationCompleted>().empty());
    }

    Seq intend(OrderTerms order = terms()) { return record(OrderIntended{{}, std::move(order)}); }

    template <class T>
    std::vector<T> of() const {
        std::vector<T> result;
        for (const auto& recorded : tape_) {
            if (const auto* event = recorded.event.as<T>()) result.push_back(*event);
        }
        return result;
    }

    /// How many messages to the socket, and open requests to REST, have this in them.
    int sent(std::string_view what) const {
        int count = 0;
        for (const auto& text : wire_->sent) count += text.find(what) != std::string::npos;
        return count;
    }

    int asked(std::string_view what) const {
        int count = 0;
        for (const auto& each : wire_->requests) {
            count += each.request.target.find(what) != std::string::npos;
        }
        return count;
    }

    /// The number of the last request that has this in it.
    std::string number_of(std::string_view what) const {
        for (auto text = wire_->sent.rbegin(); text != wire_->sent.rend(); ++text) {
            if (text->find(what) == std::string::npos) continue;
            const auto at = text->find("\"req_id\":") + 9;
            return text->substr(at, text->find('}', at) - at);
        }
        return "0";
    }

    void answer(std::string_view method, const std::string& rest) {
        wire_->say(
            R"({"method":")" + std::string(method) + R"(","req_id":)" + number_of(method) + "," +
            rest + "}");
    }

    AccountBooks books_;
    Secret secret_;
    Credentials credentials_;
    std::unique_ptr<Trader> trader_;
    FakeWire* wire_ = nullptr;
    std::vector<Recorded> tape_;
    market_data::Moment now_{time(kToday), 1h};
    Duration lease_ = 10s;         ///< what is left of it while healthy
    bool is_healthy_ = false;      ///< until it is ready
    Duration switch_every_ = 24h;  ///< so that it is in nobody's way
    bool writes_marks_ = true;
    bool is_beating_ = true;
    std::vector<std::uint64_t> marks_;
    std::string notes_;
};

}  // namespace tapedeck::kraken::testing
