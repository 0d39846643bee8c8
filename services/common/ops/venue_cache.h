#pragma once

#include "net/answer_cache.h"
#include "ops/process.h"

namespace tapedeck::ops {

/// The cache of venues' public answers that all processes of a home share: <run directory>/cache.
net::AnswerCache open_venue_cache(const Process& process);

/// Its figures, for /status: cache_hit_percent, cache_memory_hits, cache_disk_hits, cache_misses,
/// cache_old_served.
void tell(Vitals& vitals, const net::AnswerCache::Figures& figures);

}  // namespace tapedeck::ops
