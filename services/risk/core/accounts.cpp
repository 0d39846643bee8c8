#include "risk/core/accounts.h"

#include <algorithm>
#include <array>
#include <utility>

namespace tapedeck::risk {

namespace {

/// Who trades an account at a venue, and the setting in which it says which.
struct Trader {
    std::string_view service;
    std::string_view venue;
    std::string_view account_key;
};

constexpr std::array<Trader, 1> kTraders{{{"execution.kraken", "kraken", "kraken.account"}}};

/// Words of the venue that could not be read. A reconciliation asks for all that they may have
/// told: a complete one without a finding answers them. It answers nothing else: the books state a
/// contradiction once and go on from what the venue says.
bool is_about_words(std::string_view subject) {
    return subject == "message_unreadable" || subject == "message_cut";
}

/// How much a fill_missing of an order says is missing; 0 = it doesn't say.
Quantity missing_in(const DiscrepancyFound& found) {
    if (found.subject != "fill_missing" || !found.intent.exists()) return {};
    const auto expected = Quantity::parse(found.expected);
    const auto observed = Quantity::parse(found.observed);
    if (!expected || !observed) return {};
    const auto missing = difference(*observed, *expected);
    return missing && missing->is_positive() ? *missing : Quantity{};
}

}  // namespace

std::string VenueAccount::obstacle(Time now, Duration max_age) const {
    std::string text;
    const auto say = [&](bool stands, const std::string& what) {
        if (stands) text += (text.empty() ? "" : ", ") + what;
    };
    const auto since = age(now);
    say(!is_up_, "its private stream is down");
    say(is_up_ && !since, "not reconciled since its private stream came up");
    say(since && max_age > Duration{} && *since > in_seconds(max_age),
        "last reconciled longer ago than " + to_string(max_age));
    say(discrepancies() > 0, "discrepancies that stand: " + std::to_string(discrepancies()));
    return text;
}

Known<Decimal> VenueAccount::age(Time now) const {
    if (reconciled_at_ == Time{}) return std::nullopt;
    return seconds_between(reconciled_at_, now);
}

std::int64_t VenueAccount::discrepancies() const {
    return static_cast<std::int64_t>(discrepancies_.size()) + more_discrepancies_;
}

/// What happens while the stream is down is told by the next reconciliation only.
void VenueAccount::link(bool is_up) {
    is_up_ = is_up;
    forget_reconciliation();
}

void VenueAccount::forget_reconciliation() {
    reconciled_at_ = {};
    last_findings_.reset();
    too_early_ = heard_;
}

void VenueAccount::heard(std::uint32_t reconciliation) {
    heard_ = std::max(heard_, reconciliation);
}

void VenueAccount::reconciled(const ReconciliationCompleted& done, Time now) {
    heard(done.number);
    last_findings_.reset();
    if (!done.is_complete) return;
    if (done.number > too_early_) {
        constexpr std::uint64_t kMany = 1'000'000;
        last_findings_ =
            Decimal::from_integer(static_cast<std::int64_t>(std::min(done.discrepancies, kMany)));
    }
    external_orders_ = done.external_orders;
    if (done.number > too_early_) reconciled_at_ = now;
    if (done.discrepancies > 0) return;
    std::erase_if(discrepancies_, [&](const auto& entry) {
        const auto& [key, discrepancy] = entry;
        return is_about_words(key.subject) && discrepancy.found_during < done.number;
    });
}

void VenueAccount::found(const DiscrepancyFound& found) {
    const DiscrepancyKey key{found.subject, found.name, found.intent};
    if (!discrepancies_.contains(key) && discrepancies_.size() >= kDiscrepanciesMax) {
        ++more_discrepancies_;
        return;
    }
    discrepancies_[key] = {
        .missing = missing_in(found), .found_during = heard_, .is_explained = false};
}

/// The fill that was missing, by its trade id or by the quantity of its order.
void VenueAccount::filled(const OrderFilled& fill) {
    for (auto& [key, discrepancy] : discrepancies_) {
        if (key.intent != fill.intent || !discrepancy.missing.is_positive()) continue;
        const auto left = difference(discrepancy.missing, fill.quantity);
        if (left) discrepancy.missing = *left;
        discrepancy.is_explained = !discrepancy.missing.is_positive();
    }
    std::erase_if(discrepancies_, [&](const auto& entry) {
        const auto& [key, discrepancy] = entry;
        const bool is_the_trade =
            key.subject == "fill_missing" && !key.intent.exists() && key.name == fill.trade_id;
        return is_the_trade || discrepancy.is_explained;
    });
}

/// What became of an order that was in neither of the venue's lists.
void VenueAccount::ended(Seq intent) {
    std::erase_if(discrepancies_, [&](const auto& entry) {
        const auto& [subject, name, about] = entry.first;
        return subject == "order_absent" && about == intent && intent.exists();
    });
}

void VenueAccount::resume() {
    discrepancies_.clear();
    more_discrepancies_ = 0;
}

const VenueAccount* Accounts::find(std::string_view account) const {
    const auto found = accounts_.find(account);
    return found == accounts_.end() ? nullptr : &found->second;
}

VenueAccount& Accounts::at(std::string_view venue, const std::string& account) {
    VenueAccount& found = accounts_[account];
    found.venue = venue;
    return found;
}

void Accounts::started(const ServiceStarted& started) {
    for (const auto& trader : kTraders) {
        if (started.service != trader.service) continue;
        for (const auto& setting : started.configuration) {
            if (setting.key == trader.account_key && !setting.value.empty()) {
                at(trader.venue, setting.value);
            }
        }
        // A stream ends with its process, whether or not anybody could say so.
        for (auto& [name, account] : accounts_) {
            if (account.venue == trader.venue) account.link(false);
        }
    }
}

void Accounts::branched() {
    for (auto& [name, account] : accounts_) account.forget_reconciliation();
}

void Accounts::link(const AccountLinkChanged& changed) {
    at(changed.venue, changed.account).link(changed.is_up);
}

void Accounts::heard(const VenueMessageReceived& message) {
    const bool is_reconciliation = message.attempt > 0 && !message.about.exists();
    if (is_reconciliation) at(message.venue, message.account).heard(message.attempt);
}

void Accounts::reconciled(const ReconciliationCompleted& done, Time now) {
    at(done.venue, done.account).reconciled(done, now);
}

void Accounts::found(const DiscrepancyFound& found) {
    at(found.venue, found.account).found(found);
}

void Accounts::found_external(const ExternalOrderFound& found) {
    at(found.venue, found.account).found_external();
}

void Accounts::filled(const OrderFilled& fill) {
    const auto found = accounts_.find(fill.account);
    if (found != accounts_.end()) found->second.filled(fill);
}

void Accounts::ended(Seq intent) {
    for (auto& [name, account] : accounts_) account.ended(intent);
}

void Accounts::resume() {
    for (auto& [name, account] : accounts_) account.resume();
}

}  // namespace tapedeck::risk
