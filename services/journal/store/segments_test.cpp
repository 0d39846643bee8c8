#include "journal/store/driven_tape_fixture.h"
#include "journal/store/ledger.h"
#include "journal/store/packing.h"

#include <fstream>

namespace tapedeck::journal {
namespace {

StoreOptions small_segments() {
    StoreOptions options;
    options.segment_bytes = 4096;
    options.care_by = CareBy::Hand;
    return options;
}

class SegmentsTest : public ::testing::Test {
protected:
    /// A tape of several segments, closed.
    std::vector<std::string> write_tape(int trades) {
        DrivenTape tape(journal(), small_segments());
        EXPECT_TRUE(tape.open());
        EXPECT_TRUE(tape.add(trades));
        return tape.frames();
    }

    std::string journal() const { return directory_ / "journal"; }

    std::vector<SegmentName> closed_segments() const {
        auto names = list_segments(journal()).value();
        std::erase_if(names, [](const auto& name) { return name.kind == SegmentKind::Open; });
        return names;
    }

    /// Turns one byte of the file around.
    static void flip(const std::string& path, std::uint64_t at) {
        std::filesystem::permissions(path, std::filesystem::perms::owner_all);
        std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
        file.seekg(static_cast<std::streamoff>(at));
        const char byte = static_cast<char>(file.get() ^ 0x20);
        file.seekp(static_cast<std::streamoff>(at));
        file.put(byte);
        ASSERT_TRUE(file.flush());
    }

