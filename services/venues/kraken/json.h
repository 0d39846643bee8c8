#pragma once

#include "base/decimal.h"
#include "base/expected.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// JSON as venues write it (RFC 8259), read without a detour through binary floating point: a
/// number stays the text that came, until somebody asks for the exact Decimal. Books need that text
/// for their checksum, and money allows nothing else.
namespace tapedeck::kraken::json {

enum class Kind : std::uint8_t { Null, False, True, Number, String, Array, Object };

class Value;

/// A parsed text. The text isn't copied: it must live as long as the document and all its values.
class Document {
public:
    /// Longer texts are refused: the largest answer (all pairs of the venue) has about 1 MiB.
    static constexpr std::size_t kTextMax = std::size_t{64} * 1024 * 1024;
    /// Kraken nests six deep.
    static constexpr unsigned kDepthMax = 32;

    Document() = default;

    /// One JSON value and nothing after it. An error names the byte, counted from 0, and what was
    /// expected there.
    static Result<Document> parse(std::string_view text);

    /// The same into this document, whose memory is used again: for what comes a thousand times a
    /// second. After an error the document is empty.
    Result<> read(std::string_view text);

    /// Of an empty document: null.
    Value root() const;

private:
    friend class Value;
    friend class Parser;

    /// Values in the order of the text; those of an array or object follow it, with keys as strings
    /// before their values.
    struct Node {
        Kind kind = Kind::Null;
        bool escaped = false;     ///< strings: has backslashes
        std::uint32_t begin = 0;  ///< first byte; of a string the one after the quote
        std::uint32_t end = 0;    ///< one past the last byte; of a string its closing quote
        std::uint32_t next = 0;   ///< the node after this value and all in it
    };

    std::string_view text_;
    std::vector<Node> nodes_;
};

/// A place in a document: cheap to copy, alive as long as the document. Readers say in their errors
/// where it went wrong, for instance "data[0].price (byte 62): expected a number, was null".
class Value {
public:
    Value() = default;

    Kind kind() const;

    bool is(Kind wanted) const { return kind() == wanted; }

    bool is_null() const { return is(Kind::Null); }

    /// The text as it came: a number with all its zeros, a string without its quotes and with its
    /// escapes.
    std::string_view raw() const;

    /// A string that says exactly this.
    bool equals(std::string_view text) const;

    /// A number, or a string that holds one, as Kraken's REST does: exact. Errors: no number, more
    /// than 18 digits on a side of the point.
    Result<Decimal> decimal() const;

    /// A string, with its escapes resolved.
    Result<std::string> text() const;

    /// A whole number without fraction and exponent, or a string that holds one.
    Result<std::uint64_t> natural() const;
    Result<std::int64_t> integer() const;

    Result<bool> boolean() const;

    /// A member of an object that must be there; it may be null. If a key is there twice, the first
    /// counts.
    Result<Value> at(std::string_view key) const;

    /// A member that may be absent; null counts as absent, and so does everything of what is no
    /// object.
    std::optional<Value> find(std::string_view key) const;

    /// An element of an array that must be there.
    Result<Value> at(std::size_t index) const;

    /// Itself if it is of that kind, otherwise an error.
    Result<Value> expect(Kind wanted) const;

    /// An error about this value: where it is, what was expected, what it was.
    tl::unexpected<Error> wrong(std::string_view expected) const;

    /// The elements of an array or the values of an object, in the order of the text; of anything
    /// else: none. For objects key() of the iterator is the member's key.
    class Iterator {
    public:
        Iterator(const Document* document, std::uint32_t node, std::uint32_t key)
            : document_(document), node_(node), key_(key) {}

        Value operator*() const;
        Iterator& operator++();

        /// The key of the member, escapes resolved; empty in arrays.
        std::string key() const;

        bool operator!=(const Iterator& other) const { return node_ != other.node_; }

    private:
        const Document* document_;
        std::uint32_t node_;
        std::uint32_t key_;  ///< 0 in arrays: the first node is never a key
    };

    Iterator begin() const;
    Iterator end() const;

    std::size_t size() const;

private:
    friend class Document;

    Value(const Document* document, std::uint32_t node) : document_(document), node_(node) {}

    std::string place() const;

    const Document* document_ = nullptr;
    std::uint32_t node_ = 0;
};

}  // namespace tapedeck::kraken::json
