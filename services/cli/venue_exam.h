#pragma once

#include "cli/findings.h"
#include "net/wire.h"
#include "ops/clock.h"
#include "venues/kraken/checkup.h"
#include "venues/kraken/rest_account.h"
#include "venues/kraken/settings.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tapedeck::cli {

/// Asks Kraken what `doctor --venue kraken` wants to know: one question after the other, none of
/// which changes anything, and with a key three that are signed. What the answers are worth is said
/// by venues/kraken/checkup.h.
///
/// Nonces: no mark is kept here. A nonce is the present time in nanoseconds, as those of the
/// process that trades are: above what that one has sent, and below what it will send. Two things
/// can happen. That process has just started again, and is up to a minute ahead of the clock: then
/// the question is refused here, once, and not repeated. Or a call of its own is under way at the
/// very moment: then that one is refused. Questions it repeats; orders go by REST only while its
/// WebSocket is down, and a refused one is told as such.
class VenueExam {
public:
    struct Options {
        kraken::VenueSettings venue;
        Settings settings;                                 ///< [risk] and [paper]
        std::vector<Instrument> instruments;               ///< what is to be traded
        const kraken::Credentials* credentials = nullptr;  ///< null: public questions only
        Duration timeout{std::chrono::seconds(10)};        ///< of a question
        /// Between two questions after the time: three of them, a third of the venue's second
        /// apart, show the skew to about a third of a second.
        Duration time_pause{std::chrono::milliseconds(340)};
        std::function<bool()> interrupted = [] { return false; };
    };

    VenueExam(net::Wire& wire, const ops::Clock& clock, Options options)
        : wire_(wire), clock_(clock), options_(std::move(options)) {}

    /// Everything that was found, in the order in which it was asked.
    std::vector<Finding> run();

private:
    struct Reply {
        unsigned status = 0;
        std::string body;
        Time asked;
        Time answered;
    };

    kraken::Answer<Reply> ask(const kraken::RestRequest& request);

    /// The result of an answer, as `read` understands it.
    template <class Read>
    auto ask(const kraken::RestRequest& request, Read&& read)
        -> kraken::Answer<typename decltype(read(std::declval<kraken::json::Value>()))::value_type>;

    kraken::RestRequest sign(const kraken::PrivateCall& call);
    void pause(Duration duration);

    /// False: it is of no use to ask on.
    bool meet();
    void look_at_status();
    bool look_at_pairs();
    void look_at_prices();
    bool look_at_key();
    void look_at_balances();
    void look_at_own_fees();
    void look_at_fees_of_all();
    void look_at_terms();

    std::vector<const kraken::Pair*> pairs() const;
    std::optional<Money> equity() const;
    void say(kraken::Finding finding);
    void add(std::vector<Finding> findings);

    net::Wire& wire_;
    const ops::Clock& clock_;
    Options options_;
    std::vector<Finding> found_;
    kraken::ClockSkew skew_;
    kraken::Symbols symbols_;
    std::map<Instrument, Price> last_;
    std::optional<kraken::KeyInfo> key_;
    std::optional<std::vector<kraken::Balance>> balances_;
    std::uint64_t last_nonce_ = 0;
};

}  // namespace tapedeck::cli
