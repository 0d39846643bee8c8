#pragma once

#include "base/settings.h"
#include "events/decider.h"
#include "simulation/plan.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// What the simulated stack is made of: the processes' deciders and their configuration, as each
/// main.cpp has them.
namespace tapedeck::simulation {

struct DeciderKind {
    std::string_view process;
    std::string_view name;  ///< of the producer
    std::unique_ptr<Decider> (*make)();
};

/// All deciders, in the order in which they speak in lockstep.
const std::vector<DeciderKind>& deciders();

bool is_decider(std::string_view producer);

/// `variant` counts upgrades: every second one changes a parameter.
Settings configuration_of(std::string_view producer, std::uint32_t variant);

/// Every second upgrade changes the build.
std::string build_of(std::uint32_t variant);

/// The canonical bytes of a decider's state.
std::string state_of(const Decider& decider);

/// Speaks as `inner` does, but in the order of an unordered container with a salt of its own: the
/// bug of Plant::Unordered.
std::unique_ptr<Decider> unordered(std::unique_ptr<Decider> inner, std::uint64_t salt);

}  // namespace tapedeck::simulation
