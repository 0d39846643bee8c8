#include "journal/core/settings.h"

namespace tapedeck::journal {

std::vector<SettingsSection> settings() {
    return {
        {.name = "journal",
         .help = "Where the tape is kept, and whose clock it follows.",
         .settings =
             {{.key = "dir",
               .kind = SettingKind::Text,
               .default_text = "",
               .help = "Directory of the tape; empty means journal/ in the stack's home."},
              {.key = "clock",
               .kind = SettingKind::Text,
               .default_text = "wall",
               .choices = {"wall", "feed"},
               .help = "wall: real time. feed: recorded and synthetic data carry their own time, "
                       "and the journal waits for every decider after each frame, so that the same "
                       "input gives the same tape at any speed."},
              {.key = "sync",
               .kind = SettingKind::Text,
               .default_text = "commit",
               .choices = {"commit", "checkpoint"},
               .help =
                   "commit: every frame is fsynced before anybody sees it. checkpoint: survives "
                   "kill -9, but a power cut may take the last moments; only with clock = "
                   "feed, where the input can be played again."},
              {.key = "snapshot_records",
               .kind = SettingKind::Integer,
               .default_text = "1000000",
               .min = "0",
               .help = "Deciders keep their state whenever so many records have been submitted, so "
                       "that a restart need not fold the whole tape; 0 = never."},
              {.key = "snapshot_interval",
               .kind = SettingKind::TimeSpan,
               .default_text = "10m",
               .min = "0s",
               .help = "And after so much time, with clock = wall; 0s = never."},
              {.key = "lockstep",
               .kind = SettingKind::TextList,
               .default_text =
                   "strategy,risk,execution.orders,execution.portfolio,execution.paper,market-data",
               .help = "With clock = feed: the producers that must be there, in the order in which "
                       "they speak; the last one is the feed."}},
         .kind = ""}};
}

}  // namespace tapedeck::journal
