#include "shadow/shadow.h"

#include "tape/client.h"

#include <nlohmann/json.hpp>

#include <limits>

namespace tapedeck::shadow {

namespace {

constexpr Seq kEnd{std::numeric_limits<std::uint64_t>::max()};

}  // namespace

Result<> Shadow::take(const tape::FrameHeader& header, std::string_view records) {
    TRY(verifier_.take(header, records, kEnd));
    TRY(tape::for_each_record(
        header,
        records,
        [](std::uint16_t type) { return type == DecisionDiverged::kType; },
        [&](const Recorded& recorded) {
            const auto& told = *recorded.event.as<DecisionDiverged>();
            told_.emplace(told.service, told.cause);
            return true;
        }));
    return {};
}

std::vector<DecisionDiverged> Shadow::untold() const {
    std::vector<DecisionDiverged> result;
    for (const auto& proof : verifier_.proofs()) {
        const auto& found = proof.tally().first_since_start;
        if (!found || told_.contains({found->service, found->cause})) continue;
        DecisionDiverged event;
        event.service = found->service;
        event.cause = found->cause;
        event.recorded_seq = found->recorded_seq;
        event.expected = expected_text(*found);
        event.recorded = recorded_text(*found);
        result.push_back(std::move(event));
    }
    return result;
}

std::uint64_t Shadow::differences() const {
    std::uint64_t sum = 0;
    for (const auto& proof : verifier_.proofs()) sum += proof.tally().different;
    return sum;
}

std::string report(const Shadow& shadow, std::uint64_t tape_id, Time now) {
    const nlohmann::ordered_json object{
        {"tape_id", tape_id},
        {"seq", shadow.last().value},
        {"proven", shadow.proven().value},
        {"differences", shadow.differences()},
        {"time", to_string(now)}};
    return object.dump() + '\n';
}

}  // namespace tapedeck::shadow