    /// One of the places in the file where `text` stands, neither the first nor the last.
    static std::uint64_t find_in(const std::string& path, const std::string& text) {
        std::ifstream file(path, std::ios::binary);
        const std::string bytes{
            std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
        std::vector<std::size_t> places;
        for (auto at = bytes.find(text); at != std::string::npos; at = bytes.find(text, at + 1)) {
            places.push_back(at);
        }
        EXPECT_FALSE(places.empty());
        return places.empty() ? 0 : places[places.size() / 2];
    }

    static Result<> open_error(const std::string& directory) {
        auto store = FrameStore::open(directory, {.tape_id = 1, .profile = "demo"});
        return store ? Result<>{} : tl::make_unexpected(store.error());
    }

    Result<> verify() const {
        auto store = FrameStore::open_to_read(journal());
        if (!store) return tl::make_unexpected(store.error());
        return store->verify([](std::uint64_t) {});
    }

    testing::TemporaryDirectory directory_;
};

TEST_F(SegmentsTest, SealsAtItsSizeAndGoesOnInTheNextWithoutAGap) {
    const auto frames = write_tape(60);
    EXPECT_GE(closed_segments().size(), 3U);
    auto store = FrameStore::open_to_read(journal()).value();
    EXPECT_EQ(DrivenTape::frames_of(store), frames);
    EXPECT_TRUE(store.verify([](std::uint64_t) {}));
    std::uint64_t next = 1;
    for (const auto& frame : frames) {
        std::string_view records;
        const auto header = tape::decode_frame(frame, records).value();
        EXPECT_EQ(header.first_seq, next);
        next = header.last_seq() + 1;
    }
}

TEST_F(SegmentsTest, TellsTheTapeOfEachSealedSegmentOnce) {
    DrivenTape tape(journal(), small_segments());
    ASSERT_TRUE(tape.open());
    ASSERT_TRUE(tape.add(60));
    const auto sealed = testing::only<SegmentSealed>(tape.told());
    const auto closed = closed_segments();
    ASSERT_EQ(sealed.size(), closed.size());
    const auto& entries = tape.store().closed().entries();
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        EXPECT_EQ(sealed[i].last_seq.value, closed[i].last_seq);
        EXPECT_EQ(sealed[i].manifest_hash, tape::as_bytes(entries[i].manifest.hash()));
    }
    tape.close();
    ASSERT_TRUE(tape.open());
    EXPECT_EQ(testing::only<SegmentSealed>(tape.told()).size(), sealed.size());
}

TEST_F(SegmentsTest, SealsByTheTapesOwnTime) {
    StoreOptions options;
    options.segment_age = std::chrono::seconds(20);
    DrivenTape tape(journal(), options);
    ASSERT_TRUE(tape.open());
    ASSERT_TRUE(tape.add(65));
    EXPECT_EQ(closed_segments().size(), 3U);
}

TEST_F(SegmentsTest, AManifestNamesWhatIsInTheSegmentAndTheOneBefore) {
    write_tape(60);
    tape::Hash previous{};
    for (const auto& name : closed_segments()) {
        auto segment = ClosedSegment::open(journal(), name).value();
        const Manifest& manifest = segment.manifest();
        EXPECT_EQ(manifest.start.previous_manifest, previous);
        EXPECT_GT(manifest.count_by_type.at(TradePrinted::kType), 0U);
        EXPECT_EQ(Manifest::parse(manifest.encode()).value(), manifest);
        EXPECT_TRUE(segment.verify([](std::uint64_t) { return true; }));
        EXPECT_TRUE(segment.check_pages());
        previous = manifest.hash();
    }
}

TEST_F(SegmentsTest, AManifestThatLacksALineOrHasOneMoreIsNoManifest) {
    write_tape(20);
    const auto text =
        ClosedSegment::open(journal(), closed_segments()[0]).value().manifest().encode();
    EXPECT_TRUE(Manifest::parse(text));
    EXPECT_FALSE(Manifest::parse(text.substr(0, text.size() - 5)));
    EXPECT_FALSE(Manifest::parse(text + "type 99 1 \n"));
    EXPECT_FALSE(Manifest::parse(""));
    for (std::size_t at = 0; at < text.size(); ++at) {
        std::string other = text;
        other[at] = other[at] == '7' ? '8' : '7';
        const auto parsed = Manifest::parse(other);
        EXPECT_TRUE(!parsed || parsed->hash() != tape::sha256(text)) << at;
    }
}

/// The directory as it was after each step of sealing, opened as after a crash.
TEST_F(SegmentsTest, ACrashBetweenAnyTwoStepsOfSealingIsFinishedAtTheNextStart) {
    std::vector<std::string> steps;
    StoreOptions options = small_segments();
    options.after_step = [&](std::string_view step) {
        const std::string copy = directory_ / std::string(step);
        if (exists(copy)) return;
        steps.emplace_back(step);
        copy_directory(journal(), copy);
    };
    DrivenTape tape(journal(), options);
    ASSERT_TRUE(tape.open());
    while (steps.empty()) ASSERT_TRUE(tape.add(1));
    const auto before = tape.frames();
    tape.close();
    ASSERT_EQ(
        steps,
        (std::vector<std::string>{
            "checkpoint", "manifest", "close", "rename", "read-only", "next"}));
    for (const auto& step : steps) {
        DrivenTape crashed(directory_ / step, small_segments());
        const auto opened = crashed.open();
        ASSERT_TRUE(opened) << step << ": " << opened.error().message;
        ASSERT_TRUE(crashed.add(30)) << step;
        auto frames = crashed.frames();
        // What had been committed is there, bit for bit, and the tape went on behind it.
        const auto shared = static_cast<std::ptrdiff_t>(before.size() - 1);
        ASSERT_GT(frames.size(), before.size()) << step;
        EXPECT_TRUE(std::equal(before.begin(), before.begin() + shared, frames.begin())) << step;
        crashed.close();
        auto again = FrameStore::open_to_read(directory_ / step).value();
        EXPECT_TRUE(again.verify([](std::uint64_t) {})) << step;
        std::uint64_t told = 0;
        for (const auto& frame : frames) {
            std::string_view records;
            const auto header = tape::decode_frame(frame, records).value();
            tape::RecordCursor cursor(header, records);
            while (cursor.next().value()) told += cursor.prefix().type == SegmentSealed::kType;
        }
        EXPECT_EQ(told, again.closed().entries().size()) << step;
    }
}

TEST_F(SegmentsTest, AnOpenFileThatWasNeverFilledIsMadeAnew) {
    write_tape(60);
    const std::string open = FrameStore::file_in(journal());
    const auto last = closed_segments().back().last_seq;
    std::filesystem::remove(open);
    std::ofstream(open).flush();
    DrivenTape tape(journal(), small_segments());
    ASSERT_TRUE(tape.open());
    EXPECT_EQ(tape.store().closed().end().before.last_seq, last);
}

TEST_F(SegmentsTest, TheOneFileOfOlderReleasesBecomesTheFirstSegment) {
    std::vector<std::string> frames;
    {
        DrivenTape tape(journal());
        ASSERT_TRUE(tape.open());
        ASSERT_TRUE(tape.add(20));
        frames = tape.frames();
    }
    const std::string legacy = legacy_file(journal());
    std::filesystem::rename(FrameStore::file_in(journal()), legacy);
    {
        // As it was then: nothing about segments in it.
        auto old = sqlite::Database::open(legacy, SQLITE_OPEN_READWRITE).value();
        ASSERT_TRUE(old.execute("DROP TABLE producer_before; DELETE FROM meta WHERE key='start'"));
    }
    {
        auto reader = FrameStore::open_to_read(journal()).value();
        EXPECT_TRUE(reader.verify([](std::uint64_t) {}));
        EXPECT_EQ(DrivenTape::frames_of(reader), frames);
    }
    DrivenTape tape(journal(), small_segments());
    const auto opened = tape.open();
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_FALSE(exists(legacy));
    ASSERT_TRUE(tape.add(60));
    EXPECT_GE(closed_segments().size(), 2U);
    tape.close();
    EXPECT_TRUE(verify());
}

TEST_F(SegmentsTest, AFlippedByteInASealedSegmentIsNeverServed) {
    write_tape(60);
    const std::string file = path_in(journal(), closed_segments()[1]);
    flip(file, find_in(file, "trade-") + 2);
    auto store = FrameStore::open_to_read(journal()).value();
    int served = 0;
    const auto read = store.read(1, ~std::uint64_t{0}, [&](const StoredFrame&) {
        ++served;
        return true;
    });
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().exit_code, ExitCode::Integrity);
    EXPECT_NE(read.error().message.find("CRC32C"), std::string::npos) << read.error().message;
    EXPECT_GT(served, 0);
    const auto verified = verify();
    ASSERT_FALSE(verified);
    EXPECT_NE(verified.error().message.find("restore a backup"), std::string::npos);
}

TEST_F(SegmentsTest, ASegmentThatIsGoneIsNamedAtTheStart) {
    write_tape(60);
    std::filesystem::remove(path_in(journal(), closed_segments()[1]));
    const auto opened = open_error(journal());
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().exit_code, ExitCode::Integrity);
    EXPECT_NE(opened.error().message.find("a segment is missing"), std::string::npos);
}

