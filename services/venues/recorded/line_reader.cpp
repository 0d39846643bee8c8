#include "venues/recorded/line_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace tapedeck::recorded {

namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

}  // namespace

LineReader::LineReader(std::unique_ptr<Input> input, std::string path, std::size_t buffer_size)
    : input_(std::move(input)),
      path_(std::move(path)),
      buffer_(std::max(buffer_size, 2 * kLineMax)) {}

Result<bool> LineReader::next() {
    while (true) {
        const char* start = buffer_.data() + begin_;
        const void* found = std::memchr(start, '\n', end_ - begin_);
        if (found == nullptr && !at_end_ && end_ - begin_ <= kLineMax) {
            TRY(fill());
            continue;
        }
        std::size_t size = end_ - begin_;
        if (found != nullptr)
            size = static_cast<std::size_t>(static_cast<const char*>(found) - start);
        if (found == nullptr && size == 0) return false;
        ++number_;
        if (size > kLineMax) {
            return fail(
                path_ + ':' + std::to_string(number_) +
                ": the line is longer than 64 KiB; is this a CSV file?");
        }
        begin_ += size + (found != nullptr ? 1 : 0);
        line_ = {start, size};
        if (number_ == 1 && line_.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
            line_.remove_prefix(kByteOrderMark.size());
        }
        if (!line_.empty() && line_.back() == '\r') line_.remove_suffix(1);
        if (!line_.empty()) return true;
    }
}

Result<> LineReader::fill() {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    const std::size_t size = TRY(input_->read(buffer_.data() + end_, buffer_.size() - end_));
    end_ += size;
    at_end_ = size == 0;
    return {};
}

}  // namespace tapedeck::recorded
