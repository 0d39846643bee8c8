#include "venue-simulator/core/rest.h"

#include "venue-simulator/core/json.h"
#include "venue-simulator/core/signature.h"
#include "venue-simulator/core/text.h"

#include <charconv>

namespace tapedeck::venue_simulator {
namespace {

constexpr std::string_view kPublic = "/0/public/";
constexpr std::string_view kPrivate = "/0/private/";
constexpr std::int64_t kPoint = DecayingCounter::kPoint;

std::optional<Json> from_form(std::string_view text) {
    const auto fields = parse_form(text);
    if (!fields) return std::nullopt;
    Json object;
    object.kind = Json::Kind::Object;
    for (const auto& [name, value] : *fields) {
        Json json;
        json.kind = Json::Kind::Text;
        json.text = value;
        object.members.push_back({name, std::move(json)});
    }
    return object;
}

std::optional<Json> read_body(const HttpCall& call) {
    const auto first = call.body.find_first_not_of(" \r\n\t");
    const bool says_json = call.header("content-type").starts_with("application/json");
    const bool looks_json = first != std::string::npos && call.body[first] == '{';
    if (!says_json && !looks_json) return from_form(call.body);
    auto json = parse_json(call.body);
    if (!json || !json->is(Json::Kind::Object)) return std::nullopt;
    return json;
}

std::optional<std::uint64_t> parse_nonce(const std::string& text) {
    std::uint64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stopped != end) return std::nullopt;
    return value;
}

}  // namespace

std::string HttpCall::header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (lower(key) == lower(name)) return value;
    }
    return "";
}

std::optional<RestCall> Rest::read(const HttpCall& call) {
    RestCall read;
    const auto mark = std::min(call.target.find('?'), call.target.size());
    read.path = call.target.substr(0, mark);
    if (read.path.starts_with(kPublic)) {
        read.method = read.path.substr(kPublic.size());
    } else if (read.path.starts_with(kPrivate)) {
        read.method = read.path.substr(kPrivate.size());
        read.is_private = true;
    } else {
        return std::nullopt;
    }
    read.is_post = call.method == "POST";
    read.key = call.header("api-key");
    read.signature = call.header("api-sign");
    read.body = call.body;
    const bool in_query = !read.is_private && mark < call.target.size();
    auto params = in_query ? from_form(call.target.substr(mark + 1)) : read_body(call);
    read.is_readable = params.has_value();
    if (params) read.params = std::move(*params);
    if (const auto pair = Params(read.params).text("pair")) read.pair = find_pair(*pair);
    return read;
}

std::string Rest::error_body(const std::string& error) {
    return Object().raw("error", Array().text(error).take()).take();
}

std::string Rest::answer(const RestCall& call, const Moment& at) {
    const Reply reply = run(call, at);
    if (!reply) return error_body(reply.error());
    return Object().raw("error", "[]").raw("result", *reply).take();
}

Rest::Reply Rest::run(const RestCall& call, const Moment& at) {
    if (!call.is_readable) return refuse("EAPI:Bad request");
    if (call.is_private) return run_private(call, at);
    const auto method = public_methods().find(call.method);
    if (method == public_methods().end()) return refuse("EGeneral:Unknown method");
    return (this->*method->second)(Params(call.params), at.now);
}

/// The order of these checks is the page's first unknown; it is what costs a stranger least.
Rest::Reply Rest::run_private(const RestCall& call, const Moment& at) {
    const auto method = private_methods().find(call.method);
    if (method == private_methods().end()) return refuse("EGeneral:Unknown method");
    if (!call.is_post) return refuse("EAPI:Bad request");
    const ApiKey* key = TRY(believe(call, at.now));
    const std::int64_t cost = method->second.cost * kPoint;
    if (cost > 0 && !floor_.keys.counter(*key).charge(cost, at.now)) {
        return refuse("EAPI:Rate limit exceeded");
    }
    bool is_permitted = method->second.permissions.empty();
    for (const auto& permission : method->second.permissions) {
        is_permitted = is_permitted || key->permissions.contains(permission);
    }
    if (!is_permitted) return refuse("EGeneral:Permission denied");
    return (this->*method->second.run)({key, key->account, Params(call.params), at});
}

