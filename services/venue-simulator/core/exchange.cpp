#include "venue-simulator/core/exchange.h"

#include "base/verify.h"
#include "venue-simulator/core/text.h"

#include <algorithm>
#include <array>

namespace tapedeck::venue_simulator {
namespace {

constexpr std::array<std::string_view, 4> kSystemModes = {
    "online", "maintenance", "cancel_only", "post_only"};
constexpr std::array<std::string_view, 5> kPairModes = {
    "online", "cancel_only", "post_only", "limit_only", "reduce_only"};

AssetId asset_named(std::string_view name) {
    return find_asset(name).value();
}

PairId pair_named(std::string_view name) {
    return find_pair(name).value();
}

}  // namespace

std::string_view text_of(SystemMode mode) {
    return kSystemModes[static_cast<std::size_t>(mode)];
}

std::string_view text_of(PairMode mode) {
    return kPairModes[static_cast<std::size_t>(mode)];
}

std::optional<SystemMode> parse_system_mode(std::string_view text) {
    const auto* const found = std::find(kSystemModes.begin(), kSystemModes.end(), text);
    if (found == kSystemModes.end()) return std::nullopt;
    return static_cast<SystemMode>(found - kSystemModes.begin());
}

std::optional<PairMode> parse_pair_mode(std::string_view text) {
    const auto* const found = std::find(kPairModes.begin(), kPairModes.end(), text);
    if (found == kPairModes.end()) return std::nullopt;
    return static_cast<PairMode>(found - kPairModes.begin());
}

Exchange::Exchange(std::uint64_t seed)
    : ids_(seed, "ids"),
      books_(pairs().size()),
      last_(pairs().size()),
      pair_modes_(pairs().size(), PairMode::Online) {
    for (PairId pair = 0; pair < pairs().size(); ++pair) last_[pair] = pairs()[pair].start_price;
    accounts_.emplace_back(Account::Options{.name = "house maker", .is_house = true});
    accounts_.emplace_back(Account::Options{.name = "house taker", .is_house = true});
}

AccountId Exchange::open_account(Account::Options options, Time now) {
    const auto deposits = options.balances;
    options.balances.clear();
    accounts_.emplace_back(std::move(options));
    const AccountId id = accounts_.size() - 1;
    for (const auto& [asset, amount] : deposits) {
        accounts_[id].book(
            {.id = make_id('L'),
             .reference = make_id('F'),
             .at = now,
             .type = "deposit",
             .asset = asset,
             .amount = amount,
             .fee = {},
             .balance = {}});
    }
    return id;
}

std::string Exchange::make_id(char first) {
    static constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    std::string id(1, first);
    for (const std::size_t length : {5U, 5U, 6U}) {
        if (id.size() > 1) id += '-';
        for (std::size_t i = 0; i < length; ++i) id += kLetters[ids_.below(kLetters.size())];
    }
    return id;
}

void Exchange::set_timer(AccountId account, std::optional<Time> at) {
    timers_.erase(account);
    if (at) timers_.emplace(account, *at);
}

void Exchange::advance(Time now) {
    if (mode_ == SystemMode::Maintenance) return;  // what is due comes when the engine is back
    while (!expiries_.empty() && expiries_.begin()->first <= now) {
        const OrderKey key = expiries_.begin()->second;
        finish(orders_.at(key), OrderStatus::Expired, "", now);
    }
    for (auto timer = timers_.begin(); timer != timers_.end();) {
        if (timer->second > now) {
            ++timer;
            continue;
        }
        cancel_all(timer->first, "Cancel all orders after timer", now);
        timer = timers_.erase(timer);
    }
}

const Order* Exchange::find(OrderKey key) const {
    const auto found = orders_.find(key);
    return found == orders_.end() ? nullptr : &found->second;
}

const Order* Exchange::find(const std::string& id) const {
    const auto found = key_by_id_.find(id);
    return found == key_by_id_.end() ? nullptr : find(found->second);
}

const Order* Exchange::find_client_id(AccountId account, const std::string& client_id) const {
    for (const Order* order : open_orders(account)) {
        if (order->terms.client_id == client_id) return order;
    }
    const auto ended = ended_orders(account);
    for (auto order = ended.rbegin(); order != ended.rend(); ++order) {
        if ((*order)->terms.client_id == client_id) return *order;
    }
    return nullptr;
}

std::vector<const Order*> Exchange::open_orders(AccountId account) const {
    std::vector<const Order*> result;
    const auto open = open_.find(account);
    if (open == open_.end()) return result;
    for (const OrderKey key : open->second) result.push_back(&orders_.at(key));
    return result;
}

std::vector<const Order*> Exchange::ended_orders(AccountId account) const {
    std::vector<const Order*> result;
    const auto ended = ended_.find(account);
    if (ended == ended_.end()) return result;
    for (const OrderKey key : ended->second) result.push_back(&orders_.at(key));
    std::sort(result.begin(), result.end(), [](const Order* a, const Order* b) {
        return a->key < b->key;
    });
    return result;
}

std::vector<ExchangeEvent> Exchange::take_events() {
    return std::exchange(events_, {});
}

void Exchange::say(ExecutionType type, const Order& order, Time now) {
    if (is_house(order)) return;
    events_.emplace_back(Execution{type, order, std::nullopt, now});
}

Decimal Exchange::usd_of(AssetId asset, Decimal amount) const {
    static const AssetId kUsd = asset_named("USD");
    static const AssetId kUsdt = asset_named("USDT");
    static const AssetId kEur = asset_named("EUR");
    static const PairId kBtcUsd = pair_named("XXBTZUSD");
    static const PairId kBtcEur = pair_named("XXBTZEUR");
    if (asset == kUsd || asset == kUsdt) return amount;
    if (asset == kEur) return times(amount, over(last_[kBtcUsd], last_[kBtcEur]));
    return times(amount, last_[kBtcUsd]);  // the quote that is left is bitcoin
}

}  // namespace tapedeck::venue_simulator
