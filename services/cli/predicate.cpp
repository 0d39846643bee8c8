#include "cli/predicate.h"

#include "ops/nearest.h"

#include <algorithm>
#include <functional>
#include <optional>

namespace tapedeck::cli {

namespace {

using Arguments = std::vector<std::string>;
using Value = std::optional<Decimal>;

/// What can be asked of the books.
struct Measure {
    std::string_view name;
    std::string_view arguments;  ///< as help shows them; "" = none
    std::size_t arguments_min;
    std::size_t arguments_max;
    std::string_view help;
    Value (*value)(const Books& books, const Arguments& arguments);
};

Value whole(std::uint64_t count) {
    return Decimal::from_integer(static_cast<std::int64_t>(count));
}

/// A sum over accounts; of one currency where that is asked for.
template <class Part>
Value money_of(const Books& books, const Arguments& arguments, Part part) {
    Money sum;
    bool known = false;
    for (const auto& total : books.portfolio().totals()) {
        if (!arguments.empty() && total.currency != arguments[0]) continue;
        sum += part(total);
        known = true;
    }
    return known ? Value(sum.decimal()) : std::nullopt;
}

Value position_of(const Books& books, const Arguments& arguments) {
    Decimal sum;
    for (const auto& [key, position] : books.portfolio().positions()) {
        const bool wanted = key.instrument.name() == arguments[0] &&
                            (arguments.size() < 2 || key.strategy == arguments[1]);
        if (wanted) sum = sum + position.quantity.decimal();
    }
    return sum;
}

Value price_of(const Books& books, const Arguments& arguments) {
    for (const auto& [instrument, price] : books.portfolio().last_prices()) {
        if (instrument.name() == arguments[0]) return price.decimal();
    }
    return std::nullopt;
}

Value open_positions(const Books& books, const Arguments&) {
    const auto& all = books.portfolio().positions();
    return whole(static_cast<std::uint64_t>(std::count_if(
        all.begin(), all.end(), [](const auto& each) { return !each.second.quantity.is_zero(); })));
}

Value denials_of(const Books& books, const Arguments& arguments) {
    std::uint64_t sum = 0;
    for (const auto& [code, count] : books.counts().denials) {
        if (arguments.empty() || code == arguments[0]) sum += count;
    }
    return whole(sum);
}

Value unknown_orders(const Books& books, const Arguments&) {
    const auto& all = books.orders().open_orders();
    return whole(static_cast<std::uint64_t>(std::count_if(
        all.begin(), all.end(), [](const auto& each) { return each.second.is_unresolved; })));
}

const std::vector<Measure> kMeasures = {
    {"equity",
     "CURRENCY",
     0,
     1,
     "cash and positions at the last prices",
     [](const Books& books, const Arguments& arguments) {
         return money_of(books, arguments, [](const auto& total) { return total.equity; });
     }},
    {"cash",
     "CURRENCY",
     0,
     1,
     "of all accounts",
     [](const Books& books, const Arguments& arguments) {
         return money_of(books, arguments, [](const auto& total) { return total.cash; });
     }},
    {"realised",
     "CURRENCY",
     0,
     1,
     "profit of what was closed, before fees",
     [](const Books& books, const Arguments& arguments) {
         return money_of(books, arguments, [](const auto& total) { return total.realised; });
     }},
    {"unrealised",
     "CURRENCY",
     0,
     1,
     "profit of what is open",
     [](const Books& books, const Arguments& arguments) {
         return money_of(books, arguments, [](const auto& total) { return total.unrealised; });
     }},
    {"fees",
     "CURRENCY",
     0,
     1,
     "paid",
     [](const Books& books, const Arguments& arguments) {
         return money_of(books, arguments, [](const auto& total) { return total.fees; });
     }},
    {"drawdown",
     "",
     0,
     0,
     "below the peak, as a share of it: 0.02 is 2 %",
     [](const Books& books, const Arguments&) {
         const auto drawdown = books.risk().drawdown();
         return drawdown ? Value(drawdown->decimal()) : std::nullopt;
     }},
    {"day_result",
     "",
     0,
     0,
     "profit since midnight UTC",
     [](const Books& books, const Arguments&) {
         const auto day = books.risk().day();
         return day.result ? Value(day.result->decimal()) : std::nullopt;
     }},
    {"position", "INSTRUMENT, STRATEGY", 1, 2, "what is held, signed", &position_of},
    {"price", "INSTRUMENT", 1, 1, "the last", &price_of},
    {"open_positions", "", 0, 0, "how many are not flat", &open_positions},
    {"open_orders",
     "",
     0,
     0,
     "how many",
     [](const Books& books, const Arguments&) {
         return whole(books.orders().open_orders().size());
     }},
    {"unknown_orders", "", 0, 0, "without a known outcome", &unknown_orders},
    {"orders",
     "",
     0,
     0,
     "intended so far",
     [](const Books& books, const Arguments&) { return whole(books.counts().orders); }},
    {"fills",
     "",
     0,
     0,
     "so far",
     [](const Books& books, const Arguments&) { return whole(books.counts().fills); }},
    {"targets",
     "",
     0,
     0,
     "so far",
     [](const Books& books, const Arguments&) { return whole(books.counts().targets); }},
    {"denials", "CODE", 0, 1, "so far, of all codes or of one", &denials_of},
    {"gaps",
     "",
     0,
     0,
     "in the market data so far",
     [](const Books& books, const Arguments&) { return whole(books.counts().gaps); }},
    {"killed",
     "",
     0,
     0,
     "1 while the kill is engaged",
     [](const Books& books, const Arguments&) {
         return whole(books.risk().is_killed() || books.orders().is_killed() ? 1 : 0);
     }},
    {"paused",
     "",
     0,
     0,
     "1 while anything is paused",
     [](const Books& books, const Arguments&) {
         return whole(books.risk().pauses().empty() ? 0 : 1);
     }},
    {"emergency",
     "",
     0,
     0,
     "1 while an emergency stop stands",
     [](const Books& books, const Arguments&) {
         return whole(books.risk().emergency_stops().empty() ? 0 : 1);
     }}};

enum class Sign { Less, LessOrEqual, Equal, NotEqual, GreaterOrEqual, Greater };

bool compare(const Decimal& a, Sign sign, const Decimal& b) {
    switch (sign) {
        case Sign::Less: return a < b;
        case Sign::LessOrEqual: return a <= b;
        case Sign::Equal: return a == b;
        case Sign::NotEqual: return a != b;
        case Sign::GreaterOrEqual: return a >= b;
        case Sign::Greater: return a > b;
    }
    return false;
}

}  // namespace

struct Predicate::Node {
    enum class Kind { Comparison, And, Or, Not };

