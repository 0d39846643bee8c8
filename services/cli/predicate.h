#pragma once

#include "base/expected.h"
#include "cli/books.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::cli {

/// A question about the state after a record, as people write it:
/// `position(kraken:BTC/EUR) > 0.5 and not killed`. Comparisons of a quantity with a number, joined
/// by and, or, not and parentheses. A quantity that is not known (a price before the first trade)
/// compares as false.
class Predicate {
public:
    /// Errors (exit 2) say what was not understood and what there is.
    static Result<Predicate> parse(std::string_view text);

    bool holds(const Books& books) const;

    struct Node;

private:
    explicit Predicate(std::shared_ptr<const Node> root) : root_(std::move(root)) {}

    std::shared_ptr<const Node> root_;
};

/// The quantities there are, one a line with what it is: for help and docs.
std::string quantities_help();

}  // namespace tapedeck::cli
