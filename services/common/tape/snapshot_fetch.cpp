#include "tape/snapshot_fetch.h"

#include "base/verify.h"

#include <algorithm>

namespace tapedeck::tape {

namespace {

/// No answer for so long: the journal restarted, or the request was lost.
constexpr Duration kRequestTimeout = std::chrono::seconds(2);

}  // namespace

std::vector<Seq> common_snapshots(const std::vector<const Producer*>& producers) {
    std::vector<Seq> common;
    if (producers.empty()) return common;
    const auto has = [](const Producer* producer, Seq seq) {
        const auto& kept = producer->first_welcome()->snapshots;
        return std::any_of(kept.begin(), kept.end(), [&](const SnapshotSeq& snapshot) {
            return snapshot.seq == seq;
        });
    };
    for (const auto& snapshot : producers.front()->first_welcome()->snapshots) {
        const bool all = std::all_of(producers.begin(), producers.end(), [&](const auto* producer) {
            return has(producer, snapshot.seq);
        });
        if (all) common.push_back(snapshot.seq);
    }
    std::sort(common.rbegin(), common.rend());
    return common;
}

SnapshotFetch::SnapshotFetch(Seq at, std::vector<const Producer*> producers)
    : at_(at), producers_(std::move(producers)), states_(producers_.size()) {
    VERIFY(!producers_.empty());
}

std::optional<Message> SnapshotFetch::next_request(Duration monotonic) {
    if (is_done() || failed_) return std::nullopt;
    if (asked_at_ && monotonic - *asked_at_ < kRequestTimeout) return std::nullopt;
    asked_at_ = monotonic;
    return producers_[current_]->snapshot_get(at_, states_[current_].size());
}

void SnapshotFetch::on_data(const Header& header, std::string_view body) {
    if (is_done() || failed_ || header.a != at_.value) return;
    if (header.producer != producers_[current_]->id()) return;
    std::string& state = states_[current_];
    if (header.c == 0 || header.c > kSnapshotMax) {
        failed_ = true;
        return;
    }
    if (header.b != state.size()) return;  // an answer to an older question
    if (body.empty() || state.size() + body.size() > header.c) {
        failed_ = true;
        return;
    }
    state.append(body);
    asked_at_.reset();
    if (state.size() == header.c) ++current_;
}

}  // namespace tapedeck::tape
