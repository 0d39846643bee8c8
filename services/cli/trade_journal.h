#pragma once

#include "base/expected.h"
#include "cli/control.h"
#include "cli/session.h"
#include "cli/views.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tapedeck::cli {

struct TradesOptions {
    std::string id;  ///< "o-123": the story of one; "" = the list
    std::string to;
    std::string tag;
    ViewFilter filter;
    std::uint64_t count = 0;  ///< the last so many, 0 = all
};

struct NoteOptions {
    std::string about;  ///< "o-123", or a seq
    std::string text;
    std::vector<std::string> tags;
};

/// `tapedeck note`: records what somebody has to say about an order or any other record. Exit 3
/// when the tape has no such record.
Result<> take_note(Session& session, const ControlOptions& control, const NoteOptions& options);

/// `tapedeck trades`: the journal of round trips, or the story of one of them.
Result<> show_trades(Session& session, const TradesOptions& options);

}  // namespace tapedeck::cli
