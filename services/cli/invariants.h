#pragma once

#include "base/expected.h"
#include "events/event.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tapedeck::cli {

/// Where an invariant is broken first, and how.
struct Violation {
    Seq seq;
    std::string what;
};

/// Something that is true of every honest tape, checked from the events alone, without the
/// deciders: what they believe is held against what was recorded.
class Invariant {
public:
    virtual ~Invariant() = default;

    virtual void take(const Recorded& recorded) = 0;

    /// The first violation so far. At the tape's end ask finish() instead.
    const std::optional<Violation>& violation() const { return violation_; }

    /// What can only be known when nothing follows.
    virtual const std::optional<Violation>& finish() { return violation_; }

protected:
    void break_at(Seq seq, std::string what) {
        if (!violation_) violation_ = Violation{seq, std::move(what)};
    }

private:
    std::optional<Violation> violation_;
};

/// "positions", "cash", "verdicts". Exit 2 with the names for any other.
Result<std::unique_ptr<Invariant>> make_invariant(const std::string& name);

/// Their names, and "chain", which whoever reads the tape checks.
const std::vector<std::string>& invariant_names();

}  // namespace tapedeck::cli
