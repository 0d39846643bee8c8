#pragma once

#include "events/event.h"
#include "simulation/oracle.h"

#include <map>
#include <string>
#include <vector>

namespace tapedeck::simulation {

/// Each decider over the whole tape once more, from nothing: what it decides on each input is what
/// is recorded, byte for byte, but for inputs that nobody had to decide (between a last output and
/// the start of another build or configuration). Answers the state of each, by producer, after the
/// last record.
std::map<std::string, std::string> prove(const std::vector<Recorded>& records, Verdict& verdict);

}  // namespace tapedeck::simulation