TEST_F(SegmentsTest, TheLastSegmentsLossIsNoticedByTheOpenOne) {
    write_tape(60);
    std::filesystem::remove(path_in(journal(), closed_segments().back()));
    const auto opened = open_error(journal());
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().exit_code, ExitCode::Integrity);
    EXPECT_NE(opened.error().message.find("one is missing"), std::string::npos);
}

TEST_F(SegmentsTest, ACutSegmentIsNoticedAtTheStart) {
    write_tape(60);
    const std::string file = path_in(journal(), closed_segments()[0]);
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    std::filesystem::resize_file(file, size_of(file) - 8192);
    const auto opened = open_error(journal());
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().message.find("cut short"), std::string::npos)
        << opened.error().message;
}

TEST_F(SegmentsTest, PackingGivesTheSameFramesBackBitForBit) {
    const auto frames = write_tape(200);
    for (const auto& name : closed_segments()) {
        const auto packed = pack(journal(), name, [] { return false; });
        ASSERT_TRUE(packed) << packed.error().message;
        auto segment = ClosedSegment::open(journal(), packed->name).value();
        EXPECT_TRUE(segment.verify([](std::uint64_t) { return true; }));
        std::filesystem::remove(path_in(journal(), name));
    }
    auto store = FrameStore::open_to_read(journal()).value();
    EXPECT_EQ(DrivenTape::frames_of(store), frames);
    EXPECT_TRUE(store.verify([](std::uint64_t) {}));
    // From within, too.
    std::vector<std::uint64_t> firsts;
    ASSERT_TRUE(store.read(50, 52, [&](const StoredFrame& frame) {
        firsts.push_back(frame.header.first_seq);
        return true;
    }));
    ASSERT_FALSE(firsts.empty());
    EXPECT_LE(firsts.front(), 50U);
    EXPECT_LE(firsts.back(), 52U);
}

