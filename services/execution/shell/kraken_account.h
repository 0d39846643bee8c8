#pragma once

#include "execution/shell/nonce_file.h"
#include "ops/process.h"
#include "ops/venue_cache.h"
#include "tape/node.h"
#include "venues/kraken/account.h"
#include "venues/kraken/settings.h"
#include "venues/kraken/sign.h"
#include "venues/kraken/trader.h"

#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace tapedeck::execution {

/// An account at Kraken in the process that owns it: its books as a decider, the trader that speaks
/// with the venue, and the lease that says whether it may. Order of calls: open(), join() before
/// the node's first step, turn() after each, leave() at an ordered end.
class KrakenAccount {
public:
    /// Reads the key and what was kept of its nonces, starts the wire. Errors: a secret that is not
    /// there or can't be read, a CA file that holds no certificate.
    static Result<std::unique_ptr<KrakenAccount>> open(
        ops::Process& process, const kraken::VenueSettings& venue);

    KrakenAccount(const KrakenAccount&) = delete;
    KrakenAccount& operator=(const KrakenAccount&) = delete;

    /// For tape::Node::Options.
    int wake_descriptor() const { return wake_descriptor_; }

    /// `settings`: what the books hear of in their ServiceStarted. Both outlive this.
    void join(tape::Node& node, const Settings& settings);

    /// Hears what has come, sends what is due, and hands the tape what is to be recorded.
    Result<> turn();

    /// Switches the dead man's switch off, as long as that takes but no longer than kLeaveMax: what
    /// rests at the venue stays there. `step` turns the node's wheel.
    Result<> leave(const std::function<Result<>()>& step);

    /// An instance that has not heard of the journal for so long no longer believes that it is the
    /// writer of its account. That there is no other on these sockets is sure already, by the lock
    /// of the pid file beside them; this is for one that was frozen and comes back.
    static constexpr Duration kLease = std::chrono::seconds(5);
    static constexpr Duration kLeaseMargin = std::chrono::seconds(1);
    static constexpr Duration kLeaveMax = std::chrono::seconds(3);
    /// Evidence that waits for room on the tape; above it the wire is not read.
    static constexpr std::size_t kWaitingMax = 10'000;

private:
    KrakenAccount(
        ops::Process& process,
        kraken::VenueSettings venue,
        kraken::Secret secret,
        NonceFile nonces,
        std::unique_ptr<net::Wire> wire);

    void observe(const Recorded& recorded);
    void begin();
    Duration lease_left() const;
    Result<> poll();
    void tell_ways();
    void submit();

    ops::Process& process_;
    kraken::VenueSettings venue_;
    kraken::Secret secret_;
    std::optional<kraken::Credentials> credentials_;
    NonceFile nonces_;
    std::unique_ptr<net::Wire> wire_;
    int wake_descriptor_ = -1;

    ops::VenueCache cache_;
    kraken::AccountBooks books_;
    std::unique_ptr<kraken::Trader> trader_;
    tape::Node* node_ = nullptr;
    const tape::Host* host_ = nullptr;
    tape::Producer* producer_ = nullptr;
    std::deque<market_data::SourcedEvent> waiting_;
    std::optional<std::pair<bool, net::Breaker::State>> told_ways_;

    std::set<std::string> down_;  ///< risk's producers that are gone
};

}  // namespace tapedeck::execution