Outcome<const ApiKey*> Rest::believe(const RestCall& call, Time now) {
    const ApiKey* key = floor_.keys.find(call.key);
    if (key == nullptr || !key->is_valid(now)) return refuse("EAPI:Invalid key");
    const Params params(call.params);
    const std::string text = params.text("nonce").value_or("");
    const auto nonce = parse_nonce(text);
    if (!nonce) return refuse("EAPI:Invalid nonce");
    if (signature_of(key->secret, call.path, text, call.body) != call.signature) {
        return refuse("EAPI:Invalid signature");
    }
    if (key->password && params.text("otp") != key->password) {
        return refuse("EAPI:Invalid signature");
    }
    TRY(floor_.keys.take_nonce(*key, *nonce));
    return key;
}

Outcome<PairId> pair_of(const Params& params) {
    const auto name = params.text("pair");
    if (!name) return refuse("EGeneral:Invalid arguments");
    const auto pair = find_pair(*name);
    if (!pair) return refuse("EQuery:Unknown asset pair");
    return *pair;
}

const std::map<std::string, Rest::PublicMethod>& Rest::public_methods() {
    static const std::map<std::string, PublicMethod> kMethods = {
        {"Time", &Rest::server_time},
        {"SystemStatus", &Rest::system_status},
        {"Assets", &Rest::list_assets},
        {"AssetPairs", &Rest::list_pairs},
        {"Ticker", &Rest::ticker},
        {"OHLC", &Rest::ohlc},
        {"Depth", &Rest::depth},
        {"Trades", &Rest::trades},
    };
    return kMethods;
}

const std::map<std::string, Rest::Method>& Rest::private_methods() {
    static const std::vector<std::string> kModify = {"modify-trades"};
    static const std::vector<std::string> kClose = {"modify-trades", "close-trades"};
    static const std::vector<std::string> kOpen = {"query-open-trades"};
    static const std::vector<std::string> kClosed = {"query-closed-trades"};
    static const std::vector<std::string> kAny = {"query-open-trades", "query-closed-trades"};
    static const std::map<std::string, Method> kMethods = {
        {"Balance", {&Rest::balance, {"query-funds"}, 1}},
        {"BalanceEx", {&Rest::balance_ex, {"query-funds"}, 1}},
        {"TradeBalance", {&Rest::trade_balance, kOpen, 1}},
        {"TradeVolume", {&Rest::trade_volume, {"query-funds"}, 1}},
        {"OpenOrders", {&Rest::open_orders, kOpen, 1}},
        {"ClosedOrders", {&Rest::closed_orders, kClosed, 4}},
        {"QueryOrders", {&Rest::query_orders, kAny, 1}},
        {"OrderAmends", {&Rest::order_amends, kAny, 1}},
        {"TradesHistory", {&Rest::trades_history, kClosed, 4}},
        {"QueryTrades", {&Rest::query_trades, kClosed, 4}},
        {"Ledgers", {&Rest::ledgers, {"query-ledger"}, 4}},
        {"GetApiKeyInfo", {&Rest::key_info, {}, 1}},
        {"GetWebSocketsToken", {&Rest::make_token, {"create-ws-token"}, 1}},
        {"AddOrder", {&Rest::add_order, kModify, 0}},
        {"AddOrderBatch", {&Rest::add_batch, kModify, 0}},
        {"AmendOrder", {&Rest::amend_order, kClose, 0}},
        {"EditOrder", {&Rest::edit_order, kModify, 0}},
        {"CancelOrder", {&Rest::cancel_order, kClose, 0}},
        {"CancelOrderBatch", {&Rest::cancel_batch, kClose, 0}},
        {"CancelAll", {&Rest::cancel_all, kClose, 0}},
        {"CancelAllOrdersAfter", {&Rest::cancel_all_after, kClose, 0}},
    };
    return kMethods;
}

}  // namespace tapedeck::venue_simulator
