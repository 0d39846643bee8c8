#include "research/whatif/seq_map.h"

#include "events/print.h"
#include "events/test_samples.h"

#include <gtest/gtest.h>

namespace tapedeck::research {
namespace {

TEST(SeqMapTest, FindsWhatWasAddedAndNothingBetween) {
    SeqMap map;
    map.add({1}, {1});
    map.add({2}, {2});
    map.add({5}, {3});
    EXPECT_EQ(map.exact({2}), Seq{2});
    EXPECT_EQ(map.exact({3}), std::nullopt);
    EXPECT_EQ(map.exact({5}), Seq{3});
    EXPECT_EQ(map.exact({6}), std::nullopt);
    EXPECT_EQ(map.exact({0}), std::nullopt);
    EXPECT_EQ(map.floor({4}), Seq{2});
    EXPECT_EQ(map.floor({9}), Seq{3});
    EXPECT_EQ(map.floor({0}), Seq{0});
}

TEST(SeqMapTest, BridgesGapsBetweenNeighboursOfTheSameDistance) {
    SeqMap map(SeqMap::Gaps::Bridged);
    map.add({1}, {1});
    map.add({4}, {4});
    map.add({6}, {9});
    EXPECT_EQ(map.exact({3}), Seq{3});
    EXPECT_EQ(map.exact({5}), std::nullopt);
    EXPECT_EQ(map.floor({5}), Seq{4});
    EXPECT_EQ(map.exact({6}), Seq{9});
}

constexpr Seq kThere{7};
constexpr Seq kMovedThere{70};
constexpr Seq kGone{9};

/// Counts the references of an event, and makes each of them the same.
struct References {
    Seq value;
    int count = 0;

    template <class T>
    void set(T& member) {
        if constexpr (std::is_same_v<T, Seq>) {
            member = value;
            ++count;
        } else if constexpr (std::is_same_v<T, std::string>) {
        } else if constexpr (requires { member.has_value(); }) {
            if (member) set(*member);
        } else if constexpr (requires { member.emplace_back(); }) {
            for (auto& each : member) set(each);
        } else if constexpr (Described<T>) {
            for_each_field(member, [this](int, std::string_view, auto& field) { set(field); });
            if constexpr (std::is_same_v<T, OrderTerms>) member.group = value.value;
        }
    }
};

Event with_references(const Event& event, Seq value, int* count = nullptr) {
    return event.visit([&](auto copy) {
        References references{value};
        references.set(copy);
        if (count != nullptr) *count += references.count;
        return Event(std::move(copy));
    });
}

TEST(MovedTest, EveryReferenceOfEveryEventIsMovedAndNothingElse) {
    SeqMap map;
    map.add(kThere, kMovedThere);
    int references = 0;
    for (const auto& sample : samples::all(samples::Presence::Everything, 1)) {
        const Event before = with_references(sample, kThere, &references);
        EXPECT_EQ(to_json(moved(before, map)), to_json(with_references(sample, kMovedThere)))
            << sample.name();
        EXPECT_EQ(
            to_json(moved(with_references(sample, kGone), map)),
            to_json(with_references(sample, kMovedThere)))
            << sample.name() << ": to the last one before";
        const Event none = with_references(sample, {});
        EXPECT_EQ(to_json(moved(none, map)), to_json(none)) << sample.name();
    }
    EXPECT_GT(references, 40);
}

TEST(MovedTest, IdsThatThePaperVenueMadeOfAnIntentFollowIt) {
    SeqMap map;
    map.add({120}, {118});
    OrderFilled fill;
    fill.intent = {120};
    fill.trade_id = "paper-120-2";
    EXPECT_EQ(moved(fill, map).as<OrderFilled>()->trade_id, "paper-118-2");
    fill.trade_id = "paper-1201-2";
    EXPECT_EQ(moved(fill, map).as<OrderFilled>()->trade_id, "paper-1201-2");
    fill.trade_id = "TSC-120";
    EXPECT_EQ(moved(fill, map).as<OrderFilled>()->trade_id, "TSC-120");
    OrderAccepted accepted{{120}, "paper-120", {}};
    EXPECT_EQ(moved(accepted, map).as<OrderAccepted>()->venue_order_id, "paper-118");
}

}  // namespace
}  // namespace tapedeck::research
