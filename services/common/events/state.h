#pragma once

#include "base/instrument.h"
#include "base/money.h"
#include "base/seq.h"
#include "base/time.h"
#include "events/describe.h"

#include <bit>
#include <cstdint>
#include <cstring>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace tapedeck {

/// A class that archives itself: `template <class A> void archive(A& a) { a(x_); a(y_); }`, one
/// function for both ways. (save() is const: cast once, in one place, see save_state.)
template <class T, class A>
concept SelfArchiving = requires(T& t, A& a) {
    t.archive(a);
};

/// Writes state as canonical bytes: little-endian integers, lengths before sequences, containers in
/// their own (sorted) order. Unordered containers do not compile.
class StateWriter {
public:
    template <class T>
    void operator()(const T& value) {
        if constexpr (std::is_same_v<T, bool>) {
            raw(static_cast<std::uint8_t>(value));
        } else if constexpr (std::is_enum_v<T>) {
            raw(static_cast<std::int64_t>(value));
        } else if constexpr (std::is_arithmetic_v<T>) {
            raw(value);
        } else if constexpr (std::is_same_v<T, std::string>) {
            bytes(value);
        } else if constexpr (std::is_same_v<T, Instrument>) {
            bytes(value.name());
        } else if constexpr (std::is_same_v<T, Decimal>) {
            raw(value.units());
        } else if constexpr (requires { value.decimal(); }) {
            raw(value.decimal().units());
        } else if constexpr (std::is_same_v<T, Time>) {
            raw(to_ns(value));
        } else if constexpr (std::is_same_v<T, Duration>) {
            raw(value.count());
        } else if constexpr (std::is_same_v<T, Seq>) {
            raw(value.value);
        } else if constexpr (Described<T>) {
            for_each_field(
                value, [this](int, std::string_view, const auto& member) { (*this)(member); });
        } else if constexpr (SelfArchiving<T, StateWriter>) {
            const_cast<T&>(value).archive(*this);  // archive() of a writer only reads
        } else {
            composite(value);
        }
    }

    const std::string& bytes() const { return bytes_; }

private:
    template <class T>
    void raw(T value) {
        static_assert(std::endian::native == std::endian::little);
        bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    }

    void bytes(std::string_view text) {
        raw(static_cast<std::uint64_t>(text.size()));
        bytes_.append(text);
    }

    template <class T>
    void composite(const std::optional<T>& value) {
        (*this)(value.has_value());
        if (value) (*this)(*value);
    }

    template <class A, class B>
    void composite(const std::pair<A, B>& value) {
        (*this)(value.first);
        (*this)(value.second);
    }

    template <class T>
    void composite(const std::vector<T>& values) {
        sequence(values);
    }

    template <class T>
    void composite(const std::deque<T>& values) {
        sequence(values);
    }

    template <class T, class C>
    void composite(const std::set<T, C>& values) {
        sequence(values);
    }

    template <class K, class V, class C>
    void composite(const std::map<K, V, C>& values) {
        sequence(values);
    }

    template <class Container>
    void sequence(const Container& values) {
        raw(static_cast<std::uint64_t>(values.size()));
        for (const auto& value : values) (*this)(value);
    }

    std::string bytes_;
};

/// Reads what StateWriter wrote. After the first error everything reads as default, ok() is false.
class StateReader {
public:
    explicit StateReader(std::string_view bytes) : rest_(bytes) {}

    /// Whether all that was read was there.
    bool ok() const { return ok_; }

    bool at_end() const { return rest_.empty(); }

    template <class T>
    void operator()(T& value) {
        if constexpr (std::is_same_v<T, bool>) {
            value = raw<std::uint8_t>() != 0;
        } else if constexpr (std::is_enum_v<T>) {
            value = static_cast<T>(raw<std::int64_t>());
        } else if constexpr (std::is_arithmetic_v<T>) {
            value = raw<T>();
        } else if constexpr (std::is_same_v<T, std::string>) {
            value = std::string(bytes());
        } else if constexpr (std::is_same_v<T, Instrument>) {
            const std::string_view name = bytes();
            value = name.empty() ? Instrument{} : checked(Instrument::parse(name));
        } else if constexpr (std::is_same_v<T, Decimal>) {
            value = Decimal::from_units(raw<Int128>());
        } else if constexpr (requires { value.decimal(); }) {
            value = T(Decimal::from_units(raw<Int128>()));
        } else if constexpr (std::is_same_v<T, Time>) {
            value = time_from_ns(raw<std::int64_t>());
        } else if constexpr (std::is_same_v<T, Duration>) {
            value = Duration(raw<std::int64_t>());
        } else if constexpr (std::is_same_v<T, Seq>) {
            value = Seq{raw<std::uint64_t>()};
        } else if constexpr (Described<T>) {
            for_each_field(value, [this](int, std::string_view, auto& member) { (*this)(member); });
        } else if constexpr (SelfArchiving<T, StateReader>) {
            value.archive(*this);
        } else {
            composite(value);
        }
    }

private:
    template <class T>
    T raw() {
        T value{};
        if (rest_.size() < sizeof value) {
            ok_ = false;
            rest_ = {};
            return value;
        }
        std::memcpy(&value, rest_.data(), sizeof value);
        rest_.remove_prefix(sizeof value);
        return value;
    }

    std::string_view bytes() {
        const auto size = raw<std::uint64_t>();
        if (rest_.size() < size) {
            ok_ = false;
            rest_ = {};
            return {};
        }
        const std::string_view result = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return result;
    }

    template <class T>
    T checked(Result<T> result) {
        if (result) return *result;
        ok_ = false;
        rest_ = {};
        return {};
    }

    /// A count that is larger than what is left is damage, not a reason to allocate.
    std::uint64_t count() {
        const auto size = raw<std::uint64_t>();
        if (size <= rest_.size()) return size;
        ok_ = false;
        rest_ = {};
        return 0;
    }

    template <class T>
    void composite(std::optional<T>& value) {
        bool has = false;
        (*this)(has);
        value.reset();
        if (has) (*this)(value.emplace());
    }

    template <class A, class B>
    void composite(std::pair<A, B>& value) {
        (*this)(value.first);
        (*this)(value.second);
    }

    template <class T>
    void composite(std::vector<T>& values) {
        values.clear();
        for (auto left = count(); left > 0 && ok_; --left) (*this)(values.emplace_back());
    }

    template <class T>
    void composite(std::deque<T>& values) {
        values.clear();
        for (auto left = count(); left > 0 && ok_; --left) (*this)(values.emplace_back());
    }

    template <class T, class C>
    void composite(std::set<T, C>& values) {
        values.clear();
        for (auto left = count(); left > 0 && ok_; --left) {
            T value{};
            (*this)(value);
            values.insert(std::move(value));
        }
    }

    template <class K, class V, class C>
    void composite(std::map<K, V, C>& values) {
        values.clear();
        for (auto left = count(); left > 0 && ok_; --left) {
            std::pair<K, V> entry{};
            (*this)(entry);
            values.insert(std::move(entry));
        }
    }

    std::string_view rest_;
    bool ok_ = true;
};

}  // namespace tapedeck
