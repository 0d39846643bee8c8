#pragma once

#include "research/whatif/stretches.h"
#include "research/whatif/words.h"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tapedeck::research {

enum class ChangeKind { Appears, Vanishes, Changes };

constexpr auto enum_names(ChangeKind) {
    using enum ChangeKind;
    return std::array<EnumName<ChangeKind>, 3>{
        {{Appears, "appears"}, {Vanishes, "vanishes"}, {Changes, "changes"}}};
}

/// A decision of one run that is not the same in the other.
struct Change {
    struct Side {
        Seq seq;  ///< of its own sequence
        Seq cause;
        Time time{};
        Event event;
    };

    ChangeKind kind = ChangeKind::Changes;
    Seq input;          ///< the recorded fact from outside that both decided on
    Seq until;          ///< of a stretch of evaluations: the last; else as `input`
    std::string event;  ///< the event's name; of a stretch "DecisionMade"
    std::string strategy;
    Instrument instrument;
    std::string recorded_code;  ///< code_of(); "" = nothing
    std::string again_code;
    std::optional<std::uint64_t> evaluations;  ///< of a stretch, where it is known
    std::optional<Side> recorded;              ///< not of stretches
    std::optional<Side> again;
    /// What explains it: configuration, follows, state, code or timing; see explain().
    std::string cause;
    std::string explanation;  ///< in words: "risk.fraction 0.05 → 0.1"
};

/// Pairs the decisions of a recorded run and of the same run again, and keeps what is not equal.
class Changes {
public:
    /// Fills in cause and explanation; changes come in the order of their inputs.
    using Explain = std::function<void(Change&)>;

    /// The first `kept` changes are kept whole, the others are only counted.
    Changes(std::size_t kept, Explain explain) : kept_(kept), explain_(std::move(explain)) {}

    /// A word of the recorded run, or of the new one, and the recorded fact that it goes back to.
    void recorded(const Recorded& word, Seq root) { hear(word, root, true); }

    void again(const Recorded& word, Seq root) { hear(word, root, false); }

    /// A run of evaluations, from the input `first` to `last`, as recorded seqs.
    void recorded(const DecisionMade& run, Seq first, Seq last);
    void again(const DecisionMade& run, Seq first, Seq last);

    /// Nothing more will be heard that goes back to facts before this one.
    void settle_before(Seq root);

    void finish();

    /// By input; those of one input in the order in which they were said.
    const std::vector<Change>& all() const { return changes_; }

    /// How many there are, by kind and by code of both: ("denied day_loss_reached", "approved
    /// entry").
    struct Code {
        ChangeKind kind = ChangeKind::Changes;
        std::string event;
        std::string recorded;
        std::string again;
        auto operator<=>(const Code&) const = default;
    };

    const std::map<Code, std::uint64_t>& counts() const { return counts_; }

    std::uint64_t count() const { return count_; }

    /// Targets, verdicts and orders that are the same on both sides.
    std::uint64_t equal() const { return equal_; }

private:
    struct Key {
        Seq root;
        WordKind kind = WordKind::Target;
        std::string strategy;
        std::string instrument;
        auto operator<=>(const Key&) const = default;
    };

    struct Unpaired {
        std::vector<Change::Side> recorded;
        std::vector<Change::Side> again;
    };

    using Line = std::pair<std::string, Instrument>;

    void hear(const Recorded& word, Seq root, bool is_recorded);
    void settle(const Key& key, Unpaired& unpaired, std::vector<Change>& changes);
    void stretch(const Line& line, const Stretches::Difference& difference);
    void add(Change change);

    std::size_t kept_;
    Explain explain_;
    std::map<Key, Unpaired> unpaired_;
    std::map<Line, Stretches> stretches_;
    std::vector<Change> changes_;
    std::map<Code, std::uint64_t> counts_;
    std::uint64_t count_ = 0;
    std::uint64_t equal_ = 0;
};

}  // namespace tapedeck::research
