#pragma once

#include "base/expected.h"
#include "base/seq.h"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::journal {

/// The deciders' states, one file a snapshot, beside the tape. A cache: the truth is the hash in
/// SnapshotTaken, and whoever has none folds the tape from its start. The two newest of each
/// producer are kept.
class SnapshotStore {
public:
    static constexpr std::size_t kKept = 2;

    /// Makes the directory where it is missing. Errors: it cannot be made or read.
    static Result<SnapshotStore> open(const std::string& directory);

    /// `fingerprint`: of the build and configuration that the state belongs to, 32 bytes. On disk
    /// as a whole or not at all; compressed.
    Result<> keep(
        const std::string& producer, std::string_view fingerprint, Seq at, std::string_view state);

    /// Those of this fingerprint, newest first.
    std::vector<Seq> seqs(const std::string& producer, std::string_view fingerprint) const;

    /// The state, or nothing when there is no such file or it is damaged (which removes it).
    std::optional<std::string> state(const std::string& producer, Seq at);

    void forget(const std::string& producer, Seq at);

    /// The oldest seq that a snapshot is kept of, over all producers: what lies before it, a
    /// restart does not read. Nothing when some producer that has ever had a snapshot has none.
    std::optional<Seq> oldest() const;

private:
    struct Entry {
        std::string fingerprint;
    };

    std::string path_of(const std::string& producer, Seq at) const;

    std::string directory_;
    std::map<std::string, std::map<Seq, Entry>> kept_;  ///< by producer and seq
};

}  // namespace tapedeck::journal
