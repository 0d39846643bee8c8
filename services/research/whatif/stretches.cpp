#include "research/whatif/stretches.h"

#include <algorithm>
#include <utility>

namespace tapedeck::research {

void Stretches::add_a(Run run, const Listener& listener) {
    count_a_ += run.count;
    a_.push_back({std::move(run)});
    compare(listener);
}

void Stretches::add_b(Run run, const Listener& listener) {
    count_b_ += run.count;
    b_.push_back({std::move(run)});
    compare(listener);
}

void Stretches::compare(const Listener& listener) {
    while (!a_.empty() && !b_.empty()) {
        Open& a = a_.front();
        Open& b = b_.front();
        if (a.run.last < b.run.first) {
            a.has_differed = true;
            tell({a.run.first, a.run.last, a.run.code, "", std::nullopt}, listener);
            end(a_, true);
            continue;
        }
        if (b.run.last < a.run.first) {
            b.has_differed = true;
            tell({b.run.first, b.run.last, "", b.run.code, std::nullopt}, listener);
            end(b_, false);
            continue;
        }
        const std::int64_t first = std::max(a.run.first, b.run.first);
        const std::int64_t last = std::min(a.run.last, b.run.last);
        if (a.run.code != b.run.code) {
            a.has_differed = b.has_differed = true;
            const bool is_whole = a.is_whole && b.is_whole && a.run.first == b.run.first &&
                                  a.run.last == b.run.last && a.run.count == b.run.count;
            const auto count = is_whole ? std::optional(a.run.count) : std::nullopt;
            tell({first, last, a.run.code, b.run.code, count}, listener);
        } else {
            flush(listener);
        }
        const auto shorten = [&](std::deque<Open>& side, bool is_a) {
            if (side.front().run.last == last) return end(side, is_a);
            side.front().run.first = last + 1;
            side.front().is_whole = false;
        };
        shorten(a_, true);
        shorten(b_, false);
    }
}

void Stretches::end(std::deque<Open>& side, bool is_a) {
    if (is_a && !side.front().has_differed) equal_ += side.front().run.count;
    side.pop_front();
}

/// Neighbours with the same two codes are one difference.
void Stretches::tell(Difference difference, const Listener& listener) {
    if (open_ && open_->a == difference.a && open_->b == difference.b) {
        open_->last = difference.last;
        const bool is_known = open_->count && difference.count;
        open_->count = is_known ? std::optional(*open_->count + *difference.count) : std::nullopt;
        return;
    }
    flush(listener);
    open_ = std::move(difference);
}

void Stretches::flush(const Listener& listener) {
    if (open_) listener(*std::exchange(open_, std::nullopt));
}

void Stretches::finish(const Listener& listener) {
    flush(listener);
    for (const auto& a : a_) {
        if (count_b_ == 0) {
            tell({a.run.first, a.run.last, a.run.code, "", a.run.count}, listener);
        }
    }
    for (const auto& b : b_) {
        if (count_a_ == 0) {
            tell({b.run.first, b.run.last, "", b.run.code, b.run.count}, listener);
        }
    }
    flush(listener);
    a_.clear();
    b_.clear();
}

}  // namespace tapedeck::research
