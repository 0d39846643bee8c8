#pragma once

#include "events/decider.h"
#include "venues/paper/account.h"
#include "venues/paper/book.h"
#include "venues/paper/configuration.h"
#include "venues/paper/matching.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace tapedeck::paper {

/// A venue without a venue: takes the intents of one account, fills them against recorded or live
/// market data, with fees, latency, slippage and limited liquidity. Assumptions: README.md.
///
/// Start reading at decide() in paper.cpp; requests are answered in answers.cpp, prices made in
/// matching.h, liquidity and money shared out in desk.h. The book is rebuilt from the tape: orders
/// enter and leave it when the venue's own words come back.
class PaperVenue final : public Decider {
public:
    static constexpr std::string_view kService = "execution.paper";

    /// The reason of its own deposits.
    static constexpr std::string_view kDepositReason = "paper_cash";

    /// How many ended orders are remembered, to answer queries about them.
    static constexpr std::size_t kEndedKept = 1000;

    PaperVenue();
    PaperVenue(const PaperVenue&) = delete;
    PaperVenue& operator=(const PaperVenue&) = delete;

    void apply(const Recorded& recorded) override;
    void decide(const Recorded& recorded, Outbox& out) const override;
    void save(StateWriter& writer) const override;
    bool load(StateReader& reader) override;

    const std::map<Seq, BookedOrder>& open_orders() const { return book_; }

    const Account& account() const { return account_; }

    const Configuration& configuration() const { return configuration_; }

    template <class A>
    void archive(A& a) {
        a(configuration_);
        a(tape_id_);
        a(account_);
        a(funded_);
        a(markets_);
        a(unanswered_);
        a(book_);
        a(ended_);
    }

private:
    /// An intent that has no answer on the tape yet.
    struct Unanswered {
        OrderTerms terms;
        Time intended_at{};

        template <class A>
        void archive(A& a) {
            a(terms);
            a(intended_at);
        }
    };

    struct Ended {
        VenueOrderState state = VenueOrderState::Absent;
        Quantity filled;

        template <class A>
        void archive(A& a) {
            a(state);
            a(filled);
        }
    };

    struct Refusal {
        std::string_view code;
        std::string_view text;
    };

    // paper.cpp: market data and time
    void match(
        const Market& market,
        const Instrument& instrument,
        const Look& look,
        Time now,
        Outbox& out) const;
    bool is_expired(Seq intent, Time now) const;
    void expire(Time now, Outbox& out) const;
    void settle(Time now, Outbox& out) const;
    Rules rules() const;

    // answers.cpp: requests
    void answer_intent(Seq intent, const Unanswered& order, Time now, Outbox& out) const;
    void answer_cancel(const OrderCancelRequested& request, Outbox& out) const;
    void answer_amend(const OrderAmendRequested& request, Outbox& out) const;
    void answer_query(const OrderQueryRequested& request, Outbox& out) const;
    std::optional<Refusal> refusal_of(
        Seq intent, const Unanswered& order, Time now, const Outbox& out) const;
    std::optional<Refusal> refusal_of_terms(
        const OrderTerms& terms, const InstrumentListed& listing) const;
    std::optional<Refusal> refusal_of_value(
        Seq intent, const OrderTerms& terms, const Market& market, const Outbox& out) const;
    std::optional<Price> expected_price(const OrderTerms& terms, const Market& market) const;
    Money cost_of(const OrderTerms& terms, Quantity quantity, const Market& market) const;
    Money reserved(Seq but_for, std::string_view currency) const;
    std::optional<BookedOrder> present(Seq intent, const Outbox& out) const;
    bool is_ours(Seq intent) const;
    bool loses_answer(Seq intent) const;
    bool lives_unanswered(Seq intent) const;

    // apply.cpp
    void quoted(const QuoteChanged& quote, const Recorded& recorded);
    void traded(const TradePrinted& trade, const Recorded& recorded);
    void candle(const CandleClosed& candle, const Recorded& recorded);
    void blind(const Instrument& instrument);
    void see(const Look& look, const Instrument& instrument);
    bool is_beside_a_stop(const BookedOrder& order, Seq seq) const;
    void enter(Seq intent);
    void leave(Seq intent, VenueOrderState state);
    void filled(const OrderFilled& fill, const Recorded& recorded);
    void derive();
    void derive_expiry();
    Market& market_of(const Instrument& instrument);
    const Market* find_market(const Instrument& instrument) const;

    Configuration configuration_;
    std::uint64_t tape_id_ = 0;
    Account account_;
    std::set<std::string> funded_;  // currencies of which the first deposit is on the tape
    std::map<Instrument, Market> markets_;
    std::map<Seq, Unanswered> unanswered_;
    std::map<Seq, BookedOrder> book_;
    std::map<Seq, Ended> ended_;  // at most kEndedKept, the newest intents

    // Derived
    Time next_expiry_ = Time::max();
    std::pair<const Instrument, Market>* recent_ =
        nullptr;  // into markets_, the last one asked for
};

}  // namespace tapedeck::paper
