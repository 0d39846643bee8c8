#pragma once

#include "base/expected.h"
#include "base/seq.h"
#include "tape/format.h"

#include <cstdint>
#include <optional>
#include <string>

namespace tapedeck::tape {

/// What somebody has seen of a tape, written down where the tape's own disk cannot take it along.
/// From a damaged tape alone a tail that was never acknowledged cannot be told from acknowledged
/// records that are gone (design: tape.md section 7).
struct Witness {
    std::uint64_t tape_id = 0;
    std::uint32_t epoch = 0;
    Seq seq;      ///< the last record of a frame that was acknowledged or published
    Hash hash{};  ///< the chain at seq

    bool operator==(const Witness&) const = default;
};

/// Nothing when there is no such file, or one that was not written whole: no evidence is no proof
/// of a loss. Errors: it cannot be read.
Result<std::optional<Witness>> read_witness(const std::string& path);

/// Replaces the file as a whole and syncs it: after a crash the old or the new one is there.
Result<> write_witness(const std::string& path, const Witness& witness);

}  // namespace tapedeck::tape
