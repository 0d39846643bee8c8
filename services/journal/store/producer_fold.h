#pragma once

#include "base/expected.h"
#include "journal/core/sequencer.h"
#include "tape/format.h"

#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <vector>

namespace tapedeck::journal {

/// The producers' marks as a function of the tape: what the journal writes beside each frame,
/// computed again from the frames. A start checks one against the other, and a backup, which only
/// sees frames, makes its marks by it.
class ProducerFold {
public:
    /// From the marks as they were before the first frame that will come.
    explicit ProducerFold(std::vector<ProducerMark> before = {});

    /// The next frame of the tape. An error: its records do not parse.
    Result<> take(const tape::FrameHeader& header, std::string_view records);

    /// All marks, by id.
    std::vector<ProducerMark> marks() const;

    /// Those that moved since the last call, by id.
    std::vector<ProducerMark> take_changed();

    /// Whether `marks` says what the frames say. Their `alive` is not compared: it is written with
    /// a producer's next frame only. The error names producer and numbers.
    Result<> check(const std::vector<ProducerMark>& marks) const;

private:
    void start(const ServiceStarted& started, std::uint64_t seq);
    ProducerMark& mark_named(const ServiceStarted& started);

    std::map<std::uint32_t, ProducerMark> marks_;
    std::set<std::uint32_t> changed_;
    bool ids_are_told_ = true;  ///< not so on tapes older than ServiceStarted.producer_id
};

}  // namespace tapedeck::journal
