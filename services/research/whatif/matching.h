#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace tapedeck::research {

/// Two lists paired in order: each of A with the first of B that is like it and near it.
template <class T>
struct Matched {
    std::vector<std::pair<const T*, const T*>> pairs;
    std::vector<const T*> only_a;
    std::vector<const T*> only_b;
};

template <class T, class IsLike, class IsNear>
Matched<T> match_rest(
    const std::vector<const T*>& a,
    const std::vector<const T*>& b,
    const IsLike& is_like,
    const IsNear& is_near) {
    Matched<T> result;
    std::vector<bool> is_taken(b.size(), false);
    std::size_t first = 0;  // all before are taken
    for (const T* each : a) {
        while (first < b.size() && is_taken[first]) ++first;
        std::size_t found = b.size();
        for (std::size_t i = first; i < b.size() && found == b.size(); ++i) {
            if (!is_taken[i] && is_like(*each, *b[i]) && is_near(*each, *b[i])) found = i;
        }
        if (found == b.size()) {
            result.only_a.push_back(each);
        } else {
            is_taken[found] = true;
            result.pairs.emplace_back(each, b[found]);
        }
    }
    for (std::size_t i = 0; i < b.size(); ++i) {
        if (!is_taken[i]) result.only_b.push_back(b[i]);
    }
    return result;
}

/// The same of those that are wanted.
template <class T, class Wanted, class IsLike, class IsNear>
Matched<T> match(
    const std::vector<T>& a,
    const std::vector<T>& b,
    const Wanted& wanted,
    const IsLike& is_like,
    const IsNear& is_near) {
    const auto those_of = [&](const std::vector<T>& all) {
        std::vector<const T*> result;
        for (const T& each : all) {
            if (wanted(each)) result.push_back(&each);
        }
        return result;
    };
    return match_rest<T>(those_of(a), those_of(b), is_like, is_near);
}

}  // namespace tapedeck::research
