#include "venue-simulator/core/sockets.h"
#include "venue-simulator/core/text.h"

#include <algorithm>
#include <array>

namespace tapedeck::venue_simulator {
namespace {

constexpr std::array<std::size_t, 5> kDepths = {10, 25, 100, 500, 1000};
constexpr std::size_t kSnapshotTrades = 50;

bool needs_symbol(const std::string& channel) {
    return channel == "ticker" || channel == "book" || channel == "trade" || channel == "ohlc";
}

bool is_private_channel(const std::string& channel) {
    return channel == "executions" || channel == "balances";
}

bool flag_or(const Json& params, const std::string& name, bool otherwise) {
    const Json* said = params.find(name);
    return said == nullptr || !said->is(Json::Kind::Boolean) ? otherwise : said->flag;
}

bool wants_snapshot(const Json& params, const std::string& channel) {
    return flag_or(params, "snapshot", channel != "trade");
}

std::vector<std::string> symbols_of(const Json& params) {
    const Json* symbol = params.find("symbol");
    if (symbol == nullptr) return {};
    if (symbol->is(Json::Kind::Text)) return {symbol->text};
    std::vector<std::string> result;
    for (const auto& item : symbol->items) result.push_back(item.text);
    return result;
}

/// The same request, about one symbol.
SocketCall narrowed(const SocketCall& call, const std::string& symbol) {
    SocketCall one = call;
    for (auto& member : one.message.members) {
        if (member.name != "params") continue;
        for (auto& param : member.value.members) {
            if (param.name != "symbol") continue;
            param.value = Json();
            param.value.kind = Json::Kind::Text;
            param.value.text = symbol;
        }
    }
    one.occasion.pair = find_symbol(symbol);
    return one;
}

}  // namespace

Outcome<Sockets::Subscription> Sockets::read_subscription(
    const SocketCall& call, const Moment& at) {
    const Json& params = params_of(call);
    const Params plain(params);
    Subscription wanted;
    wanted.channel = plain.text("channel").value_or("");
    if (is_private_channel(wanted.channel)) {
        TRY(read_private(call, wanted, at));
    } else if (wanted.channel == "ticker") {
        const std::string trigger = plain.text("event_trigger").value_or("trades");
        if (trigger != "trades" && trigger != "bbo") {
            return refuse("EGeneral:Invalid arguments:event_trigger");
        }
        wanted.on_quotes = trigger == "bbo";
    } else if (wanted.channel == "book") {
        wanted.depth = static_cast<std::size_t>(
            std::max<std::int64_t>(0, plain.integer("depth").value_or(10)));
        if (std::find(kDepths.begin(), kDepths.end(), wanted.depth) == kDepths.end()) {
            return refuse("Subscription depth not supported");
        }
    } else if (wanted.channel == "ohlc") {
        wanted.interval = plain.integer("interval").value_or(1);
        if (!History::interval_index(wanted.interval)) {
            return refuse("Subscription ohlc interval not supported");
        }
    } else if (wanted.channel != "trade" && wanted.channel != "instrument") {
        return refuse("Unsupported channel");
    }
    return wanted;
}

Outcome<> Sockets::read_private(const SocketCall& call, Subscription& wanted, const Moment& at) {
    const bool is_executions = wanted.channel == "executions";
    const std::vector<std::string> permissions =
        is_executions ? std::vector<std::string>{"query-open-trades", "query-closed-trades"}
                      : std::vector<std::string>{"query-funds"};
    const ApiKey* key = TRY(caller(call, permissions, at.now));
    const Json& params = params_of(call);
    wanted.key = key->key;
    wanted.account = key->account;
    wanted.token = params.find("token")->text;
    wanted.all_statuses = flag_or(params, "order_status", true);
    wanted.with_points = flag_or(params, "ratecounter", false);
    return {};
}

Sockets::Answers Sockets::subscribe(const SocketCall& call, const Moment& at) {
    const auto wanted = read_subscription(call, at);
    if (!wanted) return {error_answer(call, wanted.error(), at)};
    Answers answers;
    std::vector<Subscription> fresh;
    if (!needs_symbol(wanted->channel)) {
        answers.push_back(subscribe_one(call, *wanted, at, fresh));
    } else {
        const auto symbols = symbols_of(params_of(call));
        if (symbols.empty()) {
            return {error_answer(call, "EGeneral:Invalid arguments:symbol", at)};
        }
        for (const auto& symbol : symbols) {
            Subscription one = *wanted;
            one.pair = find_symbol(symbol);
            const SocketCall about = narrowed(call, symbol);
            answers.push_back(
                one.pair ? subscribe_one(about, one, at, fresh)
                         : error_answer(about, "Currency pair not supported " + symbol, at));
        }
    }
    for (auto& made : fresh) {
        if (!made.token.empty()) floor_.keys.hold_token(made.token);
        if (!made.is_silent) send_snapshot(call.socket, made, params_of(call), at.now);
        sockets_.at(call.socket).subscriptions.push_back(std::move(made));
    }
    return answers;
}

std::string Sockets::subscribe_one(
    const SocketCall& call,
    Subscription wanted,
    const Moment& at,
    std::vector<Subscription>& fresh) {
    const auto is_same = [&](const Subscription& other) {
        return other.channel == wanted.channel && other.pair == wanted.pair &&
               (other.channel != "book" || other.depth == wanted.depth);
    };
    const auto& have = sockets_.at(call.socket).subscriptions;
    if (std::any_of(have.begin(), have.end(), is_same) ||
        std::any_of(fresh.begin(), fresh.end(), is_same)) {
        const bool is_ohlc = wanted.channel == "ohlc";
        return error_answer(
            call,
            is_ohlc ? "Already subscribed to one ohlc interval on this symbol"
                    : "Already subscribed",
            at);
    }
    Occasion occasion = call.occasion;
    occasion.channel = wanted.channel;
    occasion.pair = wanted.pair;
    wanted.is_silent = faults_.strike(Fault::Silent, occasion).has_value();
    const std::string answer = done(call, acknowledged(call, wanted), at);
    fresh.push_back(std::move(wanted));
    return answer;
}

std::string Sockets::acknowledged(const SocketCall& call, const Subscription& made) const {
    const Json& params = params_of(call);
    Object result;
    result.text("channel", made.channel);
    if (made.channel == "ticker") {
        result.text("event_trigger", made.on_quotes ? "bbo" : "trades");
    }
    if (made.channel == "book") result.number("depth", static_cast<std::int64_t>(made.depth));
    if (made.channel == "ohlc") result.number("interval", made.interval);
    if (made.channel == "executions") {
        const Tier tier = floor_.exchange.account(made.account).tier();
        result.number("maxratecount", engine_threshold(tier));
        result.boolean("snap_orders", flag_or(params, "snap_orders", true));
        result.boolean("snap_trades", flag_or(params, "snap_trades", false));
        result.boolean("snapshot", true);
        const std::string warning =
            "cancel_reason is deprecated, use reason; stop_price is deprecated, use triggers";
        return result.raw("warnings", Array().text(warning).take()).take();
    }
    result.boolean("snapshot", wants_snapshot(params, made.channel));
    if (made.pair) result.text("symbol", pairs()[*made.pair].symbol);
    if (made.channel == "ohlc") {
        const std::string warning = "timestamp is deprecated, use interval_begin";
        result.raw("warnings", Array().text(warning).take());
    }
    return result.take();
}

void Sockets::send_snapshot(SocketId id, Subscription& made, const Json& params, Time now) {
    if (made.channel == "executions") {
        send_executions_snapshot(id, made, params, now);
    } else if (made.channel == "balances") {
        Array rows;
        for (const auto& [asset, amount] : floor_.exchange.account(made.account).balances()) {
            rows.raw(balance_json(asset, amount));
        }
        send_private(id, made, "snapshot", rows.take(), now);
    } else if (wants_snapshot(params, made.channel) || made.channel == "book") {
        send_market_snapshot(id, made, params, now);
    }
}

void Sockets::send_executions_snapshot(
    SocketId id, Subscription& made, const Json& params, Time now) {
    Array rows;
    if (flag_or(params, "snap_orders", true)) {
        for (const Order* order : floor_.exchange.open_orders(made.account)) {
            rows.raw(snapshot_json(*order));
        }
    }
    if (flag_or(params, "snap_trades", false)) {
        const auto& trades = floor_.exchange.account(made.account).trades();
        const std::size_t most = std::min(trades.size(), kSnapshotTrades);
        for (std::size_t i = trades.size() - most; i < trades.size(); ++i) {
            rows.raw(snapshot_json(trades[i], floor_.exchange.find(trades[i].order_id)));
        }
    }
    send_private(id, made, "snapshot", rows.take(), now);
}

void Sockets::send_market_snapshot(SocketId id, Subscription& made, const Json&, Time now) {
    if (made.channel == "ticker") {
        send_ticker(id, made, "snapshot", now);
        quoted_.try_emplace(*made.pair, tops_of(*made.pair, 1));
    } else if (made.channel == "book") {
        const Tops tops = tops_of(*made.pair, made.depth);
        followed_[{*made.pair, made.depth}] = tops;
        send_book(id, made, "snapshot", {tops.bids, tops.asks}, now);
    } else if (made.channel == "trade") {
        const auto& trades = floor_.history.trades(*made.pair);
        Array rows;
        const std::size_t most = std::min(trades.size(), kSnapshotTrades);
        for (std::size_t i = trades.size() - most; i < trades.size(); ++i) {
            rows.raw(socket_trade_json(trades[i]));
        }
        send(
            id,
            {.text = channel_message("trade", "snapshot", rows.take()),
             .channel = "trade",
             .pair = made.pair},
            now);
    } else if (made.channel == "ohlc") {
        Array rows;
        for (const auto& candle : floor_.history.candles(*made.pair, made.interval, now)) {
            rows.raw(socket_candle_json(*made.pair, made.interval, candle));
        }
        send(
            id,
            {.text = channel_message(
                 "ohlc", "snapshot", rows.take(), {{"timestamp", json_text(rfc3339_micros(now))}}),
             .channel = "ohlc",
             .pair = made.pair},
            now);
    } else {
        send(
            id,
            {.text = channel_message("instrument", "snapshot", instruments_json(floor_.exchange)),
             .channel = "instrument"},
            now);
    }
}

Sockets::Answers Sockets::unsubscribe(const SocketCall& call, const Moment& at) {
    const Params plain(params_of(call));
    const std::string channel = plain.text("channel").value_or("");
    const auto depth =
        static_cast<std::size_t>(std::max<std::int64_t>(0, plain.integer("depth").value_or(10)));
    auto symbols = symbols_of(params_of(call));
    if (!needs_symbol(channel)) symbols = {""};
    auto& have = sockets_.at(call.socket).subscriptions;
    Answers answers;
    for (const auto& symbol : symbols) {
        const auto pair = find_symbol(symbol);
        const auto found = std::find_if(have.begin(), have.end(), [&](const Subscription& other) {
            return other.channel == channel && other.pair == pair &&
                   (channel != "book" || other.depth == depth);
        });
        if (found == have.end()) {
            answers.push_back(error_answer(call, "Subscription Not Found", at));
            continue;
        }
        Object result;
        result.text("channel", channel);
        if (channel == "book") result.number("depth", static_cast<std::int64_t>(depth));
        if (pair) result.text("symbol", symbol);
        answers.push_back(done(call, result.take(), at));
        if (!found->token.empty()) floor_.keys.release_token(found->token, at.now);
        have.erase(found);
    }
    return answers;
}

}  // namespace tapedeck::venue_simulator
