#include "journal/store/caretaker.h"

#include "journal/store/closed_segment.h"
#include "journal/store/ledger.h"
#include "journal/store/packing.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace tapedeck::journal {

namespace {

Result<> check(const std::string& directory, const SegmentName& name, const Stopping& stopping) {
    ClosedSegment segment = TRY(ClosedSegment::open(directory, name));
    TRY(segment.check_pages());
    return segment.verify([&](std::uint64_t) { return !stopping(); });
}

/// Runs when nobody else wants to. Where the kernel refuses, it is merely less polite.
void be_idle() {
    // Not SCHED_IDLE: on a busy machine such a thread may not even get the moment that it takes to
    // die, and its process with it.
    constexpr int kLowestPriority = 19;
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kLowestPriority);
    // linux/ioprio.h: this thread, class idle.
    constexpr int kThisProcess = 1;
    constexpr int kIdleClass = 3 << 13;
    ::syscall(SYS_ioprio_set, kThisProcess, 0, kIdleClass);
}

}  // namespace

ChoreDone do_chore(const std::string& directory, const Chore& chore, const std::stop_token& stop) {
    ChoreDone done;
    done.chore = chore;
    const Stopping stopping = [&] { return stop.stop_requested(); };
    const auto fill = [&]() -> Result<> {
        switch (chore.kind) {
            case Chore::Kind::Check: return check(directory, chore.segment, stopping);
            case Chore::Kind::Pack: {
                const Packed packed = TRY(pack(directory, chore.segment, stopping));
                done.made = packed.name;
                done.bytes_before = packed.bytes_before;
                done.bytes_after = packed.bytes_after;
                return {};
            }
            case Chore::Kind::Retire: {
                const Retired retired = TRY(retire(directory, chore.segment, stopping));
                done.made = retired.name;
                done.kept_records = retired.kept_records;
                return {};
            }
            case Chore::Kind::Remove: return remove_file(path_in(directory, chore.segment));
        }
        return {};
    };
    const auto result = fill();
    if (!result) {
        done.problem = result.error().message;
        done.stopped = result.error().exit_code == ExitCode::Interrupted;
    }
    return done;
}

Caretaker::Caretaker(std::string directory, CareBy by) : directory_(std::move(directory)), by_(by) {
    if (by == CareBy::Hand) return;
    thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
}

void Caretaker::give(const Chore& chore) {
    {
        const std::lock_guard lock(mutex_);
        chores_.push_back(chore);
    }
    changed_.notify_one();
}

void Caretaker::do_one_by_hand() {
    if (chores_.empty()) return;
    done_.push_back(do_chore(directory_, chores_.front(), {}));
    chores_.pop_front();
}

std::optional<ChoreDone> Caretaker::take_done() {
    if (by_ == CareBy::Hand) do_one_by_hand();
    const std::lock_guard lock(mutex_);
    if (done_.empty()) return std::nullopt;
    ChoreDone done = std::move(done_.front());
    done_.pop_front();
    return done;
}

void Caretaker::work(const std::stop_token& stop) {
    if (by_ == CareBy::IdleThread) be_idle();
    while (true) {
        Chore chore;
        {
            std::unique_lock lock(mutex_);
            if (!changed_.wait(lock, stop, [&] { return !chores_.empty(); })) return;
            chore = chores_.front();
            chores_.pop_front();
        }
        ChoreDone done = do_chore(directory_, chore, stop);
        const std::lock_guard lock(mutex_);
        done_.push_back(std::move(done));
    }
}

}  // namespace tapedeck::journal