TEST_F(SegmentsTest, AFlippedByteInAPackedSegmentIsNeverServed) {
    write_tape(60);
    const auto name = closed_segments()[0];
    const auto packed = pack(journal(), name, [] { return false; }).value();
    std::filesystem::remove(path_in(journal(), name));
    const std::string file = path_in(journal(), packed.name);
    // Behind the four bytes that begin a zstd frame.
    flip(file, find_in(file, "\x28\xb5\x2f\xfd") + 40);
    const auto opened = open_error(journal());
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().exit_code, ExitCode::Integrity);
}

TEST_F(SegmentsTest, ACrashWhilePackingLeavesATapeThatOpens) {
    const auto frames = write_tape(60);
    const auto name = closed_segments()[0];
    {
        std::ofstream draft(
            draft_of(path_in(journal(), {SegmentKind::Packed, name.first_seq, name.last_seq})));
        draft << "half";
    }
    ASSERT_TRUE(open_error(journal()));
    EXPECT_EQ(closed_segments()[0], name);
    // Written and named, the sealed one not yet removed.
    ASSERT_TRUE(pack(journal(), name, [] { return false; }));
    ASSERT_TRUE(open_error(journal()));
    EXPECT_EQ(closed_segments()[0].kind, SegmentKind::Packed);
    EXPECT_FALSE(exists(path_in(journal(), name)));
    EXPECT_TRUE(verify());
}

TEST_F(SegmentsTest, APackingThatIsStoppedLeavesTheSegmentAsItIs) {
    write_tape(60);
    const auto name = closed_segments()[0];
    const auto packed = pack(journal(), name, [] { return true; });
    ASSERT_FALSE(packed);
    EXPECT_EQ(packed.error().exit_code, ExitCode::Interrupted);
    EXPECT_EQ(closed_segments()[0], name);
    EXPECT_TRUE(verify());
}

TEST_F(SegmentsTest, RetentionKeepsWhatIsNotMarketDataAndEveryFramesHash) {
    const auto frames = write_tape(60);
    const auto name = closed_segments()[0];
    const auto retired = retire(journal(), name, [] { return false; });
    ASSERT_TRUE(retired) << retired.error().message;
    std::filesystem::remove(path_in(journal(), name));
    auto store = FrameStore::open_to_read(journal()).value();
    EXPECT_TRUE(store.verify([](std::uint64_t) {}));

    std::size_t i = 0;
    std::uint64_t kept = 0;
    int orders = 0;
    std::map<std::string, std::uint64_t> last_trades;
    ASSERT_TRUE(store.read(1, name.last_seq, [&](const StoredFrame& frame) {
        std::string_view records;
        const auto before = tape::decode_frame(frames[i++], records).value();
        EXPECT_EQ(frame.header.codec, tape::kCodecLedger);
        EXPECT_EQ(frame.header.hash, before.hash);
        EXPECT_EQ(frame.header.count, before.count);
        // Whatever is kept is what was there, under its own seq.
        std::map<std::uint64_t, std::string> original;
        tape::RecordCursor was(before, records);
        while (was.next().value()) original[was.seq().value] = was.bytes();
        tape::RecordCursor is(frame.header, frame.records);
        while (is.next().value()) {
            ++kept;
            EXPECT_EQ(is.bytes(), original.at(is.seq().value));
            orders += is.prefix().type == OrderSent::kType ? 1 : 0;
            original.erase(is.seq().value);
        }
        for (const auto& [seq, bytes] : original) {
            EXPECT_FALSE(outlives_retention(read_prefix(bytes).value())) << seq;
        }
        return true;
    }));
    EXPECT_EQ(kept, retired->kept_records);
    EXPECT_GT(orders, 2);
}

TEST_F(SegmentsTest, ARecordThatIsKeptCannotBeChangedOrMoved) {
    write_tape(30);
    const auto name = closed_segments()[0];
    ASSERT_TRUE(retire(journal(), name, [] { return false; }));
    std::filesystem::remove(path_in(journal(), name));
    auto store = FrameStore::open_to_read(journal()).value();
    std::optional<StoredFrame> some;
    ASSERT_TRUE(store.read(1, name.last_seq, [&](const StoredFrame& frame) {
        if (frame.records.size() > 40) some = frame;
        return !some;
    }));
    ASSERT_TRUE(some);
    // The content's hash and the header are under the frame's hash still.
    auto header = some->header;
    EXPECT_EQ(tape::frame_hash(DrivenTape::kTapeId, header, some->records), header.hash);
    ++header.recorded_at;
    EXPECT_NE(tape::frame_hash(DrivenTape::kTapeId, header, some->records), header.hash);
    // A place beyond the frame does not parse.
    some->records[32] = static_cast<char>(0xff);
    tape::RecordCursor cursor(some->header, some->records);
    EXPECT_FALSE(cursor.next());
}

