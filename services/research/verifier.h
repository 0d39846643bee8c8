#pragma once

#include "base/expected.h"
#include "research/decider_proof.h"
#include "tape/format.h"

#include <string_view>
#include <vector>

namespace tapedeck::research {

/// The proof of a tape: every decider of the stack decides again on every record, in order, and
/// what it says is compared with what is recorded. `tapedeck replay --verify` runs it over a tape
/// at rest, the shadow beside the live deciders.
class Verifier {
public:
    explicit Verifier(ProofOptions options);

    Verifier(const Verifier&) = delete;
    Verifier& operator=(const Verifier&) = delete;

    /// The next record, from seq 1 on; `bytes` are prefix and body as they are stored.
    void take(const Recorded& recorded, std::string_view bytes) {
        for (auto& proof : proofs_) proof.take(recorded, bytes);
        last_ = recorded.seq;
    }

    /// The records of a frame that come after last(), up to `to`; those of types that this build
    /// does not know are passed over. An error: a record does not decode (exit 8).
    Result<> take(const tape::FrameHeader& header, std::string_view records, Seq to);

    const std::vector<DeciderProof>& proofs() const { return proofs_; }

    /// The last record taken.
    Seq last() const { return last_; }

    /// Everything caused by records up to here is on the tape and was compared.
    Seq proven() const;

    /// The difference with the earliest cause; null if there is none. `of_another_release`: among
    /// those that another release decided, which are a change of mind and not a fault.
    const Difference* first_difference(bool of_another_release = false) const;

    const ProofOptions& options() const { return options_; }

private:
    ProofOptions options_;
    std::vector<DeciderProof> proofs_;
    Seq last_;
    Recorded recorded_;  ///< decoded into again and again
};

}  // namespace tapedeck::research
