#pragma once

#include "events/client_order_id.h"
#include "testing/given.h"
#include "venues/kraken/account.h"

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

/// A report of the executions channel: names, then what it says.
inline std::string report(
    std::string_view order_id, const std::string& client_order_id, const std::string& rest) {
    std::string text = R"({"order_id":")" + std::string(order_id) + R"(",)";
    if (!client_order_id.empty()) text += R"("cl_ord_id":")" + client_order_id + R"(",)";
    return text + R"("timestamp":"2026-01-22T06:06:19.833306Z",)" + rest + "}";
}

inline std::string frame(const std::vector<std::string>& reports, std::uint64_t sequence = 2) {
    std::string data;
    for (const auto& each : reports) data += (data.empty() ? "" : ",") + each;
    return R"({"channel":"executions","type":")" +
           std::string(sequence == 1 ? "snapshot" : "update") + R"(","sequence":)" +
           std::to_string(sequence) + R"(,"data":[)" + data + "]}";
}

inline constexpr std::string_view kPendingNew =
    R"("exec_type":"pending_new","order_status":"pending_new","symbol":"BTC/USD","side":"buy",)"
    R"("order_type":"limit","order_qty":1.00000000,"limit_price":40000.0)";

inline std::string trade(std::string_view id, std::string_view amount = "0.4") {
    return R"("exec_type":"trade","order_status":"partially_filled","symbol":"BTC/USD",)"
           R"("side":"buy","exec_id":")" +
           std::string(id) + R"(","last_qty":)" + std::string(amount) +
           R"(,"last_price":40000.0,"liquidity_ind":"m","fees":[{"asset":"USD","qty":32.5}])";
}

inline std::string ended(
    std::string_view how, std::string_view filled = "0", std::string_view reason = "") {
    return R"("exec_type":")" + std::string(how) + R"(","order_status":")" + std::string(how) +
           R"(","cum_qty":)" + std::string(filled) + R"(,"reason":")" + std::string(reason) + '"';
}

inline std::string envelope(const std::string& result) {
    return R"({"error":[],"result":)" + result + "}";
}

inline std::string error_envelope(const std::string& text) {
    return R"({"error":[")" + text + R"("]})";
}

inline std::string open_list(const std::string& orders) {
    return envelope(R"({"open":{)" + orders + "}}");
}

inline std::string closed_list(const std::string& orders, int count) {
    return envelope(R"({"closed":{)" + orders + R"(},"count":)" + std::to_string(count) + "}");
}

/// An order as REST lists it.
inline std::string listed_order(
    std::string_view order_id,
    const std::string& client_order_id,
    std::string_view status,
    std::string_view filled = "0",
    std::string_view rest = "") {
    const std::string name = client_order_id.empty() ? "null" : '"' + client_order_id + '"';
    return '"' + std::string(order_id) + R"(":{"cl_ord_id":)" + name + R"(,"status":")" +
           std::string(status) +
           R"(","opentm":1769061979.8,"descr":{"pair":"XBTUSD","type":"buy","ordertype":"limit",)"
           R"("price":"40000.0","price2":"0"},"vol":"1.00000000","vol_exec":")" +
           std::string(filled) + R"(","cost":"0","fee":"0","price":"0")" + std::string(rest) + "}";
}

inline std::string listed_trade(
    std::string_view trade_id, std::string_view order_id, std::string_view amount = "0.4") {
    return '"' + std::string(trade_id) + R"(":{"ordertxid":")" + std::string(order_id) +
           R"(","pair":"XXBTZUSD","time":1769061979.9,"type":"buy","ordertype":"limit",)"
           R"("price":"40000.0","cost":"16000.0","fee":"32.5","vol":")" +
           std::string(amount) + R"(","maker":true})";
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
