#pragma once

#include "hand.h"
#include "venue.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::integration {

/// The whole stack, with the account "main" at a Kraken of our own. What the strategies want is
/// denied; orders are the test's, approved by its hand.
class TradingTest : public ::testing::Test {
protected:
    /// Until orders may leave: linked and reconciled, with a price for each pair. `settings` come
    /// on top of the others. Throws if it doesn't come to that.
    void start(const std::vector<std::string>& settings = {});

    /// A restarted process may send again: its books are reconciled, its lease is old enough.
    bool wait_for_reconciliation(Seq from);

    Price bid(std::string_view pair) const;
    Price ask(std::string_view pair) const;

    /// Terms of an entry of the account, valid for 20 s.
    OrderTerms market(Side side, std::string_view pair, std::string_view quantity) const;
    OrderTerms limit(
        Side side, std::string_view pair, std::string_view quantity, Price price) const;

    /// So far from the market that nobody comes by: half the price.
    OrderTerms resting(std::string_view pair, std::string_view quantity) const;

    /// The intent of an order that the test approves.
    Seq intend(const OrderTerms& terms);

    /// The first event of this kind about the intent; null if none comes in time.
    template <class T>
    const T* about(Seq intent, Duration patience = Hand::kPatience) {
        return hand_->find<T>(
            intent, [&](const T& event) { return event.intent == intent; }, patience);
    }

    template <class T>
    std::size_t count_about(Seq intent) const {
        std::size_t count = 0;
        for (const auto& event : hand_->all<T>()) count += event.intent == intent;
        return count;
    }

    /// Intents that have neither an end nor an acceptance by the venue.
    std::vector<Seq> unresolved() const;

    /// Filled so far, as the tape has it.
    Quantity filled(Seq intent) const;

    /// How often the venue has an order of this intent.
    std::size_t placed(Seq intent);

    /// What the tape makes of an account's money and holdings, fee and all.
    Decimal on_tape(std::string_view currency) const;

    /// The venue's own words: its balance of the currency.
    Decimal at_venue(std::string_view currency);

    /// Every currency that moved is at the venue what it is on the tape, to the last decimal.
    void expect_balances_agree();

    std::string name_of(Seq intent) const;

    /// For the message of a test that failed.
    std::string why() const { return stack_->last_words() + (hand_ ? hand_->story() : ""); }

    Venue venue_{1, "", true};
    std::optional<Stack> stack_;
    std::unique_ptr<Hand> hand_;
    std::uint64_t tape_id_ = 0;
};

}  // namespace tapedeck::integration
