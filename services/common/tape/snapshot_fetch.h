#pragma once

#include "base/seq.h"
#include "tape/producer.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::tape {

/// The seqs at which every one of `producers`, all welcomed, has a snapshot; newest first.
std::vector<Seq> common_snapshots(const std::vector<const Producer*>& producers);

/// Fetches the states of several producers, all cut at one seq, piece by piece from REPLAY. No
/// socket: messages come in, requests go out.
class SnapshotFetch {
public:
    /// The producers must outlive it.
    SnapshotFetch(Seq at, std::vector<const Producer*> producers);

    /// What to ask next, if anything: one piece at a time, asked again when no answer comes.
    std::optional<Message> next_request(Duration monotonic);

    /// SNAPSHOT_DATA from REPLAY.
    void on_data(const Header& header, std::string_view body);

    Seq at() const { return at_; }

    bool is_done() const { return current_ == producers_.size(); }

    /// The journal does not have it (any more), or not as one piece: try another seq.
    bool has_failed() const { return failed_; }

    /// In the order of the producers; whole when is_done().
    const std::vector<std::string>& states() const { return states_; }

private:
    Seq at_;
    std::vector<const Producer*> producers_;
    std::vector<std::string> states_;
    std::size_t current_ = 0;
    std::optional<Duration> asked_at_;
    bool failed_ = false;
};

}  // namespace tapedeck::tape
