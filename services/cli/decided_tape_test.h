#pragma once

#include "cli/hand_made_tape.h"
#include "ops/build_info.h"
#include "research/made_tape_test.h"

/// A tape on disk that real deciders have made, of one strategy that buys and sells for an hour.
namespace tapedeck::cli::testing {

inline research::testing::MadeTape made_tape(const std::string& period = "2") {
    research::testing::MadeTape tape;
    start_all(tape, period, ops::identity(ops::build_info()));
    play(tape, 80);
    tape.settle();
    return tape;
}

struct DecidedTape : HandMadeTape {
    explicit DecidedTape(const research::testing::MadeTape& made = made_tape()) {
        for (const auto& written : made.records()) {
            if (written.recorded.seq.value > 1) add_recorded(written.recorded);
        }
    }

    /// The nth record of a type.
    const Recorded& nth(std::uint16_t type, std::size_t n = 0) const {
        for (const auto& recorded : records()) {
            if (recorded.event.type() == type && n-- == 0) return recorded;
        }
        ADD_FAILURE() << "the tape has too few of type " << type;
        return records().front();
    }
};

}  // namespace tapedeck::cli::testing
