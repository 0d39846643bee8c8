#include "cli/invariants.h"

#include "execution/core/position.h"
#include "ops/nearest.h"

#include <fmt/format.h>

#include <map>
#include <set>
#include <tuple>

namespace tapedeck::cli {

namespace {

/// Sums of fills and deposits, and what they were right after each fill that is not stated yet.
class Ledger {
public:
    struct After {
        Quantity quantity;
        Money cash;
    };

    /// What the books must say after this fill; nothing for one that was counted before.
    void take(const Recorded& recorded) {
        if (const auto* deposit = recorded.event.as<CashDeposited>()) {
            cash_[{deposit->account, deposit->currency}] += deposit->amount;
        } else if (const auto* fill = recorded.event.as<OrderFilled>()) {
            book(*fill, recorded.seq);
        }
    }

    std::optional<After> take_after(Seq fill) {
        const auto found = after_.find(fill);
        if (found == after_.end()) return std::nullopt;
        const After after = found->second;
        after_.erase(found);
        return after;
    }

private:
    void book(const OrderFilled& fill, Seq seq) {
        if (!seen_.emplace(fill.account, fill.instrument, fill.trade_id, fill.side).second) return;
        const auto value = execution::fill_value(fill.side, fill.price, fill.quantity);
        if (!value) return;
        const std::string quote(fill.instrument.quote());
        Quantity& held = quantities_[{fill.account, fill.instrument, fill.strategy}];
        held += fill.side == Side::Buy ? fill.quantity : -fill.quantity;
        cash_[{fill.account, quote}] += fill.side == Side::Buy ? -*value : *value;
        if (!fill.fee.is_zero()) cash_[{fill.account, fill.fee_currency}] -= fill.fee;
        after_[seq] = {held, cash_[{fill.account, quote}]};
    }

    std::map<execution::PositionKey, Quantity> quantities_;
    std::map<std::pair<std::string, std::string>, Money> cash_;
    std::set<std::tuple<std::string, Instrument, std::string, Side>> seen_;
    std::map<Seq, After> after_;
};

/// Every PositionChanged says the sum of the fills so far, or of the cash that they moved.
class BooksInvariant final : public Invariant {
public:
    enum class About { Positions, Cash };

    explicit BooksInvariant(About about) : about_(about) {}

    void take(const Recorded& recorded) override {
        ledger_.take(recorded);
        const auto* changed = recorded.event.as<PositionChanged>();
        if (changed == nullptr) return;
        const auto after = ledger_.take_after(changed->fill);
        if (!after) {
            break_at(
                recorded.seq,
                fmt::format("it tells of fill {}, which moved nothing", changed->fill.value));
            return;
        }
        const bool positions = about_ == About::Positions;
        if (positions && changed->quantity != after->quantity) {
            break_at(
                recorded.seq,
                fmt::format(
                    "{} holds {} of {}, but its fills sum up to {}",
                    changed->strategy,
                    changed->quantity.to_string(),
                    changed->instrument.name(),
                    after->quantity.to_string()));
        }
        if (!positions && changed->cash != after->cash) {
            break_at(
                recorded.seq,
                fmt::format(
                    "the account {} has {} {}, but deposits, fills and fees make {}",
                    changed->account,
                    changed->cash.to_string(),
                    changed->instrument.quote(),
                    after->cash.to_string()));
        }
    }

private:
    About about_;
    Ledger ledger_;
};

/// Every target is approved or denied, once.
class VerdictsInvariant final : public Invariant {
public:
    void take(const Recorded& recorded) override {
        if (const auto* target = recorded.event.as<TargetSet>()) {
            open_.emplace(
                recorded.seq,
                fmt::format("the target of {} in {}", target->strategy, target->instrument.name()));
        } else if (const auto* approved = recorded.event.as<OrderApproved>()) {
            // Protective and emergency orders name the event that calls for them instead.
            judge(approved->target, recorded, approved->terms.purpose == OrderPurpose::Entry);
        } else if (const auto* denied = recorded.event.as<OrderDenied>()) {
            judge(denied->target, recorded, true);
        }
    }

    const std::optional<Violation>& finish() override {
        for (const auto& [seq, what] : open_) {
            // Later ones may be judged yet.
            if (seq < judged_) break_at(seq, what + " has no verdict");
        }
        return violation();
    }

private:
    void judge(Seq target, const Recorded& verdict, bool must_be_open) {
        judged_ = std::max(judged_, target);
        const bool was_open = open_.erase(target) > 0;
        if (!was_open && must_be_open && !reversed_.contains(target)) {
            break_at(
                verdict.seq, fmt::format("a verdict on {}, which is no open target", target.value));
        }
        // What closes first is judged again when flat: a target may have a verdict for each half.
        if (was_open) reversed_.insert(target);
    }

    std::map<Seq, std::string> open_;
    std::set<Seq> reversed_;
    Seq judged_;
};

}  // namespace

const std::vector<std::string>& invariant_names() {
    static const std::vector<std::string> kNames = {"positions", "cash", "verdicts", "chain"};
    return kNames;
}

Result<std::unique_ptr<Invariant>> make_invariant(const std::string& name) {
    if (name == "positions") {
        return std::make_unique<BooksInvariant>(BooksInvariant::About::Positions);
    }
    if (name == "cash") return std::make_unique<BooksInvariant>(BooksInvariant::About::Cash);
    if (name == "verdicts") return std::make_unique<VerdictsInvariant>();
    const auto meant = ops::nearest(name, invariant_names());
    return fail(
        "there is no invariant \"" + name + "\"" +
            (meant ? ": did you mean \"" + *meant + "\"?"
                   : "; there are positions (the sum of fills), cash, verdicts (every target has "
                     "one) and chain"),
        ExitCode::Usage);
}

}  // namespace tapedeck::cli
