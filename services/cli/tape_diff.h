#pragma once

#include "base/expected.h"
#include "cli/session.h"

#include <string>

namespace tapedeck::cli {

struct DiffOptions {
    std::string a;  ///< a tape's file, its directory, or the home around it
    std::string b;
};

/// `tapedeck diff`: what two tapes say, producer by producer, without what depends on the run (ids,
/// seqs, times of recording): where they part first, on which input, and why. Exit 1 when they are
/// not the same.
Result<> diff(Session& session, const DiffOptions& options);

}  // namespace tapedeck::cli
