#pragma once

#include "base/expected.h"
#include "base/instrument.h"
#include "base/money.h"
#include "events/market.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace tapedeck::kraken {

/// One entry of a book message: what rests at a price now. Quantity 0 takes the level away.
struct BookEntry {
    Price price;
    Quantity quantity;
    /// The numbers as they came, for the checksum; they live as long as the message's bytes.
    std::string_view price_text;
    std::string_view quantity_text;
};

/// A snapshot or an update of one book.
struct BookChange {
    bool is_snapshot = false;
    std::string_view symbol;  ///< "BTC/USD"; lives as long as the message's bytes
    std::vector<BookEntry> bids;
    std::vector<BookEntry> asks;
    std::uint32_t checksum = 0;
    Time happened{};  ///< at the venue; the epoch if it doesn't say
};

/// Why a book can't be trusted any more: unsubscribe and subscribe this one again.
enum class BookFault {
    ChecksumMismatch,  ///< something was lost, repeated or misread
    Crossed,           ///< the best bid isn't below the best ask
    BadLevel,          ///< a price that isn't positive, a negative quantity, too many digits
};

std::string_view to_string(BookFault fault);

/// The digits of a number as the checksum wants them: without point and leading zeros. Trailing
/// zeros that the wire lost are put back up to `decimals`. Nothing for what has more than kMax
/// digits or is no plain decimal.
struct ChecksumDigits {
    static constexpr std::size_t kMax = 40;

    std::array<char, kMax> digits{};
    std::uint8_t size = 0;

    bool append(std::string_view number, unsigned decimals);

    std::string_view view() const { return {digits.data(), size}; }
};

/// One level-2 book of WebSocket v2, kept exactly and checked with each message. Source: Kraken's
/// documentation, "Book checksum (WebSocket v2)": CRC-32 (IEEE) over the ten best asks, lowest
/// first, and the ten best bids, highest first, each as price and quantity in digits.
///
/// A fault empties the book and it waits for a snapshot; updates until then are ignored. Nothing
/// here is shared: the fault of one book is none of another's.
class Book {
public:
    /// As many levels of each side go into the checksum.
    static constexpr std::size_t kChecksumLevels = 10;

    struct Shape {
        std::size_t depth = 10;  ///< levels that were subscribed, 10 to 1000
        unsigned price_decimals = 0;
        unsigned quantity_decimals = 0;  ///< both from the instrument channel; 0 = as on the wire

        bool operator==(const Shape&) const = default;
    };

    struct Level {
        Price price;
        Quantity quantity;
        ChecksumDigits digits;
    };

    Book(const Instrument& instrument, Shape shape) : instrument_(instrument), shape_(shape) {}

    /// Applies the entries in their order, cuts both sides to the depth, verifies. On a fault the
    /// book is empty and not live.
    tl::expected<void, BookFault> apply(const BookChange& change);

    /// Forgets everything and waits for a snapshot: the connection was lost.
    void reset();

    /// A snapshot has come and everything after it fitted.
    bool is_live() const { return live_; }

    /// Of what is held now.
    std::uint32_t checksum() const;

    /// Best first.
    std::vector<Level> bids() const;
    std::vector<Level> asks() const;

    /// Nothing while the book isn't live or a side is empty.
    std::optional<QuoteChanged> quote() const;

    const Instrument& instrument() const { return instrument_; }

private:
    /// Worst first, so that what changes most often is at the end.
    using SideLevels = std::vector<Level>;

    template <class IsBetter>
    bool set(SideLevels& side, const BookEntry& entry, IsBetter is_better) const;
    void cut(SideLevels& side) const;
    tl::unexpected<BookFault> spoil(BookFault fault);

    Instrument instrument_;
    Shape shape_;
    SideLevels bids_;
    SideLevels asks_;
    bool live_ = false;
};

}  // namespace tapedeck::kraken
