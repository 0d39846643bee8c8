#pragma once

// For tests only.

#include <gtest/gtest.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace tapedeck::strategy::test {

/// Writes what it is given as 64-bit words, bit by bit.
class Saver {
public:
    void operator()(double value) { words.push_back(std::bit_cast<std::uint64_t>(value)); }

    void operator()(bool value) { words.push_back(value ? 1 : 0); }

    void operator()(std::int64_t value) { words.push_back(std::bit_cast<std::uint64_t>(value)); }

    void operator()(std::uint64_t value) { words.push_back(value); }

    void operator()(std::optional<double> value) {
        (*this)(value.has_value());
        if (value) (*this)(*value);
    }

    template <class Value>
    void operator()(const std::vector<Value>& values) {
        words.push_back(values.size());
        for (const Value value : values) (*this)(value);
    }

    std::vector<std::uint64_t> words;
};

/// Reads what a Saver wrote.
class Loader {
public:
    explicit Loader(std::vector<std::uint64_t> words) : words_(std::move(words)) {}

    bool at_end() const { return position_ == words_.size(); }

    void operator()(double& value) { value = std::bit_cast<double>(word()); }

    void operator()(bool& value) { value = word() != 0; }

    void operator()(std::int64_t& value) { value = std::bit_cast<std::int64_t>(word()); }

    void operator()(std::uint64_t& value) { value = word(); }

    void operator()(std::optional<double>& value) {
        bool has_value = false;
        (*this)(has_value);
        value.reset();
        if (has_value) (*this)(value.emplace());
    }

    template <class Value>
    void operator()(std::vector<Value>& values) {
        values.resize(word());
        for (Value& value : values) (*this)(value);
    }

private:
    std::uint64_t word() { return words_.at(position_++); }

    std::vector<std::uint64_t> words_;
    std::size_t position_ = 0;
};

template <class Indicator>
std::vector<std::uint64_t> saved(Indicator& indicator) {
    Saver saver;
    indicator.archive(saver);
    return saver.words;
}

/// After whichever bar `indicator` is saved, one that is loaded from that goes on like it, to the
/// bit. It is loaded into `other`, so nothing of what `other` was made with may remain.
template <class Indicator, class Input>
void expect_resumes(Indicator indicator, const Indicator& other, const std::vector<Input>& inputs) {
    std::vector<Indicator> resumed;
    for (const Input& input : inputs) {
        Loader loader(saved(indicator));
        resumed.push_back(other);
        resumed.back().archive(loader);
        ASSERT_TRUE(loader.at_end());

        indicator.update(input);
        const auto expected = saved(indicator);
        for (Indicator& each : resumed) {
            each.update(input);
            ASSERT_EQ(saved(each), expected);
        }
    }
}

}  // namespace tapedeck::strategy::test
