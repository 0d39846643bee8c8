#pragma once

#include "net/answer_cache.h"
#include "ops/process.h"

namespace tapedeck::ops {

/// The cache of venues' public answers that all processes of a home share: <run directory>/cache.
class VenueCache {
public:
    /// `process` must outlive it.
    explicit VenueCache(Process& process);

    net::AnswerCache& answers() { return answers_; }

    /// Its figures, for /status: cache_hit_percent, cache_memory_hits, cache_disk_hits,
    /// cache_misses, cache_old_served. Costs nothing while they stand.
    void tell();

private:
    Process& process_;
    net::AnswerCache answers_;
    net::AnswerCache::Figures told_;
};

}  // namespace tapedeck::ops
