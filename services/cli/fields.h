#pragma once

#include "events/event.h"

#include <string>
#include <vector>

namespace tapedeck::cli {

/// One plain value of an event: "terms.quantity" = "0.005".
struct FlatField {
    std::string name;
    std::string value;  ///< "" where there is none
};

/// Every field of an event, nested ones by their path, lists as JSON. The same names for every
/// event of a type, whatever is absent.
std::vector<FlatField> flat_fields(const Event& event);

/// A record for people: envelope and fields, one a line.
std::string pretty(const Recorded& recorded, const std::string& service);

}  // namespace tapedeck::cli
