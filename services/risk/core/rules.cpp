#include "risk/core/rules.h"

namespace tapedeck::risk {

namespace {

using Compare = bool (*)(Decimal value, Decimal limit);
enum class Direction { Upwards, Downwards };

RuleCheck compare(
    DenyCode code, Known<Decimal> value, const Bound& limit, Direction direction, Compare passes) {
    RuleCheck check = must_hold(code, false);
    check.value = value;
    check.limit = limit.value();
    if (!value) return check;
    if (!limit.is_set()) {
        check.passed = true;
        return check;
    }
    if (!limit.value()) return check;
    check.passed = passes(*value, *limit.value());
    const Ratio a(direction == Direction::Upwards ? *limit.value() : *value);
    const Ratio b(direction == Direction::Upwards ? *value : *limit.value());
    if (const auto headroom = difference(a, b)) check.headroom = headroom->decimal();
    return check;
}

}  // namespace

RuleCheck must_hold(DenyCode code, bool holds) {
    return {.code = code, .passed = holds, .value = {}, .limit = {}, .headroom = {}, .detail = {}};
}

RuleCheck at_most(DenyCode code, const Measured& value, const Bound& limit) {
    return compare(
        code, value.value, limit, Direction::Upwards, [](Decimal a, Decimal b) { return a <= b; });
}

RuleCheck at_least(DenyCode code, const Measured& value, const Bound& limit) {
    return compare(code, value.value, limit, Direction::Downwards, [](Decimal a, Decimal b) {
        return a >= b;
    });
}

RuleCheck below(DenyCode code, const Measured& value, const Bound& limit) {
    return compare(
        code, value.value, limit, Direction::Upwards, [](Decimal a, Decimal b) { return a < b; });
}

RuleCheck not_needed(DenyCode code) {
    return must_hold(code, true);
}

const RuleCheck* first_failed(const std::vector<RuleCheck>& checks) {
    for (const auto& check : checks) {
        if (!check.passed) return &check;
    }
    return nullptr;
}

std::string sentence(const RuleCheck& check) {
    std::string text(to_string(check.code));
    if (!check.detail.empty()) text += ": " + check.detail;
    // Beside words, numbers only where they are what says no.
    const bool is_by_number = check.headroom && check.headroom->is_negative();
    if (!check.detail.empty() && !is_by_number) return text;
    if (check.value) text += ": " + check.value->to_string();
    if (check.value && check.limit) text += " against " + check.limit->to_string();
    return text;
}

}  // namespace tapedeck::risk
