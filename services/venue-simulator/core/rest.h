#pragma once

#include "venue-simulator/core/desk.h"
#include "venue-simulator/core/params.h"
#include "venue-simulator/core/text.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>

/// The REST side. What is asked is read once (read()), so that faults can look at it, and answered
/// later (answer()), so that they can delay it. Methods are in rest_public.cpp, rest_account.cpp
/// and rest_trading.cpp.
namespace tapedeck::venue_simulator {

struct HttpCall {
    std::string method{};
    std::string target{};  ///< path and query
    Fields headers{};
    std::string body{};

    /// Names of headers have no case. "" if it isn't there.
    std::string header(std::string_view name) const;
};

/// A call that names a method, still to be believed.
struct RestCall {
    bool is_private = false;
    std::string path{};
    std::string method{};  ///< "AddOrder"
    Json params{};
    bool is_readable = true;       ///< false: neither a form nor JSON
    std::optional<PairId> pair{};  ///< that it is about
    std::string key{};
    std::string signature{};
    std::string body{};
    bool is_post = false;
};

/// Who calls, once that is believed.
struct RestCaller {
    const ApiKey* key = nullptr;
    AccountId account = 0;
    Params params;
    Moment at;
};

class Rest {
public:
    Rest(Floor& floor, Desk& desk) : floor_(floor), desk_(desk) {}

    /// Nothing if the path is none of the venue's.
    static std::optional<RestCall> read(const HttpCall& call);

    /// The whole body, envelope included.
    std::string answer(const RestCall& call, const Moment& at);

    static std::string error_body(const std::string& error);

private:
    using Reply = Outcome<std::string>;
    using PublicMethod = Reply (Rest::*)(const Params&, Time);
    using PrivateMethod = Reply (Rest::*)(const RestCaller&);

    struct Method {
        PrivateMethod run;
        std::vector<std::string> permissions;  ///< any of them; none = no need
        std::int64_t cost;
    };

    static const std::map<std::string, PublicMethod>& public_methods();
    static const std::map<std::string, Method>& private_methods();

    Reply run(const RestCall& call, const Moment& at);
    Reply run_private(const RestCall& call, const Moment& at);
    Outcome<const ApiKey*> believe(const RestCall& call, Time now);

    /// rest_public.cpp
    Reply server_time(const Params& params, Time now);
    Reply system_status(const Params& params, Time now);
    Reply list_assets(const Params& params, Time now);
    Reply list_pairs(const Params& params, Time now);
    Reply ticker(const Params& params, Time now);
    Reply ohlc(const Params& params, Time now);
    Reply depth(const Params& params, Time now);
    Reply trades(const Params& params, Time now);
    std::string ticker_of(PairId pair, Time now) const;

    /// rest_account.cpp
    Reply balance(const RestCaller& caller);
    Reply balance_ex(const RestCaller& caller);
    Reply trade_balance(const RestCaller& caller);
    Reply trade_volume(const RestCaller& caller);
    Reply open_orders(const RestCaller& caller);
    Reply closed_orders(const RestCaller& caller);
    Reply query_orders(const RestCaller& caller);
    Reply order_amends(const RestCaller& caller);
    Reply trades_history(const RestCaller& caller);
    Reply query_trades(const RestCaller& caller);
    Reply ledgers(const RestCaller& caller);
    Reply key_info(const RestCaller& caller);
    Reply make_token(const RestCaller& caller);
    Decimal value_of(AssetId asset, Decimal amount, AssetId in) const;

    /// rest_trading.cpp
    Reply add_order(const RestCaller& caller);
    Reply add_batch(const RestCaller& caller);
    Reply amend_order(const RestCaller& caller);
    Reply edit_order(const RestCaller& caller);
    Reply cancel_order(const RestCaller& caller);
    Reply cancel_batch(const RestCaller& caller);
    Reply cancel_all(const RestCaller& caller);
    Reply cancel_all_after(const RestCaller& caller);
    Outcome<std::vector<OrderKey>> orders_of(AccountId account, const std::string& id) const;

    Floor& floor_;
    Desk& desk_;
};

/// The pair of a parameter, or what the venue says to one that it doesn't know.
Outcome<PairId> pair_of(const Params& params);

}  // namespace tapedeck::venue_simulator
