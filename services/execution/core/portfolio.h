#pragma once

#include "events/decider.h"
#include "execution/core/fill_ledger.h"
#include "execution/core/position.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tapedeck::execution {

/// The books: positions, cash and what was realised, as the fold of fills and deposits and nothing
/// else. States one PositionChanged for each new fill.
///
/// Fees in the quote currency reduce cash and count in a position's fees; fees in any other
/// currency reduce the account's cash in that currency only.
class Portfolio final : public Decider {
public:
    static constexpr std::string_view kService = "execution.portfolio";

    /// (account, currency)
    using CashKey = std::pair<std::string, std::string>;

    /// One currency of one account. Money in its currency; positions at the last known prices.
    struct Totals {
        std::string account;
        std::string currency;
        Money deposits;  ///< in less out
        Money cash;
        Money realised;            ///< before fees
        Money fees;                ///< in this currency
        Money value;               ///< of open positions, signed; those without a price at cost
        Money unrealised;          ///< value − cost
        Money equity;              ///< cash + value
        std::size_t unpriced = 0;  ///< open positions for which no price is known
    };

    void apply(const Recorded& recorded) override;
    void decide(const Recorded& recorded, Outbox& out) const override;
    void save(StateWriter& writer) const override;
    bool load(StateReader& reader) override;

    /// All that ever were, flat ones included: they hold what was realised.
    const std::map<PositionKey, Position>& positions() const { return positions_; }

    const std::map<CashKey, Money>& cash() const { return cash_; }

    const std::map<CashKey, Money>& deposits() const { return deposits_; }

    /// The last trade, candle close or middle of a quote; nothing before the first.
    std::optional<Price> last_price(const Instrument& instrument) const;

    const std::map<Instrument, Price>& last_prices() const { return prices_; }

    /// At the last known prices, sorted by account and currency.
    std::vector<Totals> totals() const { return totals(prices_); }

    std::vector<Totals> totals(const std::map<Instrument, Price>& prices) const;

    /// Fills that nobody can book, because price × quantity is beyond 1.7e20. Always 0 with a sane
    /// venue.
    std::uint64_t unbookable_fills() const { return unbookable_; }

    template <class A>
    void archive(A& a) {
        a(positions_);
        a(account_quantities_);
        a(cash_);
        a(deposits_);
        a(fees_);
        a(prices_);
        a(fills_);
        a(unstated_);
        a(unbookable_);
    }

private:
    void book(const OrderFilled& fill, Seq seq);

    std::map<PositionKey, Position> positions_;
    std::map<std::pair<std::string, Instrument>, Quantity> account_quantities_;
    std::map<CashKey, Money> cash_;
    std::map<CashKey, Money> deposits_;
    std::map<CashKey, Money> fees_;
    std::map<Instrument, Price> prices_;
    FillLedger fills_;
    /// By fill: what was booked and not stated yet. Empty but for what is in flight, or owed after
    /// a restart.
    std::map<Seq, PositionChanged> unstated_;
    std::uint64_t unbookable_ = 0;
};

}  // namespace tapedeck::execution
