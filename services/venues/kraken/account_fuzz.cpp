// Whatever the venue says of an account, in any order, between whatever the order manager asks: its
// books conclude the same twice, also from a snapshot; no fill counts twice, nothing is said twice,
// and what died with the process is said again. Build with the `fuzz` preset (clang), then:
//     build/fuzz/bin/venues_kraken_account_fuzz -max_len=4096 corpus/
#include "base/verify.h"
#include "testing/fuzz_seeds.h"
#include "venues/kraken/account.h"
#include "venues/kraken/test_messages.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tapedeck::kraken {
namespace {

constexpr std::uint64_t kTapeId = 0xABCDEF;

/// Each costs as much as the whole state: so many are enough.
constexpr int kSnapshotsMax = 50;

constexpr std::array<const char*, 9> kMethods = {
    "AddOrder",
    "CancelOrder",
    "AmendOrder",
    "OpenOrders",
    "ClosedOrders",
    "QueryTrades",
    "TradesHistory",
    "BalanceEx",
    "Ledgers"};

std::string state_of(const AccountBooks& books) {
    StateWriter writer;
    books.save(writer);
    return writer.bytes();
}

std::vector<Event> fold(
    AccountBooks& books, const Recorded& recorded, const std::vector<InFlight>& in_flight) {
    books.apply(recorded);
    Outbox out(in_flight);
    books.decide(recorded, out);
    return out.take();
}

/// What is left of a line of the script.
class Words {
public:
    explicit Words(std::string_view line) : line_(line) {}

    char letter() {
        const char first = line_.empty() ? '\0' : line_.front();
        line_.remove_prefix(std::min<std::size_t>(1, line_.size()));
        return first;
    }

    /// 0 to 9; 0 for what is no digit.
    std::uint32_t digit() {
        const char digit = letter();
        return '0' <= digit && digit <= '9' ? static_cast<std::uint32_t>(digit - '0') : 0;
    }

    std::string_view rest() const { return line_; }

private:
    std::string_view line_;
};

/// A tape around two books of one account. They are told the same; the second one goes on from its
/// own snapshot whenever the script says so.
class Script {
public:
    Script() {
        record(TapeStarted{kTapeId, "fuzz", 1});
        start();
        InstrumentListed listed;
        listed.instrument = instrument_;
        record(listed);
    }

    void play(std::string_view script) {
        while (!script.empty()) {
            const auto line = script.substr(0, script.find('\n'));
            script.remove_prefix(std::min(script.size(), line.size() + 1));
            take(Words(line));
        }
        if (is_holding_) reload();  // with facts that have not come back
        is_holding_ = false;
        settle();
        is_holding_ = true;
        start();
        VERIFY(in_flight_.empty());  // all was said
        reload();
        for (const Seq intent : intents_) {
            const auto* order = books_->find(intent);
            if (order != nullptr) VERIFY(order->filled == filled_[intent]);
        }
    }

private:
    /// One line: a letter for what happens, its arguments, the venue's words.
    void take(Words line) {
        switch (line.letter()) {
            case 'i': return intend(line.letter());
            case 'x': return stream("executions", line.rest());
            case 'l': return stream("balances", line.rest());
            case 'a': return answer(line);
            case 'r': return rest(line);
            case 'f': return fail(line);
            case 'q': return ask(OrderQueryRequested{named(line), ++attempts_});
            case 'c': return ask(OrderCancelRequested{named(line), "operator"});
            case 'm': return amend(line);
            case 'j': return ask(OrderRejected{named(line), "not_sent_in_time", "", {}});
            case 'v': return ask(OrderResolved{named(line), Resolution::NeverArrived, last_});
            case 't': now_ += std::chrono::minutes(line.digit()); return;
            case 'h': is_holding_ = !is_holding_; return settle();
            case 's': return start();
            case 'd': return die();
            case 'o': return reload();
            case 'b': return branch();
            default: return;
        }
    }

    void intend(char how) {
        OrderTerms terms;
        terms.account = how == 'f' ? "foreign" : "main";
        terms.strategy = "macd";
        terms.instrument = instrument_;
        terms.quantity = Quantity(Decimal::from_integer(1));
        terms.type = how == 's' ? OrderType::Stop : OrderType::Limit;
        const Price price = Price::parse("40000").value();
        (how == 's' ? terms.trigger_price : terms.limit_price) = price;
        if (how == 's') terms.side = Side::Sell;
        if (how == 'o') terms.time_in_force = TimeInForce::ImmediateOrCancel;
        intents_.push_back(record(OrderIntended{{}, terms}));
        named_.push_back(intents_.back());
    }

    void ask(Event event) { named_.push_back(record(std::move(event))); }

