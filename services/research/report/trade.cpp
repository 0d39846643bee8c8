#include "research/report/trade.h"

namespace tapedeck::research {

std::string_view name_of(CloseType type) {
    switch (type) {
        case CloseType::Open: return "open";
        case CloseType::Exit: return "exit";
        case CloseType::StopLoss: return "stop_loss";
        case CloseType::TakeProfit: return "take_profit";
        case CloseType::Emergency: return "emergency";
        case CloseType::Flip: return "flip";
        case CloseType::External: return "external";
    }
    return "";
}

TradeResult result_of(const Trade& trade) {
    if (trade.gross.abs() <= trade.fees) return TradeResult::BreakEven;
    return trade.gross.is_positive() ? TradeResult::Win : TradeResult::Loss;
}

}  // namespace tapedeck::research
