#include "research/sweep/pool.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>

namespace tapedeck::research {

namespace {

using namespace std::chrono_literals;

constexpr auto kLookEvery = 100ms;

struct Ended {
    std::size_t task = 0;
    RunResult result;
};

/// Results on their way from the threads that run to the one that keeps them. Bounded: who keeps
/// them may be slow.
class Handover {
public:
    explicit Handover(std::size_t workers) : room_(2 * workers), working_(workers) {}

    /// False when nobody wants it any more.
    bool give(Ended ended, const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        if (!has_room_.wait(lock, stop, [&] { return ended_.size() < room_; })) return false;
        ended_.push_back(std::move(ended));
        is_news_.notify_one();
        return true;
    }

    void leave() {
        const std::lock_guard lock(mutex_);
        --working_;
        is_news_.notify_one();
    }

    /// The next result; nothing when there was none for a while, or will be none.
    std::optional<Ended> take() {
        std::unique_lock lock(mutex_);
        is_news_.wait_for(lock, kLookEvery, [&] { return !ended_.empty() || working_ == 0; });
        if (ended_.empty()) return std::nullopt;
        Ended ended = std::move(ended_.front());
        ended_.pop_front();
        has_room_.notify_one();
        return ended;
    }

    bool is_over() {
        const std::lock_guard lock(mutex_);
        return working_ == 0 && ended_.empty();
    }

private:
    std::mutex mutex_;
    std::condition_variable_any has_room_;
    std::condition_variable is_news_;
    std::deque<Ended> ended_;
    std::size_t room_;
    std::size_t working_;
};

/// However the pool is left, its threads are told.
struct StopAtEnd {
    std::stop_source& stop;

    ~StopAtEnd() { stop.request_stop(); }
};

}  // namespace

std::size_t threads_of(std::size_t wanted) {
    if (wanted > 0) return wanted;
    return std::max<std::size_t>(1, std::thread::hardware_concurrency());
}

Result<PoolOutcome> run_pool(
    std::size_t count,
    const std::function<Task(std::size_t task)>& task_of,
    const MakeSettings& make_settings,
    const PoolOptions& options,
    const TakeResult& take) {
    const std::size_t workers =
        std::min(threads_of(options.threads), std::max<std::size_t>(1, count));
    Handover handover(workers);
    std::atomic<std::size_t> next{0};
    std::stop_source stop;
    const auto work = [&] {
        const std::stop_token token = stop.get_token();
        const std::function<bool()> stopped = [&] { return token.stop_requested(); };
        while (!stopped()) {
            const std::size_t task = next.fetch_add(1, std::memory_order_relaxed);
            if (task >= count) break;
            auto result = run_task(task_of(task), make_settings, options.run, stopped);
            if (!result || !handover.give({task, std::move(*result)}, token)) break;
        }
        handover.leave();
    };
    std::vector<std::jthread> threads;
    const StopAtEnd stop_at_end{stop};  // goes before the threads do, which are waited for
    for (std::size_t i = 0; i < workers; ++i) threads.emplace_back(work);

    PoolOutcome outcome;
    std::optional<Error> trouble;
    while (!handover.is_over()) {
        if (!outcome.interrupted && options.interrupted && options.interrupted()) {
            outcome.interrupted = true;
            stop.request_stop();
        }
        auto ended = handover.take();
        if (options.progress) options.progress(outcome.ended);
        if (!ended || trouble) continue;
        if (ended->result.failed) ++outcome.failed;
        ++outcome.ended;
        const auto taken = take(ended->task, std::move(ended->result));
        if (taken) continue;
        trouble = taken.error();
        stop.request_stop();
    }
    if (options.progress) options.progress(outcome.ended);
    if (trouble) return fail(std::move(trouble->message), trouble->exit_code);
    return outcome;
}

}  // namespace tapedeck::research
