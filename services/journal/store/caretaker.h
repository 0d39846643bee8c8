#pragma once

#include "journal/store/files.h"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

namespace tapedeck::journal {

/// Something to be done to a closed segment, in no hurry.
struct Chore {
    enum class Kind : std::uint8_t {
        Check,   ///< prove every frame, and SQLite's pages
        Pack,    ///< sealed to packed
        Retire,  ///< sealed or packed to ledger
        Remove,  ///< a file that another has taken the place of; a large one takes its time
    };

    Kind kind = Kind::Check;
    SegmentName segment;
};

/// What became of a chore.
struct ChoreDone {
    Chore chore;
    std::string problem;   ///< "" = all went well
    bool stopped = false;  ///< given up because the process ends
    SegmentName made{};
    std::uint64_t bytes_before = 0;
    std::uint64_t bytes_after = 0;
    std::uint64_t kept_records = 0;
};

/// Does one chore now, in this thread.
ChoreDone do_chore(const std::string& directory, const Chore& chore, const std::stop_token& stop);

/// Who does the chores.
enum class CareBy : std::uint8_t {
    IdleThread,  ///< a thread at the kernel's idle priority
    Thread,      ///< a thread like others: on a busy machine a test cannot wait for an idle one
    Hand,        ///< whoever asks for what is done does one chore first
};

/// Does chores one after the other, in a thread of its own, so that the thread that commits never
/// waits for it. It reads closed segments and writes new files
/// beside them; whoever owns the segments removes the old ones. Ends, and gives up what it is at,
/// when it is destroyed.
class Caretaker {
public:
    Caretaker(std::string directory, CareBy by);
    Caretaker(const Caretaker&) = delete;
    Caretaker& operator=(const Caretaker&) = delete;
    ~Caretaker() = default;

    void give(const Chore& chore);

    /// What is finished, oldest first.
    std::optional<ChoreDone> take_done();

private:
    void work(const std::stop_token& stop);
    void do_one_by_hand();

    std::string directory_;
    CareBy by_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<Chore> chores_;    // under mutex_
    std::deque<ChoreDone> done_;  // under mutex_
    std::jthread thread_;         // last: it uses the others
};

}  // namespace tapedeck::journal
