#include "venue-simulator/core/keys.h"

#include "venue-simulator/core/params.h"
#include "venue-simulator/core/signature.h"
#include "venue-simulator/core/text.h"

#include <algorithm>

namespace tapedeck::venue_simulator {
namespace {

constexpr std::size_t kTokensMax = 1000;

Outcome<std::optional<std::int64_t>> whole_number(const Params& params, const std::string& name) {
    constexpr std::int64_t kMax = 9'000'000'000;  // as a moment, the year 2255
    if (params.json(name) == nullptr) return std::optional<std::int64_t>();
    const auto value = params.integer(name);
    if (value && *value >= 0 && *value <= kMax) return value;
    return refuse(name + ": expected a whole number from 0 to " + std::to_string(kMax));
}

}  // namespace

const std::vector<std::string>& all_permissions() {
    static const std::vector<std::string> kAll = {
        "query-funds",
        "add-funds",
        "withdraw-funds",
        "earn-funds",
        "query-open-trades",
        "query-closed-trades",
        "modify-trades",
        "close-trades",
        "query-ledger",
        "export-data",
        "create-ws-token",
        "add-withdraw-address",
        "update-withdraw-address"};
    return kAll;
}

const std::vector<std::string>& trading_permissions() {
    static const std::vector<std::string> kTrading = {
        "query-funds",
        "query-open-trades",
        "query-closed-trades",
        "modify-trades",
        "close-trades",
        "query-ledger",
        "create-ws-token"};
    return kTrading;
}

Outcome<> read_key_options(const Json& json, ApiKey& key) {
    const Params params(json);
    if (json.find("permissions") != nullptr) {
        key.permissions.clear();
        const auto& known = all_permissions();
        for (const auto& permission : params.list("permissions")) {
            if (std::find(known.begin(), known.end(), permission) == known.end()) {
                return refuse("permissions of " + key.name + ": \"" + permission + "\" is none");
            }
            key.permissions.insert(permission);
        }
    }
    if (const auto window = TRY(whole_number(params, "nonce_window"))) {
        key.nonce_window = static_cast<std::uint64_t>(*window);
    }
    if (const auto until = TRY(whole_number(params, "valid_until"))) {
        key.valid_until = *until == 0 ? std::nullopt : std::optional(from_unix(*until));
    }
    if (json.find("ip_allowlist") != nullptr) key.ip_allowlist = params.list("ip_allowlist");
    return {};
}

void Keys::add(ApiKey key) {
    const DecayingCounter counter(rest_maximum(key.tier), rest_decay_milli(key.tier));
    const std::string name = key.key;
    states_.insert_or_assign(name, State{std::move(key), 0, {}, counter});
}

const ApiKey* Keys::find(const std::string& key) const {
    const auto found = states_.find(key);
    return found == states_.end() ? nullptr : &found->second.key;
}

void Keys::change(const ApiKey& key) {
    ApiKey& kept = states_.at(key.key).key;
    const AccountId account = kept.account;
    kept = key;
    kept.account = account;
}

std::vector<const ApiKey*> Keys::all() const {
    std::vector<const ApiKey*> result;
    for (const auto& [_, state] : states_) result.push_back(&state.key);
    return result;
}

Outcome<> Keys::take_nonce(const ApiKey& key, std::uint64_t nonce) {
    State& state = states_.at(key.key);
    const std::uint64_t window = state.key.nonce_window;
    const std::uint64_t floor = state.highest - std::min(state.highest, window);
    const bool is_higher = nonce > state.highest;
    const bool is_late = window > 0 && nonce >= floor && !state.recent.contains(nonce);
    if (!is_higher && !is_late) return refuse("EAPI:Invalid nonce");
    state.highest = std::max(state.highest, nonce);
    if (window == 0) return {};
    state.recent.insert(nonce);
    const std::uint64_t new_floor = state.highest - std::min(state.highest, window);
    state.recent.erase(state.recent.begin(), state.recent.lower_bound(new_floor));
    return {};
}

std::uint64_t Keys::last_nonce(const ApiKey& key) const {
    return states_.at(key.key).highest;
}

DecayingCounter& Keys::counter(const ApiKey& key) {
    return states_.at(key.key).counter;
}

std::string Keys::make_token(const ApiKey& key, Time now) {
    for (auto token = tokens_.begin(); token != tokens_.end();) {
        const bool is_over = token->second.held == 0 && token->second.expires <= now;
        token = is_over ? tokens_.erase(token) : std::next(token);
    }
    if (tokens_.size() >= kTokensMax) tokens_.erase(tokens_.begin());
    const std::string text =
        base64(sha256(std::to_string(seed_) + key.key + std::to_string(++tokens_made_)));
    tokens_[text] = {key.key, now + kTokenLife, 0};
    return text;
}

const ApiKey* Keys::owner_of(const std::string& token, Time now) const {
    const auto found = tokens_.find(token);
    if (found == tokens_.end()) return nullptr;
    if (found->second.held == 0 && found->second.expires <= now) return nullptr;
    return find(found->second.key);
}

void Keys::hold_token(const std::string& token) {
    const auto found = tokens_.find(token);
    if (found != tokens_.end()) ++found->second.held;
}

void Keys::release_token(const std::string& token, Time now) {
    const auto found = tokens_.find(token);
    if (found == tokens_.end() || found->second.held == 0) return;
    --found->second.held;
    // It was good while it was held: what is left is what it had, but not less than this moment.
    found->second.expires = std::max(found->second.expires, now);
}

void Keys::expire_tokens() {
    tokens_.clear();
}

}  // namespace tapedeck::venue_simulator
