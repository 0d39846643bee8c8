#include "research/verifier.h"

#include "events/codec.h"

#include <algorithm>

namespace tapedeck::research {

Verifier::Verifier(ProofOptions options) : options_(std::move(options)) {
    for (auto& decider : make_deciders()) proofs_.emplace_back(std::move(decider), options_);
}

Result<> Verifier::take(const tape::FrameHeader& header, std::string_view records, Seq to) {
    for (std::uint32_t i = 0; i < header.count; ++i) {
        const RecordPrefix prefix = TRY(read_prefix(records));
        const auto bytes = records.substr(0, RecordPrefix::kSize + prefix.body_length);
        records.remove_prefix(bytes.size());
        const Seq seq{header.first_seq + i};
        if (seq <= last_ || seq > to) continue;
        if (!is_known_type(prefix.type)) {
            last_ = seq;
            continue;
        }
        TRY(decode_record(bytes, recorded_));
        recorded_.seq = seq;
        recorded_.recorded_at = time_from_ns(header.recorded_at + i);
        take(recorded_, bytes);
    }
    return {};
}

Seq Verifier::proven() const {
    Seq result = last_;
    for (const auto& proof : proofs_) result = std::min(result, proof.proven());
    return result;
}

const Difference* Verifier::first_difference(bool of_another_release) const {
    const Difference* result = nullptr;
    for (const auto& proof : proofs_) {
        const auto& first =
            of_another_release ? proof.tally().first_of_another : proof.tally().first;
        if (first && (result == nullptr || first->cause < result->cause)) result = &*first;
    }
    return result;
}

}  // namespace tapedeck::research