    Kind kind = Kind::Comparison;
    std::shared_ptr<const Node> left;
    std::shared_ptr<const Node> right;  ///< of And and Or
    const Measure* measure = nullptr;
    Arguments arguments;
    Sign sign = Sign::NotEqual;
    Decimal number;

    bool holds(const Books& books) const {
        switch (kind) {
            case Kind::And: return left->holds(books) && right->holds(books);
            case Kind::Or: return left->holds(books) || right->holds(books);
            case Kind::Not: return !left->holds(books);
            case Kind::Comparison: break;
        }
        const Value value = measure->value(books, arguments);
        return value && compare(*value, sign, number);
    }
};

namespace {

using Node = Predicate::Node;
using NodePointer = std::shared_ptr<const Node>;

/// Deeper than this nobody nests by hand.
constexpr int kDepthMost = 50;

/// Reads by descent: or below and below not below a comparison.
class Parser {
public:
    explicit Parser(std::string_view text) : all_(text), rest_(text) {}

    Result<NodePointer> whole() {
        NodePointer node = TRY(either());
        skip_space();
        if (!rest_.empty())
            return tl::make_unexpected(mistake("\"" + std::string(rest_) + "\" was not expected"));
        return node;
    }

private:
    Error mistake(const std::string& what) const {
        return {
            "\"" + std::string(all_) + "\": " + what +
                "; write for example 'drawdown > 0.02 and open_orders == 0'",
            ExitCode::Usage};
    }

    void skip_space() {
        while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t')) {
            rest_.remove_prefix(1);
        }
    }

    static bool is_word(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    }

    std::string_view peek_word() {
        skip_space();
        std::size_t size = 0;
        while (size < rest_.size() && is_word(rest_[size])) ++size;
        return rest_.substr(0, size);
    }

    bool take(std::string_view token) {
        skip_space();
        const bool is_name = is_word(token.front());
        if (is_name ? peek_word() != token : !rest_.starts_with(token)) return false;
        rest_.remove_prefix(token.size());
        return true;
    }

    Result<NodePointer> either() {
        NodePointer left = TRY(both());
        while (take("or") || take("||")) {
            NodePointer right = TRY(both());
            left = join(Node::Kind::Or, left, right);
        }
        return left;
    }

    Result<NodePointer> both() {
        NodePointer left = TRY(single());
        while (take("and") || take("&&")) {
            NodePointer right = TRY(single());
            left = join(Node::Kind::And, left, right);
        }
        return left;
    }

