#pragma once

#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>

namespace tapedeck {

/// One field of an event: its number and name in proto/tapedeck/v1, and where it lives in the
/// struct.
template <class Owner, class Member>
struct Field {
    int number;
    std::string_view name;
    Member Owner::*member;
};

template <class Owner, class Member>
constexpr Field<Owner, Member> field(int number, std::string_view name, Member Owner::*member) {
    return {number, name, member};
}

/// A struct that lists its fields in `static constexpr auto fields()`, ascending by number. From
/// that one list come its encoding, decoding, printing and place in a state hash; a test holds it
/// against the .proto file, field by field.
template <class T>
concept Described = requires {
    T::fields();
};

/// Calls `visit(number, name, member)` for each field of `object`, in ascending order.
template <class T, class Visit>
constexpr void for_each_field(T& object, Visit&& visit) {
    std::apply(
        [&](const auto&... entry) { (visit(entry.number, entry.name, object.*entry.member), ...); },
        std::remove_const_t<T>::fields());
}

/// An enum value and its spelling in JSON and on the command line.
template <class E>
struct EnumName {
    E value;
    std::string_view name;
};

/// Every enum of the vocabulary has `constexpr auto enum_names(E)`: an array of EnumName, by value.
template <class E>
concept NamedEnum = std::is_enum_v<E> && requires(E e) {
    enum_names(e);
};

/// The name of a value, or "unknown" for a number that this build does not know.
template <NamedEnum E>
constexpr std::string_view to_string(E value) {
    for (const auto& entry : enum_names(value)) {
        if (entry.value == value) return entry.name;
    }
    return "unknown";
}

}  // namespace tapedeck
