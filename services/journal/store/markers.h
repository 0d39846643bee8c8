#pragma once

#include "base/expected.h"

#include <optional>
#include <string>

namespace tapedeck::journal {

/// Small files beside the tape that outlive a start of the journal: what was found wrong, and what
/// the operator has decided about it.
class Markers {
public:
    explicit Markers(std::string directory) : directory_(std::move(directory)) {}

    /// Why the tape is not continued; nothing when it may be. Errors: the file cannot be read.
    Result<std::optional<std::string>> quarantine() const { return read(kQuarantine); }

    Result<> set_quarantine(const std::string& reason) const { return write(kQuarantine, reason); }

    /// The operator goes on with what there is, under a new tape id from the next start on; with
    /// the reason given.
    Result<std::optional<std::string>> branch_wanted() const { return read(kBranch); }

    Result<> want_branch(const std::string& reason) const { return write(kBranch, reason); }

    /// The branch is on the tape: neither holds any longer.
    Result<> settle() const;

private:
    static constexpr const char* kQuarantine = "quarantine";
    static constexpr const char* kBranch = "branch-wanted";

    Result<std::optional<std::string>> read(const char* name) const;
    Result<> write(const char* name, const std::string& text) const;

    std::string directory_;
};

}  // namespace tapedeck::journal
