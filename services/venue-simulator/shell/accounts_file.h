#pragma once

#include "base/expected.h"
#include "venue-simulator/core/venue.h"

#include <string>
#include <vector>

namespace tapedeck::venue_simulator {

/// {"accounts":[{"name":"main","tier":"pro","balances":{"USD":"100000"},"volume":"0","keys":[
/// {"name":"…","key":"…","secret":"<base64>","permissions":["…"],"otp":"…","nonce_window":0,
/// "valid_until":0,"ip_allowlist":["…"]}]}]}
/// An error names what is wrong and what is expected.
Result<std::vector<AccountSpec>> parse_accounts(const std::string& text);

/// A file with one account and two keys, one that trades and one that may only query; the
/// secrets follow from the seed.
std::string default_accounts(std::uint64_t seed);

/// Writes the file whole, for its owner's eyes only.
Result<> write_private(const std::string& path, const std::string& text);

/// Reads the file; writes the default one first, for its owner's eyes only, if there is none.
Result<std::vector<AccountSpec>> read_accounts(const std::string& path, std::uint64_t seed);

}  // namespace tapedeck::venue_simulator
