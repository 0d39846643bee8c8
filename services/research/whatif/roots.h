#pragma once

#include "base/seq.h"

#include <cstddef>
#include <map>

namespace tapedeck::research {

/// Which fact from outside the newest words of a sequence go back to. A word is caused by one that
/// was recorded shortly before, so the old ones are forgotten.
class Roots {
public:
    static constexpr std::size_t kKept = 65'536;

    void add(Seq word, Seq root) {
        roots_.emplace_hint(roots_.end(), word, root);
        if (roots_.size() > kKept) roots_.erase(roots_.begin());
    }

    /// The fact behind the word; 0 if `seq` is no word, or one long gone.
    Seq of(Seq seq) const {
        const auto found = roots_.find(seq);
        return found == roots_.end() ? Seq{} : found->second;
    }

private:
    std::map<Seq, Seq> roots_;
};

}  // namespace tapedeck::research
