#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::ops {

/// How many letters must be changed, added, dropped or swapped with their neighbour to turn `a`
/// into `b` (optimal string alignment). Costs |a|·|b|: for names, not for texts.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate that `word` was probably meant to be: at most a third of its letters are wrong,
/// and one letter in a short word. The first of equals; nothing if none is near.
std::optional<std::string> nearest(
    std::string_view word, const std::vector<std::string>& candidates);

}  // namespace tapedeck::ops
