#include "venue-simulator/core/params.h"

#include "base/number.h"
#include "venue-simulator/core/text.h"

namespace tapedeck::venue_simulator {
namespace {

constexpr Duration kExpiryMin = std::chrono::seconds(5);
constexpr Duration kExpiryMax = std::chrono::days(31);
constexpr const char* kNotHere = "EAPI:Feature disabled";

std::string invalid(const std::string& name) {
    return "EGeneral:Invalid arguments:" + name;
}

std::optional<std::string> text_of(const Json* json) {
    if (json == nullptr) return std::nullopt;
    if (json->is(Json::Kind::Boolean)) return json->flag ? "true" : "false";
    const bool is_spelled = json->is(Json::Kind::Text) || json->is(Json::Kind::Number);
    if (!is_spelled || json->text.empty()) return std::nullopt;
    return json->text;
}

Outcome<Decimal> parse_amount(const std::optional<std::string>& text, const std::string& name) {
    if (!text) return refuse(invalid(name));
    const auto value = parse_number(*text, Excess::Refuse);
    if (!value) return refuse(invalid(name));
    return *value;
}

bool falls_with(const PriceContext& context) {
    const bool is_stop =
        context.type == OrderType::StopLoss || context.type == OrderType::StopLossLimit;
    return (context.side == Side::Buy) != is_stop;
}

Outcome<> refuse_what_is_not_here(const Params& params) {
    const auto leverage = params.text("leverage");
    if (leverage && *leverage != "none" && *leverage != "1" && *leverage != "0") {
        return refuse("EOrder:Margin allowance exceeded");
    }
    if (params.flag("reduce_only")) return refuse("EOrder:Reduce only:No position exists");
    if (params.text("close[ordertype]") || params.json("close") != nullptr) return refuse(kNotHere);
    if (params.text("displayvol")) return refuse(kNotHere);
    if (params.text("starttm").value_or("0") != "0") return refuse(kNotHere);
    if (params.text("trigger").value_or("last") != "last") {
        return refuse("EGeneral:Invalid arguments:Index unavailable");
    }
    return {};
}

Outcome<> read_flags(const Params& params, OrderTerms& terms) {
    for (const auto& flag : params.list("oflags")) {
        if (flag == "post") {
            terms.post_only = true;
        } else if (flag == "fcib") {
            terms.fee_in_base = true;
        } else if (flag == "viqc") {
            terms.in_quote = true;
        } else if (flag != "fciq" && flag != "nompp") {
            return refuse(invalid("oflags"));
        }
    }
    return {};
}

Outcome<> read_expiry(const Params& params, OrderTerms& terms, Time now) {
    const std::string text = params.text("expiretm").value_or("0");
    if (text != "0") {
        const bool is_relative = text.front() == '+';
        const auto at = parse_unix(is_relative ? text.substr(1) : text);
        if (!at) return refuse(invalid("expiretm"));
        const Time expires = is_relative ? now + at->time_since_epoch() : *at;
        if (expires < now + kExpiryMin || expires > now + kExpiryMax) {
            return refuse(invalid("expiretm"));
        }
        terms.expires = expires;
    }
    const auto said = params.text("timeinforce");
    const auto time = parse_time_in_force(said.value_or(terms.expires ? "GTD" : "GTC"));
    if (!time) return refuse(invalid("timeinforce"));
    terms.time_in_force = *time;
    return {};
}

Outcome<> read_ids(const Params& params, OrderTerms& terms) {
    terms.client_id = params.text("cl_ord_id");
    if (const auto userref = params.text("userref"); userref && *userref != "0") {
        const auto value = parse_integer(*userref);
        if (!value || *value != static_cast<std::int32_t>(*value))
            return refuse(invalid("userref"));
        terms.userref = *value;
    }
    if (const auto manner = params.text("stptype")) {
        const auto self_trade = parse_self_trade(*manner);
        if (!self_trade) return refuse(invalid("stptype"));
        terms.self_trade = *self_trade;
    }
    return {};
}

Outcome<OrderType> parse_type(const std::string& said) {
    const auto type = parse_order_type(said);
    if (type) return *type;
    static const std::set<std::string> kElsewhere = {
        "iceberg", "trailing-stop", "trailing-stop-limit", "settle-position"};
    return refuse(kElsewhere.contains(said) ? kNotHere : invalid("ordertype"));
}

std::string capitalized(const std::string& name) {
    return upper(name.substr(0, 1)) + name.substr(1);
}

Outcome<> read_socket_trigger(const Json& params, OrderTerms& terms) {
    const Json* triggers = params.find("triggers");
    if (triggers == nullptr) return refuse(invalid("triggers"));
    const auto reference = text_of(triggers->find("reference")).value_or("last");
    const auto kind = text_of(triggers->find("price_type")).value_or("static");
    if (reference != "last") return refuse("EGeneral:Invalid arguments:Index unavailable");
    if (kind != "static") return refuse(kNotHere);
    const auto price = TRY(socket_number(*triggers, "price"));
    if (!price) return refuse(invalid("triggers"));
    terms.trigger = *price;
    return {};
}

Outcome<> read_socket_rest(const Json& params, OrderTerms& terms, Time now) {
    const Params plain(params);
    const std::string time = plain.text("time_in_force").value_or("gtc");
    const auto time_in_force = parse_time_in_force(time);
    if (!time_in_force) return refuse(invalid("time_in_force"));
    terms.time_in_force = *time_in_force;
    terms.expires = TRY(parse_moment(params, "expire_time"));
    if (terms.expires && (*terms.expires < now + kExpiryMin || *terms.expires > now + kExpiryMax)) {
        return refuse(invalid("expire_time"));
    }
    terms.post_only = plain.flag("post_only");
    terms.fee_in_base = plain.text("fee_preference") == "base";
    terms.client_id = plain.text("cl_ord_id");
    terms.userref = plain.integer("order_userref");
    if (terms.userref == 0) terms.userref.reset();
    if (const auto manner = plain.text("stp_type")) {
        const auto self_trade = parse_self_trade(*manner);
        if (!self_trade) return refuse(invalid("stp_type"));
        terms.self_trade = *self_trade;
    }
    return {};
}

Outcome<> refuse_what_is_not_on_sockets(const Json& params) {
    const Params plain(params);
    if (plain.flag("margin")) return refuse("EOrder:Margin allowance exceeded");
    if (plain.flag("reduce_only")) return refuse("EOrder:Reduce only:No position exists");
    for (const char* name : {"conditional", "display_qty", "effective_time"}) {
        if (params.find(name) != nullptr) return refuse(kNotHere);
    }
    if (plain.text("limit_price_type").value_or("static") != "static") return refuse(kNotHere);
    if (plain.flag("no_mpp") && plain.text("order_type") != "market") {
        return refuse(
            "EGeneral:Invalid arguments:no_mpp order option is only available when ordertype = "
            "market");
    }
    return {};
}

}  // namespace

std::optional<std::string> Params::text(std::string_view name) const {
    return text_of(object_.find(name));
}

std::optional<std::int64_t> Params::integer(std::string_view name) const {
    const auto said = text(name);
    return said ? parse_integer(*said) : std::nullopt;
}

bool Params::flag(std::string_view name) const {
    const auto said = text(name);
    return said == "true" || said == "1";
}

std::vector<std::string> Params::list(std::string_view name) const {
    const Json* json = object_.find(name);
    if (json == nullptr) return {};
    if (!json->is(Json::Kind::Array)) return split(text(name).value_or(""), ',');
    std::vector<std::string> result;
    for (const auto& item : json->items) {
        if (const auto said = text_of(&item)) result.push_back(*said);
    }
    return result;
}

Outcome<Decimal> parse_price(const std::string& text, const PriceContext& context) {
    if (text.empty()) return refuse(invalid("price"));
    const char sign = text.front();
    const bool is_relative = sign == '+' || sign == '-' || sign == '#';
    const bool is_percent = text.back() == '%';
    if (!is_relative && !is_percent) return parse_amount(text, "price");
    std::string digits = is_relative ? text.substr(1) : text;
    if (is_percent) digits.pop_back();
    const Decimal said = TRY(parse_amount(digits, "price"));
    if (said.is_negative() || said > Decimal::from_integer(100'000'000)) {
        return refuse(invalid("price"));
    }
    const Decimal hundred = Decimal::from_integer(100);
    const Decimal offset = is_percent ? over(times(context.last, said), hundred) : said;
    const bool is_down = sign == '-' || (sign == '#' && falls_with(context));
    return rounded(
        is_down ? context.last - offset : context.last + offset,
        pairs()[context.pair].price_decimals);
}

Outcome<OrderTerms> parse_rest_terms(const Params& params, PairId pair, Decimal last, Time now) {
    OrderTerms terms;
    terms.pair = pair;
    const auto side = parse_side(params.text("type").value_or(""));
    if (!side) return refuse(invalid("type"));
    terms.side = *side;
    terms.type = TRY(parse_type(params.text("ordertype").value_or("")));
    terms.quantity = TRY(parse_amount(params.text("volume"), "volume"));
    const PriceContext context{pair, terms.side, terms.type, last};
    if (has_trigger(terms.type)) {
        terms.trigger = TRY(parse_price(params.text("price").value_or(""), context));
    }
    if (has_limit(terms.type)) {
        const char* name = has_trigger(terms.type) ? "price2" : "price";
        terms.limit = TRY(parse_price(params.text(name).value_or(""), context));
    }
    TRY(refuse_what_is_not_here(params));
    TRY(read_flags(params, terms));
    TRY(read_expiry(params, terms, now));
    TRY(read_ids(params, terms));
    return terms;
}

Outcome<std::optional<Decimal>> socket_number(const Json& params, const std::string& name) {
    const Json* json = params.find(name);
    if (json == nullptr || json->is(Json::Kind::Null)) return std::optional<Decimal>();
    if (!json->is(Json::Kind::Number)) {
        return refuse(capitalized(name) + " field must be a number_float");
    }
    const auto value = parse_number(json->text, Excess::Refuse);
    if (!value) return refuse(invalid(name));
    return std::optional(*value);
}

Outcome<std::optional<Time>> parse_moment(const Json& params, const std::string& name) {
    const auto text = text_of(params.find(name));
    if (!text) return std::optional<Time>();
    const auto moment = parse_time(*text);
    if (!moment) return refuse(invalid(name));
    return std::optional(*moment);
}

Outcome<OrderTerms> parse_socket_terms(const Json& params, PairId pair, Time now) {
    const Params plain(params);
    OrderTerms terms;
    terms.pair = pair;
    const auto side = parse_side(plain.text("side").value_or(""));
    if (!side) return refuse(invalid("side"));
    terms.side = *side;
    terms.type = TRY(parse_type(plain.text("order_type").value_or("")));
    const auto quantity = TRY(socket_number(params, "order_qty"));
    const auto cash = TRY(socket_number(params, "cash_order_qty"));
    if (quantity.has_value() == cash.has_value()) return refuse(invalid("order_qty"));
    terms.in_quote = cash.has_value();
    terms.quantity = cash ? *cash : *quantity;
    const auto limit = TRY(socket_number(params, "limit_price"));
    if (has_limit(terms.type) != limit.has_value()) return refuse(invalid("limit_price"));
    if (limit) terms.limit = *limit;
    TRY(refuse_what_is_not_on_sockets(params));
    if (has_trigger(terms.type)) TRY(read_socket_trigger(params, terms));
    TRY(read_socket_rest(params, terms, now));
    return terms;
}

Outcome<AmendTerms> parse_socket_amendment(const Json& params) {
    const Params plain(params);
    AmendTerms terms;
    terms.quantity = TRY(socket_number(params, "order_qty"));
    terms.limit = TRY(socket_number(params, "limit_price"));
    terms.trigger = TRY(socket_number(params, "trigger_price"));
    if (params.find("post_only") != nullptr) terms.post_only = plain.flag("post_only");
    if (params.find("display_qty") != nullptr) return refuse(kNotHere);
    if (!terms.quantity && !terms.limit && !terms.trigger && !terms.post_only) {
        return refuse(invalid("order_qty"));
    }
    return terms;
}

}  // namespace tapedeck::venue_simulator
