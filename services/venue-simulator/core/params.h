#pragma once

#include "venue-simulator/core/exchange.h"
#include "venue-simulator/core/json.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::venue_simulator {

/// The parameters of a REST call, from a form or from JSON alike: everything as text, and what is
/// empty isn't there.
class Params {
public:
    /// The object must outlive this.
    explicit Params(const Json& object) : object_(object) {}

    std::optional<std::string> text(std::string_view name) const;
    std::optional<std::int64_t> integer(std::string_view name) const;
    /// "true" and "1".
    bool flag(std::string_view name) const;
    /// Comma separated, or a JSON array of texts and numbers.
    std::vector<std::string> list(std::string_view name) const;

    const Json* json(std::string_view name) const { return object_.find(name); }

private:
    const Json& object_;
};

/// What a price may be relative to, and how.
struct PriceContext {
    PairId pair = 0;
    Side side = Side::Buy;
    OrderType type = OrderType::Limit;
    Decimal last{};
};

/// "37500", or relative to the last price: "+5", "-1%", "#5" (the sign that fits the order).
Outcome<Decimal> parse_price(const std::string& text, const PriceContext& context);

/// The terms of AddOrder, or of one order of a batch, whose pair is said outside.
Outcome<OrderTerms> parse_rest_terms(const Params& params, PairId pair, Decimal last, Time now);

/// A WebSocket request's parameters: numbers must be numbers, and a moment RFC 3339.
Outcome<OrderTerms> parse_socket_terms(const Json& params, PairId pair, Time now);
Outcome<AmendTerms> parse_socket_amendment(const Json& params);

/// What must be a number, if it is there: an error is "Limit_price field must be a number_float".
Outcome<std::optional<Decimal>> socket_number(const Json& params, const std::string& name);
/// RFC 3339; the error names the parameter.
Outcome<std::optional<Time>> parse_moment(const Json& params, const std::string& name);

}  // namespace tapedeck::venue_simulator
