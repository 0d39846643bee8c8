#pragma once

#include "base/expected.h"

#include <string>
#include <string_view>

namespace tapedeck {

/// Replaces the file at `path` as a whole: written beside it, synced, renamed, the directory
/// synced. After a crash the old file or the new one is there, never a part. Errors: name the file
/// and what the system said; the old file is still there then.
Result<> replace_file(const std::string& path, std::string_view bytes);

}  // namespace tapedeck
