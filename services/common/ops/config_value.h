#pragma once

// Inside of ops: from a value as somebody wrote it to canonical text.

#include "base/expected.h"
#include "base/settings.h"

#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::ops {

/// A value with the type its writer gave it.
struct RawValue {
    enum class Type {
        Untyped,  ///< from a flag or the environment: text that is yet to become something
        String,
        Integer,
        Float,
        Boolean,
        Moment,
        Array,
        Table,  ///< inside of a list: no setting wants one
    };

    Type type = Type::Untyped;
    std::string text;  ///< a string's content; of others the literal as it was written
    std::vector<RawValue> items{};
    unsigned line = 0;
    unsigned column = 0;
};

/// What is wrong with a value, to be printed after its key: "must be …, got …".
struct ValueError {
    std::string message;
    unsigned line = 0;  ///< of the item within a list; 0: of the value
    unsigned column = 0;
};

/// The canonical text of `value`, checked against kind, range and choices.
tl::expected<std::string, ValueError> canonical(const Setting& setting, const RawValue& value);

/// Canonical text for people: a size with the largest unit that keeps it whole, "256MiB".
std::string readable(SettingKind kind, std::string_view canonical);

}  // namespace tapedeck::ops