    void amend(Words& line) {
        OrderAmendRequested request;
        request.intent = named(line);
        const auto amount = line.digit();
        if (amount > 0) request.quantity = Quantity(Decimal::from_integer(amount));
        request.limit_price = Price::parse("39000").value();
        ask(std::move(request));
    }

    void stream(const char* channel, std::string_view text) {
        VenueMessageReceived message;
        message.channel = channel;
        hear(std::move(message), text);
    }

    void answer(Words& line) {
        VenueMessageReceived message;
        message.channel = "answer";
        message.about = named(line);
        message.attempt = 1;
        hear(std::move(message), line.rest());
    }

    void rest(Words& line) {
        VenueMessageReceived message;
        message.channel = kMethods[line.digit() % kMethods.size()];
        message.about = named(line);
        message.attempt = line.digit();
        message.status = line.letter() == '5' ? 502 : 200;
        message.question = "start=1769060000&end=" + std::to_string(to_ns(now_) / 1'000'000'000) +
                           "&ofs=" + std::to_string(line.digit());
        hear(std::move(message), line.rest());
    }

    void hear(VenueMessageReceived message, std::string_view text) {
        message.venue = "kraken";
        message.account = "main";
        message.set_text(with_names(text));
        if (text.ends_with('~')) ++message.size;  // its end was cut off
        record(std::move(message));
    }

    void fail(Words& line) {
        VenueRequestFailed failure;
        failure.venue = "kraken";
        failure.account = "main";
        failure.channel = kMethods[line.digit() % kMethods.size()];
        failure.about = named(line);
        failure.attempt = line.digit();
        failure.was_written = line.letter() == 'w';
        record(std::move(failure));
    }

    void start() {
        ServiceStarted started;
        started.service = AccountBooks::kService;
        started.producer_epoch = ++epoch_;
        started.configuration = {{"kraken.account", "main"}};
        record(std::move(started));
    }

    /// What was said and is not on the tape yet is lost, and said again after the next start.
    void die() {
        const auto lost = std::exchange(in_flight_, {});
        const bool was_holding = std::exchange(is_holding_, true);
        start();
        VERIFY(in_flight_.size() == lost.size());
        for (std::size_t i = 0; i < lost.size(); ++i) VERIFY(in_flight_[i].event == lost[i].event);
        is_holding_ = was_holding;
        settle();
    }

    void reload() {
        if (++snapshots_ > kSnapshotsMax) return;
        const std::string snapshot = state_of(*twin_);
        auto loaded = std::make_unique<AccountBooks>();
        StateReader reader(snapshot);
        VERIFY(loaded->load(reader) && reader.at_end());
        VERIFY(state_of(*loaded) == snapshot);
        VERIFY(state_of(*books_) == snapshot);
        twin_ = std::move(loaded);
    }

    void branch() {
        TapeBranched branched;
        branched.old_tape_id = kTapeId;
        branched.last_seq = last_;
        branched.tape_id = kTapeId + ++epoch_;
        record(std::move(branched));
    }

    Seq record(Event event) {
        const Seq seq = put(std::move(event));
        settle();
        return seq;
    }

    Seq put(Event event) {
        Recorded recorded;
        recorded.seq = last_ = last_.next();
        recorded.recorded_at = now_ += Duration(1);
        recorded.event = std::move(event);
        const std::vector<Event> said = fold(*books_, recorded, in_flight_);
        VERIFY(said == fold(*twin_, recorded, in_flight_));
        for (const auto& fact : said) in_flight_.push_back({recorded.seq, fact});
        return recorded.seq;
    }

    /// The facts come back, unless the script holds them: each is news to nobody.
    void settle() {
        if (is_holding_) return;
        for (const auto& said : std::exchange(in_flight_, {})) {
            count(said);
            put(said.event);
            VERIFY(in_flight_.empty());
        }
    }

    void count(const InFlight& said) {
        said.event.visit([&](const auto& fact) {
            if constexpr (requires { fact.evidence; }) VERIFY(fact.evidence <= said.cause);
        });
        const auto* fill = said.event.as<OrderFilled>();
        if (fill == nullptr) return;
        VERIFY(fill->quantity.is_positive() && fill->price.is_positive());
        VERIFY(fills_.emplace(fill->trade_id, fill->side).second);
        filled_[fill->intent] += fill->quantity;
    }

    /// The intent or request that a digit names; "-" names none.
    Seq named(Words& line) const {
        const char which = line.letter();
        if (named_.empty() || which < '0') return {};
        return named_[static_cast<std::size_t>(which - '0') % named_.size()];
    }

    /// "#0" is the client id of the first intent.
    std::string with_names(std::string_view text) const {
        std::string result;
        for (Words left(text); !left.rest().empty();) {
            const char letter = left.letter();
            if (letter != '#' || intents_.empty()) {
                result += letter;
            } else {
                result += books_->client_order_id_of(intents_[left.digit() % intents_.size()]);
            }
        }
        return result;
    }

    const Instrument instrument_ = Instrument::parse("kraken:BTC/USD").value();
    std::unique_ptr<AccountBooks> books_ = std::make_unique<AccountBooks>();
    std::unique_ptr<AccountBooks> twin_ = std::make_unique<AccountBooks>();
    std::vector<InFlight> in_flight_;
    bool is_holding_ = false;
    Seq last_;
    Time now_ = parse_time("2026-01-22T06:00:00Z").value();
    std::uint32_t epoch_ = 0;
    std::uint32_t attempts_ = 0;
    int snapshots_ = 0;
    std::vector<Seq> intents_;
    std::vector<Seq> named_;  ///< intents and requests
    std::set<std::pair<std::string, Side>> fills_;
    std::map<Seq, Quantity> filled_;
};

std::string refused(const std::string& error) {
    return R"({"method":"add_order","req_id":1,"success":false,"error":")" + error + "\"}";
}

/// Of a life from the intent to its end one each, as the tests tell them.
std::vector<std::string> seeds() {
    using namespace testing;  // NOLINT: a page of its words
    const std::string placed(kPendingNew);
    const std::string added =
        R"({"method":"add_order","req_id":1,"success":true,"result":{"order_id":"OA"}})";
    const std::string amended =
        R"({"method":"amend_order","req_id":1,"success":true,"result":{"amend_id":"TA"}})";
    const std::string row =
        R"({"channel":"balances","type":"update","sequence":2,"data":[{"ledger_id":"L1",)"
        R"("ref_id":"T5","timestamp":"2026-01-22T06:10:00Z","type":"trade","asset":"USD",)"
        R"("wallet_type":"spot","wallet_id":"main","amount":-16000.0,"fee":32.5,"balance":1.0}]})";
    const std::string trades = R"({"trades":{)" + listed_trade("T2", "OA") + R"(},"count":1})";
    const std::string none = R"({"trades":{},"count":0})";
    const std::string holding = R"({"ZUSD":{"balance":"50000"},"XXBT":{"balance":"0.5"}})";
    const auto audit = [&](const std::string& number, const std::string& open) {
        return "\nr3-" + number + "20" + open_list(open) + "\nr4-" + number + "20" +
               closed_list("", 0) + "\nr6-" + number + "20" + envelope(none) + "\nr7-" + number +
               "20" + envelope(holding);
    };
    return {
        "i\nx" + frame({report("OA", "#0", placed)}) + "\nx" +
            frame({report("OA", "", trade("T1")), report("OA", "", trade("T2"))}) + "\no\nx" +
            frame({report("OA", "", ended("canceled", "0.8", "User requested"))}),
        "i\ni\na0" + added + "\na1" + refused("EOrder:Insufficient funds") + "\nh\nx" +
            frame({report("OA", "#0", placed), report("OB", "#1", placed)}) + "\nd\nh",
        "i\nq0\nr31120" + open_list("") + "\nr41120" + closed_list("", 0) + "\nf311w",
        "i\nq0\nr31120" + open_list(listed_order("OA", "#0", "open", "0.4")) + "\nr51120" +
            envelope("{" + listed_trade("T1", "OA") + "}"),
        "i\nq0\nr31120" + open_list("") + "\nr41120" +
            closed_list(listed_order("OA", "#0", "canceled", "0.4"), 1),
        "i\nx" + frame({report("OA", "#0", placed)}) + "\nm02\na1" + amended + "\nc0\na2" +
            refused("EOrder:Unknown order") + "\nx" +
            frame({report("OA", "", ended("canceled", "0.1", "Order replaced"))}) + "\nx" +
            frame({report("ON", "#0", placed)}) + "\nt9" + audit("1", ""),
        "i" + audit("1", listed_order("OA", "#0", "open")) + "\nr6-220" + envelope(trades) + "\nl" +
            row + "\nt9\nt9\nt9" + audit("3", listed_order("OEXT", "", "open")) + "\nt9" +
            audit("4", ""),
        "is\nio\nif\nf001-\nj1\nv0\nb\ni\nx" + frame({report("OX", "", trade("T9", "0.1"))}, 1) +
            "\nx" + frame({report("OX", "#0", placed), report("OY", "", placed)}) + "\ns\nx{~"};
}

}  // namespace
}  // namespace tapedeck::kraken

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    tapedeck::testing::write_seeds(*argc, *argv, tapedeck::kraken::seeds());
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    tapedeck::kraken::Script().play({reinterpret_cast<const char*>(data), size});
    return 0;
}
