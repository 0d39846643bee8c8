#include "research/sweep/plan.h"

#include "base/decimal.h"
#include "base/time.h"
#include "venues/synthetic/random.h"

#include <algorithm>
#include <array>
#include <set>

namespace tapedeck::research {

namespace {

constexpr std::array<std::string_view, 4> kSections = {
    "strategy.", "risk.", "execution.", "paper."};
constexpr std::string_view kForm =
    "write KEY=VALUES, for instance strategy.rsi.period=5..30:5 or risk.fraction=0.01,0.02";

tl::unexpected<Error> refuse(std::string message) {
    return fail(std::move(message), ExitCode::Usage);
}

/// Parts between commas; a comma in brackets separates nothing.
std::vector<std::string> parts_of(std::string_view text) {
    std::vector<std::string> parts(1);
    int depth = 0;
    for (const char c : text) {
        if (c == '[') ++depth;
        if (c == ']') --depth;
        if (c == ',' && depth == 0) {
            parts.emplace_back();
        } else {
            parts.back() += c;
        }
    }
    return parts;
}

struct Range {
    std::string_view from;
    std::string_view to;
    std::string_view step;  ///< "" = not given
};

Range split_range(std::string_view text) {
    const auto dots = text.find("..");
    Range range{text.substr(0, dots), text.substr(dots + 2), {}};
    const auto colon = range.to.find(':');
    if (colon != std::string_view::npos) {
        range.step = range.to.substr(colon + 1);
        range.to = range.to.substr(0, colon);
    }
    return range;
}

/// The values of a range whose ends and step are counted in one unit.
template <class Number, class Print>
Result<> add_steps(
    Axis& axis, std::string_view text, Number from, Number to, Number step, Print print) {
    const auto wrong = [&](std::string why) -> Result<> {
        return refuse(axis.key + ": range \"" + std::string(text) + "\" " + std::move(why));
    };
    if (!(step > Number{})) return wrong("needs a step above 0");
    if (from > to) return wrong("begins above its end: write the smaller end first");
    for (Number at = from; at <= to; at = at + step) {
        if (axis.values.size() == SweepPlan::kValuesMax) {
            return wrong(
                "has more than " + std::to_string(SweepPlan::kValuesMax) +
                " values: take a larger step");
        }
        axis.values.push_back(print(at));
    }
    return {};
}

bool is_whole(Decimal value) {
    return value.units() % Decimal::kOne == 0;
}

Result<> add_range(Axis& axis, std::string_view text) {
    const Range range = split_range(text);
    const auto from = Decimal::parse(range.from);
    const auto to = Decimal::parse(range.to);
    if (from && to) {
        auto step = range.step.empty() ? Checked<Decimal>(Decimal::from_integer(1))
                                       : Decimal::parse(range.step);
        const bool is_open = range.step.empty() && !(is_whole(*from) && is_whole(*to));
        if (step && !is_open) {
            return add_steps(
                axis, text, *from, *to, *step, [](Decimal at) { return at.to_string(); });
        }
    }
    const auto first = parse_duration(range.from);
    const auto last = parse_duration(range.to);
    const auto every = parse_duration(range.step);
    if (!from && !to && first && last && every) {
        return add_steps(
            axis, text, *first, *last, *every, [](Duration at) { return to_string(at); });
    }
    return refuse(
        axis.key + ": \"" + std::string(text) +
        "\" is no range: write FROM..TO:STEP, all three numbers or all three durations");
}

/// Equal values have one spelling, as far as that can be told without the key's kind.
std::string canonical(const std::string& value) {
    const auto number = Decimal::parse(value);
    return number ? number->to_string() : value;
}

Result<> check_values(const Axis& axis) {
    std::set<std::string> seen;
    for (const auto& value : axis.values) {
        if (value.empty()) return refuse(axis.key + ": a value between two commas is empty");
        if (seen.insert(canonical(value)).second) continue;
        return refuse(axis.key + ": the value " + value + " is there twice");
    }
    return {};
}

/// A number below `bound`, every one as probable: what would tip the balance is drawn again.
std::uint64_t draw(synthetic::Random& random, std::uint64_t bound) {
    const std::uint64_t surplus = (0 - bound) % bound;  // 2^64 mod bound
    while (true) {
        const std::uint64_t number = random.next();
        if (number >= surplus) return number % bound;
    }
}

}  // namespace

Result<Axis> parse_axis(std::string_view text) {
    const auto equals = text.find('=');
    if (equals == 0 || equals == std::string_view::npos || equals + 1 == text.size()) {
        return refuse("\"" + std::string(text) + "\" is no parameter: " + std::string(kForm));
    }
    Axis axis;
    axis.key = std::string(text.substr(0, equals));
    const bool is_ours = std::any_of(kSections.begin(), kSections.end(), [&](auto section) {
        return axis.key.starts_with(section);
    });
    if (!is_ours) {
        return refuse(
            axis.key +
            " cannot be swept: only keys of strategy, risk, execution and paper; for all runs "
            "alike it can be --set");
    }
    for (const auto& part : parts_of(text.substr(equals + 1))) {
        const bool is_range = part.find("..") != std::string::npos && !part.starts_with('[');
        if (is_range) {
            TRY(add_range(axis, part));
        } else {
            axis.values.push_back(part);
        }
    }
    TRY(check_values(axis));
    return axis;
}

Result<SweepPlan> SweepPlan::make(const PlanOptions& options) {
    SweepPlan plan;
    std::set<std::string> keys;
    for (const auto& parameter : options.parameters) {
        Axis axis = TRY(parse_axis(parameter));
        if (!keys.insert(axis.key).second) {
            return refuse(axis.key + " is given twice: put all of its values into one --param");
        }
        std::uint64_t points = 0;
        if (__builtin_mul_overflow(plan.grid_size_, axis.values.size(), &points)) {
            return refuse("the grid has more points than can be counted: fewer parameters");
        }
        plan.grid_size_ = points;
        plan.axes_.push_back(std::move(axis));
    }
    const bool is_all = options.random == 0 || options.random >= plan.grid_size_;
    const std::uint64_t count = is_all ? plan.grid_size_ : options.random;
    if (count > kSetsMax) {
        std::string product;
        for (const auto& axis : plan.axes_) {
            product += (product.empty() ? "" : " x ") + std::to_string(axis.values.size());
        }
        return refuse(
            std::to_string(count) + " sets (grid " + product + ") are more than " +
            std::to_string(kSetsMax) + ": take larger steps, or some by chance with --random N");
    }
    plan.size_ = static_cast<std::size_t>(count);
    if (!is_all) plan.choose(count, options.seed);
    return plan;
}

/// So many different points (Floyd's sampling: Bentley, "Programming Pearls", CACM 30(9), 1987),
/// shuffled, so that a sweep that is cut short has seen all of the grid.
void SweepPlan::choose(std::uint64_t count, std::uint64_t seed) {
    seed_ = seed;
    synthetic::Random random(seed);
    std::set<std::uint64_t> points;
    for (std::uint64_t last = grid_size_ - count; last < grid_size_; ++last) {
        const std::uint64_t drawn = draw(random, last + 1);
        points.insert(points.contains(drawn) ? last : drawn);
    }
    chosen_.assign(points.begin(), points.end());
    for (std::size_t i = chosen_.size(); i > 1; --i) {
        std::swap(chosen_[i - 1], chosen_[static_cast<std::size_t>(draw(random, i))]);
    }
}

std::vector<std::string> SweepPlan::values(std::size_t set) const {
    std::uint64_t point = chosen_.empty() ? set : chosen_[set];
    std::vector<std::string> values(axes_.size());
    // The last parameter changes fastest.
    for (std::size_t i = axes_.size(); i > 0; --i) {
        const auto& all = axes_[i - 1].values;
        values[i - 1] = all[static_cast<std::size_t>(point % all.size())];
        point /= all.size();
    }
    return values;
}

std::vector<std::string> SweepPlan::overrides(std::size_t set) const {
    std::vector<std::string> overrides = values(set);
    for (std::size_t i = 0; i < axes_.size(); ++i) {
        overrides[i].insert(0, axes_[i].key + '=');
    }
    return overrides;
}

std::string SweepPlan::text() const {
    std::string text = is_random()
                           ? "random " + std::to_string(size_) + " seed " + std::to_string(seed_)
                           : std::string("grid");
    for (const auto& axis : axes_) {
        text += "; " + axis.key + '=';
        for (std::size_t i = 0; i < axis.values.size(); ++i) {
            text += (i == 0 ? "" : ",") + axis.values[i];
        }
    }
    return text;
}

std::string SweepPlan::describe() const {
    const std::string sets = std::to_string(size_) + (size_ == 1 ? " set" : " sets");
    const std::string parameters =
        std::to_string(axes_.size()) + (axes_.size() == 1 ? " parameter" : " parameters");
    if (!is_random()) return "grid of " + parameters + ", " + sets;
    return sets + " by chance (seed " + std::to_string(seed_) + ") of a grid of " + parameters +
           " with " + std::to_string(grid_size_) + " points";
}

}  // namespace tapedeck::research
