#pragma once

#include "events/event.h"

#include <optional>
#include <string>

namespace tapedeck::research {

/// What an event says, without what depends on its place and run: seqs and ids made of them; of
/// what deciders say also times and ages. Equal for two runs that decided the same. Nothing for
/// the stack's own book-keeping (starts, ticks, snapshots).
std::optional<std::string> meaning_of(const Event& event);

}  // namespace tapedeck::research
