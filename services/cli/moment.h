#pragma once

#include "base/expected.h"
#include "base/seq.h"
#include "base/time.h"
#include "cli/tape_source.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace tapedeck::cli {

/// A place on the tape as people name it.
struct Moment {
    struct Beginning {};

    struct End {};

    struct Back {
        std::uint64_t events = 0;
    };

    struct Ago {
        Duration duration{};
    };

    struct TimeOfDay {
        Duration since_midnight{};
    };

    std::variant<Beginning, End, Seq, Back, Ago, TimeOfDay, Time> value;
};

/// "beginning", "end", "48211880" or "o-48211880" (a seq), "-10" (events back), "-2h" (before the
/// tape's last event), "12:05" (on the day of the tape's last event), RFC 3339. An error lists
/// these.
Result<Moment> parse_moment(std::string_view text);

/// What --since takes: "2h" is "-2h"; else a moment.
Result<Moment> parse_since(std::string_view text);

/// The first seq that is not before the moment; past the end when all are.
Result<Seq> first_of(const Moment& moment, TapeSource& tape);

/// The last seq that is not after the moment; 0 when all are. A tape shorter than a seq that was
/// asked for is an error (exit 3).
Result<Seq> last_of(const Moment& moment, TapeSource& tape);

/// The same from text.
Result<Seq> first_of(std::string_view text, TapeSource& tape);
Result<Seq> last_of(std::string_view text, TapeSource& tape);

}  // namespace tapedeck::cli
