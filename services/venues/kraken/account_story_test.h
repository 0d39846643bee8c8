#pragma once

#include "events/client_order_id.h"
#include "testing/given.h"
#include "venues/kraken/account.h"
#include "venues/kraken/test_messages.h"

#include <string>
#include <string_view>
#include <vector>

/// What the tests of an account's books say over and over. Orders and amounts are made up.
namespace tapedeck::kraken::testing {

using namespace tapedeck::testing;  // NOLINT: a header for tests only
using std::chrono::minutes;
using std::chrono::seconds;

inline constexpr std::uint64_t kTapeId = 0xABCDEF;
inline constexpr std::string_view kToday = "2026-01-22T06:00:00Z";

inline std::string client_id(Seq intent, std::uint64_t tape_id = kTapeId) {
    return to_uuid_text({tape_id, intent});
}

/// One BTC at 40,000 USD, good till canceled.
inline OrderTerms terms(std::string_view amount = "1") {
    OrderTerms result;
    result.account = "main";
    result.strategy = "macd";
    result.instrument = instrument("kraken:BTC/USD");
    result.type = OrderType::Limit;
    result.quantity = quantity(amount);
    result.limit_price = price("40000");
    return result;
}

/// A request of the account that ended without an answer; nothing of it was written.
inline VenueRequestFailed no_answer(Seq about) {
    VenueRequestFailed failed;
    failed.venue = "kraken";
    failed.account = "main";
    failed.about = about;
    failed.attempt = 1;
    return failed;
}

/// A tape around the books of the account "main", with a venue that says what the test says.
class AccountStory : public Story<AccountBooks> {
public:
    AccountStory() {
        at(time(kToday));
        given(TapeStarted{kTapeId, "demo", 1});
        play(started("execution.kraken", {{"kraken.account", "main"}}));
        InstrumentListed listed;
        listed.instrument = instrument("kraken:BTC/USD");
        given(listed);
    }

    Seq intend(OrderTerms order = terms()) {
        play(OrderIntended{{}, std::move(order)});
        return last_seq();
    }

    Seq request(Event event) {
        play(std::move(event));
        return last_seq();
    }

    /// The order manager asks what became of the order.
    Seq query(Seq intent, std::uint32_t attempt = 1) {
        return request(OrderQueryRequested{intent, attempt});
    }

    /// The venue speaks: what follows.
    std::vector<Event> hears(VenueMessageReceived message, std::string_view text) {
        message.venue = "kraken";
        message.account = "main";
        message.set_text(text);
        return play(std::move(message));
    }

    std::vector<Event> stream(const std::vector<std::string>& reports, std::uint64_t number = 2) {
        VenueMessageReceived message;
        message.channel = "executions";
        return hears(std::move(message), frame(reports, number));
    }

    std::vector<Event> answer(Seq about, std::string_view text) {
        VenueMessageReceived message;
        message.channel = "answer";
        message.about = about;
        message.attempt = 1;
        return hears(std::move(message), text);
    }

    std::vector<Event> rest(
        Seq about,
        std::string_view method,
        std::string_view text,
        std::uint32_t attempt = 1,
        std::string_view question = "") {
        VenueMessageReceived message;
        message.channel = method;
        message.about = about;
        message.attempt = attempt;
        message.status = status_;
        message.question = question;
        return hears(std::move(message), text);
    }

    /// Answers by REST have this status from now on.
    AccountStory& with_status(std::uint32_t status) {
        status_ = status;
        return *this;
    }

    /// An order that the venue has as "O<intent>".
    Seq open(OrderTerms order = terms()) {
        const Seq intent = intend(std::move(order));
        stream({report(id_of(intent), client_id(intent), std::string(kPendingNew))});
        return intent;
    }

    static std::string id_of(Seq intent) { return "O" + std::to_string(intent.value); }

    /// A whole reconciliation with these lists; what follows on its last answer.
    std::vector<Event> reconcile(
        std::uint32_t number,
        const std::string& open_orders,
        const std::string& closed_orders,
        const std::string& trades,
        const std::string& balances = "{}") {
        const std::string window =
            "start=1769060000&end=" + std::to_string(to_ns(now()) / 1000000000);
        rest({}, "OpenOrders", envelope(R"({"open":{)" + open_orders + "}}"), number);
        const auto page = [&](const std::string& name, const std::string& list) {
            const auto count = list.empty() ? 0 : 1;
            return envelope(
                R"({")" + name + R"(":{)" + list + R"(},"count":)" + std::to_string(count) + "}");
        };
        rest({}, "ClosedOrders", page("closed", closed_orders), number, window + "&ofs=0");
        const auto facts =
            rest({}, "TradesHistory", page("trades", trades), number, window + "&ofs=0");
        auto result = rest({}, "BalanceEx", envelope(balances), number);
        result.insert(result.begin(), facts.begin(), facts.end());
        return result;
    }

private:
    std::uint32_t status_ = 200;
};

/// What was said, by name: "OrderAccepted O7", "OrderRejected invalid_price".
inline std::vector<std::string> told(const std::vector<Event>& events) {
    std::vector<std::string> result;
    for (const auto& event : events) {
        std::string line(event.name());
        event.visit([&](const auto& e) {
            if constexpr (requires { e.subject; }) line += ' ' + e.subject;
            if constexpr (requires {
                              e.venue_order_id;
                              e.attempt;
                          }) {
                line += ' ' + std::string(to_string(e.state));
            } else if constexpr (requires { e.venue_order_id; }) {
                line += ' ' + e.venue_order_id;
            }
            if constexpr (requires { e.trade_id; }) line += ' ' + e.trade_id;
            if constexpr (requires {
                              e.code;
                              line += e.code;
                          })
                line += ' ' + e.code;
            if constexpr (requires {
                              e.reason;
                              e.intent;
                          })
                line += ' ' + e.reason;
        });
        result.push_back(std::move(line));
    }
    return result;
}

}  // namespace tapedeck::kraken::testing
