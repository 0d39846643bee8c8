#pragma once

#include "market-data/core/market_feed.h"
#include "net/wire.h"
#include "venues/kraken/account.h"
#include "venues/kraken/pairs_query.h"
#include "venues/kraken/private_link.h"
#include "venues/kraken/private_rest.h"
#include "venues/kraken/public_rest.h"
#include "venues/kraken/rate.h"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tapedeck::kraken {

struct TraderOptions {
    /// Of our own ServiceStarted: only intents that are recorded after it are sent.
    std::uint32_t producer_epoch = 0;
    std::string rest_origin = "https://api.kraken.com";
    std::string socket_url = "wss://ws-auth.kraken.com/v2";
    Tier tier = Tier::Starter;
    bool validate_only = false;  ///< orders are checked by the venue, and not placed
    /// No nonce above it was ever given out; 0 for a key never used (sign.h).
    std::uint64_t nonce_mark = 0;
    Duration request_timeout{std::chrono::seconds(10)};
    Duration answer_timeout{std::chrono::seconds(10)};  ///< of the WebSocket, to one request
    Duration reconcile_every{std::chrono::minutes(5)};
    /// Fills of so much time before the watermark are read again: REST is behind by tens of
    /// seconds.
    Duration reconcile_overlap{std::chrono::minutes(2)};
    Duration switch_timeout{std::chrono::seconds(60)};  ///< the dead man's switch; 0 = none
    Duration switch_every{std::chrono::seconds(20)};
    net::Breaker::Limits breaker{};
    net::AnswerCache* cache = nullptr;  ///< of public answers; may be none; outlives the trader
    std::uint64_t seed = 0;             ///< of the jitter
};

/// What has happened since the last time; events in the order in which they are to be recorded.
struct TraderNews {
    std::vector<market_data::SourcedEvent> events;
    std::vector<market_data::Note> notes;
    /// To be made durable and told to Trader::nonce_mark_written(): until then no REST call leaves.
    std::optional<std::uint64_t> nonce_mark;
};

/// Sends one account's durable intents and requests to Kraken, and submits what the venue says, as
/// it says it. What that means is for AccountBooks to conclude: nothing is decided here but when to
/// send. A pure function of the wire, the clocks it is handed and the tape.
///
/// Start reading at poll() in trader.cpp; orders are sent in trader_orders.cpp, questions asked in
/// trader_questions.cpp. No secret ever gets into an event or a note.
class Trader final {
public:
    /// `books` are those of the tape that on_record() is handed, one record ahead of it; they and
    /// what `credentials` refer to outlive this.
    Trader(
        TraderOptions options,
        std::unique_ptr<net::Wire> wire,
        const Credentials& credentials,
        const AccountBooks& books);

    /// A record read back from the tape, after the books have applied it. All of them, in order;
    /// one that was seen before is ignored.
    void on_record(const Recorded& recorded);

    /// Takes what has come, sends what is due. `lease_left`: for so long whoever owns this is
    /// certainly the account's only writer, and hears of the tape in time. Only while some is left
    /// do orders and amendments leave, valid no longer than it, and the dead man's switch is
    /// refreshed. Cancellations and questions always go.
    TraderNews poll(const market_data::Moment& now, Duration lease_left);

    void nonce_mark_written(std::uint64_t mark) { rest_.mark_written(mark); }

    /// Switches the dead man's switch off, before an ordered end: what rests stays. Nothing new
    /// leaves any more.
    void stand_down() { stands_down_ = true; }

    /// Nothing of ours at the venue would act without us: an end may come.
    bool has_stood_down() const;

    int wake_descriptor() const { return wire_->wake_descriptor(); }

    /// Whether the account's stream serves.
    bool stream_is_up() const { return link_.is_up(); }

    /// Of the REST calls, as of the last poll().
    net::Breaker::State breaker() const { return breaker_; }

    /// How long a request waits for its turn after it was recorded. The order manager believes that
    /// an order never arrived a minute after its intent: by then nothing may leave any more.
    static constexpr Duration kQueueMax = std::chrono::seconds(30);

    /// More orders in doubt than this are asked about together, by a reconciliation: one by one the
    /// budget of the key would not do.
    static constexpr std::size_t kInquiriesMax = 3;

private:
    enum class What : std::uint8_t { Token, Switch, Add, Amend, Cancel, Query, Audit };

