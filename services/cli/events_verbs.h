#pragma once

#include "base/expected.h"
#include "cli/session.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tapedeck::cli {

/// Which records a command shows.
struct Selection {
    std::vector<std::string> types;  ///< names; each may be a comma-separated list
    std::string instrument;
    std::string strategy;
    std::string from;
    std::string to;
    std::string since;
    bool last_per_key = false;
};

struct TailOptions {
    Selection selection;
    std::uint64_t count = 10;
    bool follow = false;
};

/// `tapedeck tail`: the last records of a selection, and with -f those to come.
Result<> tail(Session& session, const TailOptions& options);

struct CatOptions {
    Selection selection;
    std::optional<std::uint64_t> count;
    bool exit_at_end = false;
    std::string format;
};

/// `tapedeck cat`: the records of a range, from its beginning; goes on with the live tape unless
/// told where to end.
Result<> cat(Session& session, const CatOptions& options);

/// `tapedeck get SEQ…`: records whole, with every field.
Result<> get(Session& session, const std::vector<std::string>& seqs);

enum class ExportForm { JsonLines, Csv };

struct ExportOptions {
    Selection selection;
    ExportForm form = ExportForm::JsonLines;
};

/// `tapedeck export`: a selection as a file for other programs.
Result<> export_tape(Session& session, const ExportOptions& options);

/// `tapedeck verify`: CRC, chain and hash of every frame. Exit 8 names the first bad one.
Result<> verify(Session& session);

}  // namespace tapedeck::cli
