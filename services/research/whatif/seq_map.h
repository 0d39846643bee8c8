#pragma once

#include "base/seq.h"
#include "events/event.h"

#include <optional>
#include <vector>

namespace tapedeck::research {

/// Where the records of one sequence are in another. Stretches that lie apart by the same distance
/// take one entry, so a sequence that is hardly changed costs next to nothing.
class SeqMap {
public:
    /// What a key means that was never added, between two that lie apart by the same distance.
    enum class Gaps {
        Kept,     ///< nothing: exact() has no answer
        Bridged,  ///< it is where its neighbours are
    };

    explicit SeqMap(Gaps gaps = Gaps::Kept) : gaps_(gaps) {}

    /// Keys must ascend.
    void add(Seq key, Seq value);

    /// Where `key` is; nothing if it is not there.
    std::optional<Seq> exact(Seq key) const;

    /// Where `key` is, else the last one before it; 0 before the first.
    Seq floor(Seq key) const;

private:
    struct Stretch {
        Seq first;
        Seq last;
        Seq value;  ///< of first
    };

    const Stretch* find(Seq key) const;

    Gaps gaps_;
    std::vector<Stretch> stretches_;
};

/// The event with every reference to an earlier record moved by `map`; one to a record that is not
/// there goes to the last one before it, none stays none. The paper venue makes its ids of seqs:
/// they are moved too.
Event moved(const Event& event, const SeqMap& map);

}  // namespace tapedeck::research
