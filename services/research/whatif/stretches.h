#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>

namespace tapedeck::research {

/// What one strategy thought of one instrument on two sides, compared input by input although a
/// tape only tells runs of equal evaluations: a run that is merely cut elsewhere is no difference.
/// Inputs are places on an axis that both sides share: recorded seqs, or times of the market.
class Stretches {
public:
    /// Evaluations of the inputs first to last that all came to `code`.
    struct Run {
        std::int64_t first = 0;
        std::int64_t last = 0;
        std::string code;  ///< "no_signal rsi_between_levels"
        std::uint64_t count = 0;
    };

    /// Inputs first to last that the sides judge otherwise; "" = that side made no evaluation.
    struct Difference {
        std::int64_t first = 0;
        std::int64_t last = 0;
        std::string a;
        std::string b;
        /// How many evaluations; nothing where that side's run reaches out of the stretch.
        std::optional<std::uint64_t> count;
    };

    using Listener = std::function<void(const Difference&)>;

    /// Runs of a side come in order. What both sides have judged is compared at once.
    void add_a(Run run, const Listener& listener);
    void add_b(Run run, const Listener& listener);

    /// No run will follow. What only one side has judged by now is not compared, unless the other
    /// never said a word: its last run is not told yet.
    void finish(const Listener& listener);

    /// Evaluations of each side.
    std::uint64_t count_a() const { return count_a_; }

    std::uint64_t count_b() const { return count_b_; }

    /// Evaluations of stretches that are equal on both sides; of a stretch that is a part of a run
    /// the share is not known, and the run counts where it ends.
    std::uint64_t equal() const { return equal_; }

private:
    struct Open {
        Run run;
        bool is_whole = true;
        bool has_differed = false;
    };

    void compare(const Listener& listener);
    void tell(Difference difference, const Listener& listener);
    void flush(const Listener& listener);
    void end(std::deque<Open>& side, bool is_a);

    std::deque<Open> a_;
    std::deque<Open> b_;
    std::optional<Difference> open_;
    std::uint64_t count_a_ = 0;
    std::uint64_t count_b_ = 0;
    std::uint64_t equal_ = 0;
};

}  // namespace tapedeck::research
