#pragma once

#include "base/instrument.h"
#include "base/money.h"
#include "base/seq.h"
#include "base/time.h"
#include "events/types.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::research {

/// What somebody had to say about a trade.
struct Note {
    Seq seq;
    Time at{};
    std::string by;
    std::string text;
    std::vector<std::string> tags;
};

/// How a round trip ended: what the order was for that made it flat.
enum class CloseType {
    Open = 0,  ///< it has not
    Exit = 1,  ///< at the strategy's wish
    StopLoss = 2,
    TakeProfit = 3,
    Emergency = 4,  ///< at the wish of a limit or the operator
    Flip = 5,       ///< an entry the other way went through zero
    External = 6,   ///< by an order that this tape does not know
};

/// "exit", "stop_loss", …
std::string_view name_of(CloseType type);

/// A round trip of one strategy in one instrument of one account: from flat to flat. A fill that
/// passes through zero ends one and begins the next. Amounts are in the instrument's quote currency
/// and exact, but where it says otherwise.
struct Trade {
    Seq order;         ///< the OrderIntended that opened it: the trade is called "o-<seq>"
    Seq opening_fill;  ///< OrderFilled
    Seq closing_fill;  ///< the last; 0 while open
    Seq closing_order;
    std::string account;
    std::string strategy;
    Instrument instrument;
    Side side = Side::Buy;  ///< buy = long
    Time opened_at{};
    Time closed_at{};  ///< while open: as of when it is told
    CloseType close = CloseType::Open;
    std::string entry_reason;  ///< of the target, else of risk's approval
    std::string exit_reason;   ///< likewise; "" while open

    Quantity quantity;      ///< all that was ever entered
    Quantity quantity_max;  ///< the most that was held at once
    Money entry_value;      ///< Σ price × quantity of the fills that entered
    Money exit_value;       ///< … that left
    Quantity exited;
    Price entry_price;  ///< average, rounded half even
    Price exit_price;   ///< average of what was left by now; 0 before the first exit
    std::uint32_t fills = 0;

    Money gross;                  ///< realised, before fees
    Money open_gross;             ///< unrealised, at the last mark; 0 when closed
    Money fees;                   ///< in all, quote currency
    Money maker_fees;             ///< those > 0
    Money taker_fees;             ///< those > 0
    Money rebates;                ///< those < 0, as a positive amount
    Money net;                    ///< gross + open_gross − fees
    Money net_reporting;          ///< net in the reporting currency, at the rate of the closing
    Money gross_reporting;        ///< gross likewise
    Money entry_value_reporting;  ///< likewise
    Money fees_reporting;         ///< likewise

    std::optional<Price> first_stop;    ///< of the approval, else of the first stop order
    std::optional<Price> take_profit;   ///< of the approval
    std::optional<Money> initial_risk;  ///< abs(entry − first stop) × quantity
    std::optional<double> r;            ///< net / initial_risk; of closed ones
    Money mae;  ///< worst P&L while open, before fees, ≤ 0; from the extremes of prices
    Money mfe;  ///< best, ≥ 0

    /// Basis points, > 0 is worse; weighted by value. Against the price that was decided on (of
    /// protective orders: their trigger).
    std::optional<double> entry_slippage_bps;
    std::optional<double> exit_slippage_bps;

    std::vector<Note> notes;  ///< about its first or last order or fill

    /// Of its notes, sorted, each once.
    std::vector<std::string> tags() const;

    bool is_open() const { return close == CloseType::Open; }

    Duration duration() const { return closed_at - opened_at; }
};

/// Beyond its fees: gross > fees is a win, gross < −fees a loss, what is between neither.
enum class TradeResult { Win, Loss, BreakEven };

TradeResult result_of(const Trade& trade);

}  // namespace tapedeck::research
