#pragma once

#include "venue-simulator/core/account.h"
#include "venue-simulator/core/book.h"
#include "venue-simulator/core/dice.h"
#include "venue-simulator/core/order.h"

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

/// The matching engine: price and time decide. Start reading in exchange_match.cpp; what is refused
/// stands in exchange_check.cpp, how orders change and end in exchange_change.cpp.
namespace tapedeck::venue_simulator {

enum class SystemMode { Online, Maintenance, CancelOnly, PostOnly };
enum class PairMode { Online, CancelOnly, PostOnly, LimitOnly, ReduceOnly };

std::string_view text_of(SystemMode mode);  ///< "cancel_only"
std::string_view text_of(PairMode mode);
std::optional<SystemMode> parse_system_mode(std::string_view text);
std::optional<PairMode> parse_pair_mode(std::string_view text);

/// What of an order is to change.
struct AmendTerms {
    std::optional<Decimal> quantity{};  ///< in all, what is filled included
    std::optional<Decimal> limit{};
    std::optional<Decimal> trigger{};
    std::optional<bool> post_only{};
};

/// Whether a post-only order that would trade is refused, or accepted and canceled.
enum class PostOnlyManner { Refused, Canceled };

class Exchange {
public:
    /// The accounts of the house, which exist from the start.
    static constexpr AccountId kMaker = 0;
    static constexpr AccountId kTaker = 1;

    explicit Exchange(std::uint64_t seed);
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    AccountId open_account(Account::Options options, Time now);

    const Account& account(AccountId id) const { return accounts_[id]; }

    std::size_t account_count() const { return accounts_.size(); }

    /// What would refuse this order now; in place of `instead_of`, if that isn't 0.
    Outcome<> check(
        AccountId account, const OrderTerms& terms, Time now, OrderKey instead_of = 0) const;
    /// What the terms themselves have against them: no modes, funds or other orders.
    Outcome<> check_terms(const OrderTerms& terms) const;

    Outcome<OrderKey> place(AccountId account, const OrderTerms& terms, Time now);
    /// In place. The id of the amendment, and whether the order ended of it.
    Outcome<std::string> amend(OrderKey key, const AmendTerms& terms, Time now);
    /// The order is canceled and another placed in its stead, both or none.
    Outcome<OrderKey> replace(OrderKey key, const OrderTerms& terms, Time now);
    /// The order must be open.
    Outcome<> cancel(OrderKey key, const std::string& reason, Time now);
    std::size_t cancel_all(AccountId account, const std::string& reason, Time now);

    /// Cancels everything at this time unless it is set again; none = off.
    void set_timer(AccountId account, std::optional<Time> at);

    /// Lets time pass: expiries and timers.
    void advance(Time now);

    void set_mode(SystemMode mode) { mode_ = mode; }

    SystemMode mode() const { return mode_; }

    void set_mode(PairId pair, PairMode mode) { pair_modes_[pair] = mode; }

    PairMode mode(PairId pair) const { return pair_modes_[pair]; }

    void set_post_only_manner(PostOnlyManner manner) { post_only_manner_ = manner; }

    /// Trades so much of a waiting order, at its own price, with the house; false if it doesn't
    /// wait in the book with at least that much.
    bool fill_with_house(OrderKey key, Decimal quantity, Time now);

    /// Money that comes or, negative, goes without a trade: a row of the ledger.
    void transfer(AccountId account, AssetId asset, Decimal amount, Time now);

    const Order* find(OrderKey key) const;
    const Order* find(const std::string& id) const;
    /// The open order of this client id, else the last ended one.
    const Order* find_client_id(AccountId account, const std::string& client_id) const;
    /// In order of arrival.
    std::vector<const Order*> open_orders(AccountId account) const;
    /// Ended ones that are still remembered, in order of arrival.
    std::vector<const Order*> ended_orders(AccountId account) const;

    Decimal on_hold(AccountId account, AssetId asset, OrderKey except = 0) const;

    const Book& book(PairId pair) const { return books_[pair]; }

    Decimal last_price(PairId pair) const { return last_[pair]; }

    /// For the time before the first trade.
    void set_last_price(PairId pair, Decimal price) { last_[pair] = price; }

    /// At last prices.
    Decimal usd_of(AssetId quote, Decimal amount) const;

    /// A made id: six, five and six characters, the first of them this one.
    std::string make_id(char first);

    /// What happened since the last call.
    std::vector<ExchangeEvent> take_events();

private:
    /// exchange_check.cpp
    Outcome<> check_modes(const OrderTerms& terms) const;
    Outcome<> check_minimums(const OrderTerms& terms) const;
    Outcome<> check_price(PairId pair, Decimal price) const;
    Outcome<> check_funds(
        AccountId account, const OrderTerms& terms, Time now, OrderKey instead_of) const;
    Outcome<> check_room(AccountId account, const OrderTerms& terms, OrderKey instead_of) const;
    bool would_cross(const OrderTerms& terms) const;
    Decimal expected_cost(const OrderTerms& terms) const;
    Decimal hold_of(const Order& order) const;
    AssetId held_asset(const OrderTerms& terms) const;

    /// exchange_match.cpp
    OrderKey accept(AccountId account, const OrderTerms& terms, Time now);
    void enter(Order& order, Time now);
    void match(Order& taker, Time now);
    bool is_fillable(const Order& taker) const;
    bool yields_to_own(Order& taker, Order& maker, Time now);
    Decimal fillable_quantity(const Order& taker, Decimal price, Decimal offered) const;
    void fill(Order& maker, Order& taker, Decimal quantity, Time now);
    void settle(Order& order, const PublicTrade& trade, bool is_maker);
    void book_sides(Trade& trade, const Order& order);
    void rest(Order& order);
    void fire_triggers(PairId pair, Time now);
    bool is_fired(const Order& order) const;

    /// exchange_change.cpp
    Outcome<> check_amended(const Order& order, const OrderTerms& changed, Time now) const;
    void apply_amended(Order& order, const OrderTerms& changed, Time now);
    void finish(Order& order, OrderStatus status, const std::string& reason, Time now);
    void leave_book(Order& order);
    void forget_oldest();

    void say(ExecutionType type, const Order& order, Time now);

    bool is_house(const Order& order) const { return accounts_[order.account].is_house(); }

    Dice ids_;
    std::deque<Account> accounts_;
    std::vector<Book> books_;
    std::vector<Decimal> last_;
    std::vector<PairMode> pair_modes_;
    SystemMode mode_ = SystemMode::Online;
    PostOnlyManner post_only_manner_ = PostOnlyManner::Refused;

    std::map<OrderKey, Order> orders_;
    std::map<std::string, OrderKey> key_by_id_;
    std::map<AccountId, std::set<OrderKey>> open_;
    std::map<AccountId, std::deque<OrderKey>> ended_;
    std::map<PairId, std::set<OrderKey>> waiting_;
    std::set<std::pair<Time, OrderKey>> expiries_;
    std::map<AccountId, Time> timers_;
    std::set<PairId> fired_;  ///< pairs whose triggers are to be looked at
    OrderKey last_key_ = 0;
    std::uint64_t last_trade_ = 60'000'000;
    std::vector<ExchangeEvent> events_;
};

/// How many open orders an account may have on one pair.
std::size_t open_orders_max(Tier tier);

}  // namespace tapedeck::venue_simulator
