#include "venues/kraken/checkup.h"

#include "base/verify.h"
#include "venues/kraken/fields.h"

#include <algorithm>
#include <array>

namespace tapedeck::kraken {

namespace {

using namespace std::chrono_literals;
using Verdict = Finding::Verdict;

constexpr Duration kSkewWarned = 1s;
/// The venue refuses an order whose deadline has passed by its clock; deadlines are seconds away.
constexpr Duration kSkewFailed = 5s;
/// Time to make another key and to bring it to where it is used.
constexpr Duration kExpiryWarned = 14 * 24h;

std::string join(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

/// "1.25 s": hundredths are all that can be known here.
std::string seconds_text(Duration duration) {
    using Hundredths = std::chrono::duration<std::int64_t, std::centi>;
    const auto hundredths = std::chrono::ceil<Hundredths>(duration);
    const auto value = Decimal::from_parts(hundredths.count(), 2);
    return value.value_or(Decimal{}).to_string() + " s";
}

std::string day_of(Time time) {
    return tapedeck::to_string(time).substr(0, std::string_view("2026-11-20").size());
}

}  // namespace

Finding check_status(const SystemStatus& status) {
    switch (status.state) {
        case SystemStatus::State::Online: return {Verdict::Ok, "the venue is online"};
        case SystemStatus::State::Maintenance:
            return {
                Verdict::Fail,
                "the venue is in maintenance: it takes no orders and no cancellations; see "
                "status.kraken.com"};
        case SystemStatus::State::CancelOnly:
        case SystemStatus::State::PostOnly:
        case SystemStatus::State::LimitOnly:
        case SystemStatus::State::Unknown: break;
    }
    return {
        Verdict::Warn,
        "the venue is in mode \"" + status.text +
            "\": not every order is taken; see status.kraken.com"};
}

RestRequest time_request() {
    return public_request("Time", {});
}

Result<Time> read_time(json::Value result) {
    return read_seconds(TRY(result.at("unixtime")));
}

Duration ClockSkew::proved() const {
    if (least > Duration{}) return least;
    return most < Duration{} ? -most : Duration{};
}

ClockSkew skew_of(const std::vector<ClockSample>& samples) {
    VERIFY(!samples.empty());
    std::optional<ClockSkew> all;
    ClockSkew one;
    for (const auto& sample : samples) {
        one = {sample.asked - (sample.venue + 1s), sample.answered - sample.venue};
        if (!all) all = one;
        all->least = std::max(all->least, one.least);
        all->most = std::min(all->most, one.most);
    }
    return all->least <= all->most ? *all : one;
}

Finding check_clock(const ClockSkew& skew) {
    const Duration proved = skew.proved();
    if (proved <= kSkewWarned) {
        const Duration farthest = std::max(-skew.least, skew.most);
        return {Verdict::Ok, "this clock is within " + seconds_text(farthest) + " of the venue's"};
    }
    const std::string text =
        "this clock is " + seconds_text(proved) + " " +
        (skew.least > Duration{} ? "ahead of" : "behind") +
        " the venue's: nonces and deadlines go by it; run chrony or systemd-timesyncd";
    return {proved > kSkewFailed ? Verdict::Fail : Verdict::Warn, text};
}

bool may_use_key(const ClockSkew& skew) {
    return skew.least <= kSkewFailed;
}

std::optional<Money> least_order(const Pair& pair, Price price) {
    const auto value = notional(price, pair.quantity_min, Rounding::Up);
    if (!value) return std::nullopt;
    return std::max(*value, pair.cost_min);
}

namespace {

Verdict verdict_of(PairStatus status) {
    switch (status) {
        case PairStatus::Online: return Verdict::Ok;
        case PairStatus::PostOnly:
        case PairStatus::LimitOnly: return Verdict::Warn;
        case PairStatus::CancelOnly:
        case PairStatus::ReduceOnly:
        case PairStatus::Maintenance:
        case PairStatus::WorkInProgress:
        case PairStatus::Delisted:
        case PairStatus::Unknown: break;
    }
    return Verdict::Fail;
}

}  // namespace

Finding check_pair(const Instrument& instrument, const Pair* pair, std::optional<Price> last) {
    const std::string name = instrument.to_string();
    if (pair == nullptr) {
        return {
            Verdict::Fail,
            name + " is not listed: leave it out of market-data.instruments and of every strategy"};
    }
    const std::string base(instrument.base());
    const std::string quote(instrument.quote());
    std::string text = name + " is " + std::string(to_string(pair->status)) + ": at least " +
                       pair->quantity_min.to_string() + ' ' + base;
    if (!pair->cost_min.is_zero()) text += " and " + pair->cost_min.to_string() + ' ' + quote;
    const auto least = last ? least_order(*pair, *last) : std::nullopt;
    if (least) {
        const auto cents =
            round_to_step(least->decimal(), Decimal::from_units(Decimal::kOne / 100), Rounding::Up);
        text += " (now " + cents.value_or(least->decimal()).to_string() + ' ' + quote + ")";
    }
    text += ", quantities in steps of " + pair->quantity_step.to_string() + ", prices of " +
            pair->tick.to_string();
    return {verdict_of(pair->status), text};
}

bool KeyInfo::may(std::string_view permission) const {
    return std::find(permissions.begin(), permissions.end(), permission) != permissions.end();
}

PrivateCall key_info_call() {
    return private_call("GetApiKeyInfo");
}

namespace {

std::optional<json::Value> either(
    const json::Value& object, std::string_view wire, std::string_view documented) {
    const auto found = object.find(wire);
    return found ? found : object.find(documented);
}

Result<std::vector<std::string>> read_texts(const json::Value& list) {
    std::vector<std::string> texts;
    TRY(list.expect(json::Kind::Array));
    for (const auto entry : list) texts.push_back(TRY(entry.text()));
    return texts;
}

Result<Time> moment(const json::Value& object, std::string_view wire, std::string_view documented) {
    const auto value = either(object, wire, documented);
    if (!value) return Time{};
    return read_seconds(*value);
}

}  // namespace

Result<KeyInfo> read_key_info(json::Value result) {
    KeyInfo info;
    info.permissions = TRY(read_texts(TRY(result.at("permissions"))));
    if (const auto name = either(result, "api_key_name", "apiKeyName")) {
        info.name = TRY(name->text());
    }
    if (const auto window = either(result, "nonce_window", "nonceWindow")) {
        info.nonce_window = TRY(window->natural());
    }
    if (const auto list = either(result, "ip_allowlist", "ipAllowlist")) {
        info.ip_allowlist = TRY(read_texts(*list));
    }
    info.valid_until = TRY(moment(result, "valid_until", "validUntil"));
    info.query_from = TRY(moment(result, "query_from", "queryFrom"));
    info.query_to = TRY(moment(result, "query_to", "queryTo"));
    return info;
}

namespace {

/// A permission by the venue's word for it, and by what its page for keys calls it.
struct Permission {
    std::string_view word;
    std::string_view label;
    std::string_view what_for;
};

/// Source: Kraken's documentation, "API key permissions".
constexpr std::array kNeeded = {
    Permission{"query-funds", "Query Funds", "balances and fees"},
    Permission{"query-open-trades", "Query Open Orders & Trades", "open orders"},
    Permission{"query-closed-trades", "Query Closed Orders & Trades", "ended orders and fills"},
    Permission{"modify-trades", "Create & Modify Orders", "placing and amending orders"},
    Permission{"close-trades", "Cancel/Close Orders", "canceling orders"},
    Permission{"create-ws-token", "Access WebSocket API", "orders and fills as they happen"},
};

constexpr std::array kForbidden = {
    Permission{"withdraw-funds", "Withdraw Funds", "take all money out"},
    Permission{"add-withdraw-address", "Add Withdrawal Address", "say where money goes"},
    Permission{"update-withdraw-address", "Update Withdrawal Address", "say where money goes"},
};

/// They show what happened, and change nothing.
constexpr std::array<std::string_view, 2> kHarmless = {"query-ledger", "export-data"};

template <class List>
bool has(const List& list, const std::string& word) {
    return std::any_of(
        list.begin(), list.end(), [&](const Permission& each) { return each.word == word; });
}

void check_permissions(const KeyInfo& info, KeyUse use, std::vector<Finding>& found) {
    const auto before = found.size();
    for (const auto& each : kForbidden) {
        if (!info.may(each.word)) continue;
        found.push_back(
            {Verdict::Fail,
             "the key has " + std::string(each.word) + ": whoever gets hold of it can " +
                 std::string(each.what_for) + "; make a key without \"" + std::string(each.label) +
                 "\" and delete this one"});
    }
    for (const auto& each : kNeeded) {
        if (info.may(each.word)) continue;
        found.push_back(
            {use == KeyUse::Trade ? Verdict::Fail : Verdict::Warn,
             "the key lacks " + std::string(each.word) + ", needed for " +
                 std::string(each.what_for) + ": tick \"" + std::string(each.label) +
                 "\" at Kraken, Settings, API"});
    }
    std::vector<std::string> more;
    for (const auto& word : info.permissions) {
        const bool is_harmless =
            std::find(kHarmless.begin(), kHarmless.end(), word) != kHarmless.end();
        if (!is_harmless && !has(kNeeded, word) && !has(kForbidden, word)) more.push_back(word);
    }
    if (!more.empty()) {
        found.push_back(
            {Verdict::Warn, "the key has more than is needed: " + join(more) + "; take it away"});
    }
    if (found.size() == before) {
        found.push_back({Verdict::Ok, "the key may query and trade, and may not withdraw"});
    }
}

Finding check_addresses(const KeyInfo& info) {
    if (!info.ip_allowlist) {
        return {Verdict::Warn, "from which addresses the key works is not told: see for yourself"};
    }
    if (info.ip_allowlist->empty()) {
        return {
            Verdict::Warn,
            "the key works from every address: name this machine's at Kraken (Settings, API, "
            "IP address restriction)"};
    }
    return {Verdict::Ok, "the key works from " + join(*info.ip_allowlist) + " only"};
}

Finding check_expiry(const KeyInfo& info, Time now) {
    if (info.valid_until == Time{}) return {Verdict::Ok, "the key does not expire"};
    const std::string text = "the key expires at " + tapedeck::to_string(info.valid_until);
    if (info.valid_until <= now) return {Verdict::Fail, text + ": that is over; make another"};
    if (info.valid_until - now < kExpiryWarned) {
        return {Verdict::Warn, text + ": that is soon; make another in time"};
    }
    return {Verdict::Ok, text};
}

/// Reconciliation asks for orders and fills of any day, to this one.
std::optional<Finding> check_query_limits(const KeyInfo& info) {
    if (info.query_from == Time{} && info.query_to == Time{}) return std::nullopt;
    std::string text = "the key shows only what happened";
    if (info.query_from != Time{}) text += " from " + day_of(info.query_from) + " on";
    if (info.query_to != Time{}) text += " until " + day_of(info.query_to);
    return Finding{Verdict::Warn, text + ": orders and fills of other days would look absent"};
}

Finding check_nonces(const KeyInfo& info) {
    if (!info.nonce_window) return {Verdict::Ok, "nonces are accepted"};
    return {
        Verdict::Ok,
        "nonces are accepted; the nonce window is " + std::to_string(*info.nonce_window) +
            (*info.nonce_window == 0 ? ": each must be above all before it" : "")};
}

}  // namespace

std::vector<Finding> check_key(const KeyInfo& info, KeyUse use, Time now) {
    std::vector<Finding> found;
    const std::string name = info.name.empty() ? "" : " (\"" + info.name + "\")";
    found.push_back({Verdict::Ok, "the key is accepted" + name});
    check_permissions(info, use, found);
    found.push_back(check_addresses(info));
    found.push_back(check_expiry(info, now));
    if (auto limits = check_query_limits(info)) found.push_back(std::move(*limits));
    found.push_back(check_nonces(info));
    return found;
}

namespace {

constexpr std::string_view kNoAnswer = "no_answer";

std::string_view what_to_do(const VenueError& error) {
    if (error.code == kNoAnswer) {
        return "see kraken.rest_url, kraken.ca_file and this machine's network";
    }
    if (error.code == "invalid_key") {
        return "copy key and secret again, whole; the key may be deleted, expired, or not meant "
               "for this machine's address";
    }
    if (error.code == "temporary_lockout") {
        return "too many calls with a wrong key: set the right one, and wait some minutes before "
               "you "
               "ask again";
    }
    switch (error.error_class) {
        case ErrorClass::Authentication:
            return "the secret is not that of this key: copy it again, whole; if the key has a "
                   "two-factor password, set kraken.otp_file";
        case ErrorClass::Nonce:
            return "the key has seen a higher nonce. A process that trades uses it now, or has in "
                   "the last minute: stop it, or use --no-key. If none does, a clock that was "
                   "ahead or another program has used it: make a new key";
        case ErrorClass::Permission:
            return "the key may not do this: see its permissions at Kraken, Settings, API, and "
                   "whether the account is verified";
        case ErrorClass::RateLimited:
            return "too many calls in a short time, maybe by a process that trades with the same "
                   "key or address: wait a minute";
        case ErrorClass::Transient:
        case ErrorClass::VenueDown: return "the venue is out of order: ask again later";
        case ErrorClass::Unreadable:
            return "this is no answer of Kraken's: see kraken.rest_url, and what is between it "
                   "and this machine";
        case ErrorClass::Session:
        case ErrorClass::Rejected:
        case ErrorClass::InvalidRequest:
        case ErrorClass::UnknownOrder:
        case ErrorClass::Warning:
        case ErrorClass::Unknown: break;
    }
    return "this build does not know that answer";
}

}  // namespace

VenueError no_answer(const std::string& why) {
    VenueError error;
    error.error_class = ErrorClass::Transient;
    error.code = kNoAnswer;
    error.text = why;
    return error;
}

Finding check_failed(std::string_view what, const VenueError& error) {
    return {
        Verdict::Fail,
        std::string(what) + ": " + error.text + ": " + std::string(what_to_do(error))};
}

bool ends_checkup(const VenueError& error) {
    switch (error.error_class) {
        case ErrorClass::Authentication:
        case ErrorClass::Nonce:
        case ErrorClass::RateLimited: return true;
        case ErrorClass::Transient:
        case ErrorClass::VenueDown:
        case ErrorClass::Permission:
        case ErrorClass::Session:
        case ErrorClass::Rejected:
        case ErrorClass::InvalidRequest:
        case ErrorClass::UnknownOrder:
        case ErrorClass::Warning:
        case ErrorClass::Unreadable:
        case ErrorClass::Unknown: break;
    }
    return false;
}

Result<> check_key_text(std::string_view key) {
    constexpr std::size_t kSizeMax = 256;
    const bool is_plain = std::all_of(key.begin(), key.end(), [](char c) {
        const bool is_letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        return is_letter || (c >= '0' && c <= '9') || c == '+' || c == '/' || c == '=';
    });
    if (!key.empty() && key.size() <= kSizeMax && is_plain) return {};
    return fail(
        "the API key is letters, digits, + and / only: copy it whole, without blanks or quotes",
        ExitCode::Configuration);
}

}  // namespace tapedeck::kraken
