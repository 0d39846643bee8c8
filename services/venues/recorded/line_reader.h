#pragma once

#include "base/expected.h"
#include "venues/recorded/input.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::recorded {

/// The lines of an input, one at a time, without a copy of any.
class LineReader {
public:
    /// Longer lines are an error: that is no CSV file.
    static constexpr std::size_t kLineMax = std::size_t{64} << 10;

    /// The buffer holds at least two lines of the greatest length.
    LineReader(std::unique_ptr<Input> input, std::string path, std::size_t buffer_size);

    /// Moves on to the next line that is not empty; false at the end. A line ends in \n or \r\n,
    /// the last one need not end. A byte order mark before the first line is passed over.
    Result<bool> next();

    /// Without its end; valid until next().
    std::string_view line() const { return line_; }

    /// Of line(), from 1, empty ones counted.
    std::uint64_t number() const { return number_; }

    std::uint64_t consumed() const { return input_->consumed(); }

private:
    Result<> fill();

    std::unique_ptr<Input> input_;
    std::string path_;
    std::vector<char> buffer_;
    std::size_t begin_ = 0;  // of what was not yet given
    std::size_t end_ = 0;
    bool at_end_ = false;  // of the input: what the buffer holds is all that is left
    std::string_view line_;
    std::uint64_t number_ = 0;
};

}  // namespace tapedeck::recorded
