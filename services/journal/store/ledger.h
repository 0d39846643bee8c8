#pragma once

#include "base/expected.h"
#include "events/codec.h"
#include "journal/store/files.h"
#include "journal/store/packing.h"

#include <cstdint>
#include <string>

namespace tapedeck::journal {

/// Market data and the clock go by retention; orders, decisions, risk, account, control and what
/// the journal says of itself stay for ever.
bool outlives_retention(const RecordPrefix& prefix);

struct Retired {
    SegmentName name;  ///< of the ledger segment
    std::uint64_t kept_records = 0;
};

/// Writes beside a closed segment what outlives it: every frame's header and hash, the records that
/// are not market data, and each producer's last one, so that its numbers can still be told. Proven
/// against the manifest, then named. The segment itself stays: whoever reads it removes it. Errors
/// as for pack().
Result<Retired> retire(
    const std::string& directory, const SegmentName& segment, const Stopping& stopping);

}  // namespace tapedeck::journal