    static NodePointer join(Node::Kind kind, NodePointer left, NodePointer right) {
        auto node = std::make_shared<Node>();
        node->kind = kind;
        node->left = std::move(left);
        node->right = std::move(right);
        return node;
    }

    Result<NodePointer> single() {
        if (++depth_ > kDepthMost) return tl::make_unexpected(mistake("it is nested too deep"));
        Result<NodePointer> result = inner();
        --depth_;
        return result;
    }

    Result<NodePointer> inner() {
        if (take("not")) return negated();
        skip_space();
        if (!rest_.starts_with("!=") && take("!")) return negated();
        if (take("(")) {
            NodePointer node = TRY(either());
            if (!take(")")) return tl::make_unexpected(mistake("a \")\" is missing"));
            return node;
        }
        return comparison();
    }

    Result<NodePointer> negated() {
        NodePointer node = TRY(single());
        return join(Node::Kind::Not, std::move(node), nullptr);
    }

    Result<NodePointer> comparison() {
        const std::string name(peek_word());
        const auto& all = kMeasures;
        const auto found = std::find_if(
            all.begin(), all.end(), [&](const Measure& each) { return each.name == name; });
        if (found == all.end()) return tl::make_unexpected(unknown(name));
        rest_.remove_prefix(name.size());
        auto node = std::make_shared<Node>();
        node->measure = &*found;
        if (take("(")) {
            const auto end = rest_.find(')');
            if (end == std::string_view::npos) {
                return tl::make_unexpected(mistake("a \")\" is missing"));
            }
            node->arguments = split(rest_.substr(0, end));
            rest_.remove_prefix(end + 1);
        }
        const std::size_t count = node->arguments.size();
        if (count < found->arguments_min || count > found->arguments_max) {
            return tl::make_unexpected(mistake(
                name + (found->arguments.empty()
                            ? " takes nothing in parentheses"
                            : " takes (" + std::string(found->arguments) + ")")));
        }
        const auto sign = take_sign();
        if (!sign) return node;  // "killed" alone: is not 0
        node->sign = *sign;
        skip_space();
        std::size_t size = 0;
        while (size < rest_.size() && (rest_[size] == '-' || rest_[size] == '.' ||
                                       (rest_[size] >= '0' && rest_[size] <= '9'))) {
            ++size;
        }
        const auto number = Decimal::parse(rest_.substr(0, size));
        if (!number) return tl::make_unexpected(mistake("after the sign a number is missing"));
        node->number = *number;
        rest_.remove_prefix(size);
        return node;
    }

    std::optional<Sign> take_sign() {
        if (take(">=")) return Sign::GreaterOrEqual;
        if (take("<=")) return Sign::LessOrEqual;
        if (take("==") || take("=")) return Sign::Equal;
        if (take("!=")) return Sign::NotEqual;
        if (take(">")) return Sign::Greater;
        if (take("<")) return Sign::Less;
        return std::nullopt;
    }

    Error unknown(const std::string& name) const {
        std::vector<std::string> names;
        names.reserve(std::size(kMeasures));
        for (const auto& each : kMeasures) names.emplace_back(each.name);
        const auto meant = ops::nearest(name, names);
        std::string list;
        for (const auto& each : names) list += (list.empty() ? "" : ", ") + each;
        const std::string what =
            name.empty() ? "a quantity is missing" : "there is no \"" + name + "\"";
        return mistake(
            meant ? what + ": did you mean \"" + *meant + "\"?" : what + "; there are " + list);
    }

    static Arguments split(std::string_view text) {
        Arguments parts;
        while (!text.empty()) {
            const auto end = text.find(',');
            std::string_view part = text.substr(0, end);
            while (part.starts_with(' ')) part.remove_prefix(1);
            while (part.ends_with(' ')) part.remove_suffix(1);
            if (!part.empty()) parts.emplace_back(part);
            text = end == std::string_view::npos ? "" : text.substr(end + 1);
        }
        return parts;
    }

    std::string_view all_;
    std::string_view rest_;
    int depth_ = 0;
};

}  // namespace

Result<Predicate> Predicate::parse(std::string_view text) {
    NodePointer root = TRY(Parser(text).whole());
    return Predicate(std::move(root));
}

bool Predicate::holds(const Books& books) const {
    return root_->holds(books);
}

std::string quantities_help() {
    std::string text;
    for (const auto& each : kMeasures) {
        std::string name(each.name);
        if (!each.arguments.empty()) name += "(" + std::string(each.arguments) + ")";
        text += name + std::string(name.size() < 32 ? 32 - name.size() : 1, ' ');
        text += std::string(each.help) + '\n';
    }
    return text;
}

}  // namespace tapedeck::cli