TEST_F(SegmentsTest, TheProducersNumbersAreStillToldByALedger) {
    write_tape(60);
    const auto names = closed_segments();
    for (const auto& name : names) {
        ASSERT_TRUE(retire(journal(), name, [] { return false; }));
        std::filesystem::remove(path_in(journal(), name));
    }
    auto store = FrameStore::open_to_read(journal()).value();
    ProducerFold fold;
    ASSERT_TRUE(store.read(1, ~std::uint64_t{0}, [&](const StoredFrame& frame) {
        return fold.take(frame.header, frame.records).has_value();
    }));
    const auto same = fold.check(store.position().producers);
    EXPECT_TRUE(same) << same.error().message;
    EXPECT_EQ(store.position().producers.size(), 2U);
}

TEST_F(SegmentsTest, TheFoldOfTheFramesIsWhatTheSequencerWrites) {
    DrivenTape tape(journal(), small_segments());
    for (int start = 0; start < 3; ++start) {
        ASSERT_TRUE(tape.open());
        ASSERT_TRUE(tape.add(17));
    }
    tape.close();
    auto store = FrameStore::open_to_read(journal()).value();
    ProducerFold fold;
    ASSERT_TRUE(store.read(1, ~std::uint64_t{0}, [&](const StoredFrame& frame) {
        return fold.take(frame.header, frame.records).has_value();
    }));
    EXPECT_EQ(fold.marks(), store.position().producers);
    EXPECT_EQ(fold.take_changed(), fold.marks());
    EXPECT_TRUE(fold.take_changed().empty());
}

TEST_F(SegmentsTest, AProducerTableThatTheFramesDoNotBearOutIsNoticed) {
    write_tape(10);
    for (const char* change :
         {"last_number = last_number - 1",
          "last_seq = last_seq - 1",
          "fresh_seq = 1",
          "fingerprint = x'00'",
          "epoch = 9",
          "name = 'other'"}) {
        const std::string copy = directory_ / "copy";
        copy_directory(journal(), copy);
        auto database =
            sqlite::Database::open(FrameStore::file_in(copy), SQLITE_OPEN_READWRITE).value();
        ASSERT_TRUE(database.execute("UPDATE producer SET " + std::string(change) + " WHERE id=2"));
        database = {};
        const auto opened = open_error(copy);
        ASSERT_FALSE(opened) << change;
        EXPECT_EQ(opened.error().exit_code, ExitCode::Integrity) << change;
    }
}

TEST_F(SegmentsTest, TheCaretakerPacksAndRetiresWhileTheTapeGoesOn) {
    StoreOptions options = small_segments();
    options.pack = true;
    options.keep_age = std::chrono::seconds(120);
    options.check_every = std::chrono::hours(1);
    DrivenTape tape(journal(), options);
    ASSERT_TRUE(tape.open());
    ASSERT_TRUE(tape.add(60));
    EXPECT_TRUE(tape.tend_until([&] { return closed_segments()[0].kind == SegmentKind::Packed; }));
    // Nothing goes while somebody may need it to start.
    ASSERT_TRUE(tape.add(200));
    EXPECT_TRUE(testing::only<SegmentRetired>(tape.told()).empty());
    const auto first = closed_segments()[0];
    tape.store().allow_retention_before(first.last_seq + 1);
    EXPECT_TRUE(tape.tend_until([&] {
        return closed_segments()[0].kind == SegmentKind::Ledger &&
               closed_segments()[1].first_seq > first.first_seq;
    }));
    const auto retired = testing::only<SegmentRetired>(tape.told());
    ASSERT_EQ(retired.size(), 1U);
    EXPECT_EQ(retired[0].last_seq.value, first.last_seq);
    EXPECT_GT(retired[0].kept_records, 0U);
    tape.close();
    EXPECT_TRUE(verify());
    ASSERT_TRUE(tape.open());
}

