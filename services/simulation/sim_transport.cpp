#include "simulation/sim_transport.h"

#include "base/verify.h"

#include <algorithm>

namespace tapedeck::simulation {

using namespace std::chrono_literals;
using tape::Channel;

namespace {

// tape/socket.cpp: HEARTBEAT_IVL 500, TIMEOUT 1500, RECONNECT_IVL 50, MAX 1000.
constexpr Duration kSilenceMin = 1500ms;
constexpr Duration kSilenceMax = 2000ms;
constexpr Duration kReconnectMin = 50ms;
constexpr Duration kReconnectMax = 1000ms;
constexpr Duration kFirstDialMax = 500us;
/// A connection that has ended is noticed by its other end within this.
constexpr Duration kNoticeMax = 300us;

bool has_arrived(const auto& queue, Duration now) {
    return !queue.empty() && queue.front().at <= now;
}

}  // namespace

Network::Network(const NetworkKnobs& knobs, std::uint64_t seed)
    : knobs_(knobs), dice_(seed, "network") {}

Network::~Network() {
    VERIFY(channels_.empty());  // the network outlives its channels
}

std::optional<Duration> Network::next_timer() const {
    if (timers_.empty()) return std::nullopt;
    return timers_.begin()->first.first;
}

void Network::advance(Duration now) {
    while (!timers_.empty() && timers_.begin()->first.first <= now) {
        const auto node = timers_.extract(timers_.begin());
        now_ = std::max(now_, node.key().first);
        fire(node.mapped());
    }
    VERIFY(now >= now_);
    now_ = now;
}

std::optional<Duration> Network::next_arrival(ProcessId process) const {
    Duration next = Duration::max();
    for (const auto& [id, channel] : channels_) {
        if (channel->process_ == process) next = std::min(next, channel->next_arrival());
    }
    return next == Duration::max() ? std::nullopt : std::optional(next);
}

void Network::set_timer(Duration at, Timer timer) {
    timers_.emplace(std::pair{at, ++ids_}, timer);
}

void Network::fire(const Timer& timer) {
    if (timer.kind == Timer::Kind::Dial) {
        const auto channel = channels_.find(timer.target);
        if (channel != channels_.end()) dial(*channel->second);
        return;
    }
    const auto found = pipes_.find(timer.target);
    if (found == pipes_.end()) return;
    Pipe& pipe = *found->second;
    if (timer.kind == Timer::Kind::StopBreak) {
        const auto is_still_stopped = [&](const SimChannel* channel) {
            if (channel == nullptr) return false;
            const State& state = processes_[channel->process_];
            return state.stopped && state.stops == timer.generation;
        };
        if (!is_still_stopped(pipe.bound) && !is_still_stopped(pipe.dialer)) return;
    }
    break_pipe(pipe, std::nullopt);
}

/// One attempt to connect; the next follows if it fails.
void Network::dial(SimChannel& channel) {
    if (processes_[channel.process_].stopped) return;  // resume() dials again
    for (const auto& pipe : channel.pipes_) {
        if (pipe->open) return;
    }
    const auto found = bound_.find(channel.endpoint_);
    if (found != bound_.end() && !processes_[found->second->process_].stopped) {
        connect(channel, *found->second);
        return;
    }
    const Duration wait = channel.backoff_ + dice_.between(Duration{}, kReconnectMin);
    channel.backoff_ = std::min(2 * channel.backoff_, kReconnectMax);
    set_timer(now_ + wait, {Timer::Kind::Dial, channel.id_, 0});
}

void Network::connect(SimChannel& dialer, SimChannel& bound) {
    dialer.backoff_ = kReconnectMin;
    auto pipe = std::make_shared<Pipe>();
    pipe->id = ++ids_;
    pipe->bound = &bound;
    pipe->dialer = &dialer;
    pipe->peer = "peer-" + std::to_string(pipe->id);
    const bool live = bound.kind_ == Channel::Kind::Publisher;
    pipe->mark = live ? knobs_.live_mark : knobs_.submit_mark;
    if (live) {
        pipe->subscribed_at = now_ + delay();
        pipe->subscription_taken = false;
        wake_at(bound.process_, pipe->subscribed_at);
    }
    dialer.pipes_.push_back(pipe);
    bound.pipes_.push_back(pipe);
    pipes_.emplace(pipe->id, pipe);
    ++counters_.connections;
    wake_at(dialer.process_, now_);
}

/// What had arrived can still be read. Of what a process had on the way when it died, the part that
/// the kernel had taken arrives.
void Network::keep_arrived(Direction& direction, bool sender_died) {
    auto& queue = direction.queue;
    auto arrived = std::find_if(
        queue.begin(), queue.end(), [&](const Parcel& parcel) { return parcel.at > now_; });
    if (sender_died) {
        const auto on_the_way = static_cast<std::uint64_t>(queue.end() - arrived);
        arrived += static_cast<std::ptrdiff_t>(dice_.below(on_the_way + 1));
    }
    counters_.lost += static_cast<std::uint64_t>(queue.end() - arrived);
    queue.erase(arrived, queue.end());
}

void Network::break_pipe(Pipe& broken, std::optional<ProcessId> dead) {
    const auto found = pipes_.find(broken.id);
    if (found == pipes_.end()) return;
    const std::shared_ptr<Pipe> pipe = found->second;  // until we are done with it
    pipes_.erase(found);
    pipe->open = false;
    pipe->limbo_until = now_ + dice_.between(Duration{}, kNoticeMax);
    const auto died = [&](const SimChannel* channel) {
        return channel != nullptr && dead == channel->process_;
    };
    keep_arrived(pipe->to_bound, died(pipe->dialer));
    keep_arrived(pipe->to_dialer, died(pipe->bound));
    if (pipe->dialer != nullptr) {
        const Duration wait = kReconnectMin + dice_.between(Duration{}, kReconnectMin);
        set_timer(now_ + wait, {Timer::Kind::Dial, pipe->dialer->id_, 0});
    }
}

void Network::forget(SimChannel& channel) {
    for (const auto& pipe : channel.pipes_) {
        break_pipe(*pipe, channel.process_);
        (channel.is_bound() ? pipe->bound : pipe->dialer) = nullptr;
    }
    channels_.erase(channel.id_);
    const auto bound = bound_.find(channel.endpoint_);
    if (bound != bound_.end() && bound->second == &channel) bound_.erase(bound);
}

void Network::kill(ProcessId process) {
    for (Pipe* pipe : open_pipes()) {
        const auto is_its = [&](const SimChannel* channel) {
            return channel != nullptr && channel->process_ == process;
        };
        if (is_its(pipe->bound) || is_its(pipe->dialer)) break_pipe(*pipe, process);
    }
    processes_.erase(process);
}

void Network::stop(ProcessId process) {
    State& state = processes_[process];
    state.stopped = true;
    ++state.stops;
    for (Pipe* pipe : open_pipes()) {
        const bool concerns = (pipe->bound != nullptr && pipe->bound->process_ == process) ||
                              (pipe->dialer != nullptr && pipe->dialer->process_ == process);
        if (!concerns) continue;
        set_timer(
            now_ + dice_.between(kSilenceMin, kSilenceMax),
            {Timer::Kind::StopBreak, pipe->id, state.stops});
    }
}

void Network::resume(ProcessId process) {
    processes_[process].stopped = false;
    for (const auto& [id, channel] : channels_) {
        if (channel->process_ != process || channel->is_bound()) continue;
        set_timer(now_ + dice_.between(Duration{}, kFirstDialMax), {Timer::Kind::Dial, id, 0});
    }
}

void Network::mute_after(ProcessId process, std::uint64_t message) {
    VERIFY(message > 0);
    processes_[process].mute_in = message - 1;
}

void Network::delay_sends(ProcessId process, Duration by) {
    processes_[process].send_delay = by;
}

bool Network::is_mute(ProcessId process) const {
    const auto state = processes_.find(process);
    return state != processes_.end() && state->second.mute_in == std::uint64_t{0};
}

std::vector<Network::Pipe*> Network::open_pipes() {
    std::vector<Pipe*> result;
    for (const auto& [id, pipe] : pipes_) result.push_back(pipe.get());
    return result;
}

bool Network::break_one(Dice& dice) {
    const auto pipes = open_pipes();
    if (pipes.empty()) return false;
    break_pipe(*pipes[dice.below(pipes.size())], std::nullopt);
    return true;
}

Network::Direction& Network::one_direction(Pipe& pipe, Dice& dice) {
    return dice.chance(0.5) ? pipe.to_bound : pipe.to_dialer;
}

bool Network::clog_one(Dice& dice, Duration time) {
    const auto pipes = open_pipes();
    if (pipes.empty()) return false;
    Direction& direction = one_direction(*pipes[dice.below(pipes.size())], dice);
    direction.last_at = std::max(direction.last_at, now_ + time);
    return true;
}

bool Network::half_open_one(Dice& dice) {
    const auto pipes = open_pipes();
    if (pipes.empty()) return false;
    Pipe& pipe = *pipes[dice.below(pipes.size())];
    one_direction(pipe, dice).dead = true;
    set_timer(now_ + dice_.between(kSilenceMin, kSilenceMax), {Timer::Kind::Break, pipe.id, 0});
    return true;
}

void Network::wake_at(ProcessId process, Duration at) {
    if (wake) wake(process, at);
}

/// A queue that was full stays so until half a mark has been read, as libzmq's pipes do.
bool Network::put(
    Pipe& pipe, Direction& direction, const Parcel& parcel, ProcessId to, bool drops) {
    const std::size_t limit = 2 * pipe.mark;
    if (direction.queue.size() >= limit) direction.full = true;
    if (direction.full && direction.queue.size() + (pipe.mark + 1) / 2 <= limit) {
        direction.full = false;
    }
    if (direction.full) {
        ++(drops ? counters_.dropped : counters_.refused);
        return false;
    }
    if (direction.dead) {
        ++counters_.lost;
        return true;
    }
    direction.last_at = std::max(direction.last_at, parcel.at + delay());
    direction.queue.push_back({direction.last_at, parcel.parts});
    most_queued_ = std::max(most_queued_, direction.queue.size());
    wake_at(to, direction.last_at);
    return true;
}

std::unique_ptr<Network::Transport> Network::transport(ProcessId process) {
    return std::make_unique<Transport>(*this, process);
}

Result<std::unique_ptr<Channel>> Network::Transport::bind(
    Channel::Kind kind, const std::string& endpoint) {
    if (network_.bound_.contains(endpoint)) {
        return fail(endpoint + ": cannot bind: Address already in use");
    }
    return std::make_unique<SimChannel>(network_, process_, kind, endpoint);
}

Result<std::unique_ptr<Channel>> Network::Transport::connect(
    Channel::Kind kind, const std::string& endpoint) {
    return std::make_unique<SimChannel>(network_, process_, kind, endpoint);
}

void Network::Transport::wait(std::span<Channel* const> channels, Duration longest) {
    asked_ = longest;
    for (const Channel* channel : channels) {
        // Ours by contract: this transport has made it.
        if (static_cast<const SimChannel*>(channel)->is_readable()) asked_ = Duration{};
    }
}

SimChannel::SimChannel(Network& network, ProcessId process, Kind kind, std::string endpoint)
    : network_(network),
      process_(process),
      kind_(kind),
      endpoint_(std::move(endpoint)),
      id_(++network.ids_),
      backoff_(kReconnectMin) {
    network_.channels_.emplace(id_, this);
    if (is_bound()) {
        network_.bound_.emplace(endpoint_, this);
    } else {
        const Duration at = network_.now_ + network_.dice_.between(Duration{}, kFirstDialMax);
        network_.set_timer(at, {Network::Timer::Kind::Dial, id_, 0});
    }
}

SimChannel::~SimChannel() {
    network_.forget(*this);
}

bool SimChannel::is_readable() const {
    return std::any_of(pipes_.begin(), pipes_.end(), [&](const auto& pipe) {
        return has_arrived(inbound(*pipe).queue, network_.now_) ||
               (!pipe->subscription_taken && is_bound() && pipe->subscribed_at <= network_.now_);
    });
}

Duration SimChannel::next_arrival() const {
    Duration next = Duration::max();
    for (const auto& pipe : pipes_) {
        const auto& queue = inbound(*pipe).queue;
        if (!queue.empty()) next = std::min(next, queue.front().at);
        if (is_bound() && !pipe->subscription_taken) next = std::min(next, pipe->subscribed_at);
    }
    return next;
}

std::optional<Channel::Received> SimChannel::receive() {
    std::erase_if(pipes_, [&](const auto& pipe) {
        return !pipe->open && inbound(*pipe).queue.empty() && network_.now_ >= pipe->limbo_until;
    });
    // A SUB keeps its queue over a reconnection, hence its order; others take turns.
    if (kind_ == Kind::Subscriber) turn_ = pipes_.size() - 1;
    for (std::size_t i = 0; i < pipes_.size(); ++i) {
        turn_ = (turn_ + 1) % pipes_.size();
        Pipe& pipe = *pipes_[turn_];
        auto& queue = inbound(pipe).queue;
        if (!has_arrived(queue, network_.now_)) continue;
        Received received;
        if (kind_ == Kind::Router) received.peer = pipe.peer;
        received.header = queue.front().parts->first;
        received.body = queue.front().parts->second;
        queue.pop_front();
        return received;
    }
    return std::nullopt;
}

bool SimChannel::send(const tape::Header& said, std::string_view text, std::string_view peer) {
    auto& state = network_.processes_[process_];
    if (network_.is_mute(process_)) return true;
    tape::Header header = said;
    std::string body(text);
    if (network_.rewrite) network_.rewrite(header, body);
    std::string bytes = tape::encode_header(header, body);
    const Network::Parcel parcel{
        network_.now_ + state.send_delay,
        std::make_shared<const std::pair<std::string, std::string>>(
            std::move(bytes), std::move(body))};
    bool left = kind_ == Kind::Publisher && publish(parcel);
    if (kind_ != Kind::Publisher) {
        const auto found = std::find_if(pipes_.begin(), pipes_.end(), [&](const auto& pipe) {
            const bool is_there = pipe->open || network_.now_ < pipe->limbo_until;
            return is_there && (kind_ != Kind::Router || pipe->peer == peer);
        });
        left = found != pipes_.end() && send_to(**found, parcel);
        if (found == pipes_.end()) ++network_.counters_.refused;
    }
    if (!left) return false;
    if (state.mute_in) --*state.mute_in;
    ++network_.counters_.messages;
    if (network_.sent) network_.sent(process_, header, parcel.parts->second);
    return true;
}

bool SimChannel::send_to(Pipe& pipe, const Network::Parcel& parcel) {
    if (!pipe.open) {
        ++network_.counters_.lost;
        return true;
    }
    const SimChannel* other = is_bound() ? pipe.dialer : pipe.bound;
    auto& direction = is_bound() ? pipe.to_dialer : pipe.to_bound;
    return network_.put(pipe, direction, parcel, other->process_, false);
}

bool SimChannel::publish(const Network::Parcel& parcel) {
    for (const auto& pipe : pipes_) {
        if (!pipe->open || pipe->subscribed_at > network_.now_) continue;
        network_.put(*pipe, pipe->to_dialer, parcel, pipe->dialer->process_, true);
    }
    return true;
}

bool SimChannel::take_subscription() {
    bool subscribed = false;
    for (const auto& pipe : pipes_) {
        if (pipe->subscription_taken || pipe->subscribed_at > network_.now_) continue;
        pipe->subscription_taken = true;
        subscribed = true;
    }
    std::erase_if(pipes_, [](const auto& pipe) { return !pipe->open; });
    return subscribed;
}

}  // namespace tapedeck::simulation
