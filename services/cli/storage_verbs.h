#pragma once

#include "base/expected.h"
#include "cli/session.h"

#include <string>

namespace tapedeck::cli {

/// `tapedeck backup DIR`: the tape of a running stack, or as a stopped one has left it, as a
/// directory of ordinary segments. A backup that is there is continued. Exit 8: the tape is
/// damaged, or the directory holds another one.
Result<> backup(Session& session, const std::string& directory);

struct RestoreOptions {
    std::string from;
    bool replace = false;
};

/// `tapedeck restore DIR`: the backup becomes the tape of this home, and the journal branches at
/// its next start. Exit 6: a journal runs, or a tape is there; exit 8: the backup is damaged.
Result<> restore(Session& session, const RestoreOptions& options);

}  // namespace tapedeck::cli