TEST_F(SegmentsTest, TheCaretakerPacksInAThreadOfItsOwn) {
    StoreOptions options = small_segments();
    options.pack = true;
    options.care_by = CareBy::Thread;
    DrivenTape tape(journal(), options);
    ASSERT_TRUE(tape.open());
    ASSERT_TRUE(tape.add(40));
    const auto frames = tape.frames();
    EXPECT_TRUE(tape.tend_until([&] { return closed_segments()[0].kind == SegmentKind::Packed; }));
    const auto after = tape.frames();
    EXPECT_TRUE(std::equal(frames.begin(), frames.end(), after.begin()));
    // Ended in the middle of its work, it leaves a tape that opens.
    ASSERT_TRUE(tape.add(40));
    ASSERT_TRUE(tape.open());
}

TEST_F(SegmentsTest, TheDailyCheckTellsTheTapeWhatItFound) {
    StoreOptions options = small_segments();
    options.check_every = std::chrono::seconds(30);
    DrivenTape tape(journal(), options);
    ASSERT_TRUE(tape.open());
    ASSERT_TRUE(tape.add(60));
    const auto checked = [&] { return testing::only<TapeChecked>(tape.told()); };
    ASSERT_TRUE(tape.tend_until([&] { return !checked().empty(); }));
    EXPECT_EQ(checked()[0].problem, "");
    EXPECT_EQ(checked()[0].first_seq, Seq{1});
    const std::string file = path_in(journal(), closed_segments()[1]);
    flip(file, find_in(file, "trade-") + 2);
    ASSERT_TRUE(tape.tend_until([&] { return !checked().back().problem.empty(); }));
    EXPECT_NE(checked().back().problem.find("CRC32C"), std::string::npos);
    EXPECT_EQ(checked().back().first_seq.value, closed_segments()[1].first_seq);
}

TEST(MerkleTreeTest, HasTheRootsOfRfc6962) {
    // Computed by the definition: MTH(D[n]) = H(1 | MTH(D[0:k]) | MTH(D[k:n])).
    const auto leaf = [](std::uint8_t value) {
        tape::Hash hash{};
        hash[0] = value;
        return hash;
    };
    const std::function<tape::Hash(int, int)> by_definition = [&](int from, int to) {
        if (to - from == 0) return tape::sha256("");
        if (to - from == 1) {
            return tape::sha256(
                std::string(1, '\0') +
                std::string(tape::as_bytes(leaf(static_cast<std::uint8_t>(from)))));
        }
        int k = 1;
        while (k * 2 < to - from) k *= 2;
        return tape::sha256(
            std::string(1, '\1') + std::string(tape::as_bytes(by_definition(from, from + k))) +
            std::string(tape::as_bytes(by_definition(from + k, to))));
    };
    MerkleTree tree;
    for (int size = 0; size < 70; ++size) {
        EXPECT_EQ(tree.root(), by_definition(0, size)) << size;
        tree.add(leaf(static_cast<std::uint8_t>(size)));
    }
}

TEST(StorageGaugeTest, WarnsStopsAndRecoversWithSomePlay) {
    StorageGauge gauge(100);
    const auto enough = std::optional(StorageLevel::Enough);
    const auto warn = std::optional(StorageLevel::Warn);
    const auto stop = std::optional(StorageLevel::Stop);
    EXPECT_EQ(gauge.update(1000), std::nullopt);
    EXPECT_EQ(gauge.update(200), std::nullopt);
    EXPECT_EQ(gauge.update(199), warn);
    EXPECT_EQ(gauge.update(249), std::nullopt);
    EXPECT_EQ(gauge.update(250), enough);
    EXPECT_EQ(gauge.update(99), stop);
    EXPECT_EQ(gauge.update(124), std::nullopt);
    EXPECT_EQ(gauge.update(125), warn);
    EXPECT_EQ(gauge.update(0), stop);
    EXPECT_EQ(gauge.update(10000), enough);
    EXPECT_TRUE(gauge.stop());
    EXPECT_FALSE(gauge.stop());
}

}  // namespace
}  // namespace tapedeck::journal
