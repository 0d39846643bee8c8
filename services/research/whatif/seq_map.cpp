#include "research/whatif/seq_map.h"

#include <algorithm>
#include <string>
#include <type_traits>

namespace tapedeck::research {

namespace {

constexpr std::string_view kPaperPrefix = "paper-";

struct Mover {
    const SeqMap& map;

    Seq moved(Seq seq) const {
        if (!seq.exists()) return seq;
        return map.floor(seq);
    }

    template <class T>
    void move(T& value) const {
        if constexpr (std::is_same_v<T, Seq>) {
            value = moved(value);
        } else if constexpr (std::is_same_v<T, std::string>) {
            // Text has no members.
        } else if constexpr (
            requires { value.emplace_back(); } || requires { value.has_value(); }) {
            move_inside(value);
        } else if constexpr (Described<T>) {
            for_each_field(value, [this](int, std::string_view, auto& member) { move(member); });
            if constexpr (std::is_same_v<T, OrderTerms>) value.group = moved({value.group}).value;
        }
    }

    template <class T>
    void move_inside(T& values) const {
        if constexpr (requires { values.has_value(); }) {
            if (values) move(*values);
        } else {
            for (auto& value : values) move(value);
        }
    }
};

/// "paper-120-1" of the intent 120 is "paper-118-1" of the intent 118.
void rename(std::string& id, Seq before, Seq after) {
    const std::string old_name = std::string(kPaperPrefix) + std::to_string(before.value);
    if (!id.starts_with(old_name)) return;
    if (id.size() > old_name.size() && id[old_name.size()] != '-') return;
    id = std::string(kPaperPrefix) + std::to_string(after.value) + id.substr(old_name.size());
}

}  // namespace

void SeqMap::add(Seq key, Seq value) {
    if (!stretches_.empty()) {
        Stretch& last = stretches_.back();
        const bool is_next = gaps_ == Gaps::Bridged ? last.last < key : last.last.next() == key;
        if (is_next && last.value.value + (key.value - last.first.value) == value.value) {
            last.last = key;
            return;
        }
    }
    stretches_.push_back({key, key, value});
}

const SeqMap::Stretch* SeqMap::find(Seq key) const {
    const auto after = std::upper_bound(
        stretches_.begin(), stretches_.end(), key, [](Seq wanted, const Stretch& each) {
            return wanted < each.first;
        });
    return after == stretches_.begin() ? nullptr : &*std::prev(after);
}

std::optional<Seq> SeqMap::exact(Seq key) const {
    const Stretch* stretch = find(key);
    if (stretch == nullptr || stretch->last < key) return std::nullopt;
    return Seq{stretch->value.value + (key.value - stretch->first.value)};
}

Seq SeqMap::floor(Seq key) const {
    const Stretch* stretch = find(key);
    if (stretch == nullptr) return {};
    return {stretch->value.value + (std::min(key, stretch->last).value - stretch->first.value)};
}

Event moved(const Event& event, const SeqMap& map) {
    const Mover mover{map};
    return event.visit([&](const auto& said) {
        auto copy = said;
        mover.move(copy);
        if constexpr (requires {
                          copy.trade_id;
                          copy.intent;
                      }) {
            rename(copy.trade_id, said.intent, copy.intent);
        }
        if constexpr (requires {
                          copy.venue_order_id;
                          copy.intent;
                      }) {
            rename(copy.venue_order_id, said.intent, copy.intent);
        }
        return Event(std::move(copy));
    });
}

}  // namespace tapedeck::research