    /// What was asked and not yet answered, by REST tag or by the request's number.
    struct Asked {
        What what = What::Token;
        Seq about;
        Seq intent;
        std::uint32_t attempt = 1;
        std::string channel;
        std::string question;
        Duration at{};
    };

    /// What waits to be sent; for orders `about` is the intent.
    struct Command {
        Seq about;
        Seq intent;
        Duration at{};  ///< since when
    };

    /// A query under way: one question after the other.
    struct Inquiry {
        Seq about;
        Seq intent;
        Time asked_at{};  ///< when it was recorded
        bool is_asked = false;
    };

    /// A reconciliation under way.
    struct Audit {
        enum class Step : std::uint8_t { Open, Closed, Fills, Ledger, Balances };

        std::uint32_t number = 0;
        Step step = Step::Open;
        Page page;
        unsigned pages = 0;
        bool has_failed = false;
        bool reads_ledger = false;  ///< balances did not agree: what moved them is asked for
    };

    // trader.cpp
    void remember_spending(const Recorded& recorded);
    void say(Event event);
    void note(bool is_warning, std::string code, std::string text);
    void message(const Asked& asked, unsigned status, const std::string& text);
    void failure(const Asked& asked, bool was_written, const std::string& reason);
    std::string redacted(std::string text) const;
    void watch_breaker();
    void take_link();
    void link_up();
    void link_down(const std::string& why);
    void take_answer(const PrivateLink::News& news);
    void take_outcome(const PrivateRest::Outcome& outcome);
    void take_public(const PublicRest::Answered& answered);
    void take_steps();
    void expire_answers();

    // trader_orders.cpp
    void drive_orders();
    void drive_cancels();
    void drive_amends();
    void drive_adds();
    bool cancel_unsent(Seq intent);
    bool send_cancel(const Command& command);
    bool send_amend(const Command& command);
    bool send_add(const Command& command);
    void send_switch(Duration timeout);
    void refuse(Seq intent, std::string code, std::string text);
    bool may_spend(const BookedOrder& order, EngineAction action) const;
    void spend(const BookedOrder& order, EngineAction action);
    void spent_too_much(Seq intent, const VenueError& error);
    bool is_add_unanswered(Seq intent) const;
    void ask_rest(Asked asked, PrivateCall call, Urgency urgency, Duration until);
    std::uint64_t ask_socket(Asked asked);
    Time latest(const BookedOrder& order) const;

    bool may_send(Duration lead) const { return !stands_down_ && lease_left_ >= lead; }

    // trader_questions.cpp
    void drive_questions();
    void drive_switch();
    void ask_query(const Inquiry& inquiry, PrivateCall call);
    void drive_queries();
    void forget_answered(const ReconciliationCompleted& done);
    void take_query(const PrivateRest::Outcome& outcome, const Asked& asked);
    bool go_on(const PrivateRest::Outcome& outcome, const Asked& asked);
    void begin_audit();
    void ask_audit();
    void take_audit(const PrivateRest::Outcome& outcome, const Asked& asked);
    void take_token(const PrivateRest::Outcome& outcome);

    TraderOptions options_;
    std::unique_ptr<net::Wire> wire_;
    const AccountBooks& books_;
    PublicRest public_;
    PairsQuery pairs_;
    PrivateRest rest_;
    PrivateLink link_;
    EngineLimiter engine_;
    json::Document document_;

    market_data::Moment now_{};
    TraderNews news_;

    Duration lease_left_{};    ///< as told by this poll
    bool began_ = false;       ///< our ServiceStarted has come back
    bool reconciled_ = false;  ///< a complete reconciliation since
    bool is_linked_ = false;   ///< as last said
    bool said_link_ = false;
    bool stands_down_ = false;
    net::Breaker::State breaker_ = net::Breaker::State::Closed;  ///< as last noted
    Seq last_;

    Symbols symbols_;
    bool has_symbols_ = false;  ///< as the venue has them now: old ones do for reading

    std::deque<Command> cancels_;
    std::deque<Command> amends_;
    std::deque<Command> adds_;
    std::deque<Inquiry> inquiries_;
    std::optional<Audit> audit_;
    std::uint32_t last_audit_ = 0;
    bool wants_audit_ = true;
    Duration audit_at_{};
    Duration audit_began_{};
    Duration audit_ended_{};
    Duration switch_at_{};
    bool is_switch_on_ = false;

    std::uint64_t tag_ = 0;
    std::map<std::uint64_t, Asked> by_tag_;
    std::map<std::uint64_t, Asked> by_request_;
};

}  // namespace tapedeck::kraken
