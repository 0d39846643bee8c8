#pragma once

#include "events/codec.h"
#include "events/event.h"
#include "events/state.h"
#include "venues/kraken/private_messages.h"
#include "venues/kraken/rest_account.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

/// What AccountBooks (account.h) remembers; one struct a thing.
namespace tapedeck::kraken {

/// Whether an amount may be counted with: at most 1e15 either way. What is beyond is damage.
bool is_sane(Decimal amount);

/// One order at the venue that carries our client order id. There is one, unless the venue replaces
/// an order, or something went badly wrong.
struct Leg {
    std::string order_id;  ///< the venue's
    bool is_dead = false;  ///< it has ended there
    bool is_replaced = false;
    Quantity filled;  ///< the most that the venue has claimed

    template <class A>
    void archive(A& a) {
        a(order_id);
        a(is_dead);
        a(is_replaced);
        a(filled);
    }
};

/// An order of ours, as far as intents and venue tell.
struct BookedOrder {
    static constexpr std::size_t kLegsMax = 8;

    std::uint64_t tape_id = 0;  ///< when it was intended
    OrderTerms terms;           ///< as they are at the venue: amendments included
    Time intended_at{};
    Time changed_at{};      ///< placed or amended, as recorded: its age for the engine's points
    Time amended_at{};      ///< the epoch = never
    Time news_at{};         ///< the stream's last word, as recorded
    std::vector<Leg> legs;  ///< in the order in which they became known
    Quantity filled;        ///< the sum of its fills
    bool is_ended = false;  ///< an end was stated, or nothing ever left
    bool is_amending = false;
    bool is_doubted = false;  ///< a discrepancy about it was stated

    bool is_alive() const;
    Quantity claimed() const;  ///< filled over all legs, as the venue says

    template <class A>
    void archive(A& a) {
        a(tape_id);
        a(terms);
        a(intended_at);
        a(changed_at);
        a(amended_at);
        a(news_at);
        a(legs);
        a(filled);
        a(is_ended);
        a(is_amending);
        a(is_doubted);
    }
};

/// What the order manager asked of the venue about an order.
enum class RequestKind { Cancel = 1, Amend, Query };

struct BookedRequest {
    RequestKind kind = RequestKind::Cancel;
    Seq intent;
    std::uint32_t attempt = 0;  ///< queries: the order manager's own number
    Time asked_at{};            ///< when it was recorded

    // Amendments: what was asked for.
    std::optional<Quantity> quantity;
    std::optional<Price> limit_price;
    std::optional<Price> trigger_price;

    // Queries: what has been answered of the set of questions `set`.
    std::uint32_t set = 0;
    bool is_open_answered = false;
    bool was_found = false;
    bool is_answered = false;

    template <class A>
    void archive(A& a) {
        a(kind);
        a(intent);
        a(attempt);
        a(asked_at);
        a(quantity);
        a(limit_price);
        a(trigger_price);
        a(set);
        a(is_open_answered);
        a(was_found);
        a(is_answered);
    }
};

/// A fill whose order nobody knows yet: ours or not, a later answer tells.
struct OrphanFill {
    std::string order_id;
    VenueFill fill;
    Instrument instrument;  ///< none, if its pair isn't known
    Side side = Side::Buy;
    Time happened{};
    Seq evidence;

    template <class A>
    void archive(A& a) {
        a(order_id);
        a(fill);
        a(instrument);
        a(side);
        a(happened);
        a(evidence);
    }
};

/// A trade in the ledger whose fill has not been told.
struct OwedFill {
    Time happened{};
    Seq evidence;

    template <class A>
    void archive(A& a) {
        a(happened);
        a(evidence);
    }
};

/// What an account holds of a currency: as last agreed on, and what should have changed it since.
struct BookedBalance {
    Decimal agreed;
    Decimal delta;     ///< fills and other rows since
    Decimal slack;     ///< by which the venue's rounding may differ
    Decimal mismatch;  ///< at the last comparison; two alike in a row are a discrepancy

    template <class A>
    void archive(A& a) {
        a(agreed);
        a(delta);
        a(slack);
        a(mismatch);
    }
};

/// A reconciliation under way: what has been answered of its questions.
struct Audit {
    std::uint32_t number = 0;  ///< 0 = none
    Time from{};
    Time to{};
    Time opened_at{};  ///< when the open orders were recorded
    bool has_open = false;
    bool has_closed = false;
    bool has_fills = false;
    bool has_balances = false;
    std::uint64_t closed_next = 0;  ///< the offset of the next page
    std::uint64_t fills_next = 0;
    std::uint64_t open_orders = 0;
    std::uint64_t closed_orders = 0;
    std::uint64_t fills = 0;
    std::uint64_t new_fills = 0;
    std::uint64_t external_orders = 0;
    std::uint64_t discrepancies = 0;
    std::set<std::string> named;  ///< venue order ids, open or closed

    template <class A>
    void archive(A& a) {
        a(number);
        a(from);
        a(to);
        a(opened_at);
        a(has_open);
        a(has_closed);
        a(has_fills);
        a(has_balances);
        a(closed_next);
        a(fills_next);
        a(open_orders);
        a(closed_orders);
        a(fills);
        a(new_fills);
        a(external_orders);
        a(discrepancies);
        a(named);
    }
};

/// A fact that follows from a message and has not come back from the tape yet.
struct OwedFact {
    Seq cause;
    Event event;

    template <class A>
    void archive(A& a) {
        a(cause);
        if constexpr (std::is_same_v<A, StateReader>) {
            std::string bytes;
            a(bytes);
            Recorded recorded;
            if (decode_record(bytes, recorded)) event = std::move(recorded.event);
        } else {
            std::string bytes;
            encode_record(bytes, 0, 0, {}, event);
            a(bytes);
        }
    }
};

}  // namespace tapedeck::kraken
