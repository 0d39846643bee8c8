#include "research/report/trade.h"

#include <set>

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

std::vector<std::string> Trade::tags() const {
    std::set<std::string> all;
    for (const auto& note : notes) all.insert(note.tags.begin(), note.tags.end());
    return {all.begin(), all.end()};
}

TradeResult result_of(const Trade& trade) {
    if (trade.gross.abs() <= trade.fees) return TradeResult::BreakEven;
    return trade.gross.is_positive() ? TradeResult::Win : TradeResult::Loss;
}

}  // namespace tapedeck::research
