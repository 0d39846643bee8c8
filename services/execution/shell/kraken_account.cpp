#include "execution/shell/kraken_account.h"

#include <algorithm>
#include <utility>

namespace tapedeck::execution {

namespace {

constexpr std::string_view kProducer = "execution.kraken.trader";
constexpr std::string_view kRisk = "risk";

/// A secret of the configuration, and not an empty one: `docker compose` mounts those.
Result<ops::Secret> secret_of(const ops::Process& process, const std::string& key) {
    auto secret = TRY(process.configuration().secret(key));
    if (!secret.empty()) return secret;
    return fail(
        key + " is empty: put it into the file that " + key +
            "_file names, or leave kraken.account empty to trade on paper",
        ExitCode::Configuration);
}

Result<std::optional<std::string>> otp_of(const ops::Process& process) {
    const auto* entry = process.configuration().find("kraken.otp");
    const bool has_own = entry != nullptr && !entry->text.empty();
    const bool has_file = !process.configuration().settings().text("kraken.otp_file").empty();
    if (!has_own && !has_file) return std::optional<std::string>{};
    const auto otp = TRY(secret_of(process, "kraken.otp"));
    return std::optional<std::string>(otp.reveal());
}

}  // namespace

Result<std::unique_ptr<KrakenAccount>> KrakenAccount::open(
    ops::Process& process, const kraken::VenueSettings& venue) {
    const auto key = TRY(secret_of(process, "kraken.key"));
    const auto text = TRY(secret_of(process, "kraken.secret"));
    auto otp = TRY(otp_of(process));
    auto secret = kraken::Secret::from_base64(text.reveal());
    if (!secret) {
        return fail("kraken.secret: " + secret.error().message, ExitCode::Configuration);
    }
    auto nonces = TRY(NonceFile::open(process.home() / "execution", key.reveal()));
    net::WireOptions wire_options;
    wire_options.ca_file = venue.ca_file;
    auto wire = TRY(net::start_wire(wire_options));
    std::unique_ptr<KrakenAccount> account(
        new KrakenAccount(process, venue, std::move(*secret), std::move(nonces), std::move(wire)));
    account->credentials_.emplace(
        kraken::Credentials{std::string(key.reveal()), account->secret_, std::move(otp)});
    return account;
}

KrakenAccount::KrakenAccount(
    ops::Process& process,
    kraken::VenueSettings venue,
    kraken::Secret secret,
    NonceFile nonces,
    std::unique_ptr<net::Wire> wire)
    : process_(process),
      venue_(std::move(venue)),
      secret_(std::move(secret)),
      nonces_(std::move(nonces)),
      wire_(std::move(wire)),
      wake_descriptor_(wire_->wake_descriptor()),
      cache_(process) {}

void KrakenAccount::join(tape::Node& node, const Settings& settings) {
    node_ = &node;
    host_ = &node.add_decider(std::string(kraken::AccountBooks::kService), books_, settings);
    producer_ = &node.add_source(std::string(kProducer), {});
    node.on_record([this](const Recorded& recorded) { observe(recorded); });
}

/// The grant is known once the first record comes, and the trader must hear of all of them.
void KrakenAccount::begin() {
    kraken::TraderOptions options;
    options.producer_epoch = host_->producer().granted_epoch();
    options.rest_origin = venue_.rest_origin;
    options.socket_url = venue_.private_socket_url;
    options.tier = venue_.tier;
    options.validate_only = venue_.validate_only;
    options.nonce_mark = nonces_.mark();
    options.reconcile_every = venue_.reconcile_every;
    options.switch_timeout = venue_.dead_mans_switch;
    options.switch_every = venue_.dead_mans_switch / 3;
    options.breaker.failures_max = venue_.breaker_failures;
    options.breaker.pause = venue_.breaker_pause;
    options.cache = &cache_.answers();
    options.seed = static_cast<std::uint64_t>(to_ns(process_.clock().wall()));
    trader_ = std::make_unique<kraken::Trader>(
        std::move(options), std::move(wire_), *credentials_, books_);
}

void KrakenAccount::observe(const Recorded& recorded) {
    if (!trader_) begin();
    if (const auto* started = recorded.event.as<ServiceStarted>()) {
        down_.erase(started->service);
    } else if (const auto* lost = recorded.event.as<ServiceLost>()) {
        if (lost->service == kRisk) down_.insert(lost->service);
    }
    trader_->on_record(recorded);
}

/// By our own clock, from before the BEAT that was answered. Nothing while the tape is not followed
/// to its end, or risk is gone.
Duration KrakenAccount::lease_left() const {
    const Duration now = process_.clock().monotonic();
    const bool is_fit = node_->is_live() && !node_->journal_is_down() &&
                        node_->quarantine().empty() && down_.empty() && waiting_.empty();
    if (!is_fit) return {};
    const Duration confirmed = node_->confirmed_at();
    if (confirmed == Duration{}) return {};
    return std::max(confirmed + kLease - kLeaseMargin - now, Duration{});
}

Result<> KrakenAccount::turn() {
    submit();
    if (!trader_ || waiting_.size() > kWaitingMax) return {};
    TRY(poll());
    submit();
    return {};
}

/// For /status: which ways to the venue are open.
void KrakenAccount::tell_ways() {
    const auto breaker = trader_->breaker();
    const std::pair ways(trader_->stream_is_up(), breaker);
    if (told_ways_ == ways) return;
    told_ways_ = ways;
    auto& vitals = process_.vitals();
    vitals.figure("venue_stream_up", ways.first ? 1 : 0);
    vitals.figure("venue_breaker_open", breaker == net::Breaker::State::Open ? 1 : 0);
    vitals.figure("venue_breaker_half_open", breaker == net::Breaker::State::HalfOpen ? 1 : 0);
}

Result<> KrakenAccount::poll() {
    const auto& clock = process_.clock();
    auto news = trader_->poll({clock.wall(), clock.monotonic()}, lease_left());
    cache_.tell();
    tell_ways();
    for (auto& event : news.events) waiting_.push_back(std::move(event));
    for (const auto& note : news.notes) {
        if (note.is_warning) {
            process_.log().warn(note.code, note.text);
        } else {
            process_.log().info(note.code, note.text);
        }
    }
    if (news.nonce_mark) {
        TRY(nonces_.write(*news.nonce_mark));
        trader_->nonce_mark_written(*news.nonce_mark);
    }
    return {};
}

/// One record an APPEND: each is evidence by itself, and some are long.
void KrakenAccount::submit() {
    while (!waiting_.empty() && producer_->ready() && producer_->has_room()) {
        const tape::Producer::Item item{&waiting_.front().event, waiting_.front().origin};
        producer_->append({}, {}, {&item, 1});
        waiting_.pop_front();
    }
}

Result<> KrakenAccount::leave(const std::function<Result<>()>& step) {
    if (!trader_) return {};
    trader_->stand_down();
    const Duration deadline = process_.clock().monotonic() + kLeaveMax;
    const auto is_done = [&] {
        return trader_->has_stood_down() && waiting_.empty() && producer_->is_drained();
    };
    do {
        TRY(turn());
        TRY(step());
    } while (!is_done() && process_.clock().monotonic() < deadline);
    if (!trader_->has_stood_down()) {
        process_.log().warn(
            "DEAD_MANS_SWITCH_LEFT_ON",
            "the venue did not confirm that the dead man's switch is off: it may cancel what rests "
            "there");
    }
    return {};
}

}  // namespace tapedeck::execution
