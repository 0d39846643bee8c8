#include "venues/kraken/book.h"

#include "base/number.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>

namespace tapedeck::kraken {

namespace {

/// "8e-8" as "0.00000008"; anything else as it is.
std::string plain(std::string_view number) {
    if (number.find_first_of("eE") == std::string_view::npos) return std::string(number);
    const auto value = parse_number(number, Excess::Refuse);
    return value ? value->to_string() : std::string(number);
}

std::uint32_t crc_of(const std::vector<Book::Level>& side, std::uint32_t crc) {
    const auto count = std::min(side.size(), Book::kChecksumLevels);
    for (auto level = side.rbegin(); level != side.rbegin() + static_cast<std::ptrdiff_t>(count);
         ++level) {
        const auto text = level->digits.view();
        crc = static_cast<std::uint32_t>(crc32(
            crc, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size())));
    }
    return crc;
}

}  // namespace

std::string_view to_string(BookFault fault) {
    switch (fault) {
        case BookFault::ChecksumMismatch: return "checksum_mismatch";
        case BookFault::Crossed: return "crossed";
        case BookFault::BadLevel: return "bad_level";
    }
    return "unknown";
}

bool ChecksumDigits::append(std::string_view number, unsigned decimals) {
    std::string spelled;
    if (number.find_first_of("eE") != std::string_view::npos) {
        spelled = plain(number);
        number = spelled;
    }
    const auto begin = size;
    const auto put = [&](char c) {
        if (size == begin && c == '0') return true;  // leading
        if (size == kMax) return false;
        digits[size++] = c;
        return true;
    };
    bool has_point = false;
    unsigned fraction = 0;
    for (const char c : number) {
        if (c == '.' && !has_point) {
            has_point = true;
            continue;
        }
        if (c < '0' || c > '9' || !put(c)) return false;
        if (has_point) ++fraction;
    }
    for (; fraction < decimals; ++fraction) {
        if (!put('0')) return false;
    }
    return true;
}

template <class IsBetter>
bool Book::set(SideLevels& side, const BookEntry& entry, IsBetter is_better) const {
    if (!entry.price.is_positive() || entry.quantity.is_negative()) return false;
    // The levels are worst first: the place is before the first that isn't worse.
    const auto place = std::partition_point(side.begin(), side.end(), [&](const Level& level) {
        return is_better(entry.price, level.price);
    });
    const bool is_there = place != side.end() && place->price == entry.price;
    if (entry.quantity.is_zero()) {
        if (is_there) side.erase(place);
        return true;
    }
    Level level{entry.price, entry.quantity, {}};
    if (!level.digits.append(entry.price_text, shape_.price_decimals)) return false;
    ChecksumDigits quantity;
    if (!quantity.append(entry.quantity_text, shape_.quantity_decimals)) return false;
    if (level.digits.size + quantity.size > ChecksumDigits::kMax) return false;
    std::memcpy(
        level.digits.digits.data() + level.digits.size, quantity.digits.data(), quantity.size);
    level.digits.size = static_cast<std::uint8_t>(level.digits.size + quantity.size);
    if (is_there) {
        *place = level;
    } else {
        side.insert(place, level);
    }
    return true;
}

/// The venue says nothing of levels that are pushed out, and sends those again that come back.
void Book::cut(SideLevels& side) const {
    if (side.size() <= shape_.depth) return;
    side.erase(side.begin(), side.end() - static_cast<std::ptrdiff_t>(shape_.depth));
}

tl::unexpected<BookFault> Book::spoil(BookFault fault) {
    reset();
    return tl::make_unexpected(fault);
}

void Book::reset() {
    bids_.clear();
    asks_.clear();
    live_ = false;
}

tl::expected<void, BookFault> Book::apply(const BookChange& change) {
    if (change.is_snapshot) {
        reset();
        live_ = true;
    }
    if (!live_) return {};
    const auto higher = [](Price a, Price b) { return a > b; };
    const auto lower = [](Price a, Price b) { return a < b; };
    for (const auto& entry : change.bids) {
        if (!set(bids_, entry, higher)) return spoil(BookFault::BadLevel);
    }
    for (const auto& entry : change.asks) {
        if (!set(asks_, entry, lower)) return spoil(BookFault::BadLevel);
    }
    cut(bids_);
    cut(asks_);
    if (checksum() != change.checksum) return spoil(BookFault::ChecksumMismatch);
    if (!bids_.empty() && !asks_.empty() && bids_.back().price >= asks_.back().price) {
        return spoil(BookFault::Crossed);
    }
    return {};
}

std::uint32_t Book::checksum() const {
    return crc_of(bids_, crc_of(asks_, 0));
}

std::vector<Book::Level> Book::bids() const {
    return {bids_.rbegin(), bids_.rend()};
}

std::vector<Book::Level> Book::asks() const {
    return {asks_.rbegin(), asks_.rend()};
}

std::optional<QuoteChanged> Book::quote() const {
    if (!live_ || bids_.empty() || asks_.empty()) return std::nullopt;
    QuoteChanged quote;
    quote.instrument = instrument_;
    quote.bid = bids_.back().price;
    quote.bid_quantity = bids_.back().quantity;
    quote.ask = asks_.back().price;
    quote.ask_quantity = asks_.back().quantity;
    return quote;
}

}  // namespace tapedeck::kraken
