#pragma once

#include "base/expected.h"

#include <string>
#include <string_view>

namespace tapedeck {

/// Replaces the file at `path` as a whole: written beside it, synced, renamed, the directory
/// synced. After a crash the old file or the new one is there, never a part. Errors: name the file
/// and what the system said; the old file is still there then.
Result<> replace_file(const std::string& path, std::string_view bytes);

/// The last step of that, for files too large for memory: makes `draft`, written and synced, the
/// file at `path`, and syncs the directory. Both are in the same directory.
Result<> move_into_place(const std::string& draft, const std::string& path);

}  // namespace tapedeck
